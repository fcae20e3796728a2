//! The files of the reference datasets: which columns they have, what a line may hold, what is said
//! of a bad one.
//!
//! A line that names nothing that exists is set aside with its reason. A key given twice refuses the
//! whole file: nobody but the operator can tell which line is right.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::report::sentence;
use super::{
    Columns, Counts, File, Finding, Frictionless, Group, Level, Report, Verdict, thousands,
};
use crate::upload::Dataset;
use crate::vocabulary::commune::commune_named;
use crate::vocabulary::learner::fold;
use crate::vocabulary::organisation::Listed;
use crate::vocabulary::references::{
    Certification, Certifications, Code, Network, Networks, ZoneLine, Zones, commune, network, opco,
};
use crate::vocabulary::{Organisation, Reference, References, Siret, territory};

/// A file that no longer lists more than this share of the organisations is refused: it is more
/// often cut short than meant.
const MOST_REMOVED_PERCENT: usize = 20;
/// Most findings listed one by one.
const MOST_LISTED: usize = 1_000;
/// How many lines a group names.
const LINES_NAMED: usize = 10;

/// A column of a reference dataset.
#[derive(Debug)]
pub struct ReferenceColumn {
    /// Its name, in the files we document and keep.
    pub name: &'static str,
    /// Other headers that say the same.
    aliases: &'static [&'static str],
    /// Whether a file without it is refused.
    pub mandatory: bool,
}

const fn must(name: &'static str, aliases: &'static [&'static str]) -> ReferenceColumn {
    ReferenceColumn { name, aliases, mandatory: true }
}

const fn may(name: &'static str) -> ReferenceColumn {
    ReferenceColumn { name, aliases: &[], mandatory: false }
}

static ORGANISMES: [ReferenceColumn; 8] = [
    must("uai", &[]),
    must("siret", &[]),
    must("raison_sociale", &[]),
    must("enseigne", &[]),
    must("nature", &[]),
    must("departement", &[]),
    must("commune", &[]),
    may("code_commune"),
];
static RESEAUX: [ReferenceColumn; 2] = [must("siret", &[]), must("reseaux", &["Réseaux à jour"])];
static CERTIFICATIONS: [ReferenceColumn; 5] =
    [must("code", &["code_rncp"]), may("libelle"), may("niveau"), may("domaine"), may("opcos")];
static ZONES: [ReferenceColumn; 4] = [
    must("code_commune", &[]),
    may("nom_commune"),
    must("code_zone_emploi", &[]),
    may("libelle_zone_emploi"),
];

/// The columns of a dataset, in the order of its files; none for a list of learners.
pub fn reference_columns(dataset: Dataset) -> &'static [ReferenceColumn] {
    match dataset {
        Dataset::Effectifs => &[],
        Dataset::Organismes => &ORGANISMES,
        Dataset::Reseaux => &RESEAUX,
        Dataset::Certifications => &CERTIFICATIONS,
        Dataset::Zones => &ZONES,
    }
}

/// A line of a reference dataset that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// An organisation: its couple of codes is the key.
    Organisme(Listed),
    /// The networks of a SIRET.
    Reseaux(Siret, Vec<&'static Network>),
    /// What is known of a code.
    Certification(Certification),
    /// The zone of a commune.
    Zone(ZoneLine),
}

/// Why a line is set aside: the column, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Name of the column.
    pub column: &'static str,
    message: Cow<'static, str>,
    fix: &'static str,
}

