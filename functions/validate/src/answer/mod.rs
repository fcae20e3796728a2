//! The answer to a file, for the person who sent it: a page to read, and their own sheet back with
//! what to correct. Beside them, what helps to send a good file: the blank template, the schemas.
//!
//! All of it is made from the report and the file, without a clock: same file, same bytes. The
//! answer is private, since the workbooks hold what the sheet holds.

pub mod html;
pub mod schema;
pub mod template;
pub mod workbook;

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::Context as _;
use domain::validate::{Changes, Level, Report};
use domain::vocabulary::Day;

use crate::check::Circumstances;

/// The name of the page beside the report.
pub const PAGE: &str = "report.html";
/// The name of the annotated workbook.
pub const ANNOTATED: &str = "annote.xlsx";
/// The name of the workbook of the rows set aside.
pub const SET_ASIDE: &str = "mises-de-cote.xlsx";

/// The content type of a page.
pub const HTML: &str = "text/html; charset=utf-8";
/// The content type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// One file of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, beside `report.json`.
    pub name: &'static str,
    /// What it is.
    pub content_type: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// The files of the answer: the page, and the workbooks when there is something in them.
///
/// `bytes` and `circumstances` are those that the report was made from. `beside` says that they
/// will rest in one folder, so that the page may name the workbooks; at signed addresses it cannot.
pub fn files(
    report: &Report,
    bytes: &[u8],
    circumstances: &Circumstances<'_>,
    changes: Option<&Changes>,
    beside: bool,
) -> anyhow::Result<Vec<File>> {
    let worth_it = report.rows.read > 0
        && report.summary.iter().any(|group| group.level != Level::File && !group.lines.is_empty());
    let workbooks = if worth_it {
        // As when the file is judged: a library that gives up on a hostile file is no failure.
        let written = catch_unwind(AssertUnwindSafe(|| workbook::workbooks(bytes, circumstances)));
        written.unwrap_or(Ok(None)).context("write the workbooks")?
    } else {
        None
    };
    let set_aside = workbooks.as_ref().is_some_and(|workbooks| workbooks.set_aside.is_some());
    let context = html::AnswerContext {
        today: circumstances.today,
        changes,
        annotated: (beside && workbooks.is_some()).then_some(ANNOTATED),
        set_aside: (beside && set_aside).then_some(SET_ASIDE),
        deposit: Some("/deposer/"),
    };
    let page = html::html(report, &context).into_bytes();
    let mut files = vec![File { name: PAGE, content_type: HTML, bytes: page }];
    if let Some(workbooks) = workbooks {
        files.push(File { name: ANNOTATED, content_type: XLSX, bytes: workbooks.annotated });
        let set_aside = workbooks.set_aside;
        files.extend(set_aside.map(|bytes| File { name: SET_ASIDE, content_type: XLSX, bytes }));
    }
    Ok(files)
}

/// The page alone, for a file that was not read.
pub fn page(report: &Report, today: Day) -> File {
    let context = html::AnswerContext {
        today,
        changes: None,
        annotated: None,
        set_aside: None,
        deposit: Some("/deposer/"),
    };
    File { name: PAGE, content_type: HTML, bytes: html::html(report, &context).into_bytes() }
}

/// What a level asks of the person who reads.
fn asks(level: Level) -> &'static str {
    match level {
        Level::File => "Refus",
        Level::Row => "À corriger",
        Level::Correction => "Corrigé",
        Level::Advice => "À vérifier",
    }
}

#[cfg(test)]
mod tests;
