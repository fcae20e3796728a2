//! What a rule has to say: how grave, where, why, and what to do about it.

use std::borrow::Cow;

use super::Column;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The file is refused and nothing is kept.
    File,
    /// The row is set aside; the others go in.
    Row,
    /// The value was changed: the finding says from what to what.
    Correction,
    /// Kept, or kept empty: worth a look.
    Advice,
}

impl Level {
    /// Its name in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Row => "row",
            Self::Correction => "correction",
            Self::Advice => "advice",
        }
    }
}

/// The nearest error type of the Frictionless framework (version 5), for the makers of software.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frictionless {
    /// The bytes cannot be read as a table.
    SourceError,
    /// The text encoding is not understood.
    EncodingError,
    /// The header row is missing.
    BlankHeader,
    /// A column has no label.
    BlankLabel,
    /// A label claims the name of another.
    DuplicateLabel,
    /// A mandatory label is missing.
    MissingLabel,
    /// A label that should not be there.
    ExtraLabel,
    /// The table is too large or too small.
    TableDimensions,
    /// A cell is not of its type.
    TypeError,
    /// A cell breaks a constraint of its column.
    ConstraintError,
    /// A cell holds what must not be sent.
    ForbiddenValue,
    /// A row breaks a constraint across its columns.
    RowConstraint,
    /// A row names what the reference does not know.
    ForeignKey,
    /// A row repeats another.
    DuplicateRow,
}

impl Frictionless {
    /// Its name in the framework.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SourceError => "source-error",
            Self::EncodingError => "encoding-error",
            Self::BlankHeader => "blank-header",
            Self::BlankLabel => "blank-label",
            Self::DuplicateLabel => "duplicate-label",
            Self::MissingLabel => "missing-label",
            Self::ExtraLabel => "extra-label",
            Self::TableDimensions => "table-dimensions",
            Self::TypeError => "type-error",
            Self::ConstraintError => "constraint-error",
            Self::ForbiddenValue => "forbidden-value",
            Self::RowConstraint => "row-constraint",
            Self::ForeignKey => "foreign-key",
            Self::DuplicateRow => "duplicate-row",
        }
    }
}

/// What one rule found at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The code of the rule.
    pub rule: &'static str,
    /// How grave.
    pub level: Level,
    /// The line of the sheet, from 1; none when it is about the whole file.
    pub line: Option<u32>,
    /// The column; none when it is about several.
    pub column: Option<Column>,
    /// The place of that column in the sheet, from 0; none when the sheet does not have it.
    pub column_index: Option<u32>,
    /// What is wrong: a sentence in French.
    pub message: Cow<'static, str>,
    /// What to do: a sentence in French.
    pub fix: Cow<'static, str>,
    /// The nearest Frictionless error type.
    pub frictionless: Frictionless,
}

/// The letters that a spreadsheet gives to a column counted from 0: `A`, `Z`, `AA`, `XFD`.
pub fn column_letters(index: u32) -> String {
    let mut reversed = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        reversed.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    reversed.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::column_letters;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        let letters = [0, 25, 26, 51, 52, 701, 702, 16_383].map(column_letters);
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }
}
