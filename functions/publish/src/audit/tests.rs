//! An auditor that is shown faults finds them, and finds none where there is none.

use std::borrow::Cow;

use open_data::v1::{Dimension, Indicateur, Maille, Motif, Organisme, Valeur};

use super::*;

/// One department of four organisations: learners with and without a contract of each.
const LEARNERS: [[u32; 2]; 4] = [[20, 3], [30, 12], [40, 2], [50, 15]];

/// The figures of the department and of its organisations, with those of these places withheld.
fn department(withheld: &[(usize, Indicateur)]) -> (OpenData, Vec<Serie>) {
    let serie = |maille, code: &str, indicateur, valeur| Serie {
        maille,
        code: code.to_owned(),
        libelle: String::new(),
        dimension: Dimension::Ensemble,
        modalite: Cow::Borrowed(""),
        indicateur,
        valeurs: vec![valeur],
    };
    let of = |[apprentis, inscrits]: [u32; 2], indicateur: Indicateur| match indicateur {
        Indicateur::Apprenants => apprentis + inscrits,
        Indicateur::Apprentis => apprentis,
        Indicateur::InscritsSansContrat => inscrits,
        Indicateur::Abandons | Indicateur::Rupturants => 0,
    };
    let total = LEARNERS.iter().fold([0, 0], |sum, one| [sum[0] + one[0], sum[1] + one[1]]);
    let mut data = OpenData { dates: vec!["2026-10-31".to_owned()], ..OpenData::default() };
    let mut complete = Vec::new();
    for indicateur in Indicateur::ALL {
        let valeur = Valeur::Connue(of(total, *indicateur));
        data.series.push(serie(Maille::Departement, "29", *indicateur, valeur));
        complete.push(serie(Maille::Departement, "29", *indicateur, valeur));
    }
    for (place, learners) in LEARNERS.into_iter().enumerate() {
        let code = format!("029000{place}A");
        for indicateur in Indicateur::ALL {
            let valeur = Valeur::Connue(of(learners, *indicateur));
            complete.push(serie(Maille::Organisme, &code, *indicateur, valeur));
            let is_withheld = withheld.contains(&(place, *indicateur));
            let shown = if is_withheld { Valeur::Masquee(Motif::Secret) } else { valeur };
            data.series.push(serie(Maille::Organisme, &code, *indicateur, shown));
        }
        data.organismes.push(Organisme {
            uai: code.clone(),
            siret: String::new(),
            nom: String::new(),
            nature: String::new(),
            code_commune: String::new(),
            code_departement: "29".to_owned(),
            code_academie: "14".to_owned(),
            code_region: "53".to_owned(),
            code_zone_emploi: String::new(),
            premiere_transmission: String::new(),
            derniere_transmission: String::new(),
            reseaux: String::new(),
            ville: String::new(),
            note: None,
            code,
        });
    }
    (data, complete)
}

const APPRENTIS: Indicateur = Indicateur::Apprentis;
const INSCRITS: Indicateur = Indicateur::InscritsSansContrat;
/// The two secrets, and a third organisation to hide them in.
const HIDDEN: [(usize, Indicateur); 6] =
    [(0, APPRENTIS), (0, INSCRITS), (1, APPRENTIS), (1, INSCRITS), (2, APPRENTIS), (2, INSCRITS)];

fn leaks(withheld: &[(usize, Indicateur)]) -> Vec<(String, u32)> {
    let (data, complete) = department(withheld);
    let audit = audit(&data, &complete).unwrap();
    assert_eq!(audit.withheld, withheld.len());
    audit.leaks.into_iter().map(|leak| (leak.name, leak.values)).collect()
}

fn audit(data: &OpenData, complete: &[Serie]) -> anyhow::Result<Audit> {
    Auditor::new(data, &data.dates, complete, &far(complete))?.audit(&data.series)
}

