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

/// Names in use that mean a column, beside its own: software of training centres, the API, the
/// second sheet of the template. Written as [`canonical`] leaves them, in any order: `apprenant` is
/// also said of an *élève* or an *alternant*, `email` of a *courriel*, `tel` of a *portable*,
/// `etablissement` of a *CFA* or an *organisme*, `employeur` of an *entreprise*.
const ALIASES: &[(&str, Column)] = &[
    ("nom", Column::Nom),
    ("nom famille", Column::Nom),
    ("nom famille apprenant", Column::Nom),
    ("nom naissance", Column::Nom),
    ("nom naissance apprenant", Column::Nom),
    ("nom usage", Column::Nom),
    ("nom usage apprenant", Column::Nom),
    ("nom usuel", Column::Nom),
    ("nom patronymique", Column::Nom),
    ("prenom", Column::Prenom),
    ("prenom 1", Column::Prenom),
    ("prenom usuel", Column::Prenom),
    ("premier prenom", Column::Prenom),
    ("date naissance", Column::DateDeNaissance),
    ("ne", Column::DateDeNaissance),
    ("nee", Column::DateDeNaissance),
    ("sexe", Column::Sexe),
    ("code postal naissance", Column::CodePostalDeNaissance),
    ("code postal lieu naissance", Column::CodePostalDeNaissance),
    ("code postal lieu naissance apprenant", Column::CodePostalDeNaissance),
    ("code insee naissance", Column::CommuneDeNaissance),
    ("code insee lieu naissance", Column::CommuneDeNaissance),
    ("code insee commune naissance", Column::CommuneDeNaissance),
    ("code commune naissance", Column::CommuneDeNaissance),
    ("email", Column::EmailContact),
    ("email apprenant", Column::EmailContact),
    ("email personnel", Column::EmailContact),
    ("email perso", Column::EmailContact),
    ("adresse email", Column::EmailContact),
    ("adresse email apprenant", Column::EmailContact),
    ("adresse electronique", Column::EmailContact),
    ("adresse electronique apprenant", Column::EmailContact),
    ("adresse", Column::Adresse),
    ("adresse 1", Column::Adresse),
    ("adresse postale", Column::Adresse),
    ("adresse postale apprenant", Column::Adresse),
    ("adresse principale actuelle apprenant", Column::Adresse),
    ("code postal", Column::CodePostal),
    ("code postal domicile", Column::CodePostal),
    ("code postal residence", Column::CodePostal),
    ("code postal lieu habitation apprenant", Column::CodePostal),
    ("code insee", Column::Commune),
    ("code insee apprenant", Column::Commune),
    ("code insee commune", Column::Commune),
    ("code commune", Column::Commune),
    ("commune insee", Column::Commune),
    ("ine", Column::Ine),
    ("code ine", Column::Ine),
    ("ine rnie", Column::Ine),
    ("identifiant ine", Column::Ine),
    ("identifiant national", Column::Ine),
    ("identifiant national apprenant", Column::Ine),
    ("tel", Column::Tel),
    ("tel fixe apprenant", Column::Tel),
    ("tel personnel", Column::Tel),
    ("tel perso", Column::Tel),
    ("rqth", Column::Rqth),
    ("travailleur handicape", Column::Rqth),
    ("statut travailleur handicape apprenant", Column::Rqth),
    ("date rqth", Column::DateRqth),
    ("date reconnaissance rqth", Column::DateRqth),
    ("date reconnaissance statut travailleur handicape apprenant", Column::DateRqth),
    ("email responsable legal", Column::ResponsableMail1),
    ("email responsable legal 1", Column::ResponsableMail1),
    ("email 1er responsable legal apprenant", Column::ResponsableMail1),
    ("email responsable legal 2", Column::ResponsableMail2),
    ("email 2eme responsable legal apprenant", Column::ResponsableMail2),
    ("etab 1", Column::DernierOrganismeUai),
    ("uai etablissement frequente annee derniere departement", Column::DernierOrganismeUai),
    ("sit 1", Column::DerniereSituation),
    ("situation 1", Column::DerniereSituation),
    ("uai responsable", Column::ResponsableUai),
    ("code uai responsable", Column::ResponsableUai),
    ("siret responsable", Column::ResponsableSiret),
    ("uai formateur", Column::FormateurUai),
    ("code uai formateur", Column::FormateurUai),
    ("siret formateur", Column::FormateurSiret),
    ("uai lieu formation", Column::LieuUai),
    ("uai site", Column::LieuUai),
    ("uai site formation", Column::LieuUai),
    ("siret lieu formation", Column::LieuSiret),
    ("siret site", Column::LieuSiret),
    ("siret site formation", Column::LieuSiret),
    ("adresse lieu formation", Column::LieuAdresse),
    ("adresse principale lieu formation", Column::LieuAdresse),
    ("adresse site formation", Column::LieuAdresse),
    ("code postal lieu formation", Column::LieuCodePostal),
    ("code postal site formation", Column::LieuCodePostal),
    ("annee scolaire formation", Column::AnneeScolaire),
    ("annee scolaire cours", Column::AnneeScolaire),
    ("annee scolaire cours pour apprenant", Column::AnneeScolaire),
    ("annee dans formation", Column::AnneeFormation),
    ("annee formation concernee", Column::AnneeFormation),
    ("annee cycle", Column::AnneeFormation),
    ("annee cursus", Column::AnneeFormation),
    ("rncp", Column::Rncp),
    ("code rncp", Column::Rncp),
    ("code rncp formation", Column::Rncp),
    ("code rncp formation suivie", Column::Rncp),
    ("cfd", Column::Cfd),
    ("code cfd", Column::Cfd),
    ("code cfd formation", Column::Cfd),
    ("code diplome", Column::Cfd),
    ("code formation diplome", Column::Cfd),
    ("date inscription", Column::DateInscription),
    ("date laquelle apprenant s est inscrit sur sa formation", Column::DateInscription),
    ("date entree", Column::DateEntree),
    ("date entree etablissement", Column::DateEntree),
    ("date debut formation", Column::DateEntree),
    ("debut formation", Column::DateEntree),
    ("date laquelle apprenant demarre sa formation", Column::DateEntree),
    ("fin formation", Column::DateFin),
    ("date fin previsionnelle formation", Column::DateFin),
    ("date fin prevue formation", Column::DateFin),
    ("duree formation mois", Column::DureeMois),
    ("duree mois", Column::DureeMois),
    ("duree theorique formation date inscription diplome exprimee mois", Column::DureeMois),
    ("libelle formation", Column::LibelleCourt),
    ("libelle court", Column::LibelleCourt),
    ("diplome obtenu", Column::Obtention),
    ("obtention diplome", Column::Obtention),
    ("date obtention diplome", Column::DateObtention),
    ("date obtention diplome correspondant formation", Column::DateObtention),
    ("date exclusion", Column::DateExclusion),
    ("date sortie formation", Column::DateExclusion),
    ("date sortie anticipee", Column::DateExclusion),
    ("cause exclusion", Column::CauseExclusion),
    ("cause sortie formation", Column::CauseExclusion),
    ("formation presentiel", Column::Presentielle),
    ("presentiel", Column::Presentielle),
    ("nom referent handicap", Column::NomReferentHandicap),
    ("prenom referent handicap", Column::PrenomReferentHandicap),
    ("email referent handicap", Column::EmailReferentHandicap),
    ("debut contrat", Column::ContratDebut),
    ("fin contrat", Column::ContratFin),
    ("date fin previsionnelle contrat", Column::ContratFin),
    ("date fin prevue contrat", Column::ContratFin),
    ("siret employeur contrat", Column::Employeur),
    ("siret employeur chez qui est realise contrat", Column::Employeur),
    ("rupture contrat", Column::ContratRupture),
    ("date rupture", Column::ContratRupture),
    ("cause rupture", Column::CauseRupture),
];

