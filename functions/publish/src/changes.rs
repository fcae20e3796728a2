//! The version of the data, and what a publication changed: it is held against the last one of an
//! earlier day, of which it reads three files. So the number of publications in a day changes
//! nothing.
//!
//! Only what is published is compared: whoever keeps both publications finds the same.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use domain::publish::LEAST_REVISION;
use open_data::journal::{
    Changement, Contenu, EVENEMENTS, Evenement, Journal, Nature, PUBLICATIONS, Publication, Version,
};
use open_data::tables::{Genre, TABLES};
use open_data::v1::{Dimension, Indicateur, Maille, OpenData, Serie, Valeur};
use site::calendar::Jour;
use site::{french, places};
use store::{Key, Run, Store};

use crate::files;
use crate::packed::PLACEHOLDER;
use crate::revisions::manifest;

/// Name of the file, beside the tables.
pub(crate) const CHANGES: &str = "changements.json";

/// What is told of a place that has a month-end more.
const TOLD: [Indicateur; 3] =
    [Indicateur::Apprentis, Indicateur::InscritsSansContrat, Indicateur::Rupturants];

/// The publication before this one, as it is compared.
struct Former {
    date: String,
    journal: Journal,
    dates: Vec<String>,
    series: Vec<Serie>,
}

/// What this publication changed, at the head of what the former ones did.
pub(crate) async fn since(
    store: &Store,
    remplace: Option<&str>,
    data: &OpenData,
    run: &Run,
) -> anyhow::Result<Journal> {
    let former = match remplace {
        Some(version) => former(store, version).await?,
        None => None,
    };
    Ok(journal(former, data, run))
}

/// None when it was published before changes were written down.
async fn former(store: &Store, version: &str) -> anyhow::Result<Option<Former>> {
    let found = manifest(store, version).await?;
    let changes = files::path(CHANGES);
    if found.fichiers.iter().all(|file| file.path != changes) {
        return Ok(None);
    }
    let key = |path: String| Key::Published { version: version.to_owned(), path };
    let changes = key(changes);
    let journal = serde_json::from_slice(&store.objects.get(&changes).await?)
        .with_context(|| format!("read {}", changes.path()))?;
    let figures = key(files::path("indicateurs.parquet"));
    let bytes = store.objects.get(&figures).await?;
    let (dates, series) = store::read_series(&figures.path(), bytes)?;
    let dates = dates.iter().map(ToString::to_string).collect();
    Ok(Some(Former { date: found.date, journal, dates, series }))
}

fn journal(former: Option<Former>, data: &OpenData, run: &Run) -> Journal {
    let contenu = content(data, run);
    let today = &run.today;
    let (mut journal, changements, moved) = match former {
        None => {
            let phrase = format!("Premières données publiées, au {}.", day(today));
            let first = Changement { nature: Nature::Majeur, phrase };
            (Journal::default(), vec![first], Moved::default())
        }
        Some(former) => {
            let moved = moved(&former, data);
            let changes = changes(&former, &contenu, &moved, data, today);
            (former.journal, changes, moved)
        }
    };
    let version = match journal.publications.first() {
        None => Version::PREMIERE,
        Some(last) => {
            let greatest = changements.iter().map(|one| one.nature).min();
            last.version_donnees.apres(greatest.unwrap_or(Nature::Correctif))
        }
    };
    let ends = new_month_ends(&journal, data, today);
    for place in places::toutes() {
        let event = event(data, &place, &ends, &moved, today);
        let events = journal.lieux.entry(place.adresse()).or_default();
        events.splice(0..0, event);
        events.truncate(EVENEMENTS);
    }
    journal.lieux.retain(|_, events| !events.is_empty());
    journal.publications.insert(
        0,
        Publication {
            date: today.clone(),
            version_donnees: version,
            publication: PLACEHOLDER.to_owned(),
            changements,
        },
    );
    journal.publications.truncate(PUBLICATIONS);
    Journal { contenu, ..journal }
}

fn day(date: &str) -> String {
    Jour::lire(date).map_or(date.to_owned(), french::date)
}

