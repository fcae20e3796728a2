//! The answer to a file: what was understood, what was kept, what to fix.

use std::collections::BTreeMap;

use super::refusal::thousands;
use super::rules::{self, says};
use super::{
    Changes, Column, Finding, Frictionless, Layout, Level, Preview, Recognised, Refusal,
    column_letters,
};

/// Most findings listed one by one; the groups count them all.
const MOST_LISTED: usize = 1_000;
/// Most findings of one rule on one column listed one by one.
const MOST_LISTED_ALIKE: u32 = 100;
/// How many lines a group names.
const LINES_NAMED: usize = 10;

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Its accepted rows go in.
    Accepted,
    /// Nothing of it is kept.
    Refused,
    /// Nothing is kept before the sender confirms.
    ToConfirm,
}

impl Verdict {
    /// Its name in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::ToConfirm => "to_confirm",
        }
    }
}

/// What was recognised of the file itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Its name on the sender's computer.
    pub name: String,
    /// The format of the list, by its content.
    pub format: Option<&'static str>,
    /// The name of the list in its archive.
    pub member: Option<String>,
    /// The encoding of a text.
    pub encoding: Option<&'static str>,
    /// The separator of a text.
    pub separator: Option<&'static str>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The line of the header, from 1.
    pub header_line: Option<u32>,
    /// Its size.
    pub size_bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// How many rows, each of the first counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that hold something.
    pub read: u32,
    /// Rows that go in.
    pub accepted: u32,
    /// Rows set aside.
    pub set_aside: u32,
    /// Accepted rows in which a value was changed.
    pub corrected: u32,
    /// Accepted rows that are worth a look.
    pub advised: u32,
}

/// What was understood of the header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Headers understood, in the order of the sheet.
    pub recognised: Vec<Recognised>,
    /// Headers left out, as written.
    pub ignored: Vec<String>,
    /// Mandatory columns that are not there.
    pub missing: Vec<Column>,
}

/// The findings of one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The code of the rule.
    pub rule: &'static str,
    /// How grave.
    pub level: Level,
    /// The column, when there is one.
    pub column: Option<Column>,
    /// The place of that column in the sheet, from 0; none when the sheet does not have it.
    pub column_index: Option<u32>,
    /// How many findings.
    pub count: u32,
    /// The first lines.
    pub lines: Vec<u32>,
    /// What is wrong: a sentence in French.
    pub message: String,
    /// What to do: a sentence in French.
    pub fix: String,
}

/// The answer to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What becomes of the file.
    pub verdict: Verdict,
    /// The first thing to read, in French.
    pub sentence: String,
    /// The file itself.
    pub file: File,
    /// Its rows.
    pub rows: Counts,
    /// Its columns.
    pub columns: Columns,
    /// What changes beside what counted when it was judged; none without a list before it.
    pub changes: Option<Changes>,
    /// What the pages of its organisations would say of it; none unless it was asked for.
    pub preview: Option<Preview>,
    /// Its findings grouped by cause, the gravest and most frequent first; every one is counted.
    pub summary: Vec<Group>,
    /// Its findings one by one, in the order of the sheet; a thousand at most.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Says what changes. An accepted list that removes many waits until its sender has `confirmed`.
    pub fn compare(&mut self, changes: Changes, confirmed: bool) {
        if self.verdict == Verdict::Accepted && changes.needs_confirmation() && !confirmed {
            self.verdict = Verdict::ToConfirm;
            self.sentence = changes.question();
        }
        self.changes = Some(changes);
    }
}

/// Gathers the findings of a file while it is read, in bounded memory.
#[derive(Debug, Default)]
pub struct Tally {
    rows: Counts,
    not_entitled: u32,
    /// Whether the example of the template was met in a file that nobody sends.
    tries_template: bool,
    groups: BTreeMap<(Level, &'static str, Option<Column>), Group>,
    findings: Vec<Finding>,
}

impl Tally {
    /// Adds a finding that is about no row.
    pub fn add(&mut self, finding: Finding) {
        if self.count(&finding) {
            self.findings.push(finding);
        }
    }

