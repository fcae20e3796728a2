//! The list of learners, described for people and for software: the blank template, the Table
//! Schema and the JSON Schema are all generated from this one table.
//!
//! A shape is the canonical form, which a maker of software should write. The reader accepts more
//! (other orders of dates, spaces, lost zeros) and says what it corrected. Not here: the formats
//! of the published files.

use std::borrow::Cow;

use super::rules::RULES;
use super::{CONTRACTS, Column, Frictionless, Holds, Level, Refusal};

/// One column, described.
#[derive(Debug, Clone)]
pub struct Field {
    /// The column.
    pub column: Column,
    /// What it holds: a sentence in French.
    pub description: Cow<'static, str>,
    /// When an optional column should be filled, in French: « s’il y a un contrat ».
    pub when: Option<&'static str>,
    /// The canonical form.
    pub shape: Shape,
    /// A value that follows the shape.
    pub example: Cow<'static, str>,
}

/// The canonical form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Any text of at least so many characters.
    Text(u32),
    /// A day: `2026-12-31`.
    Date,
    /// An e-mail address.
    Email,
    /// `OUI` or `NON`.
    YesNo,
    /// A whole number between two bounds.
    Number(u32, u32),
    /// A text that follows a regular expression, and how to say it in French.
    Code(&'static str, &'static str),
    /// One of a few codes, each with its meaning in French; the first ones are proposed, the
    /// others are accepted too.
    OneOf(&'static [Choice]),
    /// One of the codes of the SIFA survey for the situation of the year before.
    Situation,
}

/// A code and its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What is written in the cell.
    pub code: &'static str,
    /// What it means, in French.
    pub means: &'static str,
    /// Whether a drop-down list proposes it; the others are synonyms.
    pub proposed: bool,
}

impl Shape {
    /// How to write a value: a sentence in French, without a final stop.
    pub fn says(self) -> Cow<'static, str> {
        match self {
            Self::Text(0 | 1) => "Texte".into(),
            Self::Text(least) => format!("Texte d’au moins {least} caractères").into(),
            Self::Date => "Date : 31/12/2026 ou 2026-12-31".into(),
            Self::Email => "Une adresse électronique : texte@texte.texte".into(),
            Self::YesNo => "OUI ou NON (VRAI, FAUX, 1 et 0 sont acceptés)".into(),
            Self::Number(least, most) => format!("Nombre entier de {least} à {most}").into(),
            Self::Code(_, says) => says.into(),
            Self::OneOf(choices) => {
                let named = choices.iter().filter(|choice| choice.proposed);
                let named: Vec<String> =
                    named.map(|choice| format!("{} ({})", choice.code, choice.means)).collect();
                format!("Au choix : {}", named.join(", ")).into()
            }
            Self::Situation => "4 chiffres : un code SIT_N_1 de l’enquête SIFA".into(),
        }
    }

    /// The codes accepted, when there are only a few.
    pub fn codes(self) -> Option<Vec<String>> {
        match self {
            Self::OneOf(choices) => {
                Some(choices.iter().map(|choice| choice.code.to_owned()).collect())
            }
            Self::Situation => {
                Some(super::rules::SITUATIONS.iter().map(ToString::to_string).collect())
            }
            _ => None,
        }
    }

    /// The values of a drop-down list, when one helps.
    pub fn proposed(self) -> Option<Vec<&'static str>> {
        match self {
            Self::OneOf(choices) => {
                let proposed = choices.iter().filter(|choice| choice.proposed);
                Some(proposed.map(|choice| choice.code).collect())
            }
            Self::YesNo => Some(vec!["OUI", "NON"]),
            _ => None,
        }
    }
}

const fn choice(code: &'static str, means: &'static str) -> Choice {
    Choice { code, means, proposed: true }
}

const fn synonym(code: &'static str, means: &'static str) -> Choice {
    Choice { code, means, proposed: false }
}

const SEXES: &[Choice] = &[
    choice("F", "féminin"),
    choice("M", "masculin"),
    synonym("H", "masculin"),
    synonym("1", "masculin"),
    synonym("2", "féminin"),
];

/// The codes of the SIFA survey (`domain.md` §1.2).
const CFA_TYPES: &[Choice] = &[
    choice("01", "public, Éducation nationale"),
    choice("02", "public, enseignement supérieur"),
    choice("03", "public agricole"),
    choice("04", "collectivité territoriale"),
    choice("05", "autre public"),
    choice("06", "consulaire"),
    choice("07", "branche"),
    choice("08", "entreprise"),
    choice("09", "associatif"),
    choice("10", "autre privé"),
];

