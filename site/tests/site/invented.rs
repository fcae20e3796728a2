//! An invented publication, the same at every run: places of every size, withheld figures, centres
//! that transmit and others that do not. No real figure is in it.

use std::collections::BTreeMap;

use open_data::journal::{Changement, Nature, Publication, Version};
use open_data::v1::{
    Certification, Cohorte, Couverture, Dimension, Flux, Indicateur, Maille, Motif, Mouvement,
    OpenData, Organisme, Revision, Serie, Valeur,
};
use site::places::{self, Place};

/// Month-ends of two years, then the day of the publication.
fn dates() -> Vec<String> {
    let fins = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut dates: Vec<String> = (10..34)
        .map(|rang| {
            let (annee, mois) = (2024 + rang / 12, rang % 12);
            format!("{annee}-{:02}-{}", mois + 1, fins[mois])
        })
        .collect();
    dates.push("2026-11-22".to_owned());
    dates
}

/// Sorted by code; more than a page names, one without a name.
const CERTIFICATIONS: [(&str, &str); 13] = [
    ("RNCP10001", "Métiers de l'horizon (CAP)"),
    ("RNCP10002", "Maintenance des véhicules inventés (CAP)"),
    ("RNCP10003", ""),
    ("RNCP10004", "Comptabilité et gestion imaginaires (BTS)"),
    ("RNCP10005", "Cuisine (CAP)"),
    ("RNCP10006", "Coiffure (CAP)"),
    ("RNCP10007", "Maçonnerie (CAP)"),
    ("RNCP10008", "Commerce (bac professionnel)"),
    ("RNCP10009", "Électricité et environnements connectés (bac professionnel)"),
    (
        "RNCP10010",
        "Ingénierie des systèmes, des réseaux et des services de l'exemple (titre d'ingénieur)",
    ),
    ("RNCP10011", "Pâtisserie (CAP)"),
    ("RNCP10012", "Gestion (BUT)"),
    ("non renseigné", ""),
];

fn certification((code, libelle): (&str, &str)) -> Certification {
    Certification {
        code: code.to_owned(),
        libelle: libelle.to_owned(),
        niveau: if libelle.contains("CAP") { "3" } else { "" }.to_owned(),
        domaine: String::new(),
        opcos: String::new(),
    }
}

/// Between 0 and 1, from a name: scattered, and the same everywhere.
fn hasard(graine: &str) -> f64 {
    let somme = graine
        .bytes()
        .fold(0x811c_9dc5_u32, |somme, octet| (somme ^ u32::from(octet)).wrapping_mul(0x0100_0193));
    f64::from(somme >> 8) / f64::from(1_u32 << 24)
}

/// How the year goes: a rise in autumn, a plateau, a fall in August.
const RYTHME: [f64; 12] = [1.0, 1.0, 0.99, 0.985, 0.98, 0.97, 0.96, 0.38, 0.72, 0.93, 0.99, 1.0];

fn valeurs(indicateur: Indicateur, taille: f64, graine: &str, dates: &[String]) -> Vec<Valeur> {
    let part = match indicateur {
        Indicateur::Apprenants => 1.08,
        Indicateur::Apprentis => 1.0,
        Indicateur::InscritsSansContrat => 0.03,
        Indicateur::Rupturants => 0.05,
        Indicateur::Abandons => 0.04,
    };
    let pente = 1.0 + 0.16 * (hasard(graine) - 0.35);
    dates
        .iter()
        .enumerate()
        .map(|(rang, date)| {
            let mois: usize = date[5..7].parse::<usize>().unwrap_or(1) - 1;
            let rythme = match indicateur {
                Indicateur::InscritsSansContrat => {
                    [1.1, 2.4, 2.0, 1.2, 0.6, 0.5, 0.5, 0.4, 0.4, 0.3, 0.3, 0.2][(mois + 5) % 12]
                }
                Indicateur::Rupturants => 0.7 + 0.05 * ((mois + 5) % 12) as f64,
                Indicateur::Abandons => 0.15 * ((mois + 5) % 12) as f64 + 0.1,
                _ => RYTHME[mois],
            };
            let combien = taille * part * rythme * pente.powf(rang as f64 / 12.0);
            publiee(combien)
        })
        .collect()
}