/// Names of the API that mean something here, but are written otherwise in a list: why they are
/// ignored, and what to write.
const OF_THE_API: &[(&str, &str)] = &[
    (
        "statut_apprenant",
        "Une sortie de la formation se dit par sa date, dans date_exclusion_formation ; un contrat, par contrat_date_debut.",
    ),
    ("duree_theorique_formation", "La durée se dit en mois, dans duree_theorique_formation_mois."),
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
            folded.entry(canonical(&fold(name))).or_insert(column);
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
        if is_nir(&words) {
            return Header::Nir;
        }
        let known = self.of_words(&words).or_else(|| {
            let essential = fold(&essential(&lower));
            (essential != words).then(|| self.of_words(&essential)).flatten()
        });
        known.map_or(Header::Unknown, |column| Header::Known(column, How::Alias))
    }

    fn of_words(&self, words: &str) -> Option<Column> {
        let known = self.folded.get(&canonical(words)).copied();
        known.or_else(|| self.of_numbered_contract(words))
    }
}

impl Names {
    /// `Date de début du 2e contrat`, `SIRET employeur 3`: a name of the first contract and a number.
    fn of_numbered_contract(&self, words: &str) -> Option<Column> {
        let (mut number, mut others) = (None, Vec::new());
        // `Date de début du 2e contrat suite à la rupture du 1er contrat`.
        for word in words.split(' ').take_while(|word| !matches!(*word, "suite" | "apres")) {
            match ordinal(word) {
                Some(_) if number.is_some() => return None,
                Some(place) => number = Some(place),
                None => others.push(word),
            }
        }
        let contract = &CONTRACTS[number?];
        let first = self.folded.get(&canonical(&others.join(" ")))?;
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

/// The words of a folded header that say something, by one name each, in the order of the alphabet.
fn canonical(folded: &str) -> String {
    let said = folded.split(' ').map(synonym).filter(|word| !word.is_empty());
    let mut words: Vec<&str> = said.flat_map(|word| word.split(' ')).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// The word that is kept for those who mean the same; none for those who mean nothing.
fn synonym(word: &str) -> &str {
    match word {
        "de" | "du" | "des" | "d" | "la" | "le" | "les" | "l" | "n" | "no" | "num" | "numero"
        | "en" | "au" | "a" | "e" | "ou" | "apprentissage" => "",
        "apprenti" | "apprentie" | "apprenants" | "eleve" | "etudiant" | "etudiante"
        | "alternant" | "alternante" | "stagiaire" | "jeune" => "apprenant",
        "mail" | "courriel" | "mel" => "email",
        "telephone" | "portable" | "mobile" | "gsm" => "tel",
        "cp" => "code postal",
        "cfa" | "organisme" | "ofa" => "etablissement",
        "entreprise" => "employeur",
        "motif" | "raison" => "cause",
        "abandon" => "exclusion",
        "genre" => "sexe",
        "intitule" => "libelle",
        word => word,
    }
}

/// A header without its second line and what it says between brackets, unless that is a number.
fn essential(header: &str) -> String {
    let first = header.lines().next().unwrap_or_default();
    let mut kept = String::with_capacity(first.len());
    let mut rest = first;
    while let Some((before, after)) = rest.split_once('(') {
        let (inside, after) = after.split_once(')').unwrap_or((after, ""));
        kept += before;
        if inside.len() == 1 {
            kept += inside;
        }
        rest = after;
    }
    kept + rest
}

/// Whether the words name the social security number.
fn is_nir(folded: &str) -> bool {
    let words = || folded.split(' ');
    let first = words().next().unwrap_or_default();
    let of_insee = words().any(|word| word == "insee")
        && matches!(first, "n" | "no" | "num" | "numero" | "matricule")
        && !words().any(|word| matches!(word, "code" | "commune" | "postal"));
    of_insee
        || words().any(|word| matches!(word, "nir" | "nirpp" | "nss" | "nnss"))
        || words().any(|word| word.ends_with("secu"))
        || folded.replace(' ', "").contains("securitesociale")
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
    /// The places of headers that only the API has, each with its place among those.
    api: Vec<(u16, usize)>,
    /// How many columns the header has.
    width: u16,
    /// The places without a header between those that have one.
    gaps: Vec<u16>,
    places: [Option<u16>; Column::ALL.len()],
    /// The column of each place, if it is known, up to the last that is.
    pub(super) columns: Vec<Option<Column>>,
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
            api: Vec::new(),
            width: 0,
            gaps: Vec::new(),
            places: [None; Column::ALL.len()],
            columns: Vec::new(),
        };
        let mut claims: BTreeMap<Column, Recognised> = BTreeMap::new();
        for (place, cell) in cells.iter().enumerate() {
            let header = match cell.trimmed() {
                Cell::Empty => continue,
                Cell::Text(header) => header.chars().take(200).collect(),
                cell => cell.shown(),
            };
            layout.gaps.extend(layout.width..place as u16);
            layout.width = place as u16 + 1;
            let (column, how) = match NAMES.read(&header) {
                Header::Known(column, how) => (column, how),
                Header::Nir => {
                    layout.nir.push(place as u16);
                    layout.ignored.push(header);
                    continue;
                }
                Header::Unknown => {
                    let name = fold(&header).replace(' ', "_");
                    let of_the_api = OF_THE_API.iter().position(|(known, _)| *known == name);
                    layout.api.extend(of_the_api.map(|known| (place as u16, known)));
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
        let last = claims.values().map(|claim| usize::from(claim.place) + 1).max();
        layout.columns.resize(last.unwrap_or_default(), None);
        for claim in claims.values() {
            layout.places[claim.column as usize] = Some(claim.place);
            layout.columns[usize::from(claim.place)] = Some(claim.column);
        }
        layout.recognised = claims.into_values().collect();
        layout.recognised.sort_by_key(|recognised| recognised.place);
        Ok(layout)
    }

    /// The place of a column in the sheet, from 0.
    pub fn place(&self, column: Column) -> Option<u16> {
        self.places[column as usize]
    }

    /// Where a row holds something that no header names, from 0.
    pub(super) fn unnamed<'a>(&'a self, cells: &'a [Cell<'_>]) -> impl Iterator<Item = u16> + 'a {
        let beyond = self.width..cells.len() as u16;
        let places = self.gaps.iter().copied().chain(beyond);
        places.filter(|place| cells.get(usize::from(*place)).is_some_and(|cell| !cell.is_empty()))
    }

    /// The headers that the API has and a list has not: where, which, and what to write instead.
    pub(super) fn of_the_api(&self) -> impl Iterator<Item = (u16, &'static str, &'static str)> {
        self.api.iter().filter_map(|(place, known)| {
            let (name, fix) = OF_THE_API.get(*known)?;
            Some((*place, *name, *fix))
        })
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
            ("Date de fin prévisionnelle du contrat", "contrat_date_fin (alias)"),
            ("Né(e) le", "date_de_naissance_apprenant (alias)"),
            ("Nom (d’usage) de l’élève", "nom_apprenant (alias)"),
            ("N° INE", "ine_apprenant (alias)"),
            ("Tél. portable", "tel_apprenant (alias)"),
            ("E-mail", "email_contact (alias)"),
            ("Motif de rupture du contrat n°2", "cause_rupture_contrat_2 (alias)"),
            ("SIRET de l’entreprise", "siret_employeur (alias)"),
            ("CP", "code_postal_apprenant (alias)"),
            ("UAI de l’OFA formateur", "etablissement_formateur_uai (alias)"),
            ("Nom de l’entreprise", "unknown"),
            ("E-mail de l’employeur", "unknown"),
            ("SIRET", "unknown"),
            ("duree_theorique_formation", "unknown"),
            ("Date début contrat (1)", "contrat_date_debut (alias)"),
            ("Date naissance 2", "unknown"),
            (
                "Courriel du 1er responsable légal de l'apprenant",
                "responsable_apprenant_mail1 (alias)",
            ),
            ("commentaire interne", "unknown"),
            ("nir_apprenant", "nir"),
            ("N° de sécurité sociale", "nir"),
            ("Numéro INSEE", "nir"),
            ("N° Sécu", "nir"),
            ("NIR de l’apprenti", "nir"),
            ("Num. NIR", "nir"),
            ("Code INSEE", "code_commune_insee_apprenant (alias)"),
            ("n° insee de la commune", "code_commune_insee_apprenant (alias)"),
            ("***", "unknown"),
        ] {
            assert_eq!(check(header), meaning, "{header}");
        }
    }

