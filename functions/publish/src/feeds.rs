//! What follows the publications: an Atom feed for the country and each territory, and a calendar of
//! those to come.
//!
//! A feed tells when a month-end is first published and when past figures are corrected, never the
//! figures of each day. All it says was published, and what was withheld stays so.

use atom_syndication::{Entry, Feed, FixedDateTime, Link, Person, Text};
use icalendar::{Calendar, Component as _, Event, Property};
use open_data::journal::{Evenement, Journal};
use open_data::v1::{Motif, Valeur};
use sha2::{Digest as _, Sha256};
use site::calendar::{Jour, prochaines};
use site::places::{self, Place};
use site::words::mots;
use site::{fichiers, french};

use crate::packed::Files;

const AUTHOR: &str = "Tableau de bord de l'apprentissage";

/// Adds the feed of each place, and the calendar.
pub(crate) fn all(journal: &Journal, today: &str, files: &mut Files) -> anyhow::Result<()> {
    for place in places::toutes() {
        let feed = feed(&place, journal, today)?;
        files.add(&fichiers::flux(&place)[1..], feed.write_to(Vec::new())?)?;
    }
    if let Some(today) = Jour::lire(today) {
        files.add(fichiers::CALENDRIER.trim_start_matches('/'), calendar(today).into_bytes())?;
    }
    Ok(())
}

fn feed(place: &Place, journal: &Journal, today: &str) -> anyhow::Result<Feed> {
    let address = place.adresse();
    let events = journal.lieux.get(&address).map_or(&[][..], Vec::as_slice);
    let oldest = journal.publications.last().map_or(today, |oldest| &oldest.date);
    let entries = events.iter().map(|event| entry(&address, event));
    Ok(Feed {
        title: typeset(&format!("{} : les chiffres de l'apprentissage", place.titre())),
        id: name(&["flux", &address]),
        updated: midnight(events.first().map_or(oldest, |last| &last.date))?,
        authors: vec![Person { name: french::typographie(AUTHOR), ..Person::default() }],
        links: vec![
            link("self", &fichiers::flux(place), "application/atom+xml"),
            link("alternate", &address, "text/html"),
        ],
        rights: Some("Licence Ouverte 2.0 (etalab-2.0)".into()),
        lang: Some("fr".to_owned()),
        entries: entries.collect::<anyhow::Result<_>>()?,
        ..Feed::default()
    })
}

fn entry(address: &str, event: &Evenement) -> anyhow::Result<Entry> {
    let Evenement { date, publication, fins_de_mois, chiffres, corriges } = event;
    let end = fins_de_mois.last().and_then(|end| Jour::lire(end));
    let title = match (end, corriges) {
        (None, _) => "Chiffres révisés".to_owned(),
        (Some(end), 0) => format!("Chiffres de fin {} {}", french::mois(end.mois), end.annee),
        (Some(end), _) => {
            format!("Chiffres de fin {} {} et chiffres révisés", french::mois(end.mois), end.annee)
        }
    };
    let mut sentences = Vec::new();
    if let Some(end) = end {
        let figures = chiffres.iter().map(|(indicateur, valeur)| {
            let valeur = match valeur {
                Valeur::Connue(count) => french::nombre(*count),
                Valeur::Masquee(Motif::Secret) => "secret".to_owned(),
                Valeur::Masquee(_) => "non disponible".to_owned(),
            };
            format!("{} : {valeur}", mots(*indicateur).titre.to_lowercase())
        });
        let figures: Vec<String> = figures.collect();
        sentences.push(format!("Au {}, {}.", french::date(end), figures.join(" ; ")));
    }
    if *corriges > 0 {
        let figures = french::compte(
            *corriges,
            "chiffre de mois passé est corrigé",
            "chiffres de mois passés sont corrigés",
        );
        sentences.push(format!("{figures}, de cinq jeunes au moins."));
    }
    Ok(Entry {
        title: typeset(&title),
        id: name(&["flux", address, date]),
        updated: midnight(date)?,
        published: Some(midnight(date)?),
        links: vec![link("alternate", &format!("/v/{publication}{address}"), "text/html")],
        summary: Some(typeset(&sentences.join(" "))),
        ..Entry::default()
    })
}

fn link(rel: &str, href: &str, kind: &str) -> Link {
    Link {
        rel: rel.to_owned(),
        href: href.to_owned(),
        mime_type: Some(kind.to_owned()),
        ..Link::default()
    }
}

fn typeset(text: &str) -> Text {
    french::typographie(text).into()
}

/// A day of publication, as a feed writes a moment.
fn midnight(date: &str) -> anyhow::Result<FixedDateTime> {
    Ok(format!("{date}T00:00:00+00:00").parse()?)
}

/// A name that is the same for ever, and no other's: the digest of what it names, as a UUID.
fn name(parts: &[&str]) -> String {
    uuid(parts).urn().to_string()
}

fn uuid(parts: &[&str]) -> uuid::Uuid {
    let digest = Sha256::digest(parts.join(" "));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Every night, and the first night of each month to come.
fn calendar(today: Jour) -> String {
    let stamp = format!("{}T000000Z", compact(today));
    let event = |uid: &[&str], day: Jour, title: &str, text: &str| {
        Event::new()
            .uid(&uuid(uid).to_string())
            .add_property("DTSTAMP", &stamp)
            .append_property(
                Property::new("DTSTART", compact(day)).add_parameter("VALUE", "DATE").done(),
            )
            .summary(&french::typographie(title))
            .description(&french::typographie(text))
            .add_property("TRANSP", "TRANSPARENT")
            .done()
    };
    let mut calendar = Calendar::new();
    calendar.name(&french::typographie("Publications du tableau de bord de l'apprentissage"));
    for first in prochaines(today) {
        let end = first.veille();
        let month = format!("{} {}", french::mois(end.mois), end.annee);
        calendar.push(event(
            &["mois", &first.to_string()],
            first,
            &format!("Chiffres de fin {month}"),
            &format!("Première publication des chiffres de fin {month}, et des révisions des mois passés."),
        ));
    }
    let mut nights = event(
        &["nuits"],
        today.lendemain(),
        "Chiffres du jour",
        "Les chiffres sont comptés et publiés chaque nuit.",
    );
    nights.add_property("RRULE", "FREQ=DAILY");
    calendar.push(nights.done());
    calendar.to_string()
}

/// `20261124`.
fn compact(day: Jour) -> String {
    day.to_string().replace('-', "")
}
