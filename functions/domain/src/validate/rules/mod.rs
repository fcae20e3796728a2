//! The rules, one file each: the name of the file is the code of the rule.
//!
//! A rule reads its cells once, writes what it understood in the draft of the row, and raises a
//! finding for what it did not. Two principles give each its level. A mandatory cell that cannot
//! be read sets the row aside: nobody could say who, where or when to count. An optional cell that
//! cannot be read is kept empty, and said. Contract incoherences are advice: real lists have them,
//! and the status of a learner copes.
//!
//! Any rule may also say a *correction*: the value was changed and both are shown.

use std::borrow::Cow;

use super::cell::{self, Code};
use super::draft::Draft;
use super::email::is_email;
use super::hidden::Hidden;
use super::judge::{Circumstances, Row};
use super::namesakes::Namesakes;
use super::seen::Seen;
use super::{Cell, Column, Finding, Frictionless, Level, Privacy};
use crate::vocabulary::uai::NotAUai;
use crate::vocabulary::{Day, Siret, Uai};

/// The version of the rules: the last one of `CHANGELOG.md`.
pub const VERSION: u32 = 2;

/// A rule of the list.
#[derive(Debug)]
pub struct Rule {
    /// Its code.
    pub name: &'static str,
    /// How grave its findings are, corrections apart.
    pub level: Level,
    /// The nearest Frictionless error type.
    pub frictionless: Frictionless,
    /// What it finds, whatever the row: a sentence in French.
    pub says: &'static str,
    pub(super) check: fn(&mut Case<'_>),
}

/// What a rule says of itself.
struct About {
    level: Level,
    frictionless: Frictionless,
    says: &'static str,
}

macro_rules! rules {
    ($($name:ident),*; $($of_namesakes:ident),* $(,)?) => {
        rules![@ $($name),*, $($of_namesakes),*];

        /// How many rules look at the row alone. The others look at the learners of the rows before.
        pub(super) const ALONE: usize = [$(stringify!($name)),*].len();
    };
    (@ $($name:ident),*) => {
        $(mod $name;)*

        /// Every rule on rows, in the order in which they read: fields first, then what links them.
        pub static RULES: &[Rule] = &[$(Rule {
            name: stringify!($name),
            level: $name::ABOUT.level,
            frictionless: $name::ABOUT.frictionless,
            says: $name::ABOUT.says,
            check: $name::check,
        }),*];
    };
}

rules![
    nir_is_in_no_cell,
    formula_has_a_result,
    mandatory_cells_are_filled,
    name_is_text,
    birth_date_is_readable,
    birth_date_is_plausible,
    sex_is_known,
    email_is_well_formed,
    optional_email_is_well_formed,
    postal_code_is_well_formed,
    optional_postal_code_is_well_formed,
    commune_is_well_formed,
    postal_code_is_listed,
    commune_is_listed,
    commune_has_the_postal_code,
    ine_is_well_formed,
    phone_is_well_formed,
    yes_or_no_is_readable,
    last_organisation_is_known,
    last_situation_is_known,
    cfa_type_is_known,
    uai_is_well_formed,
    siret_is_well_formed,
    site_uai_is_well_formed,
    site_siret_is_well_formed,
    organisation_is_listed,
    sender_is_entitled,
    school_year_is_well_formed,
    school_year_is_the_declared_one,
    training_year_is_known,
    rncp_is_well_formed,
    cfd_is_well_formed,
    months_are_plausible,
    label_is_long_enough,
    date_is_readable,
    optional_date_is_readable,
    employer_siret_is_well_formed,
    training_starts_before_it_ends,
    school_year_meets_training,
    inscription_is_near_entry,
    exclusion_is_within_training,
    contract_has_a_start,
    contract_starts_before_it_ends,
    rupture_is_within_contract,
    contract_is_near_training,
    contracts_follow_each_other,
    contracts_start_on_different_days;
    learner_is_listed_once,
    name_is_spelled_one_way,
];

pub(super) use last_situation_is_known::SITUATIONS;

/// The code of the rule that looks at who sends.
pub(super) const SENDER: &str = "sender_is_entitled";

/// What a group of findings says.
pub(super) fn says(rule: &str, level: Level) -> Option<&'static str> {
    let rule = RULES.iter().find(|known| known.name == rule)?;
    match level {
        Level::Correction => {
            Some("Des valeurs ont été remises en forme (zéros, séparateurs, dates).")
        }
        _ => Some(rule.says),
    }
}

