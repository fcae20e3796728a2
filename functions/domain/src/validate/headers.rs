//! Which column of the sheet is which: the header row, understood.
//!
//! Three ways, the surest first. *Exact*: the name, whatever its case, its stars and the spaces
//! around it. *Alias*: the same words without accents, in any order, or a name that other software
//! uses. *Near*: one or two letters off, said so that the sender can object. Digits must always
//! agree, since `contrat_date_debut_2` and `_3` are one letter apart.
//!
//! The NIR (social security number) is looked for first and never read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::{CONTRACTS, Cell, Column, Refusal};

/// How a header was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The name of the template.
    Exact,
    /// The same words, or a name known to mean the same.
    Alias,
    /// One or two letters off.
    Near,
}

impl How {
    /// Its name in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Alias => "alias",
            Self::Near => "near",
        }
    }
}

/// A header that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// As written in the sheet.
    pub header: String,
    /// What it means.
    pub column: Column,
    /// How that is known.
    pub how: How,
    /// Its place in the sheet, from 0.
    pub place: u16,
}

/// What one header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// A column of the list.
    Known(Column, How),
    /// The social security number.
    Nir,
    /// Something else.
    Unknown,
}

/// Names in use that mean a column: software, the API, plain French. Folded as headers are.
const ALIASES: &[(&str, Column)] = &[
    ("nom", Column::Nom),
    ("nom apprenti", Column::Nom),
    ("nom de famille", Column::Nom),
    ("nom naissance", Column::Nom),
    ("nom de l apprenant", Column::Nom),
    ("prenom", Column::Prenom),
    ("prenom 1", Column::Prenom),
    ("prenom apprenti", Column::Prenom),
    ("prenom de l apprenant", Column::Prenom),
    ("date naissance", Column::DateDeNaissance),
    ("date de naissance", Column::DateDeNaissance),
    ("date de naissance de l apprenant", Column::DateDeNaissance),
    ("ne le", Column::DateDeNaissance),
    ("sexe", Column::Sexe),
    ("genre", Column::Sexe),
    ("sexe de l apprenant", Column::Sexe),
    ("email", Column::EmailContact),
    ("mail", Column::EmailContact),
    ("courriel", Column::EmailContact),
    ("email apprenant", Column::EmailContact),
    ("mail apprenant", Column::EmailContact),
    ("courriel de l apprenant", Column::EmailContact),
    ("adresse", Column::Adresse),
    ("adresse de l apprenant", Column::Adresse),
    ("code postal", Column::CodePostal),
    ("cp apprenant", Column::CodePostal),
    ("code postal de l apprenant", Column::CodePostal),
    ("code insee apprenant", Column::Commune),
    ("code commune insee", Column::Commune),
    ("ine", Column::Ine),
    ("numero ine", Column::Ine),
    ("n ine", Column::Ine),
    ("ine rnie", Column::Ine),
    ("telephone", Column::Tel),
    ("tel", Column::Tel),
    ("telephone apprenant", Column::Tel),
    ("portable", Column::Tel),
    ("rqth", Column::Rqth),
    ("date rqth", Column::DateRqth),
    ("uai responsable", Column::ResponsableUai),
    ("uai cfa responsable", Column::ResponsableUai),
    ("uai du cfa responsable", Column::ResponsableUai),
    ("uai etablissement responsable", Column::ResponsableUai),
    ("uai organisme responsable", Column::ResponsableUai),
    ("siret responsable", Column::ResponsableSiret),
    ("siret cfa responsable", Column::ResponsableSiret),
    ("siret du cfa responsable", Column::ResponsableSiret),
    ("siret organisme responsable", Column::ResponsableSiret),
    ("uai formateur", Column::FormateurUai),
    ("uai cfa formateur", Column::FormateurUai),
    ("uai du cfa formateur", Column::FormateurUai),
    ("uai organisme formateur", Column::FormateurUai),
    ("siret formateur", Column::FormateurSiret),
    ("siret cfa formateur", Column::FormateurSiret),
    ("siret du cfa formateur", Column::FormateurSiret),
    ("siret organisme formateur", Column::FormateurSiret),
    ("uai lieu de formation", Column::LieuUai),
    ("uai site", Column::LieuUai),
    ("siret lieu de formation", Column::LieuSiret),
    ("adresse lieu de formation", Column::LieuAdresse),
    ("code postal lieu de formation", Column::LieuCodePostal),
    ("annee scolaire formation", Column::AnneeScolaire),
    ("annee de formation", Column::AnneeFormation),
    ("annee dans la formation", Column::AnneeFormation),
    ("rncp", Column::Rncp),
    ("code rncp", Column::Rncp),
    ("code rncp formation", Column::Rncp),
    ("cfd", Column::Cfd),
    ("code diplome", Column::Cfd),
    ("code formation diplome", Column::Cfd),
    ("date inscription", Column::DateInscription),
    ("date d inscription", Column::DateInscription),
    ("date d inscription en formation", Column::DateInscription),
    ("date entree", Column::DateEntree),
    ("date d entree en formation", Column::DateEntree),
    ("date debut formation", Column::DateEntree),
    ("date de debut de formation", Column::DateEntree),
    ("date de fin de formation", Column::DateFin),
    ("duree theorique formation mois", Column::DureeMois),
    ("duree formation mois", Column::DureeMois),
    ("duree de la formation en mois", Column::DureeMois),
    ("libelle formation", Column::LibelleCourt),
    ("libelle court", Column::LibelleCourt),
    ("date exclusion", Column::DateExclusion),
    ("date d abandon", Column::DateExclusion),
    ("date de sortie de formation", Column::DateExclusion),
    ("cause exclusion", Column::CauseExclusion),
    ("date debut contrat", Column::ContratDebut),
    ("date de debut de contrat", Column::ContratDebut),
    ("date de debut du contrat", Column::ContratDebut),
    ("date fin contrat", Column::ContratFin),
    ("date de fin de contrat", Column::ContratFin),
    ("date de fin du contrat", Column::ContratFin),
    ("siret entreprise", Column::Employeur),
    ("siret de l employeur", Column::Employeur),
    ("date rupture", Column::ContratRupture),
    ("date de rupture", Column::ContratRupture),
    ("date de rupture du contrat", Column::ContratRupture),
    ("date rupture contrat", Column::ContratRupture),
    ("cause rupture", Column::CauseRupture),
    ("motif de rupture", Column::CauseRupture),
    ("motif rupture contrat", Column::CauseRupture),
    ("motif de rupture du contrat", Column::CauseRupture),
    // How the second sheet of the template describes the columns.
    ("genre sexe de l apprenant", Column::Sexe),
    ("code postal du lieu de naissance de l apprenant", Column::CodePostalDeNaissance),
    ("code postal de naissance", Column::CodePostalDeNaissance),
    ("adresse principale actuelle de l apprenant", Column::Adresse),
    ("code postal du lieu d habitation de l apprenant", Column::CodePostal),
    ("identifiant national eleve", Column::Ine),
    ("numero de telephone de l apprenant", Column::Tel),
    ("date de reconnaissance rqth", Column::DateRqth),
    ("courriel du responsable legal", Column::ResponsableMail1),
    ("courriel du 1er responsable legal de l apprenant", Column::ResponsableMail1),
    ("courriel du 2eme responsable legal de l apprenant", Column::ResponsableMail2),
    ("type de cfa", Column::TypeCfa),
    ("situation n 1", Column::DerniereSituation),
    ("sit n 1", Column::DerniereSituation),
    ("etab n 1", Column::DernierOrganismeUai),
    ("date de fin previsionnelle de la formation", Column::DateFin),
    ("date fin previsionnelle formation", Column::DateFin),
    ("duree theorique de la formation", Column::DureeMois),
    ("duree theorique de la formation en mois", Column::DureeMois),
    ("libelle court de la formation", Column::LibelleCourt),
    ("libelle de la formation", Column::LibelleCourt),
    ("diplome obtenu", Column::Obtention),
    ("date d obtention du diplome", Column::DateObtention),
    ("date d exclusion ou d abandon", Column::DateExclusion),
    ("date d exclusion ou d abandon de la formation", Column::DateExclusion),
    ("cause d exclusion de la formation", Column::CauseExclusion),
    ("date de debut du contrat d apprentissage", Column::ContratDebut),
    ("date de fin du contrat d apprentissage", Column::ContratFin),
    ("date de rupture du contrat d apprentissage", Column::ContratRupture),
    ("cause de la rupture du contrat", Column::CauseRupture),
    ("cause de la rupture du contrat d apprentissage", Column::CauseRupture),
    // How other software calls them.
    ("nom usuel", Column::Nom),
    ("nom eleve", Column::Nom),
    ("prenom eleve", Column::Prenom),
    ("date naissance eleve", Column::DateDeNaissance),
    ("code insee commune", Column::Commune),
    ("commune insee", Column::Commune),
    ("mobile", Column::Tel),
    ("tel portable", Column::Tel),
    ("tel mobile", Column::Tel),
    ("numero uai responsable", Column::ResponsableUai),
    ("numero siret responsable", Column::ResponsableSiret),
    ("numero uai formateur", Column::FormateurUai),
    ("numero siret formateur", Column::FormateurSiret),
    ("date entree formation", Column::DateEntree),
    ("date entree cfa", Column::DateEntree),
    ("date d entree au cfa", Column::DateEntree),
    ("date fin formation", Column::DateFin),
    ("date abandon", Column::DateExclusion),
    ("siret employeur contrat", Column::Employeur),
    ("siret entreprise contrat", Column::Employeur),
    ("siret de l entreprise", Column::Employeur),
    ("debut contrat", Column::ContratDebut),
    ("fin contrat", Column::ContratFin),
    ("rupture contrat", Column::ContratRupture),
];