    /// What the second sheet of the template says of the columns that it describes apart.
    #[test]
    fn the_descriptions_of_the_template_are_understood() {
        for (label, column) in [
            ("Nom de famille de l'apprenant (nom d'usage).", Column::Nom),
            ("Prénom de l'apprenant (uniquement le premier prénom)", Column::Prenom),
            ("Date de naissance de l'apprenant", Column::DateDeNaissance),
            ("Genre, sexe de l'apprenant ", Column::Sexe),
            ("Code postal du lieu de naissance de l'apprenant", Column::CodePostalDeNaissance),
            ("Courriel de l'apprenant ", Column::EmailContact),
            (
                "Adresse principale actuelle de l’apprenant.\nIndiquer :\n- le N° de la voie",
                Column::Adresse,
            ),
            ("Code postal du lieu d’habitation de l’apprenant", Column::CodePostal),
            ("Identifiant National Élève", Column::Ine),
            ("Numéro de téléphone portable ou fixe de l’apprenant", Column::Tel),
            ("Statut de travailleur handicapé de l'apprenant ", Column::Rqth),
            (
                "Date de reconnaissance du statut de travailleur handicapé de l'apprenant",
                Column::DateRqth,
            ),
            (
                "Courriel du 1er responsable légal de l'apprenant (parent ou tuteur)",
                Column::ResponsableMail1,
            ),
            (
                "Courriel du 2eme responsable légal de l'apprenant (parent ou tuteur)",
                Column::ResponsableMail2,
            ),
            (
                "Numéro UAI de l’établissement fréquenté l’année dernière (N-1) ou numéro de département. \nSi déjà",
                Column::DernierOrganismeUai,
            ),
            ("Adresse principale du lieu de formation\nIndiquer :", Column::LieuAdresse),
            ("Code postal du lieu de formation", Column::LieuCodePostal),
            ("Année scolaire en cours pour l'apprenant.", Column::AnneeScolaire),
            ("Année de formation concernée", Column::AnneeFormation),
            (
                "Code RNCP (Répertoire National des Certifications Professionnelles) de la formation suivie",
                Column::Rncp,
            ),
            (
                "Date à laquelle le jeune s’est inscrit sur sa formation (avec ou sans contrat)",
                Column::DateInscription,
            ),
            (
                "Date à laquelle le jeune a démarré sa formation (avec ou sans contrat)",
                Column::DateEntree,
            ),
            ("Date de fin prévisionnelle de la formation", Column::DateFin),
            (
                "Durée théorique de la formation, de la date d'inscription au diplôme, exprimée en mois.",
                Column::DureeMois,
            ),
            ("Libellé court de la formation", Column::LibelleCourt),
            ("Date d'obtention du diplôme correspondant à la formation", Column::DateObtention),
            (
                "Date d'exclusion ou d'abandon de la formation (changement de CFA, exclusion…)",
                Column::DateExclusion,
            ),
            ("Cause d'exclusion de la formation ", Column::CauseExclusion),
            (
                "Date de début du 1er contrat d'apprentissage.\nSe référer à la date du CERFA",
                Column::ContratDebut,
            ),
            ("Date de fin du 1er contrat d'apprentissage.\nSe référer", Column::ContratFin),
            (
                "Siret de l'employeur chez qui est réalisé le 1er contrat d'apprentissage",
                Column::Employeur,
            ),
            ("Date de rupture du 1er contrat d'apprentissage.", Column::ContratRupture),
            ("Cause de la rupture du 1er contrat d'apprentissage ", Column::CauseRupture),
            (
                "Date de début du 2eme contrat suite à la rupture du 1er contrat.\nSe référer",
                Column::ContratDebut2,
            ),
            (
                "Siret de l'employeur chez qui est réalisé le 2e contrat après rupture du 1er contrat",
                Column::Employeur2,
            ),
            ("Date de rupture du 2eme contrat.", Column::ContratRupture2),
            ("Cause de la rupture du 2eme contrat", Column::CauseRupture2),
            ("Date de début du 3eme contrat après rupture du 2eme contrat.", Column::ContratDebut3),
            ("Date de fin prévisionnelle du 3e contrat", Column::ContratFin3),
            ("Date de fin prévisionnelle du 4e contrat", Column::ContratFin4),
            ("Cause de la rupture du 4e contrat", Column::CauseRupture4),
        ] {
            assert_eq!(check(label), format!("{column} (alias)"), "{label}");
        }
    }

    #[test]
    fn what_no_header_names_is_seen() {
        let header = [Cell::Text("nom_apprenant"), Cell::Empty, Cell::Number(3.0), Cell::Text("x")];
        let layout = Layout::read(1, &header).unwrap();
        assert_eq!(layout.ignored, ["3", "x"]);
        let row = [Cell::Number(1.0), Cell::Text("a"), Cell::Empty, Cell::Empty, Cell::Text("b")];
        assert_eq!(layout.unnamed(&row).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(layout.unnamed(&row[..1]).count(), 0);
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
        let mut seen = BTreeMap::new();
        for (alias, column) in ALIASES {
            let before = seen.insert(canonical(&fold(alias)), column);
            assert_eq!(before, None, "{alias} is said twice");
            let own = Column::ALL
                .into_iter()
                .find(|own| canonical(&fold(own.name())) == canonical(&fold(alias)));
            assert_eq!(own, None, "{alias} is the name itself");
            let read = NAMES.read(alias);
            assert!(
                matches!(read, Header::Known(found, _) if found == *column),
                "{alias}: {read:?}"
            );
        }
    }
}
