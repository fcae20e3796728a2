//! Why a whole file is refused, each with the way out.

use super::{Column, Finding, Frictionless, Level};
use crate::upload::{MAX_CSV_BYTES, MAX_ROWS, MAX_UNPACKED_BYTES, MAX_WORKBOOK_BYTES};

/// A reason to refuse a file. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No bytes, or only blanks.
    Empty,
    /// No table at all, whatever its name.
    NotASpreadsheet,
    /// A table in a format that we do not open: a `.xlsm`, a page of HTML.
    OtherFormat {
        /// The format, as people call it.
        format: &'static str,
    },
    /// An archive that does not hold one list, and one only.
    Archive {
        /// What it holds instead.
        holds: Holds,
    },
    /// The name announces one format and the bytes are another.
    WrongExtension {
        /// What the bytes are: `csv`, `xlsx`…
        found: &'static str,
    },
    /// A workbook or an archive cut short or damaged.
    Damaged,
    /// A workbook or an archive under a password.
    Encrypted,
    /// Reading it failed, time after time: what it holds is not known.
    NotJudged,
    /// More bytes than the format allows.
    TooManyBytes,
    /// A list that is small in its archive and too large out of it.
    TooManyBytesUnpacked,
    /// More rows than a file may hold.
    TooManyRows,
    /// Something in it is far larger than any list of learners: a cell, a row, what it unpacks to.
    OutOfBounds {
        /// What is too large, as the end of « ce fichier contient … ».
        what: &'static str,
        /// The line where it was seen, if known.
        line: Option<u32>,
    },
    /// Bytes that no text holds.
    NotText {
        /// The line where they were seen.
        line: u32,
    },
    /// No row names known columns.
    NoHeader,
    /// Two columns of the sheet claim one name.
    TwoColumnsForOne {
        /// The line of the header.
        line: u32,
        /// The column claimed twice.
        column: Column,
        /// The first header, as written.
        first: String,
        /// The second header, as written.
        second: String,
        /// The place of the second in the sheet, from 0.
        place: u16,
    },
    /// A mandatory column is not there.
    MissingColumn {
        /// The line of the header.
        line: u32,
        /// The column.
        column: Column,
    },
    /// A header, and no row under it.
    NoRow,
    /// No row belongs to the organisation that sends.
    NoEntitledRow,
    /// More than half of the rows were set aside.
    MostRowsSetAside {
        /// Rows set aside.
        set_aside: u32,
        /// Rows read.
        read: u32,
    },
}

/// What an archive holds in place of one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// No list.
    Nothing,
    /// Several lists.
    Several,
    /// Another archive.
    Archive,
    /// A list packed in a way that we do not unpack.
    Unreadable,
}

impl Refusal {
    /// Every code that a refusal may carry.
    pub const RULES: [&'static str; 17] = [
        "file_is_not_empty",
        "file_is_a_spreadsheet",
        "file_format_is_known",
        "archive_holds_one_list",
        "file_extension_is_right",
        "file_is_whole",
        "file_is_not_encrypted",
        "file_can_be_judged",
        "file_is_small_enough",
        "file_has_few_enough_rows",
        "file_keeps_within_bounds",
        "file_is_text",
        "file_has_a_header",
        "columns_are_claimed_once",
        "columns_are_all_there",
        "file_has_rows",
        "most_rows_are_kept",
    ];

