//! From what the domain lets out to the words of the open data: field by field, so that nothing
//! internal can slip through.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use anyhow::Context as _;
use domain::aggregate::{
    Dimension, Indicators, Level, certification_label, classes_of_certification,
};
use domain::publish::movements::Point;
use domain::publish::{INDICATORS, Published, Reason, Value, coverage, indicators};
use domain::vocabulary::{Organisation, References, territory};
use open_data::journal::Journal;
use open_data::v1::{
    Certification, Cohorte, Couverture, Flux, INCONNUE, Indicateur, Motif, Mouvement, NATURES,
    OpenData, Organisme, Serie, Valeur,
};
use store::{Run, Transmission};

pub(crate) fn open_data(
    published: &Published,
    references: &References,
    run: &Run,
) -> anyhow::Result<OpenData> {
    Ok(OpenData {
        dates: published.dates.iter().map(ToString::to_string).collect(),
        series: series(published),
        organismes: organismes(references, run),
        certifications: certifications(published, references),
        couvertures: couvertures(published, references, run)?,
        revisions: Vec::new(),
        flux: Vec::new(),
        cohortes: Vec::new(),
        journal: Journal::default(),
    })
}

/// What is shown of every figure.
pub(crate) fn series(published: &Published) -> Vec<Serie> {
    of_cells(published.cells.iter().map(|cell| {
        let values = cell.values.iter().map(|values| values.map(valeur)).collect();
        (cell.key(), cell.label.as_str(), values)
    }))
}

/// What is shown of what happened each month: nobody adds up entries, signatures and breaks.
pub(crate) fn series_of_flows(published: &Published) -> Vec<Serie> {
    let mut series = series(published);
    series.retain(|serie| serie.indicateur != Indicateur::Apprenants);
    series
}

/// The status to which each movement brings a learner, by its place among the indicators.
const MOVEMENTS: [(Mouvement, Indicateur); 4] = [
    (Mouvement::Entrees, Indicateur::InscritsSansContrat),
    (Mouvement::Ruptures, Indicateur::Rupturants),
    (Mouvement::Signatures, Indicateur::Apprentis),
    (Mouvement::Sorties, Indicateur::Abandons),
];

/// What happened each month.
pub(crate) fn flux(published: &Published) -> Vec<Flux> {
    let of = |indicateur| Indicateur::ALL.iter().position(|one| *one == indicateur);
    let cells = published.cells.iter().flat_map(|cell| {
        MOVEMENTS.into_iter().filter_map(move |(mouvement, indicateur)| {
            let place = of(indicateur)?;
            Some(Flux {
                maille: store::maille(cell.level),
                code: cell.code.clone(),
                libelle: cell.label.clone(),
                mouvement,
                valeurs: cell.values.iter().map(|values| valeur(values[place])).collect(),
            })
        })
    });
    let mut flux: Vec<Flux> = cells.collect();
    flux.sort_by(|one, other| one.key().cmp(&other.key()));
    flux
}

/// What became of each entry class, where there is one.
pub(crate) fn cohortes(published: &Published, points: &[Point]) -> Vec<Cohorte> {
    let cells = published.cells.iter().flat_map(|cell| {
        points.iter().zip(&cell.values).filter_map(|((class, months), values)| {
            let [_, observes, avec_contrat, ..] = values.map(valeur);
            (observes != Valeur::Connue(0)).then(|| Cohorte {
                maille: store::maille(cell.level),
                code: cell.code.clone(),
                libelle: cell.label.clone(),
                promotion: class.to_string(),
                mois: months.unsigned_abs(),
                observes,
                avec_contrat,
            })
        })
    });
    let mut cohortes: Vec<Cohorte> = cells.collect();
    cohortes.sort_by(|one, other| one.key().cmp(&other.key()));
    cohortes
}

/// Every figure as it is, in the order of the published ones: for the auditor.
pub(crate) fn complete(exact: &Indicators) -> Vec<Serie> {
    of_cells(exact.cells.iter().map(|cell| {
        let counts = cell.counts.iter().map(|counts| indicators(*counts).map(Valeur::Connue));
        (cell.key(), cell.label.as_str(), counts.collect())
    }))
}

type Name<'a> = (Level, &'a str, Dimension, &'a str);

fn of_cells<'a>(
    cells: impl Iterator<Item = (Name<'a>, &'a str, Vec<[Valeur; INDICATORS]>)>,
) -> Vec<Serie> {
    let mut series: Vec<Serie> = cells
        .flat_map(|((level, code, dimension, modality), label, values)| {
            Indicateur::ALL.iter().enumerate().map(move |(place, indicateur)| Serie {
                maille: store::maille(level),
                code: code.to_owned(),
                libelle: label.to_owned(),
                dimension: store::dimension(dimension),
                modalite: Cow::Owned(modality.to_owned()),
                indicateur: *indicateur,
                valeurs: values.iter().map(|values| values[place]).collect(),
            })
        })
        .collect();
    series.sort_by(|one, other| one.key().cmp(&other.key()));
    series
}