/// A number of one to four is not published.
fn publiee(combien: f64) -> Valeur {
    match combien.round() as u32 {
        1..=4 => Valeur::Masquee(Motif::Secret),
        combien => Valeur::Connue(combien),
    }
}

/// How a year of movements goes, from January: most enter in September, most leave later.
fn saison(mouvement: Mouvement, mois: usize) -> f64 {
    match mouvement {
        Mouvement::Entrees => {
            [0.03, 0.02, 0.02, 0.01, 0.01, 0.01, 0.03, 0.08, 0.42, 0.14, 0.05, 0.02][mois]
        }
        Mouvement::Signatures => {
            [0.04, 0.03, 0.02, 0.02, 0.01, 0.02, 0.05, 0.12, 0.36, 0.16, 0.07, 0.03][mois]
        }
        Mouvement::Ruptures => {
            [0.016, 0.013, 0.012, 0.011, 0.012, 0.014, 0.016, 0.012, 0.02, 0.028, 0.026, 0.02][mois]
        }
        Mouvement::Sorties => {
            [0.01, 0.009, 0.009, 0.008, 0.007, 0.008, 0.006, 0.005, 0.006, 0.01, 0.012, 0.016][mois]
        }
    }
}

/// Below this many apprentices, some months of a place are withheld for a figure at their ends.
const PETIT: f64 = 900.0;

/// How many apprentices each place has, by level, code and name.
type Totaux = BTreeMap<(Maille, String, String), f64>;

/// Those of the territories.
fn territoires(totaux: &Totaux) -> impl Iterator<Item = (Maille, &String, &String, f64)> {
    let tous =
        totaux.iter().map(|((maille, code, libelle), taille)| (*maille, code, libelle, *taille));
    tous.filter(|(maille, ..)| *maille != Maille::Organisme)
}

/// What happened in the territories.
fn flux(totaux: &Totaux, mois: &[String]) -> Vec<Flux> {
    let mut flux = Vec::new();
    for (maille, code, libelle, taille) in territoires(totaux) {
        for &mouvement in Mouvement::ALL {
            let valeur = |fin: &String| {
                let graine = format!("{maille}{code}{fin}");
                if taille < PETIT && hasard(&graine) < 0.2 {
                    return Valeur::Masquee(Motif::Secret);
                }
                let numero: usize = fin[5..7].parse::<usize>().unwrap_or(1) - 1;
                let bruit = 0.8 + 0.4 * hasard(&format!("{graine}{mouvement}"));
                publiee(taille * saison(mouvement, numero) * bruit)
            };
            flux.push(Flux {
                maille,
                code: code.clone(),
                libelle: libelle.clone(),
                mouvement,
                valeurs: mois.iter().map(valeur).collect(),
            });
        }
    }
    flux
}

/// The classes, what part of each had a contract at each delay, and how many delays it has.
const PROMOTIONS: [(&str, f64, usize); 3] =
    [("2023-2024", 0.0, 5), ("2024-2025", 0.03, 5), ("2025-2026", 0.01, 2)];
/// After so many months: how many are still in training, and with a contract.
const DELAIS: [(u32, f64, f64); 5] =
    [(1, 1.0, 0.68), (3, 0.99, 0.8), (6, 0.97, 0.82), (9, 0.9, 0.79), (12, 0.62, 0.76)];

/// What became of those who entered.
fn cohortes(totaux: &Totaux) -> Vec<Cohorte> {
    let mut cohortes = Vec::new();
    for (maille, code, libelle, taille) in territoires(totaux) {
        for (promotion, ecart, delais) in PROMOTIONS {
            for (mois, restent, part) in &DELAIS[..delais] {
                let part = part + ecart + 0.1 * (hasard(&format!("{maille}{code}")) - 0.5);
                let observes = publiee(0.5 * taille * restent);
                let cache = taille < PETIT && hasard(&format!("{code}{promotion}{mois}")) < 0.15;
                let avec_contrat = match observes {
                    Valeur::Connue(observes) if !cache => publiee(f64::from(observes) * part),
                    _ => Valeur::Masquee(Motif::Secret),
                };
                cohortes.push(Cohorte {
                    maille,
                    code: code.clone(),
                    libelle: libelle.clone(),
                    promotion: promotion.to_owned(),
                    mois: *mois,
                    observes,
                    avec_contrat,
                });
            }
        }
    }
    cohortes
}