impl Line {
    /// Reads a line, its texts in the order of [`reference_columns`].
    pub fn read(dataset: Dataset, texts: &[String]) -> Result<Self, Fault> {
        let text = |place: usize| texts.get(place).map_or("", String::as_str).trim();
        let fault = |place: usize, message: &'static str, fix| {
            let column = reference_columns(dataset).get(place).map_or("", |column| column.name);
            Fault { column, message: format!("{column} : {message}").into(), fix }
        };
        let siret = |place: usize| -> Result<Siret, Fault> {
            code(text(place)).parse().map_err(|_| {
                fault(place, "ce n’est pas un SIRET (14 chiffres, avec leur clé).", FIX_CODE)
            })
        };
        let insee = |place: usize| {
            commune(&padded(text(place), 5)).ok_or_else(|| {
                fault(place, "ce n’est pas un code INSEE de commune (5 caractères).", FIX_CODE)
            })
        };
        match dataset {
            Dataset::Organismes => {
                let uai = padded(&code(text(0)), 8).parse().map_err(|_| {
                    fault(0, "ce n’est pas une UAI (7 chiffres et leur lettre clé).", FIX_CODE)
                })?;
                let siret = siret(1)?;
                let department = text(5);
                if !department.is_empty() && territory::department(department).is_none() {
                    return Err(fault(5, "ce département n’existe pas.", FIX_CODE));
                }
                let given = (!text(7).is_empty()).then(|| insee(7)).transpose()?;
                let commune_code = given.or_else(|| commune_named(department, text(6)));
                let name = if text(3).is_empty() { text(2) } else { text(3) };
                Ok(Self::Organisme(Listed {
                    organisation: Organisation { uai, siret },
                    name: one_line(name),
                    nature: text(4).to_owned(),
                    department: territory::department(department)
                        .map_or("", |department| department.code)
                        .to_owned(),
                    commune: one_line(text(6)),
                    commune_code,
                }))
            }
            Dataset::Reseaux => {
                let siret = siret(0)?;
                let mut networks = Vec::new();
                for code in listed(text(1)) {
                    networks.push(network(code).ok_or_else(|| {
                        fault(1, "ce réseau n’est pas de la liste nationale.", FIX_NETWORK)
                    })?);
                }
                if networks.is_empty() {
                    return Err(fault(1, "aucun réseau n’est indiqué.", FIX_NETWORK));
                }
                networks.sort_unstable();
                networks.dedup();
                Ok(Self::Reseaux(siret, networks))
            }
            Dataset::Certifications => {
                let code = Code::parse(&code(text(0))).ok_or_else(|| {
                    fault(0, "ce n’est ni un code RNCP (RNCP35316) ni un code CFD.", FIX_CODE)
                })?;
                let level = match text(2) {
                    "" => None,
                    level => match level.parse() {
                        Ok(level @ 3..=8) => Some(level),
                        _ => return Err(fault(2, "le niveau va de 3 à 8.", FIX_CODE)),
                    },
                };
                let mut opcos = Vec::new();
                for code in listed(text(4)) {
                    opcos.push(opco(code).ok_or_else(|| {
                        fault(4, "cet OPCO n’est pas de la liste nationale.", FIX_OPCO)
                    })?);
                }
                opcos.sort_unstable();
                opcos.dedup();
                let (label, domain) = (one_line(text(1)), one_line(text(3)));
                Ok(Self::Certification(Certification { code, label, level, domain, opcos }))
            }
            Dataset::Zones => {
                let zone = padded(text(2), 4);
                if zone.len() != 4 || !zone.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(fault(2, "ce n’est pas un code de zone (4 chiffres).", FIX_CODE));
                }
                let (commune_name, label) = (one_line(text(1)), one_line(text(3)));
                Ok(Self::Zone(ZoneLine { commune: insee(0)?, commune_name, zone, label }))
            }
            Dataset::Effectifs => Err(Fault {
                column: "",
                message: "Ce n’est pas un référentiel.".into(),
                fix: FIX_CODE,
            }),
        }
    }

    /// What no two lines may share.
    pub fn key(&self) -> String {
        match self {
            Self::Organisme(listed) => listed.organisation.to_string(),
            Self::Reseaux(siret, _) => siret.to_string(),
            Self::Certification(certification) => certification.code.to_string(),
            Self::Zone(line) => String::from_utf8_lossy(&line.commune).into_owned(),
        }
    }

    /// The line as we keep it, in the order of [`reference_columns`]: read again, it is the same.
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Organisme(listed) => vec![
                listed.organisation.uai.to_string(),
                listed.organisation.siret.to_string(),
                listed.name.clone(),
                String::new(),
                listed.nature.clone(),
                listed.department.clone(),
                listed.commune.clone(),
                listed
                    .commune_code
                    .map(|code| String::from_utf8_lossy(&code).into_owned())
                    .unwrap_or_default(),
            ],
            Self::Reseaux(siret, networks) => {
                vec![siret.to_string(), joined(networks.iter().map(|network| network.code))]
            }
            Self::Certification(it) => vec![
                it.code.to_string(),
                it.label.clone(),
                it.level.map(|level| level.to_string()).unwrap_or_default(),
                it.domain.clone(),
                joined(it.opcos.iter().map(|opco| opco.code)),
            ],
            Self::Zone(line) => {
                vec![self.key(), line.commune_name.clone(), line.zone.clone(), line.label.clone()]
            }
        }
    }
}

