//! From what the domain lets out to the words of the open data: field by field, so that nothing
//! internal can slip through.

use std::borrow::Cow;
use std::collections::HashMap;

use domain::publish::{Published, Reason, Value};
use domain::vocabulary::{References, territory};
use open_data::v1::{Indicateur, Motif, OpenData, Organisme, Serie, Valeur};
use store::Transmission;

pub(crate) fn open_data(
    published: &Published,
    references: &References,
    transmissions: &[Transmission],
) -> OpenData {
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
    OpenData {
        dates: published.dates.iter().map(ToString::to_string).collect(),
        series,
        organismes: organismes(references, transmissions),
    }
}

fn valeur(value: Value) -> Valeur {
    match value {
        Value::Known(count) => Valeur::Connue(count),
        Value::Withheld(Reason::Secret) => Valeur::Masquee(Motif::Secret),
    }
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
            nature: listed.nature.clone(),
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