    /// The code of the rule.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Empty => "file_is_not_empty",
            Self::NotASpreadsheet => "file_is_a_spreadsheet",
            Self::OtherFormat { .. } => "file_format_is_known",
            Self::Archive { .. } => "archive_holds_one_list",
            Self::WrongExtension { .. } => "file_extension_is_right",
            Self::Damaged => "file_is_whole",
            Self::Encrypted => "file_is_not_encrypted",
            Self::NotJudged => "file_can_be_judged",
            Self::TooManyBytes | Self::TooManyBytesUnpacked => "file_is_small_enough",
            Self::TooManyRows => "file_has_few_enough_rows",
            Self::OutOfBounds { .. } => "file_keeps_within_bounds",
            Self::NotText { .. } => "file_is_text",
            Self::NoHeader => "file_has_a_header",
            Self::TwoColumnsForOne { .. } => "columns_are_claimed_once",
            Self::MissingColumn { .. } => "columns_are_all_there",
            Self::NoRow => "file_has_rows",
            Self::NoEntitledRow => "sender_is_entitled",
            Self::MostRowsSetAside { .. } => "most_rows_are_kept",
        }
    }

    /// What is wrong: a sentence in French.
    pub fn message(&self) -> String {
        match self {
            Self::Empty => "Ce fichier est vide.".into(),
            Self::NotASpreadsheet => {
                "Ce fichier n’est pas un tableau : son contenu n’est ni du CSV, ni un classeur Excel ou OpenDocument."
                    .into()
            }
            Self::NotJudged => {
                "Ce fichier n’a pas pu être contrôlé : sa lecture s’est arrêtée plusieurs fois avant la fin. Nous n’avons rien gardé de ce qu’il contient."
                    .into()
            }
            Self::OtherFormat { format } => format!("Ce fichier est au format {format}."),
            Self::Archive { holds } => match holds {
                Holds::Nothing => {
                    "Cette archive ZIP ne contient aucune liste : ni CSV, ni classeur XLSX, XLS ou ODS."
                }
                Holds::Several => "Cette archive ZIP contient plusieurs listes.",
                Holds::Archive => "Cette archive ZIP en contient une autre.",
                Holds::Unreadable => {
                    "Cette archive ZIP est compressée d’une façon que nous ne lisons pas."
                }
            }
            .into(),
            Self::WrongExtension { found } => {
                format!("Le contenu de ce fichier est au format .{found}, mais son nom dit autre chose.")
            }
            Self::Damaged => {
                "Ce fichier est incomplet ou abîmé : l’envoi ou l’enregistrement a sans doute été interrompu."
                    .into()
            }
            Self::Encrypted => "Ce fichier est protégé par un mot de passe.".into(),
            Self::TooManyBytes => format!(
                "Ce fichier est trop lourd : la limite est de {} Mo en CSV, de {} Mo pour un classeur ou une archive.",
                MAX_CSV_BYTES / 1_048_576,
                MAX_WORKBOOK_BYTES / 1_048_576
            ),
            Self::TooManyBytesUnpacked => format!(
                "La liste que contient cette archive est trop lourde : la limite est de {} Mo une fois décompressée.",
                MAX_UNPACKED_BYTES / 1_048_576
            ),
            Self::TooManyRows => {
                format!("Ce fichier compte plus de {} lignes, la limite.", thousands(MAX_ROWS))
            }
            Self::OutOfBounds { what, .. } => {
                format!("Ce fichier ne ressemble pas à une liste d’apprenants : il contient {what}.")
            }
            Self::NotText { .. } => "Ce fichier contient des octets qui ne sont pas du texte.".into(),
            Self::NoHeader => {
                "La ligne d’en-têtes n’a pas été trouvée : aucune ligne ne porte les noms de colonnes attendus."
                    .into()
            }
            Self::TwoColumnsForOne { column, first, second, .. } => format!(
                "Deux colonnes sont lues comme {column} : « {first} » et « {second} »."
            ),
            Self::MissingColumn { column, .. } => {
                format!("La colonne {column} est obligatoire et n’a pas été trouvée.")
            }
            Self::NoRow => "Ce fichier a des en-têtes, mais aucune ligne d’apprenant.".into(),
            Self::NoEntitledRow => {
                "Aucune ligne de ce fichier ne nomme votre organisme comme responsable ou comme formateur."
                    .into()
            }
            Self::MostRowsSetAside { set_aside, read } => format!(
                "Plus de la moitié des lignes sont à corriger : {} sur {}.",
                thousands(*set_aside),
                thousands(*read)
            ),
        }
    }

    /// What to do: a sentence in French.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::Empty => "Vérifiez que le bon fichier a été choisi, puis envoyez-le à nouveau.",
            Self::NotASpreadsheet => {
                "Exportez la liste depuis votre logiciel en CSV ou en classeur Excel, puis envoyez ce fichier."
            }
            Self::OtherFormat { .. } => {
                "Ouvrez-le dans votre tableur, choisissez « Enregistrer sous », puis « Classeur Excel (.xlsx) » ou « CSV »."
            }
            Self::Archive { holds: Holds::Nothing } => "Envoyez la liste elle-même, sans archive.",
            Self::Archive { holds: Holds::Several } => {
                "Envoyez chaque liste à part, ou n’en gardez qu’une dans l’archive."
            }
            Self::Archive { .. } | Self::TooManyBytesUnpacked => {
                "Décompressez l’archive, puis envoyez la liste qu’elle contient."
            }
            Self::WrongExtension { .. } => {
                "Renommez le fichier avec la bonne extension, ou enregistrez-le à nouveau depuis votre tableur."
            }
            Self::Damaged => {
                "Ouvrez-le dans votre tableur, enregistrez-le à nouveau au format .xlsx, puis renvoyez-le."
            }
            Self::Encrypted => {
                "Ouvrez-le, retirez le mot de passe (dans Excel : Fichier, Informations, Protéger le classeur), puis renvoyez-le."
            }
            Self::NotJudged => {
                "Copiez la liste seule dans un classeur neuf, enregistrez-le en CSV, puis renvoyez-le. Si cela se reproduit, écrivez-nous en donnant le numéro du dépôt."
            }
            Self::TooManyBytes | Self::TooManyRows => {
                "Partagez la liste en plusieurs fichiers, par exemple un par site, et envoyez-les l’un après l’autre."
            }
            Self::OutOfBounds { .. } => {
                "Copiez la liste seule dans un classeur neuf, enregistrez-le en .xlsx ou en CSV, puis renvoyez-le."
            }
            Self::NotText { .. } => {
                "Exportez à nouveau la liste, en choisissant « CSV UTF-8 » ou « Classeur Excel (.xlsx) »."
            }
            Self::NoHeader => {
                "Reprenez les noms de colonnes du modèle (nom_apprenant, prenom_apprenant…) sur une ligne au-dessus des données."
            }
            Self::TwoColumnsForOne { .. } => {
                "Gardez une seule de ces deux colonnes, ou renommez celle qui dit autre chose."
            }
            Self::MissingColumn { .. } => {
                "Ajoutez cette colonne sous le nom du modèle et remplissez-la pour chaque apprenant."
            }
            Self::NoRow => {
                "Ajoutez une ligne par apprenant sous les en-têtes, puis renvoyez le fichier."
            }
            Self::NoEntitledRow => {
                "Vérifiez que l’UAI et le SIRET de votre organisme figurent ensemble sur chaque ligne, ou envoyez le fichier depuis l’organisme concerné."
            }
            Self::MostRowsSetAside { .. } => {
                "Corrigez d’abord la première cause : elle explique le plus souvent toutes les autres."
            }
        }
    }

    /// As a finding of the report.
    pub fn finding(&self) -> Finding {
        let line = match self {
            Self::OutOfBounds { line, .. } => *line,
            Self::NotText { line }
            | Self::TwoColumnsForOne { line, .. }
            | Self::MissingColumn { line, .. } => Some(*line),
            _ => None,
        };
        let column = match self {
            Self::TwoColumnsForOne { column, .. } | Self::MissingColumn { column, .. } => {
                Some(*column)
            }
            _ => None,
        };
        Finding {
            rule: self.rule(),
            level: Level::File,
            line,
            column,
            column_index: match self {
                Self::TwoColumnsForOne { place, .. } => Some(u32::from(*place)),
                _ => None,
            },
            message: self.message().into(),
            fix: self.fix().into(),
            frictionless: self.frictionless(),
        }
    }

    fn frictionless(&self) -> Frictionless {
        match self {
            Self::NotText { .. } => Frictionless::EncodingError,
            Self::NoHeader => Frictionless::BlankHeader,
            Self::TwoColumnsForOne { .. } => Frictionless::DuplicateLabel,
            Self::MissingColumn { .. } => Frictionless::MissingLabel,
            Self::NoRow | Self::TooManyRows => Frictionless::TableDimensions,
            Self::NoEntitledRow => Frictionless::ForeignKey,
            Self::MostRowsSetAside { .. } => Frictionless::RowConstraint,
            _ => Frictionless::SourceError,
        }
    }
}

/// A count as French readers write it: `60 000`, with a narrow no-break space.
pub fn thousands(count: u32) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + 6);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_as_french_readers_do() {
        assert_eq!(thousands(412), "412");
        assert_eq!(thousands(60_000), "60\u{202f}000");
        assert_eq!(thousands(1_000_000), "1\u{202f}000\u{202f}000");
    }
}