const UAI: Shape = Shape::Code("^[0-9]{7}[A-HJ-NPR-Z]$", "7 chiffres puis une lettre");
const SIRET: Shape = Shape::Code("^[0-9]{14}$", "14 chiffres");
const POSTAL_CODE: Shape = Shape::Code("^[0-9]{5}$", "5 chiffres");
const COMMUNE: Shape =
    Shape::Code("^([0-9]{2}|2A|2B)[0-9]{3}$", "5 caractères : le code INSEE, pas le code postal");
const INE: Shape = Shape::Code(
    "^([0-9]{9}[A-Z]{2}|[0-9_]{10}[A-Z]|[0-9]{4}A[0-9]{5}[A-Z])$",
    "11 caractères : 10 chiffres et une lettre, ou 9 chiffres et deux lettres",
);
const PHONE: Shape =
    Shape::Code("^[+0-9(][-+0-9 ./()]{7,22}$", "10 chiffres, ou un numéro international (+33…)");
const LAST_ORGANISATION: Shape = Shape::Code(
    "^([0-9]{7}[A-HJ-NPR-Z]|0?[0-9]{2}|0?2[AB]|9[789][0-9])$",
    "Un UAI, ou un numéro de département ; 993 si inconnu, 995 si non concerné",
);
const SCHOOL_YEAR: Shape = Shape::Code(
    "^[12][0-9]{3}-[12][0-9]{3}$",
    "Deux années qui se suivent, ou la même deux fois : 2026-2027",
);
const RNCP: Shape = Shape::Code("^(RNCP)?[0-9]{2,5}$", "RNCP puis 2 à 5 chiffres");
const CFD: Shape = Shape::Code("^[0-9A-Z]{8}$", "8 chiffres ou lettres");

/// Every column, in the order of the template.
pub fn fields() -> Vec<Field> {
    Column::ALL.into_iter().map(field).collect()
}

/// One column.
pub fn field(column: Column) -> Field {
    if let Some(field) = contract_field(column) {
        return field;
    }
    let (shape, example, description) = plain(column);
    let when = (column == Column::DateExclusion).then_some("s’il y a une sortie de la formation");
    Field { column, description: description.into(), when, shape, example: example.into() }
}