/// What there is, whatever the figures.
fn content(data: &OpenData, run: &Run) -> Contenu {
    let tables = TABLES.iter().map(|table| {
        let columns = table.colonnes.iter().map(|one| (one.nom.to_owned(), kind(one.genre)));
        (table.nom.to_owned(), columns.collect())
    });
    let mut breakdowns = BTreeMap::<String, Vec<String>>::new();
    for serie in &data.series {
        let of_level = breakdowns.entry(serie.maille.to_string()).or_default();
        if of_level.last().is_none_or(|last| last != serie.dimension.as_str())
            && of_level.iter().all(|one| one != serie.dimension.as_str())
        {
            of_level.push(serie.dimension.to_string());
        }
    }
    Contenu {
        regles: run.rules.clone(),
        tables: tables.collect(),
        ventilations: breakdowns,
        indicateurs: Indicateur::ALL.iter().map(ToString::to_string).collect(),
    }
}

/// What the cells of a column are: another kind is another column.
fn kind(genre: Genre) -> String {
    match genre {
        Genre::Jour => "jour".to_owned(),
        Genre::Texte => "texte".to_owned(),
        Genre::Code(_) => "code".to_owned(),
        Genre::Mot(_) => "mot".to_owned(),
        Genre::Nombre(unit) => format!("nombre de {unit}"),
        Genre::Pourcentage => "pourcentage entier".to_owned(),
        Genre::PourcentageAuDixieme => "pourcentage au dixième".to_owned(),
    }
}

/// How past figures moved, between the dates that both publications have and that were past for both.
#[derive(Debug, Default, PartialEq, Eq)]
struct Moved {
    corrected: u32,
    given: u32,
    withdrawn: u32,
    organisations_more: u32,
    organisations_fewer: u32,
    /// Corrected figures of each place.
    of_place: BTreeMap<(Maille, String), u32>,
}

fn moved(former: &Former, data: &OpenData) -> Moved {
    let common: Vec<(usize, usize)> = former
        .dates
        .iter()
        .enumerate()
        .filter(|(_, date)| **date < former.date)
        .filter_map(|(then, date)| Some((then, data.dates.iter().position(|now| now == date)?)))
        .collect();
    let mut moved = Moved::default();
    let (mut then, mut now) = (former.series.iter().peekable(), data.series.iter().peekable());
    loop {
        let order = match (then.peek(), now.peek()) {
            (Some(then), Some(now)) => then.key().cmp(&now.key()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => break,
        };
        let then = if order.is_le() { then.next() } else { None };
        let now = if order.is_ge() { now.next() } else { None };
        for &(place_then, place_now) in &common {
            // Where nobody is counted at any date there is no series.
            let value = |serie: Option<&Serie>, place: usize| {
                serie.map_or(Valeur::Connue(0), |serie| serie.valeurs[place])
            };
            match (value(then, place_then), value(now, place_now)) {
                (_, now) if then.is_none() => {
                    moved.given += u32::from(now.connue().is_some_and(|count| count > 0));
                }
                (Valeur::Connue(then), Valeur::Connue(count)) => {
                    if then.abs_diff(count) >= LEAST_REVISION {
                        moved.corrected += 1;
                        if let Some(serie) = now {
                            let place = (serie.maille, serie.code.clone());
                            *moved.of_place.entry(place).or_default() += 1;
                        }
                    }
                }
                (Valeur::Masquee(_), Valeur::Connue(_)) => moved.given += 1,
                (Valeur::Connue(_), Valeur::Masquee(_)) => moved.withdrawn += 1,
                (Valeur::Masquee(_), Valeur::Masquee(_)) => {}
            }
        }
    }
    let organisations = |series: &'_ [Serie]| -> BTreeSet<String> {
        let own = series.iter().filter(|serie| serie.maille == Maille::Organisme);
        own.map(|serie| serie.code.clone()).collect()
    };
    let (then, now) = (organisations(&former.series), organisations(&data.series));
    moved.organisations_more = now.difference(&then).count() as u32;
    moved.organisations_fewer = then.difference(&now).count() as u32;
    moved
}