/// Names of the social security number, folded.
const NIR: &[&str] = &[
    "nir",
    "nirapprenant",
    "nirapprenti",
    "numerosecuritesociale",
    "numerodesecuritesociale",
    "nsecuritesociale",
    "ndesecuritesociale",
    "numsecu",
    "numerosecu",
    "numsecuritesociale",
    "securitesociale",
    "nss",
    "nosecu",
];

static NAMES: LazyLock<Names> = LazyLock::new(Names::new);

/// Every name by which a column may be called.
struct Names {
    exact: BTreeMap<&'static str, Column>,
    folded: BTreeMap<String, Column>,
}

impl Names {
    fn new() -> Self {
        let exact = Column::ALL.into_iter().map(|column| (column.name(), column)).collect();
        let own = Column::ALL.into_iter().map(|column| (column.name(), column));
        let mut folded = BTreeMap::new();
        for (name, column) in own.chain(ALIASES.iter().copied()) {
            folded.entry(sorted(&fold(name))).or_insert(column);
        }
        Self { exact, folded }
    }

    fn read(&self, header: &str) -> Header {
        let sure = self.sure(header);
        if sure != Header::Unknown {
            return sure;
        }
        match nearest(&fold(header).replace(' ', "")) {
            Some(column) => Header::Known(column, How::Near),
            None => Header::Unknown,
        }
    }

