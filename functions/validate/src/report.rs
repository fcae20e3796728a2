//! The report in JSON, version 1 (`design.md` §7).
//!
//! Five fields come on top of the contract: `sentence`, the first thing to read; `summary`, the
//! findings grouped by cause with their true counts, since `findings` lists a thousand at most;
//! `letters`, the name that a spreadsheet gives to the column; `changes`, what moves beside the
//! list that counted when the file was judged, absent when there was none; and `preview`, what the pages
//! of its organisations would say of the list, absent when the file is refused.

use domain::validate::{
    Changes, Column, ELSEWHERE, Finding, Group, Preview, Recognised, Report, column_letters,
};
use serde::Serialize;

/// The report as JSON, indented, always the same bytes for the same report.
pub fn to_json(report: &Report) -> String {
    serde_json::to_string_pretty(&V1::from(report)).unwrap_or_default()
}

#[derive(Serialize)]
struct V1<'a> {
    report: &'static str,
    verdict: &'static str,
    sentence: &'a str,
    file: FileV1<'a>,
    rows: RowsV1,
    columns: ColumnsV1<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesV1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<PreviewV1<'a>>,
    summary: Vec<GroupV1<'a>>,
    findings: Vec<FindingV1<'a>>,
}

#[derive(Serialize)]
struct FileV1<'a> {
    name: &'a str,
    format: Option<&'a str>,
    /// Said of an archive only: the keys of every other report stay those of version 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<&'a str>,
    encoding: Option<&'a str>,
    separator: Option<&'a str>,
    sheet: Option<&'a str>,
    header_line: Option<u32>,
    size_bytes: u64,
    sha256: &'a str,
}

#[derive(Serialize)]
struct RowsV1 {
    read: u32,
    accepted: u32,
    set_aside: u32,
    corrected: u32,
    advised: u32,
}

#[derive(Serialize)]
struct ColumnsV1<'a> {
    recognised: Vec<RecognisedV1<'a>>,
    ignored: &'a [String],
    missing: Vec<&'static str>,
}

#[derive(Serialize)]
struct RecognisedV1<'a> {
    header: &'a str,
    column: &'static str,
    how: &'static str,
}

/// Learners, not rows: how many, and the first lines that speak of them.
#[derive(Serialize)]
struct MovedV1 {
    count: usize,
    lines: Vec<u32>,
}

/// Those who left a list have no line in the new one.
#[derive(Serialize)]
struct ChangesV1 {
    sentence: String,
    /// Enrolled, apprenti or rupturant in what counted before.
    current: u32,
    new: MovedV1,
    gone: GoneV1,
    contracts: MovedV1,
    status: MovedV1,
}

#[derive(Serialize)]
struct GoneV1 {
    count: u32,
    /// Of them, enrolled, apprenti or rupturant.
    current: u32,
}

/// How many lines of those who moved are listed.
const LINES: usize = 100;

impl From<&Changes> for ChangesV1 {
    fn from(changes: &Changes) -> Self {
        let moved = |lines: &[u32]| MovedV1 {
            count: lines.len(),
            lines: lines.iter().copied().filter(|line| *line != ELSEWHERE).take(LINES).collect(),
        };
        Self {
            sentence: changes.sentence(),
            current: changes.current,
            new: moved(&changes.new),
            gone: GoneV1 { count: changes.gone, current: changes.gone_current },
            contracts: moved(&changes.contracts),
            status: moved(&changes.status),
        }
    }
}

/// Exact, for they are the sender's own: those from 1 to 4 are not published.
#[derive(Serialize)]
struct PreviewV1<'a> {
    date: String,
    organisations: Vec<OwnFiguresV1<'a>>,
}

#[derive(Serialize)]
struct OwnFiguresV1<'a> {
    code: &'a str,
    nom: &'a str,
    apprenants: u32,
    apprentis: u32,
    inscrits_sans_contrat: u32,
    rupturants: u32,
    abandons: u32,
}

impl<'a> From<&'a Preview> for PreviewV1<'a> {
    fn from(preview: &'a Preview) -> Self {
        let own = preview.organisations.iter().map(|own| {
            let counts = own.counts;
            OwnFiguresV1 {
                code: &own.code,
                nom: &own.name,
                apprenants: counts.apprenants(),
                apprentis: counts.apprentis,
                inscrits_sans_contrat: counts.inscrits,
                rupturants: counts.rupturants,
                abandons: counts.abandons,
            }
        });
        Self { date: preview.day.to_string(), organisations: own.collect() }
    }
}

#[derive(Serialize)]
struct GroupV1<'a> {
    rule: &'static str,
    level: &'static str,
    column: Option<&'static str>,
    letters: Option<String>,
    count: u32,
    lines: &'a [u32],
    message: &'a str,
    fix: &'a str,
}

#[derive(Serialize)]
struct FindingV1<'a> {
    rule: &'static str,
    level: &'static str,
    line: Option<u32>,
    column: Option<&'static str>,
    letters: Option<String>,
    message: &'a str,
    fix: &'a str,
    frictionless: &'static str,
}

impl<'a> From<&'a Report> for V1<'a> {
    fn from(report: &'a Report) -> Self {
        let (file, rows, columns) = (&report.file, report.rows, &report.columns);
        Self {
            report: "v1",
            verdict: report.verdict.as_str(),
            sentence: &report.sentence,
            file: FileV1 {
                name: &file.name,
                format: file.format,
                member: file.member.as_deref(),
                encoding: file.encoding,
                separator: file.separator,
                sheet: file.sheet.as_deref(),
                header_line: file.header_line,
                size_bytes: file.size_bytes,
                sha256: &file.sha256,
            },
            rows: RowsV1 {
                read: rows.read,
                accepted: rows.accepted,
                set_aside: rows.set_aside,
                corrected: rows.corrected,
                advised: rows.advised,
            },
            columns: ColumnsV1 {
                recognised: columns.recognised.iter().map(RecognisedV1::from).collect(),
                ignored: &columns.ignored,
                missing: columns.missing.iter().map(|column| column.name()).collect(),
            },
            changes: report.changes.as_ref().map(ChangesV1::from),
            preview: report.preview.as_ref().map(PreviewV1::from),
            summary: report.summary.iter().map(GroupV1::from).collect(),
            findings: report.findings.iter().map(FindingV1::from).collect(),
        }
    }
}

impl<'a> From<&'a Recognised> for RecognisedV1<'a> {
    fn from(recognised: &'a Recognised) -> Self {
        Self {
            header: &recognised.header,
            column: recognised.column.name(),
            how: recognised.how.as_str(),
        }
    }
}

impl<'a> From<&'a Group> for GroupV1<'a> {
    fn from(group: &'a Group) -> Self {
        Self {
            rule: group.rule,
            level: group.level.as_str(),
            column: group.column.map(Column::name),
            letters: group.column_index.map(column_letters),
            count: group.count,
            lines: &group.lines,
            message: &group.message,
            fix: &group.fix,
        }
    }
}

impl<'a> From<&'a Finding> for FindingV1<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule,
            level: finding.level.as_str(),
            line: finding.line,
            column: finding.column.map(Column::name),
            letters: finding.column_index.map(column_letters),
            message: &finding.message,
            fix: &finding.fix,
            frictionless: finding.frictionless.as_str(),
        }
    }
}
