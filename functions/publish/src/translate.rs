//! From what the domain lets out to the words of the open data: field by field, so that nothing
//! internal can slip through.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::Context as _;
use domain::aggregate::Level;
use domain::publish::{Published, Reason, Value, coverage};
use domain::vocabulary::{References, territory};
use open_data::v1::{
    Couverture, INCONNUE, Indicateur, Motif, NATURES, OpenData, Organisme, Serie, Valeur,
};
use store::{Run, Transmission};

pub(crate) fn open_data(
    published: &Published,
    references: &References,
    run: &Run,
) -> anyhow::Result<OpenData> {
    let mut series: Vec<Serie> = published
        .cells
        .iter()
        .flat_map(|cell| {
            Indicateur::ALL.iter().enumerate().map(|(place, indicateur)| Serie {
                maille: store::maille(cell.level),
                code: cell.code.clone(),
                libelle: cell.label.clone(),
                dimension: store::dimension(cell.dimension),
                modalite: Cow::Owned(cell.modality.clone()),
                indicateur: *indicateur,
                valeurs: cell.values.iter().map(|values| valeur(values[place])).collect(),
            })
        })
        .collect();
    series.sort_by(|one, other| one.key().cmp(&other.key()));
    Ok(OpenData {
        dates: published.dates.iter().map(ToString::to_string).collect(),
        series,
        organismes: organismes(references, &run.transmissions),
        couvertures: couvertures(published, references, run)?,
        revisions: Vec::new(),
    })
}

/// Of the territories whose figures are published.
fn couvertures(
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
        Value::Withheld(Reason::Secret) => Valeur::Masquee(Motif::Secret),
    }
}

/// The public word of what an organisation does.
fn nature(listed: &str) -> &'static str {
    NATURES.iter().copied().find(|word| *word == listed).unwrap_or(INCONNUE)
}

fn organismes(references: &References, transmissions: &[Transmission]) -> Vec<Organisme> {
    let reference = &references.organisations;
    let transmitted: HashMap<&str, &Transmission> =
        transmissions.iter().map(|one| (one.organisation.as_str(), one)).collect();
    let list = reference.iter().map(|listed| {
        let department = territory::department(&listed.department);
        let code = |of: fn(&'static territory::Department) -> &'static str| {
            department.map(of).unwrap_or_default().to_owned()
        };
        let seen = transmitted.get(listed.organisation.to_string().as_str());
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
            code: reference.public_code(&listed.organisation),
        }
    });
    list.collect()
}