/// No figure is close to what was published before.
fn far(complete: &[Serie]) -> [Secrets; 1] {
    let none = vec![false; complete.len()];
    [Secrets { close: none.clone(), linked: none }]
}

#[test]
fn what_is_well_hidden_is_found_to_be() {
    assert_eq!(leaks(&HIDDEN), []);
}

#[test]
fn one_complement_removed_is_caught() {
    for removed in HIDDEN {
        let mut withheld = HIDDEN.to_vec();
        withheld.retain(|one| *one != removed);
        assert!(!leaks(&withheld).is_empty(), "{removed:?}");
    }
}

#[test]
fn what_was_proved_stays_so_where_more_is_withheld() {
    let both = [(0, APPRENTIS), (0, INSCRITS), (2, APPRENTIS), (2, INSCRITS)];
    let (data, complete) = department(&both);
    let close = far(&complete);
    let mut auditor = Auditor::new(&data, &data.dates, &complete, &close).unwrap();
    let leaks = |audit: Audit| audit.leaks.len();
    assert_eq!(leaks(auditor.audit(&data.series).unwrap()), 2);
    let (more, _) = department(&HIDDEN);
    assert_eq!(leaks(auditor.audit(&more.series).unwrap()), 0);
    // Nothing comes back, for what was proved would not hold.
    let message = auditor.audit(&data.series).unwrap_err().to_string();
    assert_eq!(message, "more is shown than before");
}

/// The breakdowns of a department that are not published may be worked out, but for a secret.
#[test]
fn what_is_not_published_is_looked_at_where_it_is_secret() {
    let (data, complete) = department(&[]);
    for (place, is_secret) in [(0, true), (1, false)] {
        let code = format!("029000{place}A");
        let mut data = data.clone();
        data.series.retain(|serie| serie.code != code);
        let found = audit(&data, &complete).unwrap().leaks.len();
        assert_eq!(found > 0, is_secret, "{code}");
    }
}

#[test]
fn a_secret_alone_and_two_that_bound_each_other_are_caught() {
    let inscrits = |place| format!("organisme 029000{place}A ensemble  inscrits_sans_contrat");
    assert_eq!(leaks(&[(0, INSCRITS)]), [(inscrits(0), 1)]);
    // Their sum is five: each can be one to four, and a reader knows it.
    let both = [(0, APPRENTIS), (0, INSCRITS), (2, APPRENTIS), (2, INSCRITS)];
    assert_eq!(leaks(&both), [(inscrits(0), 4), (inscrits(2), 4)]);
}

#[test]
fn what_is_close_to_what_was_published_is_a_secret_too() {
    let both = [(0, APPRENTIS), (0, INSCRITS), (2, APPRENTIS), (2, INSCRITS)];
    let (data, complete) = department(&both);
    let mut close = far(&complete);
    // The apprentices of the first organisation: twenty, of whom four more cannot be told from.
    let place = complete.iter().position(|serie| serie.valeurs[0] == Valeur::Connue(20)).unwrap();
    close[0].close[place] = true;
    let leaks = Auditor::new(&data, &data.dates, &complete, &close)
        .unwrap()
        .audit(&data.series)
        .unwrap()
        .leaks;
    let places: Vec<u32> = leaks.iter().map(|leak| leak.serie).collect();
    assert_eq!(places.len(), 3);
    assert!(places.contains(&(place as u32)));
}

#[test]
fn a_complete_set_that_is_not_what_is_published_is_refused() {
    let (data, mut complete) = department(&HIDDEN);
    complete[2].valeurs[0] = Valeur::Connue(141);
    assert!(audit(&data, &complete).is_err());
    let (mut data, mut complete) = department(&HIDDEN);
    for series in [&mut data.series, &mut complete] {
        series[2].valeurs[0] = Valeur::Connue(141);
    }
    let message = audit(&data, &complete).unwrap_err().to_string();
    assert!(message.starts_with("the tables of 2026-10-31 do not add up"), "{message}");
}