    /// What a header means without a guess. Cheap: every cell above the list is asked.
    fn sure(&self, header: &str) -> Header {
        let lower = header.replace('*', "").trim().to_lowercase();
        if !lower.contains(char::is_alphabetic) {
            return Header::Unknown;
        }
        if let Some(column) = self.exact.get(lower.as_str()) {
            return Header::Known(*column, How::Exact);
        }
        let words = fold(&lower);
        if NIR.contains(&words.replace(' ', "").as_str()) {
            return Header::Nir;
        }
        let alias = self.folded.get(&sorted(&words)).copied();
        match alias.or_else(|| self.of_numbered_contract(&words)) {
            Some(column) => Header::Known(column, How::Alias),
            None => Header::Unknown,
        }
    }
}

impl Names {
    /// `Date de début du 2e contrat`, `SIRET employeur 3`: a name of the first contract and a number.
    fn of_numbered_contract(&self, words: &str) -> Option<Column> {
        let (mut number, mut others) = (None, Vec::new());
        for word in words.split(' ') {
            match ordinal(word) {
                Some(_) if number.is_some() => return None,
                Some(place) => number = Some(place),
                None => others.push(word),
            }
        }
        let contract = &CONTRACTS[number?];
        let first = self.folded.get(&sorted(&others.join(" ")))?;
        let place = CONTRACTS[0].columns().iter().position(|column| column == first)?;
        Some(contract.columns()[place])
    }
}

