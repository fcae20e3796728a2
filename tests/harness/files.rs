//! Small files as a CFA would send them, and the organisations they name. Everyone is invented.

use domain::upload::hex;
use domain::vocabulary::Organisation;

/// The school year of every file here.
pub const YEAR: &str = "2026-2027";

/// The organisations of the tests: two in Bretagne, one in La Réunion.
pub const ORGANISATIONS: &str = "\
uai;siret;raison_sociale;enseigne;nature;departement;commune;adresse
0350001L;19035000100011;CFA des tests de Rennes;;responsable_formateur;35;Rennes;
0290001U;19029000100014;CFA des tests de Brest;;responsable_formateur;29;Brest;
9740001H;19974000100011;CFA des tests de Saint-Denis;;formateur;974;Saint-Denis;
";

/// The organisation of that place in [`ORGANISATIONS`].
pub fn organisation(place: usize) -> Organisation {
    let line = ORGANISATIONS.lines().nth(place + 1).unwrap_or_default();
    let mut codes = line.split(';');
    let (uai, siret) = (codes.next().unwrap_or_default(), codes.next().unwrap_or_default());
    format!("{uai}-{siret}").parse().expect("the codes of the tests are well formed")
}

/// A file of apprentices of one organisation, numbered from `first`.
pub fn apprentices(organisation: Organisation, first: u32, count: u32) -> Vec<u8> {
    let mut csv = String::from(
        "nom_apprenant;prenom_apprenant;date_de_naissance_apprenant;sexe_apprenant;email_contact;\
         adresse_apprenant;code_postal_apprenant;etablissement_responsable_uai;\
         etablissement_responsable_siret;etablissement_formateur_uai;\
         etablissement_formateur_siret;annee_scolaire;annee_formation;formation_cfd;\
         date_inscription_formation;date_entree_formation;date_fin_formation;\
         contrat_date_debut;contrat_date_fin\n",
    );
    let Organisation { uai, siret } = organisation;
    for number in first..first + count {
        // A name that no other number gives, in letters: digits are no name.
        let name: String =
            hex(&number.to_be_bytes()).bytes().map(|b| char::from(b'A' + b % 23)).collect();
        let (sex, day) = (if number.is_multiple_of(2) { "F" } else { "M" }, number % 28 + 1);
        csv += &format!(
            "{name};Camille;{day:02}/05/2008;{sex};contact{number}@exemple.fr;1 rue du Test;35000;\
             {uai};{siret};{uai};{siret};{YEAR};1;50022145;01/07/2026;01/09/2026;31/08/2027;\
             01/09/2026;31/08/2027\n"
        );
    }
    csv.into_bytes()
}

/// All the bytes of a body.
pub async fn bytes(body: impl http_body::Body<Data: bytes::Buf>) -> Vec<u8> {
    use http_body_util::BodyExt as _;
    let Ok(collected) = body.collect().await else { panic!("a stored body could not be read") };
    collected.to_bytes().to_vec()
}

/// The sheets of a workbook: the name and the cells of each, as texts.
pub fn sheets(book: &[u8]) -> Vec<(String, Vec<Vec<String>>)> {
    use domain::validate::{Cell, File};
    let Ok(list) = validate::read::List::find("donnees.xlsx", book) else {
        panic!("not a workbook")
    };
    let Ok(mut source) = list.open(&mut File::default()) else { panic!("not a workbook") };
    let mut sheets: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    let read = source.sheets(&mut |sheet, _, cells| {
        sheets.resize_with(sheet + 1, Default::default);
        let text = |cell: &Cell<'_>| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => (*text).to_owned(),
            Cell::Number(number) => number.to_string(),
            Cell::Date(day) => day.to_string(),
            Cell::Bool(answer) => answer.to_string(),
        };
        sheets[sheet].1.push(cells.iter().map(text).collect());
        std::ops::ControlFlow::Continue(())
    });
    assert!(read.is_ok(), "the sheets are read");
    for (place, sheet) in sheets.iter_mut().enumerate() {
        source.sheet(place).unwrap_or_default().clone_into(&mut sheet.0);
    }
    sheets
}