    /// Counts a finding in its group; says whether to list it as well.
    fn count(&mut self, finding: &Finding) -> bool {
        let key = (finding.level, finding.rule, finding.column);
        let group = self.groups.entry(key).or_insert_with(|| Group {
            rule: finding.rule,
            level: finding.level,
            column: finding.column,
            column_index: finding.column_index,
            count: 0,
            lines: Vec::new(),
            message: says(finding.rule, finding.level)
                .map_or_else(|| finding.message.to_string(), str::to_owned),
            fix: finding.fix.to_string(),
        });
        group.count += 1;
        if let Some(line) = finding.line
            && group.lines.len() < LINES_NAMED
            && group.lines.last() != Some(&line)
        {
            group.lines.push(line);
        }
        let listed = self.findings.len() < MOST_LISTED && group.count <= MOST_LISTED_ALIKE;
        listed || finding.level == Level::File
    }

    /// Counts a row that was read.
    pub(super) fn read_row(&mut self) {
        self.rows.read += 1;
    }

    /// Counts what became of a row and takes its findings.
    pub(super) fn add_row(&mut self, findings: &[Finding], accepted: bool) {
        if accepted {
            let has = |level| findings.iter().any(|finding| finding.level == level);
            self.rows.accepted += 1;
            self.rows.corrected += u32::from(has(Level::Correction));
            self.rows.advised += u32::from(has(Level::Advice));
        } else {
            self.rows.set_aside += 1;
        }
        let stranger = findings.iter().any(|finding| finding.rule == rules::SENDER);
        self.not_entitled += u32::from(stranger);
        for finding in findings {
            if self.count(finding) {
                self.findings.push(finding.clone());
            }
        }
    }

    /// Says that the example row of the template was left out. Judged offline, the template as it
    /// was downloaded is accepted: whoever tries it wants to know that it reads well. Sent, it is a
    /// list without a learner.
    pub(super) fn note_example(&mut self, line: u32, nobody_sends: bool) {
        self.tries_template = nobody_sends;
        self.add(Finding {
            rule: "example_row_is_removed",
            level: Level::Advice,
            line: Some(line),
            column: None,
            column_index: None,
            message:
                "La ligne d’exemple du modèle est restée dans le fichier : elle n’est pas comptée."
                    .into(),
            fix: "Supprimez cette ligne du fichier.".into(),
            frictionless: Frictionless::RowConstraint,
        });
    }

    /// How many rows so far.
    pub fn rows(&self) -> Counts {
        self.rows
    }

    /// The report, once every row was judged, or as soon as the file is refused.
    pub fn finish(mut self, file: File, layout: Option<&Layout>, refused: Vec<Refusal>) -> Report {
        let mut columns = Columns::default();
        if let Some(layout) = layout {
            columns.recognised.clone_from(&layout.recognised);
            columns.ignored.clone_from(&layout.ignored);
            columns.missing = layout.missing().collect();
            self.note_columns(layout);
        }
        let refused = if refused.is_empty() { self.refusals_of_rows() } else { refused };
        for refusal in &refused {
            self.add(refusal.finding());
        }
        let verdict = if refused.is_empty() { Verdict::Accepted } else { Verdict::Refused };
        let sentence = match refused.first() {
            Some(refusal) => refusal.message(),
            None if self.rows.read == 0 => {
                "Ce modèle se lit bien ; il ne contient encore que sa ligne d’exemple.".to_owned()
            }
            None => sentence(self.rows, columns.ignored.len() as u32),
        };
        self.findings.sort_by_key(|finding| (finding.line, finding.column));
        let mut summary: Vec<Group> = self.groups.into_values().collect();
        summary.sort_by_key(|group| (group.level, std::cmp::Reverse(group.count)));
        Report {
            verdict,
            sentence,
            file,
            rows: self.rows,
            columns,
            changes: None,
            preview: None,
            summary,
            findings: self.findings,
        }
    }