/// One rule before one row.
pub(super) struct Case<'a> {
    pub(super) rule: &'static Rule,
    pub(super) row: &'a Row<'a>,
    pub(super) circumstances: &'a Circumstances<'a>,
    pub(super) draft: &'a mut Draft,
    pub(super) namesakes: &'a mut Namesakes,
    pub(super) seen: &'a mut Seen,
    /// The cells that are not read, whatever their column.
    pub(super) hidden: &'a [Hidden],
    pub(super) findings: &'a mut Vec<Finding>,
}

impl<'a> Case<'a> {
    fn cell(&self, column: Column) -> Cell<'a> {
        self.row.cell(column)
    }

    fn index(&self, column: Column) -> Option<u32> {
        self.row.layout.place(column).map(u32::from)
    }

    /// Raises a finding at the level of the rule.
    #[cold]
    fn fault(
        &mut self,
        column: impl Into<Option<Column>>,
        message: impl Into<Cow<'static, str>>,
        fix: impl Into<Cow<'static, str>>,
    ) {
        let column = column.into();
        self.findings.push(Finding {
            rule: self.rule.name,
            level: self.rule.level,
            line: Some(self.row.line),
            column,
            column_index: column.and_then(|column| self.index(column)),
            message: message.into(),
            fix: fix.into(),
            frictionless: self.rule.frictionless,
        });
    }

    /// Raises a finding about a cell that is not read.
    #[cold]
    fn fault_at(&mut self, hidden: Hidden, message: &'static str, fix: &'static str) {
        self.findings.push(Finding {
            rule: self.rule.name,
            level: self.rule.level,
            line: Some(self.row.line),
            column: hidden.column,
            column_index: Some(hidden.place),
            message: message.into(),
            fix: fix.into(),
            frictionless: self.rule.frictionless,
        });
    }

    /// Says that the value of a cell was changed, and quotes both when the column may be quoted.
    #[cold]
    fn correct(&mut self, column: Column, after: &str) {
        let message = match column.privacy() {
            Privacy::Plain => {
                format!("« {} » est lu « {after} ».", short(&self.cell(column).shown())).into()
            }
            Privacy::Personal => {
                "La valeur a été remise en forme (zéros, séparateurs ou date).".into()
            }
        };
        self.findings.push(Finding {
            rule: self.rule.name,
            level: Level::Correction,
            line: Some(self.row.line),
            column: Some(column),
            column_index: self.index(column),
            message,
            fix: "Rien à faire ; corrigez à la source pour les prochains envois.".into(),
            frictionless: self.rule.frictionless,
        });
    }

    /// The value as the subject of a sentence: quoted when the column may be.
    #[cold]
    fn subject(&self, column: Column) -> String {
        match column.privacy() {
            Privacy::Plain => format!("« {} »", short(&self.cell(column).shown())),
            Privacy::Personal => "La valeur de cette cellule".to_owned(),
        }
    }

    /// Reads a date; an unreadable one is a fault.
    fn day(&mut self, column: Column) -> Option<Day> {
        let cell = self.cell(column);
        // As nearly every one is written.
        if let Cell::Text(text) = cell
            && let Some(day) = cell::day_in_full(text.as_bytes())
        {
            return Some(day);
        }
        if cell == Cell::Empty {
            return None;
        }
        let Some(read) = cell::day(cell, self.row.from_1904) else {
            self.not_a_day(column);
            return None;
        };
        if read.guessed {
            self.correct(column, &read.day.french());
        }
        Some(read.day)
    }

    #[cold]
    fn not_a_day(&mut self, column: Column) {
        let (subject, kept) = (self.subject(column), self.kept_empty(column));
        if cell::day_if_month_came_first(self.cell(column)).is_some() {
            let message = format!("{subject} semble écrire le mois avant le jour{kept}.");
            let fix = "Écrivez le jour d’abord, 31/12/2026, et relisez les autres dates de cette colonne : 03/04/2026 y est lu 3 avril.";
            self.fault(column, message, fix);
            return;
        }
        let message = format!("{subject} n’est pas une date que l’on sait lire{kept}.");
        self.fault(column, message, "Écrivez la date ainsi : 31/12/2026 ou 2026-12-31.");
    }

    /// Reads a SIRET; one that is not well formed is a fault.
    fn siret(&mut self, column: Column) -> Option<Siret> {
        let cell = self.cell(column);
        // As nearly every one is written.
        if let Cell::Text(text) = cell
            && let Some(siret) = self.seen.siret(text.as_bytes())
        {
            return Some(siret);
        }
        if cell == Cell::Empty {
            return None;
        }
        let code = cell.code();
        let code = self.repaired(column, cell, code, 14);
        if let Some(siret) = siret(code.bytes()) {
            self.say_separators(column, code);
            return Some(siret);
        }
        let subject = self.subject(column);
        let kept = self.kept_empty(column);
        let fix = "Recopiez les 14 chiffres du SIRET, dans une colonne au format Texte.";
        if is_rounded(cell, code) {
            let message = format!(
                "Le tableur a transformé ce SIRET en {subject} : ses derniers chiffres sont perdus{kept}."
            );
            self.fault(column, message, fix);
        } else if code.bytes().get(..9).is_some_and(is_made_up) {
            self.fault(
                column,
                format!("{subject} remplit la case et n’est le SIRET de personne{kept}."),
                fix,
            );
        } else if code.is_digits() && code.bytes().len() == 14 {
            let message = format!(
                "{subject} n’est pas un SIRET valide : sa clé de contrôle ne correspond pas{kept}."
            );
            self.fault(
                column,
                message,
                "Vérifiez chaque chiffre : l’un d’eux est sans doute mal saisi.",
            );
        } else {
            self.fault(
                column,
                format!("{subject} n’est pas un SIRET : il faut 14 chiffres{kept}."),
                fix,
            );
        }
        None
    }

    /// Reads a UAI; one that is not well formed is a fault.
    fn uai(&mut self, column: Column) -> Option<Uai> {
        let cell = self.cell(column);
        // As nearly every one is written.
        if let Cell::Text(text) = cell
            && let Some(uai) = self.seen.uai(text.as_bytes())
        {
            return Some(uai);
        }
        if cell == Cell::Empty {
            return None;
        }
        let code = cell.code();
        // A lost leading zero leaves six digits and the letter.
        let code = match code.bytes() {
            bytes if bytes.len() == 7 && bytes[6].is_ascii_uppercase() => {
                let padded = code.padded(8);
                if Uai::try_from(padded.bytes()).is_ok() {
                    self.correct(column, padded.as_str());
                }
                padded
            }
            _ => code,
        };
        match uai(code.bytes()) {
            Ok(Some(uai)) => {
                self.say_separators(column, code);
                Some(uai)
            }
            _ if code.bytes().get(..7).is_some_and(is_made_up) => {
                let (subject, kept) = (self.subject(column), self.kept_empty(column));
                let message =
                    format!("{subject} remplit la case et n’est l’UAI de personne{kept}.");
                let fix = "Recopiez l’UAI de l’établissement, par exemple 0751234J.";
                self.fault(column, message, fix);
                None
            }
            Err(NotAUai::Key { expected }) => {
                let (subject, kept) = (self.subject(column), self.kept_empty(column));
                let message = format!(
                    "{subject} n’est pas un UAI valide : sa lettre ne correspond pas à ses chiffres{kept}."
                );
                let fix = format!(
                    "Si les 7 chiffres sont justes, la lettre est {expected} ; sinon, vérifiez le code."
                );
                self.fault(column, message, fix);
                None
            }
            _ => {
                let (subject, kept) = (self.subject(column), self.kept_empty(column));
                let message = format!(
                    "{subject} n’est pas un UAI : il faut 7 chiffres puis une lettre{kept}."
                );
                self.fault(
                    column,
                    message,
                    "Recopiez l’UAI de l’établissement, par exemple 0751234J.",
                );
                None
            }
        }
    }

    /// Five digits, with the leading zero that a spreadsheet takes off.
    fn postal_code(&mut self, column: Column) -> Option<[u8; 5]> {
        let cell = self.cell(column);
        // As nearly every one is written.
        if let Cell::Text(text) = cell
            && let Some(five) = five_digits(text.as_bytes())
        {
            return Some(five);
        }
        if cell == Cell::Empty {
            return None;
        }
        let code = cell.code();
        let code = self.repaired(column, cell, code, 5);
        if let Some(five) = five_digits(code.bytes()) {
            return Some(five);
        }
        let message = format!(
            "{} n’est pas un code postal : il faut 5 chiffres{}.",
            self.subject(column),
            self.kept_empty(column)
        );
        self.fault(column, message, "Écrivez les 5 chiffres, par exemple 01000.");
        None
    }

    /// Restores the leading zeros of a code of digits that lost one or two, and says so.
    fn repaired(&mut self, column: Column, cell: Cell<'_>, code: Code, length: usize) -> Code {
        let lost = length.saturating_sub(code.bytes().len());
        let zeros = if matches!(cell, Cell::Number(_)) { 2 } else { 1 };
        if !code.is_digits() || !(1..=zeros).contains(&lost) {
            return code;
        }
        let padded = code.padded(length);
        if length == 14 && Siret::try_from(padded.bytes()).is_err() {
            return code;
        }
        self.correct(column, padded.as_str());
        padded
    }

    fn say_separators(&mut self, column: Column, code: Code) {
        if code.was_separated() {
            self.correct(column, code.as_str());
        }
    }

    /// Empties a cell that cannot be read, if the row goes in without it: how the message ends.
    #[cold]
    fn kept_empty(&mut self, column: Column) -> &'static str {
        match self.rule.level {
            Level::Advice => {
                self.draft.emptied.insert(column);
                " ; la cellule est considérée comme vide"
            }
            _ => "",
        }
    }

    /// Raises the fault of an optional cell that cannot be read.
    #[cold]
    fn unreadable(&mut self, column: Column, why: &str, fix: &'static str) {
        let (subject, kept) = (self.subject(column), self.kept_empty(column));
        let cell = self.cell(column);
        if is_rounded(cell, cell.code()) {
            let message = format!(
                "Le tableur a transformé ce code en nombre arrondi : ses derniers chiffres sont perdus{kept}."
            );
            self.fault(column, message, "Recopiez le code dans une colonne au format Texte.");
            return;
        }
        self.fault(column, format!("{subject} {why}{kept}."), fix);
    }
}