/// The greatest first.
fn changes(
    former: &Former,
    contenu: &Contenu,
    moved: &Moved,
    data: &OpenData,
    today: &str,
) -> Vec<Changement> {
    let mut list = Vec::new();
    let mut say = |nature, phrase: String| list.push(Changement { nature, phrase });
    let before = &former.journal.contenu;
    if before.regles != contenu.regles {
        let (from, to) = (&before.regles, &contenu.regles);
        say(
            Nature::Majeur,
            format!(
                "Les règles de comptage changent, de {from} à {to} : les mêmes mots ne comptent plus tout à fait les mêmes jeunes."
            ),
        );
    }
    for (nature, verb, these, those) in [
        (Nature::Majeur, "n'est plus publié", before, contenu),
        (Nature::Mineur, "est publié", contenu, before),
    ] {
        for (table, columns) in &these.tables {
            let Some(others) = those.tables.get(table) else {
                say(nature, format!("Le fichier « {table} » {verb}."));
                continue;
            };
            for column in columns.keys().filter(|column| !others.contains_key(*column)) {
                let verb = verb.replace("publié", "publiée");
                say(nature, format!("La colonne « {column} » du fichier « {table} » {verb}."));
            }
        }
        for (level, breakdowns) in &these.ventilations {
            let Some(others) = those.ventilations.get(level) else {
                say(nature, format!("Le niveau « {level} » {verb}."));
                continue;
            };
            for one in breakdowns.iter().filter(|one| !others.contains(one)) {
                let verb = verb.replace("publié", "publiée");
                say(nature, format!("La ventilation « {one} » du niveau « {level} » {verb}."));
            }
        }
        for one in these.indicateurs.iter().filter(|one| !those.indicateurs.contains(one)) {
            say(nature, format!("L'indicateur « {one} » {verb}."));
        }
    }
    for (table, columns) in &before.tables {
        let now = contenu.tables.get(table);
        for (column, kind) in columns {
            let now = now.and_then(|now| now.get(column)).filter(|now| *now != kind);
            if let Some(now) = now {
                say(
                    Nature::Majeur,
                    format!(
                        "La colonne « {column} » du fichier « {table} » change de nature : {kind}, puis {now}."
                    ),
                );
            }
        }
    }
    for end in new_month_ends(&former.journal, data, today) {
        say(Nature::Mineur, format!("Les chiffres du {}, fin de mois, s'ajoutent.", day(&end)));
    }
    for (nature, count, one, several) in [
        (
            Nature::Mineur,
            moved.organisations_more,
            "centre de plus a des chiffres",
            "centres de plus ont des chiffres",
        ),
        (
            Nature::Mineur,
            moved.given,
            "chiffre de mois passé s'ajoute",
            "chiffres de mois passés s'ajoutent",
        ),
        (
            Nature::Correctif,
            moved.corrected,
            "chiffre de mois passé est corrigé, de cinq jeunes au moins",
            "chiffres de mois passés sont corrigés, de cinq jeunes au moins",
        ),
        (
            Nature::Correctif,
            moved.withdrawn,
            "chiffre de mois passé n'est plus publié",
            "chiffres de mois passés ne sont plus publiés",
        ),
        (
            Nature::Correctif,
            moved.organisations_fewer,
            "centre n'a plus de chiffres",
            "centres n'ont plus de chiffres",
        ),
    ] {
        if count > 0 {
            say(nature, format!("{}.", french::compte(count, one, several)));
        }
    }
    say(Nature::Correctif, format!("Les chiffres du jour sont ceux du {}.", day(today)));
    for change in &mut list {
        change.phrase = french::typographie(&change.phrase);
    }
    list.sort_by_key(|change| change.nature);
    list
}

/// The month-ends that are past, and were not for any publication that the journal remembers.
fn new_month_ends(journal: &Journal, data: &OpenData, today: &str) -> Vec<String> {
    let last = journal.publications.first().map(|last| last.date.as_str());
    let past = data.dates.iter().filter(|date| date.as_str() < today);
    past.filter(|date| last.is_none_or(|last| date.as_str() >= last)).cloned().collect()
}

/// What happened to the figures of a place, if something did.
fn event(
    data: &OpenData,
    place: &places::Place,
    ends: &[String],
    moved: &Moved,
    today: &str,
) -> Option<Evenement> {
    let corriges = moved.of_place.get(&(place.maille, place.code.to_owned())).copied();
    let corriges = corriges.unwrap_or_default();
    let own = data.series(place.maille, place.code);
    let last = ends.last().and_then(|end| data.dates.iter().position(|date| date == end));
    let last = last.filter(|_| !own.is_empty());
    if last.is_none() && corriges == 0 {
        return None;
    }
    let figures = last.map(|last| {
        let whole = own.iter().filter(|serie| serie.dimension == Dimension::Ensemble);
        let told = whole.filter(|serie| TOLD.contains(&serie.indicateur));
        told.map(|serie| (serie.indicateur, serie.valeurs[last])).collect()
    });
    Some(Evenement {
        date: today.to_owned(),
        publication: PLACEHOLDER.to_owned(),
        fins_de_mois: if last.is_some() { ends.to_vec() } else { Vec::new() },
        chiffres: figures.unwrap_or_default(),
        corriges,
    })
}