const FIX_CODE: &str = "Corrigez cette cellule, ou retirez la ligne.";
const FIX_NETWORK: &str = "Écrivez les clés des réseaux séparées par « | » : CFA_EC|CMA. La liste est dans la documentation.";
const FIX_OPCO: &str =
    "Écrivez les clés des OPCO séparées par « | » : 2I|EP. La liste est dans la documentation.";

/// A code without the spaces and dots that people put in it.
fn code(text: &str) -> String {
    let kept = |letter: &char| !matches!(letter, ' ' | '.' | '\u{a0}' | '\u{202f}');
    text.chars().filter(kept).collect::<String>().to_uppercase()
}

/// A code whose first zeros a spreadsheet took away.
fn padded(text: &str, length: usize) -> String {
    let missing = if text.is_empty() { 0 } else { length.saturating_sub(text.chars().count()) };
    // One zero at most, as in `1053` or `350001L`: more is another code.
    if missing == 1 { format!("0{text}") } else { text.to_owned() }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').map(str::trim).filter(|code| !code.is_empty())
}

fn joined<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.collect::<Vec<_>>().join("|")
}

impl References {
    /// Adds the lines of a dataset, all of one kind.
    #[must_use]
    pub fn with(mut self, lines: Vec<Line>) -> Self {
        let (mut listed, mut members) = (Vec::new(), Vec::new());
        let (mut certifications, mut zones) = (Vec::new(), Vec::new());
        for line in lines {
            match line {
                Line::Organisme(it) => listed.push(it),
                Line::Reseaux(siret, networks) => {
                    members.extend(networks.into_iter().map(|network| (siret, network)));
                }
                Line::Certification(it) => certifications.push(it),
                Line::Zone(it) => zones.push(it),
            }
        }
        if !listed.is_empty() {
            self.organisations = Reference::new(listed);
        }
        if !members.is_empty() {
            self.networks = Networks::new(members);
        }
        if !certifications.is_empty() {
            self.certifications = Certifications::new(certifications);
        }
        if !zones.is_empty() {
            self.zones = Zones::new(zones);
        }
        self
    }
}

/// Judges the lines of one file, one by one.
#[derive(Debug)]
pub struct ReferenceJudge {
    dataset: Dataset,
    header_line: u32,
    /// The place in the sheet of each column of the dataset.
    places: Vec<Option<usize>>,
    ignored: Vec<String>,
    rows: Counts,
    kept: BTreeMap<String, (u32, Line)>,
    findings: Vec<Finding>,
    refused: Option<String>,
}

impl ReferenceJudge {
    /// How many columns of the dataset a row of headers names.
    pub fn score(dataset: Dataset, cells: &[String]) -> usize {
        reference_columns(dataset).iter().filter(|column| column.place(cells).is_some()).count()
    }

    /// A file with this header, at this line.
    pub fn new(dataset: Dataset, header_line: u32, cells: &[String]) -> Self {
        let columns = reference_columns(dataset);
        let places: Vec<_> = columns.iter().map(|column| column.place(cells)).collect();
        let ignored = cells
            .iter()
            .enumerate()
            .filter(|(place, header)| !header.trim().is_empty() && !places.contains(&Some(*place)));
        let mut judge = Self {
            dataset,
            header_line,
            ignored: ignored.map(|(_, header)| header.clone()).collect(),
            places,
            rows: Counts::default(),
            kept: BTreeMap::new(),
            findings: Vec::new(),
            refused: None,
        };
        for (column, place) in columns.iter().zip(judge.places.clone()) {
            if column.mandatory && place.is_none() {
                let name = column.name;
                judge.refuse(
                    "reference_has_its_columns",
                    header_line,
                    format!("La colonne {name} est obligatoire et n’a pas été trouvée."),
                    "Ajoutez cette colonne sous ce nom, puis renvoyez le fichier.",
                    Frictionless::MissingLabel,
                );
            }
        }
        judge
    }