/// A number that a spreadsheet rounded: `1,30025E+13`, or what is left of it once read back.
fn is_rounded(cell: Cell<'_>, code: Code) -> bool {
    match cell {
        Cell::Text(text) => {
            let (digits, exponent) = text.split_once(['E', 'e']).unwrap_or_default();
            digits.starts_with(|first: char| first.is_ascii_digit()) && exponent.starts_with('+')
        }
        _ => code.is_digits() && code.bytes().ends_with(b"000000"),
    }
}

/// A SIRET that somebody has.
pub(super) fn siret(code: &[u8]) -> Option<Siret> {
    Siret::try_from(code).ok().filter(|siret| !is_made_up(&siret.as_bytes()[..9]))
}

/// A UAI; `None` when nobody has it.
pub(super) fn uai(code: &[u8]) -> Result<Option<Uai>, NotAUai> {
    Uai::try_from(code).map(|uai| Some(uai).filter(|uai| !is_made_up(&uai.as_bytes()[..7])))
}

/// A code of five digits that was not typed to fill the cell.
fn five_digits(code: &[u8]) -> Option<[u8; 5]> {
    let five: [u8; 5] = code.try_into().ok()?;
    (five.iter().all(u8::is_ascii_digit) && !is_made_up(&five)).then_some(five)
}