/// Of the territories whose figures are published.
pub(crate) fn couvertures(
    published: &Published,
    references: &References,
    run: &Run,
) -> anyhow::Result<Vec<Couverture>> {
    let last =
        run.transmissions.iter().map(|one| Ok((one.organisation.parse()?, one.last.parse()?)));
    let last = last.collect::<anyhow::Result<_>>().context("read who transmitted")?;
    let covered = coverage(run.day()?, references, &last, published);
    let mut couvertures: Vec<Couverture> = covered
        .into_iter()
        .filter(|one| one.level != Level::ZoneEmploi)
        .map(|one| {
            let [within_three_months, within_thirty_days] = one
                .learners_percent
                .map_or([Valeur::Masquee(Motif::NonDisponible); 2], |parts| parts.map(valeur));
            Couverture {
                maille: store::maille(one.level),
                organismes: one.organisations,
                transmetteurs: one.ever,
                transmetteurs_3_mois: one.within_three_months,
                transmetteurs_30_jours: one.within_thirty_days,
                apprenants_3_mois_pct: within_three_months,
                apprenants_30_jours_pct: within_thirty_days,
                code: one.code,
                libelle: one.label,
            }
        })
        .collect();
    couvertures.sort_by(|one, other| (one.maille, &one.code).cmp(&(other.maille, &other.code)));
    Ok(couvertures)
}

fn valeur(value: Value) -> Valeur {
    match value {
        Value::Known(count) => Valeur::Connue(count),
        Value::Withheld(Reason::NotCounted) => Valeur::Masquee(Motif::NonDisponible),
        Value::Withheld(Reason::Secret) => Valeur::Masquee(Motif::Secret),
    }
}

/// The public word of what an organisation does.
fn nature(listed: &str) -> &'static str {
    NATURES.iter().copied().find(|word| *word == listed).unwrap_or(INCONNUE)
}

fn organismes(references: &References, run: &Run) -> Vec<Organisme> {
    let reference = &references.organisations;
    let transmitted: HashMap<&str, &Transmission> =
        run.transmissions.iter().map(|one| (one.organisation.as_str(), one)).collect();
    let list = reference.iter().map(|listed| {
        let department = territory::department(&listed.department);
        let code = |of: fn(&'static territory::Department) -> &'static str| {
            department.map(of).unwrap_or_default().to_owned()
        };
        let organisation = listed.organisation.to_string();
        let seen = transmitted.get(organisation.as_str());
        let day = |of: fn(&Transmission) -> &String| seen.map(|one| of(one).clone());
        let commune = listed.commune_code.map(|code| String::from_utf8_lossy(&code).into_owned());
        let zone = references.zone_of(&listed.organisation).map(|zone| zone.code.clone());
        Organisme {
            uai: listed.organisation.uai.to_string(),
            siret: listed.organisation.siret.to_string(),
            nom: listed.name.clone(),
            nature: nature(&listed.nature).to_owned(),
            code_commune: commune.unwrap_or_default(),
            code_departement: code(|department| department.code),
            code_academie: code(|department| department.academy().code),
            code_region: code(|department| department.region().code),
            code_zone_emploi: zone.unwrap_or_default(),
            premiere_transmission: day(|one| &one.first).unwrap_or_default(),
            derniere_transmission: day(|one| &one.last).unwrap_or_default(),
            reseaux: networks_of(references, &listed.organisation),
            ville: listed.commune.clone(),
            note: run.notes.get(&organisation).cloned(),
            code: reference.public_code(&listed.organisation),
        }
    });
    list.collect()
}

fn networks_of(references: &References, organisation: &Organisation) -> String {
    let codes = references.networks_of(organisation).iter().map(|network| network.code);
    codes.collect::<Vec<_>>().join("|")
}

/// The modalities of `certification`, and what follows from each.
fn certifications(published: &Published, references: &References) -> Vec<Certification> {
    let cells = published.cells.iter().filter(|cell| cell.dimension == Dimension::Certification);
    let codes: BTreeSet<&str> = cells.map(|cell| cell.modality.as_str()).collect();
    let list = codes.into_iter().map(|code| {
        let classes = |dimension| {
            classes_of_certification(references, code, dimension).unwrap_or_default().join("|")
        };
        Certification {
            code: code.to_owned(),
            libelle: certification_label(references, code).unwrap_or_default().to_owned(),
            niveau: classes(Dimension::Niveau),
            domaine: classes(Dimension::Domaine),
            opcos: classes(Dimension::Opco),
        }
    });
    list.collect()
}