    /// Judges a line; empty ones do not count.
    pub fn line(&mut self, line: u32, cells: &[String]) {
        if self.refused.is_some() && self.rows.read == 0 && !self.findings.is_empty() {
            return;
        }
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        self.rows.read += 1;
        let text = |place: &Option<usize>| {
            place.and_then(|place| cells.get(place)).cloned().unwrap_or_default()
        };
        let texts: Vec<String> = self.places.iter().map(text).collect();
        match Line::read(self.dataset, &texts) {
            Ok(read) => self.keep(line, read),
            Err(fault) => {
                self.rows.set_aside += 1;
                let columns = reference_columns(self.dataset);
                let place = columns.iter().position(|column| column.name == fault.column);
                let place = place.and_then(|place| self.places[place]);
                self.findings.push(Finding {
                    rule: "reference_line_is_well_formed",
                    level: Level::Row,
                    line: Some(line),
                    column: None,
                    column_index: place.map(|place| place as u32),
                    message: fault.message,
                    fix: fault.fix.into(),
                    frictionless: Frictionless::ConstraintError,
                });
            }
        }
    }

    fn keep(&mut self, line: u32, read: Line) {
        let key = read.key();
        if let Some((first, _)) = self.kept.get(&key) {
            let message = format!("La clé {key} est déjà donnée par la ligne {first}.");
            self.rows.set_aside += 1;
            self.refuse(
                "reference_key_is_unique",
                line,
                message,
                "Gardez une seule de ces lignes, la bonne, puis renvoyez le fichier.",
                Frictionless::DuplicateRow,
            );
            return;
        }
        self.rows.accepted += 1;
        self.kept.insert(key, (line, read));
    }

    fn refuse(
        &mut self,
        rule: &'static str,
        line: impl Into<Option<u32>>,
        message: String,
        fix: &'static str,
        frictionless: Frictionless,
    ) {
        self.refused.get_or_insert_with(|| message.clone());
        self.findings.push(Finding {
            rule,
            level: Level::File,
            line: line.into(),
            column: None,
            column_index: None,
            message: message.into(),
            fix: fix.into(),
            frictionless,
        });
    }

    /// The report, and the lines to keep, in order of their keys, when the file is accepted.
    /// `known` are the organisations of the version that counts now.
    pub fn finish(mut self, mut file: File, known: &Reference) -> (Report, Option<Vec<Line>>) {
        file.header_line = Some(self.header_line);
        let Counts { read, accepted, set_aside, .. } = self.rows;
        if self.refused.is_none() && read == 0 {
            self.refuse(
                "reference_has_rows",
                None,
                "Ce fichier a des en-têtes, mais aucune ligne.".to_owned(),
                "Vérifiez que le bon fichier a été choisi, puis envoyez-le à nouveau.",
                Frictionless::TableDimensions,
            );
        }
        if self.refused.is_none() && set_aside > accepted {
            let (set_aside, read) = (thousands(set_aside), thousands(read));
            self.refuse(
                "reference_keeps_most_lines",
                None,
                format!("Plus de la moitié des lignes sont à corriger ({set_aside} sur {read})."),
                "Corrigez d’abord la première cause de la liste.",
                Frictionless::RowConstraint,
            );
        }
        self.refuse_if_too_many_are_removed(known);
        let verdict = if self.refused.is_none() { Verdict::Accepted } else { Verdict::Refused };
        let ignored = self.ignored.len() as u32;
        let sentence = self.refused.clone().unwrap_or_else(|| sentence(self.rows, ignored));
        let summary = groups(&self.findings);
        self.findings.truncate(MOST_LISTED);
        let report = Report {
            verdict,
            sentence,
            file,
            rows: self.rows,
            changes: None,
            preview: None,
            columns: Columns { ignored: self.ignored, ..Columns::default() },
            summary,
            findings: self.findings,
        };
        let lines = self.kept.into_values().map(|(_, line)| line).collect();
        (report, self.refused.is_none().then_some(lines))
    }