/// Whether a code was typed to fill the cell: one character throughout, or digits in a row.
fn is_made_up(bytes: &[u8]) -> bool {
    // Nearly every code ends here.
    if !bytes.windows(2).all(|pair| matches!(pair[0].abs_diff(pair[1]), 0 | 1 | 9)) {
        return false;
    }
    let steps = |by: u8| {
        bytes.windows(2).all(|pair| {
            pair[0].is_ascii_digit() && (pair[0] - b'0' + by) % 10 + b'0' == pair[1]
                || by == 0 && pair[0] == pair[1]
        })
    };
    match bytes {
        [b'0' | b'9', _, _, _, _, ..] if steps(0) => true,
        [_, _, _, _, _, _, _, ..] => steps(0) || steps(1) || steps(9),
        _ => false,
    }
}

/// A value short enough to be quoted.
fn short(value: &str) -> String {
    const LONGEST: usize = 40;
    match value.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &value[..cut]),
        None => value.to_owned(),
    }
}

/// Reads yes or no, as people and spreadsheets write it.
fn yes_or_no(cell: Cell<'_>) -> Option<bool> {
    let is = |text: &str, words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match cell {
        Cell::Bool(value) => Some(value),
        Cell::Number(1.0) => Some(true),
        Cell::Number(0.0) => Some(false),
        Cell::Text(text) if is(text, &["oui", "vrai", "1", "true", "o"]) => Some(true),
        Cell::Text(text) if is(text, &["non", "faux", "0", "false", "n"]) => Some(false),
        _ => None,
    }
}