/// Which contract a word names, from 0.
fn ordinal(word: &str) -> Option<usize> {
    match word {
        "1" | "1er" | "premier" => Some(0),
        "2" | "2e" | "2eme" | "second" | "deuxieme" => Some(1),
        "3" | "3e" | "3eme" | "troisieme" => Some(2),
        "4" | "4e" | "4eme" | "quatrieme" => Some(3),
        _ => None,
    }
}

/// Lower-case words of ASCII letters and digits, one space between them.
fn fold(header: &str) -> String {
    let mut folded = String::with_capacity(header.len());
    for character in header.nfkd().flat_map(char::to_lowercase) {
        match character {
            'œ' => folded.push_str("oe"),
            character if character.is_ascii_alphanumeric() => folded.push(character),
            '\u{300}'..='\u{36f}' => {}
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The words of a folded header, in the order of the alphabet.
fn sorted(folded: &str) -> String {
    let mut words: Vec<&str> = folded.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// The one column whose name is a letter or two away, if there is one.
fn nearest(header: &str) -> Option<Column> {
    const LONGEST: usize = 60;
    let allowed = match header.len() {
        10..=LONGEST => 2,
        7..=9 => 1,
        _ => return None,
    };
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    let own_digits = digits(header);
    let mut best: Option<(usize, Column)> = None;
    let mut tied = false;
    for column in Column::ALL {
        let name = column.name().replace('_', "");
        if name.len().abs_diff(header.len()) > allowed || digits(&name) != own_digits {
            continue;
        }
        let distance = edit_distance(header.as_bytes(), name.as_bytes());
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, _)) if distance == least => tied = true,
            _ => (best, tied) = (Some((distance, column)), false),
        }
    }
    best.filter(|(distance, _)| *distance <= allowed && !tied).map(|(_, column)| column)
}

fn edit_distance(left: &[u8], right: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

/// The columns of a sheet, found in its header row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The line of the header, from 1.
    pub line: u32,
    /// Headers understood, in the order of the sheet.
    pub recognised: Vec<Recognised>,
    /// Headers left out, as written.
    pub ignored: Vec<String>,
    /// The places of the social security number, from 0, among the ignored.
    pub nir: Vec<u16>,
    places: [Option<u16>; Column::ALL.len()],
}

impl Layout {
    /// Fewer known columns than this is not a header.
    const FEWEST: usize = 3;

    /// How many headers of this row are known for sure; a row with fewer than three is none.
    pub fn score(cells: &[Cell<'_>]) -> usize {
        let headers = cells.iter().filter_map(|cell| match cell.trimmed() {
            Cell::Text(text) if text.len() <= 200 => Some(NAMES.sure(text)),
            _ => None,
        });
        let known = headers.filter(|header| matches!(header, Header::Known(..))).count();
        if known >= Self::FEWEST { known } else { 0 }
    }

    /// Reads the header row. The surest claim to a column wins; two claims equally sure refuse
    /// the file.
    pub fn read(line: u32, cells: &[Cell<'_>]) -> Result<Self, Refusal> {
        let mut layout = Self {
            line,
            recognised: Vec::new(),
            ignored: Vec::new(),
            nir: Vec::new(),
            places: [None; Column::ALL.len()],
        };
        let mut claims: BTreeMap<Column, Recognised> = BTreeMap::new();
        for (place, cell) in cells.iter().enumerate() {
            let Cell::Text(header) = cell.trimmed() else { continue };
            let header: String = header.chars().take(200).collect();
            let (column, how) = match NAMES.read(&header) {
                Header::Known(column, how) => (column, how),
                Header::Nir => {
                    layout.nir.push(place as u16);
                    layout.ignored.push(header);
                    continue;
                }
                Header::Unknown => {
                    layout.ignored.push(header);
                    continue;
                }
            };
            let claim = Recognised { header, column, how, place: place as u16 };
            match claims.get(&column) {
                None => drop(claims.insert(column, claim)),
                Some(first) if first.how == how => {
                    return Err(Refusal::TwoColumnsForOne {
                        line,
                        column,
                        first: first.header.clone(),
                        second: claim.header,
                        place: claim.place,
                    });
                }
                Some(first) if first.how < how => layout.ignored.push(claim.header),
                Some(first) => {
                    layout.ignored.push(first.header.clone());
                    claims.insert(column, claim);
                }
            }
        }
        for claim in claims.values() {
            layout.places[claim.column as usize] = Some(claim.place);
        }
        layout.recognised = claims.into_values().collect();
        layout.recognised.sort_by_key(|recognised| recognised.place);
        Ok(layout)
    }

    /// The place of a column in the sheet, from 0.
    pub fn place(&self, column: Column) -> Option<u16> {
        self.places[column as usize]
    }

    /// The mandatory columns that are not there.
    pub fn missing(&self) -> impl Iterator<Item = Column> {
        Column::mandatory().filter(|column| self.place(*column).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str) -> String {
        match NAMES.read(header) {
            Header::Known(column, how) => format!("{column} ({})", how.as_str()),
            Header::Nir => "nir".to_owned(),
            Header::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn headers_are_understood_as_people_write_them() {
        for (header, meaning) in [
            (" NOM_APPRENANT **", "nom_apprenant (exact)"),
            ("contrat_date_fin_2**", "contrat_date_fin_2 (exact)"),
            ("Prénom apprenant", "prenom_apprenant (alias)"),
            ("Date de début du contrat", "contrat_date_debut (alias)"),
            ("SIRET du CFA formateur", "etablissement_formateur_siret (alias)"),
            ("formateur etablissement uai", "etablissement_formateur_uai (alias)"),
            ("nom_aprenant", "nom_apprenant (near)"),
            ("etablisement_formateur_siert", "unknown"),
            ("etablisement_formateur_sirett", "etablissement_formateur_siret (near)"),
            ("contrat_date_debut_5", "unknown"),
            ("Date de début du 2eme contrat", "contrat_date_debut_2 (alias)"),
            ("SIRET employeur 3", "siret_employeur_3 (alias)"),
            ("Date de fin prévisionnelle du contrat", "unknown"),
            ("Date début contrat (1)", "contrat_date_debut (alias)"),
            ("Date naissance 2", "unknown"),
            (
                "Courriel du 1er responsable légal de l'apprenant",
                "responsable_apprenant_mail1 (alias)",
            ),
            ("commentaire interne", "unknown"),
            ("nir_apprenant", "nir"),
            ("N° de sécurité sociale", "nir"),
            ("***", "unknown"),
        ] {
            assert_eq!(check(header), meaning, "{header}");
        }
    }

    #[test]
    fn the_surest_claim_wins_and_a_draw_refuses() {
        let layout = |headers: &[&str]| {
            let cells: Vec<_> = headers.iter().map(|header| Cell::Text(header)).collect();
            Layout::read(1, &cells)
        };
        let both = layout(&["nom", "nom_apprenant", "NIR", "vu"]).unwrap();
        assert_eq!(both.place(Column::Nom), Some(1));
        assert_eq!(both.ignored, ["nom", "NIR", "vu"]);
        assert_eq!(both.nir, [2]);
        let twice = layout(&["nom_apprenant", "Nom_Apprenant*"]).unwrap_err();
        assert_eq!(twice.rule(), "columns_are_claimed_once");
    }

    #[test]
    fn no_alias_contradicts_a_name() {
        for (alias, column) in ALIASES {
            let read = NAMES.read(alias);
            assert!(
                matches!(read, Header::Known(found, _) if found == *column),
                "{alias}: {read:?}"
            );
        }
    }
}