/// Of every place that has a centre.
fn couvertures(data: &OpenData) -> Vec<Couverture> {
    let mut couvertures: Vec<Couverture> = places::toutes()
        .filter_map(|lieu| {
            let du_lieu = |centre: &&Organisme| match lieu.maille {
                Maille::Region => centre.code_region == lieu.code,
                Maille::Academie => centre.code_academie == lieu.code,
                Maille::Departement => centre.code_departement == lieu.code,
                _ => true,
            };
            let combien = data.organismes.iter().filter(du_lieu).count() as u32;
            let envoient = |centre: &&Organisme| !centre.derniere_transmission.is_empty();
            let transmis = data.organismes.iter().filter(du_lieu).filter(envoient).count() as u32;
            (combien > 0).then(|| Couverture {
                maille: lieu.maille,
                code: lieu.code.to_owned(),
                libelle: lieu.nom.to_owned(),
                organismes: combien,
                transmetteurs: transmis,
                transmetteurs_3_mois: transmis,
                transmetteurs_30_jours: transmis * 2 / 3,
                apprenants_3_mois_pct: Valeur::Connue(100),
                apprenants_30_jours_pct: Valeur::Connue(71),
            })
        })
        .collect();
    couvertures.sort_by(|a, b| (a.maille, &a.code).cmp(&(b.maille, &b.code)));
    couvertures
}

/// Brittany had fewer apprentices at two dates when they were first published.
fn revisions(data: &OpenData) -> Vec<Revision> {
    let serie = data.serie(Maille::Region, "53", Indicateur::Apprentis);
    let revision = |rang: usize, publie_le: &str| {
        let valeur_actuelle = serie?.valeurs[rang].connue()?;
        Some(Revision {
            date: data.dates[rang].clone(),
            maille: Maille::Region,
            code: "53".to_owned(),
            libelle: "Bretagne".to_owned(),
            dimension: Dimension::Ensemble,
            modalite: "".into(),
            indicateur: Indicateur::Apprentis,
            publie_le: publie_le.to_owned(),
            valeur_publiee: valeur_actuelle - 210,
            valeur_actuelle,
        })
    };
    [revision(22, "2026-10-01"), revision(23, "2026-11-01")].into_iter().flatten().collect()
}

/// What some centres say of their figures: nothing of it is markup.
pub(crate) const NOTE: &str =
    "Deux classes ont ouvert en septembre : l’effectif <b>double</b> & c’est voulu.";

/// A centre, and whether it has ever sent anything.
fn organisme(lieu: &Place, numero: usize, uai: &str, transmet: bool) -> Organisme {
    let quoi = ["HORIZON", "DES MÉTIERS", "CONSULAIRE", "DU BÂTIMENT", "AGRICOLE"][numero % 5];
    let envoi = 2 + (14.0 * hasard(&format!("{uai}?"))) as u32;
    let jour = |jour: String| if transmet { jour } else { String::new() };
    Organisme {
        reseaux: String::new(),
        ville: format!("Villeneuve-{}", lieu.code),
        code: uai.to_owned(),
        siret: format!("{:014}", 10_000_000_000_000_u64 + u64::from(numero as u32)),
        nom: format!("CFA {quoi} {} {}", lieu.nom.to_uppercase(), numero / 5 + 1),
        nature: "responsable_formateur".to_owned(),
        code_commune: String::new(),
        code_departement: lieu.code.to_owned(),
        code_academie: lieu.academie.to_owned(),
        code_region: lieu.region.to_owned(),
        code_zone_emploi: String::new(),
        premiere_transmission: jour("2024-10-03".to_owned()),
        derniere_transmission: jour(format!("2026-11-{envoi:02}")),
        uai: uai.to_owned(),
        note: numero.is_multiple_of(5).then(|| NOTE.to_owned()),
    }
}

/// The whole publication.
pub(crate) fn open_data() -> OpenData {
    country(1)
}