fn plain(column: Column) -> (Shape, &'static str, &'static str) {
    use Shape::{Date, Email, Number, OneOf, Situation, Text, YesNo};
    match column {
        Column::Nom => (Text(1), "Modèle", "Nom de famille de l’apprenant (nom d’usage)."),
        Column::Prenom => (Text(1), "Camille", "Premier prénom de l’apprenant."),
        Column::DateDeNaissance => (Date, "2006-03-14", "Date de naissance de l’apprenant."),
        Column::Sexe => (OneOf(SEXES), "F", "Sexe de l’apprenant."),
        Column::CodePostalDeNaissance => (
            POSTAL_CODE,
            "44400",
            "Code postal du lieu de naissance ; à l’étranger, 99 puis les 3 chiffres du pays.",
        ),
        Column::CommuneDeNaissance => (COMMUNE, "44109", "Code INSEE de la commune de naissance."),
        Column::EmailContact => {
            (Email, "camille.modele@exemple.fr", "Adresse électronique de l’apprenant.")
        }
        Column::Adresse => (
            Text(1),
            "1 rue de l’Exemple",
            "Adresse actuelle de l’apprenant : le numéro et la voie.",
        ),
        Column::CodePostal => (POSTAL_CODE, "02100", "Code postal du domicile de l’apprenant."),
        Column::Commune => (COMMUNE, "02691", "Code INSEE de la commune du domicile."),
        Column::Ine => (INE, "070654321HB", "Identifiant national élève (INE)."),
        Column::Tel => (PHONE, "0612345678", "Téléphone de l’apprenant."),
        Column::Rqth => (
            YesNo,
            "OUI",
            "L’apprenant a-t-il la reconnaissance de la qualité de travailleur handicapé (RQTH) ?",
        ),
        Column::DateRqth => (Date, "2023-08-22", "Date de la RQTH."),
        Column::ResponsableMail1 => {
            (Email, "parent.un@exemple.fr", "Adresse électronique d’un responsable légal.")
        }
        Column::ResponsableMail2 => {
            (Email, "parent.deux@exemple.fr", "Adresse électronique d’un autre responsable légal.")
        }
        Column::DernierOrganismeUai => (
            LAST_ORGANISATION,
            "0751234J",
            "Établissement fréquenté l’année précédente (champ ETAB_N_1 de l’enquête SIFA).",
        ),
        Column::DerniereSituation => (
            Situation,
            "4001",
            "Situation de l’année précédente (champ SIT_N_1 de l’enquête SIFA).",
        ),
        Column::TypeCfa => (OneOf(CFA_TYPES), "01", "Type du CFA dans l’enquête SIFA."),
        Column::ResponsableUai => (
            UAI,
            "0022189U",
            "UAI de l’organisme responsable : il signe les contrats et gère la formation.",
        ),
        Column::ResponsableSiret => (SIRET, "39504180900041", "SIRET de l’organisme responsable."),
        Column::FormateurUai => (
            UAI,
            "0022189U",
            "UAI de l’organisme formateur : il accueille et forme l’apprenant, qui y est compté.",
        ),
        Column::FormateurSiret => (SIRET, "39504180900041", "SIRET de l’organisme formateur."),
        Column::LieuUai => (UAI, "0022189U", "UAI du lieu de formation, s’il en a un."),
        Column::LieuSiret => (SIRET, "39504180900041", "SIRET du lieu de formation, s’il en a un."),
        Column::LieuAdresse => (Text(1), "2 rue de l’Exemple", "Adresse du lieu de formation."),
        Column::LieuCodePostal => (POSTAL_CODE, "02100", "Code postal du lieu de formation."),
        Column::AnneeScolaire => (SCHOOL_YEAR, "2026-2027", "Année scolaire de la liste."),
        Column::AnneeFormation => (
            Number(0, 6),
            "1",
            "Année dans la formation : 1 pour la première, 0 pour une année préparatoire.",
        ),
        Column::Rncp => (RNCP, "RNCP35316", "Code RNCP de la certification préparée."),
        Column::Cfd => (CFD, "50022145", "Code formation diplôme (CFD) du diplôme préparé."),
        Column::DateInscription => {
            (Date, "2026-06-15", "Date d’inscription dans la formation, avec ou sans contrat.")
        }
        Column::DateEntree => {
            (Date, "2026-09-01", "Premier jour de la formation, avec ou sans contrat.")
        }
        Column::DateFin => (Date, "2028-08-31", "Dernier jour prévu de la formation."),
        Column::DureeMois => (Number(1, 48), "24", "Durée théorique de la formation, en mois."),
        Column::LibelleCourt => (Text(2), "CAP PATISSIER", "Libellé court de la formation."),
        Column::Obtention => (YesNo, "NON", "Le diplôme a-t-il été obtenu ?"),
        Column::DateObtention => (Date, "2028-07-05", "Date d’obtention du diplôme."),
        Column::DateExclusion => {
            (Date, "2028-02-29", "Date d’exclusion ou d’abandon de la formation.")
        }
        Column::CauseExclusion => (Text(1), "Changement de CFA", "Cause de la sortie."),
        Column::Presentielle => (YesNo, "OUI", "NON si la formation est entièrement à distance."),
        Column::NomReferentHandicap => {
            (Text(1), "Exemple", "Nom du référent handicap de la formation.")
        }
        Column::PrenomReferentHandicap => {
            (Text(1), "Dominique", "Prénom du référent handicap de la formation.")
        }
        Column::EmailReferentHandicap => {
            (Email, "referent@exemple.fr", "Adresse électronique du référent handicap.")
        }
        // The columns of contracts are described together.
        _ => (Text(0), "", ""),
    }
}