    fn refuse_if_too_many_are_removed(&mut self, known: &Reference) {
        if self.dataset != Dataset::Organismes || self.refused.is_some() {
            return;
        }
        let kept: BTreeSet<&str> = self.kept.keys().map(String::as_str).collect();
        let removed = known
            .iter()
            .filter(|listed| !kept.contains(listed.organisation.to_string().as_str()))
            .count();
        if removed * 100 > known.len() * MOST_REMOVED_PERCENT {
            let [removed, known] = [removed, known.len()].map(|count| thousands(count as u32));
            self.refuse(
                "reference_keeps_organisations",
                None,
                format!(
                    "Ce fichier ne contient plus {removed} des {known} organismes de la liste actuelle : plus de {MOST_REMOVED_PERCENT} %."
                ),
                "Vérifiez qu’il est complet. Un retrait voulu se fait en plusieurs envois.",
                Frictionless::TableDimensions,
            );
        }
    }
}

impl ReferenceColumn {
    fn place(&self, headers: &[String]) -> Option<usize> {
        let says = |header: &String| {
            let header = fold(header);
            header == fold(self.name) || self.aliases.iter().any(|alias| fold(alias) == header)
        };
        headers.iter().position(says)
    }
}

/// Findings of one cause, the gravest and most frequent first.
fn groups(findings: &[Finding]) -> Vec<Group> {
    let mut groups = BTreeMap::<(Level, &str, Option<u32>), Group>::new();
    for finding in findings {
        let key = (finding.level, finding.rule, finding.column_index);
        let group = groups.entry(key).or_insert_with(|| Group {
            rule: finding.rule,
            level: finding.level,
            column: None,
            column_index: finding.column_index,
            count: 0,
            lines: Vec::new(),
            message: finding.message.to_string(),
            fix: finding.fix.to_string(),
        });
        group.count += 1;
        if let Some(line) = finding.line
            && group.lines.len() < LINES_NAMED
        {
            group.lines.push(line);
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| (group.level, std::cmp::Reverse(group.count)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(dataset: Dataset, csv: &str, known: &Reference) -> (Report, Option<Vec<Line>>) {
        let cells = |line: &str| line.split(';').map(str::to_owned).collect::<Vec<_>>();
        let mut lines = csv.lines();
        let mut judge = ReferenceJudge::new(dataset, 1, &cells(lines.next().unwrap()));
        for (place, line) in lines.enumerate() {
            judge.line(place as u32 + 2, &cells(line));
        }
        judge.finish(File::default(), known)
    }

    /// Each finding as a person would note it down.
    fn said(dataset: Dataset, csv: &str) -> Vec<String> {
        let (report, _) = judged(dataset, csv, &Reference::default());
        let told = |finding: &Finding| {
            let line = finding.line.map(|line| format!("{line} ")).unwrap_or_default();
            format!("{line}{}: {}", finding.rule, finding.message)
        };
        report.findings.iter().map(told).collect()
    }

    #[test]
    fn what_is_kept_reads_as_it_was_written() {
        let files = [
            (
                Dataset::Organismes,
                "uai;siret;raison_sociale;enseigne;nature;departement;commune;code_commune\n\
                 350001L;190 350 001 00011;CFA  de Rennes;;formateur;35;Rennes;35238\n\
                 0290001U;19029000100014;X;CFA de Brest;responsable;29;Brest;",
            ),
            (
                Dataset::Reseaux,
                "Siret;UAI validée;Réseaux à jour\n19035000100011;0350001L;cma|agri | cma",
            ),
            (
                Dataset::Certifications,
                "code;libelle;niveau;domaine;opcos\nRNCP35316;CAP Pâtissier;3;Alimentation;ep|2i\n50022145;;;;",
            ),
            (
                Dataset::Zones,
                "code_commune;code_zone_emploi;libelle_zone_emploi\n1001;8405;Bourg-en-Bresse\n2A004;9401;",
            ),
        ];
        for (dataset, csv) in files {
            let (report, lines) = judged(dataset, csv, &Reference::default());
            assert_eq!(report.findings, [], "{dataset}");
            for line in lines.unwrap() {
                assert_eq!(Line::read(dataset, &line.texts()).unwrap(), line);
            }
        }
    }

    #[test]
    fn bad_codes_are_set_aside_each_with_its_line() {
        assert_eq!(
            said(
                Dataset::Reseaux,
                "siret;reseaux\n19035000100011;cma\n19029000100014;uimm\n19974000100011;mfr\n\
                 123;cma\n19035000100011;elsewhere\n35600000000048;"
            ),
            [
                "5 reference_line_is_well_formed: siret : ce n’est pas un SIRET (14 chiffres, avec leur clé).",
                "6 reference_line_is_well_formed: reseaux : ce réseau n’est pas de la liste nationale.",
                "7 reference_line_is_well_formed: reseaux : aucun réseau n’est indiqué.",
            ]
        );
        assert_eq!(
            said(
                Dataset::Zones,
                "code_commune;code_zone_emploi\n35238;5315\n3523;53150\nX5238;5315"
            ),
            [
                "3 reference_line_is_well_formed: code_zone_emploi : ce n’est pas un code de zone (4 chiffres).",
                "4 reference_line_is_well_formed: code_commune : ce n’est pas un code INSEE de commune (5 caractères).",
                "reference_keeps_most_lines: Plus de la moitié des lignes sont à corriger (2 sur 3).",
            ]
        );
        assert_eq!(
            said(
                Dataset::Certifications,
                "code;niveau\nRNCP35316;9\nRNCP35317;3\n50022145;4\n35316X;"
            ),
            [
                "2 reference_line_is_well_formed: niveau : le niveau va de 3 à 8.",
                "5 reference_line_is_well_formed: code : ce n’est ni un code RNCP (RNCP35316) ni un code CFD.",
            ]
        );
    }

    #[test]
    fn a_key_given_twice_refuses_the_file_with_both_lines() {
        let csv = "siret;reseaux\n19035000100011;cma\n19029000100014;uimm\n19035000100011;mfr";
        assert_eq!(
            said(Dataset::Reseaux, csv),
            ["4 reference_key_is_unique: La clé 19035000100011 est déjà donnée par la ligne 2."]
        );
        let (report, lines) = judged(Dataset::Reseaux, csv, &Reference::default());
        assert_eq!((report.verdict, lines), (Verdict::Refused, None));
    }

    #[test]
    fn a_file_without_its_columns_or_without_lines_is_refused() {
        assert_eq!(
            said(Dataset::Zones, "code_commune;zone\n35238;5315"),
            [
                "1 reference_has_its_columns: La colonne code_zone_emploi est obligatoire et n’a pas été trouvée."
            ]
        );
        assert_eq!(
            said(Dataset::Zones, "code_commune;code_zone_emploi"),
            ["reference_has_rows: Ce fichier a des en-têtes, mais aucune ligne."]
        );
    }

    #[test]
    fn a_list_that_loses_more_than_a_fifth_of_the_organisations_is_refused() {
        let header = "uai;siret;raison_sociale;enseigne;nature;departement;commune\n";
        let lines = [
            "0350001L;19035000100011;A;;;35;",
            "0290001U;19029000100014;B;;;29;",
            "9740001H;19974000100011;C;;;974;",
            "0010856A;19750655300019;D;;;01;",
            "0751234J;35600000000048;E;;;75;",
        ];
        let of = |lines: &[&str]| format!("{header}{}", lines.join("\n"));
        let all = judged(Dataset::Organismes, &of(&lines), &Reference::default()).1.unwrap();
        let known = References::default().with(all).organisations;
        assert_eq!(known.len(), 5);
        let verdict =
            |kept: usize| judged(Dataset::Organismes, &of(&lines[..kept]), &known).0.verdict;
        assert_eq!(verdict(4), Verdict::Accepted, "exactly a fifth");
        assert_eq!(verdict(3), Verdict::Refused);
    }
}
