//! The whole line on one machine, and the `tableau` command.
//!
//! [`wiring`] says who wakes whom; [`mod@line`] starts it all: the embedded cloud ([`aws`]), the
//! functions ([`runtime`]), what wakes them ([`pump`], [`schedule`]) and the public door ([`web`]).
//! Nothing here knows what an apprentice is: that is `domain`'s business.

pub mod wiring;

pub mod line;

pub mod aws;

pub mod runtime;
pub mod serve;

pub mod pump;
pub mod schedule;

pub mod web;

pub mod state;

pub mod references;

pub mod client;
pub mod demo;

pub mod cost;
pub mod effort;

pub mod cli;
pub mod commands;