fn contract_field(column: Column) -> Option<Field> {
    const RANKS: [&str; CONTRACTS.len()] = ["premier", "deuxième", "troisième", "quatrième"];
    const STARTS: [&str; CONTRACTS.len()] =
        ["2026-09-01", "2026-11-02", "2027-03-01", "2027-09-01"];
    const BREAKS: [&str; CONTRACTS.len()] =
        ["2026-10-15", "2027-02-12", "2027-06-30", "2028-01-31"];
    const IF_CONTRACT: Option<&str> = Some("s’il y a un contrat");
    let (place, columns) = CONTRACTS.iter().enumerate().find(|(_, columns)| {
        [columns.start, columns.end, columns.employer, columns.rupture, columns.cause]
            .contains(&column)
    })?;
    let rank = RANKS[place];
    let (shape, example, what, when) = match column {
        column if column == columns.start => {
            (Shape::Date, STARTS[place], "Date de début", IF_CONTRACT)
        }
        column if column == columns.end => {
            (Shape::Date, "2028-08-31", "Date de fin prévue", IF_CONTRACT)
        }
        column if column == columns.employer => {
            (SIRET, "13002526500013", "SIRET de l’employeur", IF_CONTRACT)
        }
        column if column == columns.rupture => {
            (Shape::Date, BREAKS[place], "Date de rupture", Some("si le contrat est rompu"))
        }
        _ => (Shape::Text(1), "Démission", "Cause de la rupture", None),
    };
    let description = format!("{what} du {rank} contrat d’apprentissage.").into();
    Some(Field { column, description, when, shape, example: example.into() })
}

/// A rule, as the makers of software know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCode {
    /// Its code, which does not change.
    pub code: &'static str,
    /// How grave its findings are, corrections apart.
    pub level: Level,
    /// The nearest Frictionless error type.
    pub frictionless: Frictionless,
    /// What it finds, when one sentence says it for every file.
    pub says: Option<&'static str>,
}

/// Every rule: those that refuse a file, those on its header, those on its rows.
pub fn rule_codes() -> Vec<RuleCode> {
    let of_file = refusals().into_iter().map(|refusal| {
        let finding = refusal.finding();
        let (code, frictionless) = (finding.rule, finding.frictionless);
        RuleCode { code, level: Level::File, frictionless, says: None }
    });
    let note =
        |code, level, frictionless, says| RuleCode { code, level, frictionless, says: Some(says) };
    let of_header = [
        note(
            "nir_is_absent",
            Level::Advice,
            Frictionless::ExtraLabel,
            "Le fichier contient une colonne de numéros de sécurité sociale (NIR).",
        ),
        note(
            "header_is_spelled_right",
            Level::Correction,
            Frictionless::ConstraintError,
            "Un en-tête est à une ou deux lettres d’un nom attendu.",
        ),
        note(
            "header_is_of_a_list",
            Level::Advice,
            Frictionless::ExtraLabel,
            "Un en-tête est un nom de l’API, qui se dit autrement dans une liste.",
        ),
        note(
            "column_has_a_header",
            Level::Advice,
            Frictionless::BlankLabel,
            "Une colonne contient des valeurs et n’a pas d’en-tête : elle n’est pas lue.",
        ),
        note(
            "example_row_is_removed",
            Level::Advice,
            Frictionless::RowConstraint,
            "La ligne d’exemple du modèle est restée dans le fichier.",
        ),
    ];
    let of_rows = RULES.iter().map(|rule| RuleCode {
        code: rule.name,
        level: rule.level,
        frictionless: rule.frictionless,
        says: Some(rule.says),
    });
    of_file.chain(of_header).chain(of_rows).collect()
}

/// One refusal of each code that no rule on rows has.
fn refusals() -> Vec<Refusal> {
    let (line, column) = (1, Column::Nom);
    vec![
        Refusal::Empty,
        Refusal::NotASpreadsheet,
        Refusal::OtherFormat { format: "" },
        Refusal::Archive { holds: Holds::Nothing },
        Refusal::WrongExtension { found: "" },
        Refusal::Damaged,
        Refusal::Encrypted,
        Refusal::NotJudged,
        Refusal::TooManyBytes,
        Refusal::TooManyRows,
        Refusal::OutOfBounds { what: "", line: None },
        Refusal::NotText { line },
        Refusal::NoHeader,
        Refusal::TwoColumnsForOne {
            line,
            column,
            place: 0,
            first: String::new(),
            second: String::new(),
        },
        Refusal::MissingColumn { line, column },
        Refusal::NoRow,
        Refusal::MostRowsSetAside { set_aside: 1, read: 1 },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_described() {
        for field in fields() {
            assert!(field.description.ends_with(['.', '?']), "{}", field.column);
            assert!(!field.example.is_empty(), "{}", field.column);
        }
    }

    #[test]
    fn every_refusal_has_its_code() {
        assert!(refusals().iter().map(Refusal::rule).eq(Refusal::RULES));
    }

    #[test]
    fn no_code_is_given_twice() {
        let mut codes: Vec<&str> = rule_codes().iter().map(|rule| rule.code).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