    fn note_columns(&mut self, layout: &Layout) {
        if let Some(nir) = layout.nir.first() {
            self.add(Finding {
                rule: "nir_is_absent",
                level: Level::Advice,
                line: Some(layout.line),
                column: None,
                column_index: Some(u32::from(*nir)),
                message: "Ce fichier contient une colonne de numéros de sécurité sociale (NIR) : elle n’a pas été lue.".into(),
                fix: "Retirez cette colonne de vos prochains envois.".into(),
                frictionless: Frictionless::ExtraLabel,
            });
        }
        for (place, header, fix) in layout.of_the_api() {
            self.add(Finding {
                rule: "header_is_of_a_list",
                level: Level::Advice,
                line: Some(layout.line),
                column: None,
                column_index: Some(place.into()),
                message: format!("« {header} » est un nom de l’API : cette colonne est ignorée.")
                    .into(),
                fix: fix.into(),
                frictionless: Frictionless::ExtraLabel,
            });
        }
        for near in layout.recognised.iter().filter(|recognised| recognised.how == super::How::Near)
        {
            self.add(Finding {
                rule: "header_is_spelled_right",
                level: Level::Correction,
                line: Some(layout.line),
                column: Some(near.column),
                column_index: Some(near.place.into()),
                message: format!("« {} » est lu comme {}.", near.header, near.column).into(),
                fix: "Si ce n’est pas ce que dit cette colonne, renommez-la ; sinon, écrivez le nom exact.".into(),
                frictionless: Frictionless::ConstraintError,
            });
        }
    }

    /// Says that a column holds something and has no header.
    pub(super) fn note_unnamed(&mut self, line: u32, place: u16) {
        self.add(Finding {
            rule: "column_has_a_header",
            level: Level::Advice,
            line: Some(line),
            column: None,
            column_index: Some(place.into()),
            message: format!(
                "La colonne {} contient des valeurs mais n’a pas d’en-tête : elle n’est pas lue.",
                column_letters(place.into())
            )
            .into(),
            fix: "Donnez-lui un nom de colonne du modèle, ou videz-la. Dans un CSV, un point-virgule de trop dans une cellule décale les suivantes.".into(),
            frictionless: Frictionless::BlankLabel,
        });
    }

    fn refusals_of_rows(&self) -> Vec<Refusal> {
        let Counts { read, accepted, set_aside, .. } = self.rows;
        if read == 0 {
            return if self.tries_template { Vec::new() } else { vec![Refusal::NoRow] };
        }
        if self.not_entitled == read {
            return vec![Refusal::NoEntitledRow];
        }
        if set_aside > accepted {
            return vec![Refusal::MostRowsSetAside { set_aside, read }];
        }
        Vec::new()
    }
}

/// « 412 lignes lues, 398 acceptées, 14 mises de côté, 3 colonnes ignorées. »
pub(super) fn sentence(rows: Counts, ignored: u32) -> String {
    let of = |count: u32, one: &str, many: &str| {
        format!("{} {}", thousands(count), if count < 2 { one } else { many })
    };
    let mut parts = vec![
        of(rows.read, "ligne lue", "lignes lues"),
        of(rows.accepted, "acceptée", "acceptées"),
        of(rows.set_aside, "mise de côté", "mises de côté"),
    ];
    if rows.corrected > 0 {
        parts.push(of(rows.corrected, "corrigée", "corrigées"));
    }
    parts.push(of(ignored, "colonne ignorée", "colonnes ignorées"));
    format!("{}.", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_agrees_in_number() {
        let rows = Counts { read: 412, accepted: 398, set_aside: 14, corrected: 0, advised: 3 };
        assert_eq!(
            sentence(rows, 3),
            "412 lignes lues, 398 acceptées, 14 mises de côté, 3 colonnes ignorées."
        );
        let rows = Counts { read: 1, accepted: 1, set_aside: 0, corrected: 1, advised: 0 };
        assert_eq!(
            sentence(rows, 0),
            "1 ligne lue, 1 acceptée, 0 mise de côté, 1 corrigée, 0 colonne ignorée."
        );
    }
}