/// The same of a country that has so many times as many centres.
pub(crate) fn country(times: usize) -> OpenData {
    let dates = dates();
    let mut data = OpenData { dates: dates.clone(), ..OpenData::default() };
    let mut totaux = Totaux::new();
    for (rang, lieu) in places::departements().enumerate() {
        if matches!(lieu.code, "48" | "986" | "977") {
            continue; // places where nobody has transmitted
        }
        let centres = match lieu.code {
            "29" => 90, // more than a page shows
            _ => 2 + (hasard(lieu.nom) * 10.0) as usize,
        };
        for numero in 0..centres * times {
            let uai = format!("{rang:03}{numero:04}A");
            let transmet = hasard(&uai) < if lieu.region == "53" { 0.93 } else { 0.6 };
            data.organismes.push(organisme(&lieu, numero, &uai, transmet));
            if !transmet {
                continue;
            }
            let taille = 600.0 * hasard(&format!("{uai}!")).powi(3) + 2.0;
            let nom = data.organismes.last().map(|o| o.nom.clone()).unwrap_or_default();
            for (maille, code, libelle) in [
                (Maille::Organisme, uai.as_str(), nom.as_str()),
                (Maille::Departement, lieu.code, lieu.nom),
                (Maille::Academie, lieu.academie, lieu.academie),
                (Maille::Region, lieu.region, lieu.region),
                (Maille::France, "FR", "France"),
            ] {
                *totaux.entry((maille, code.to_owned(), libelle.to_owned())).or_default() += taille;
            }
        }
    }
    data.flux = flux(&totaux, data.mois());
    data.cohortes = cohortes(&totaux);
    for ((maille, code, libelle), taille) in totaux {
        let mut serie = |dimension, modalite: &'static str, part: f64| {
            for &indicateur in Indicateur::ALL {
                data.series.push(Serie {
                    maille,
                    code: code.clone(),
                    libelle: libelle.clone(),
                    dimension,
                    modalite: modalite.into(),
                    indicateur,
                    valeurs: valeurs(indicateur, taille * part, &code, &dates),
                });
            }
        };
        serie(Dimension::Ensemble, "", 1.0);
        if maille != Maille::Organisme {
            for (modalite, part) in [
                ("moins de 18 ans", 0.23),
                ("18-20 ans", 0.41),
                ("21-25 ans", 0.30),
                ("26 ans et plus", 0.06),
            ] {
                serie(Dimension::Age, modalite, part);
            }
            for (modalite, part) in [
                ("3", 0.31),
                ("4", 0.22),
                ("5", 0.2),
                ("6", 0.15),
                ("7", 0.119),
                ("inconnu", 0.001),
            ] {
                serie(Dimension::Niveau, modalite, part);
            }
            for (modalite, part) in [("femmes", 0.42), ("hommes", 0.58)] {
                serie(Dimension::Sexe, modalite, part);
            }
            for (rang, (code, _)) in CERTIFICATIONS.iter().enumerate() {
                serie(Dimension::Certification, code, 0.2 / (1.0 + rang as f64));
            }
        }
    }
    data.series.sort_by(|a, b| a.key().cmp(&b.key()));
    data.organismes.sort_by(|a, b| (&a.uai, &a.siret).cmp(&(&b.uai, &b.siret)));
    data.couvertures = couvertures(&data);
    data.revisions = revisions(&data);
    data.certifications = CERTIFICATIONS.map(certification).to_vec();
    data.journal.publications = publications();
    data
}

/// More nights than a page tells, each with much to say.
fn publications() -> Vec<Publication> {
    let nights = (0..120).map(|night| Publication {
        date: format!("2026-{:02}-{:02}", 11 - night / 28, 28 - night % 28),
        version_donnees: Version { majeur: 1, mineur: 4, correctif: 120 - night },
        publication: format!("{:032x}", hasard(&night.to_string()).to_bits()),
        changements: [
            "12\u{a0}centres de plus ont des chiffres.",
            "340\u{a0}chiffres de mois passés s’ajoutent.",
            "27\u{a0}chiffres de mois passés sont corrigés, de cinq jeunes au moins.",
            "Les chiffres du jour sont ceux du 22\u{a0}novembre 2026.",
        ]
        .map(|phrase| Changement { nature: Nature::Correctif, phrase: phrase.to_owned() })
        .to_vec(),
    });
    nights.collect()
}
