//! The commands of `tableau` (`design.md` §7).

pub mod start;

pub mod check;
pub mod parcours;

pub mod why;

pub mod build;

pub mod rollback;

pub mod deposit;

pub mod key;

pub mod note;

pub mod convert;
pub mod cost;

mod answer;

use anyhow::Context;
use domain::vocabulary::Day;

/// The civil day in Paris.
pub fn today() -> anyhow::Result<Day> {
    store::paris_day(jiff::Timestamp::now().as_millisecond()).context("tell the day in Paris")
}
