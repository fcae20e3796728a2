//! What a publication changed: the version of the data, the page, the feeds, the calendar.

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::Mode;
use open_data::journal::{Journal, Nature, Publication};
use open_data::v1::{Indicateur, Motif, Valeur};
use quick_xml::events::Event;
use serde_json::Value;

async fn send(world: &World, number: u32, place: usize, learners: (u32, u32)) {
    let (id, sender) = (format!("01KAAAAAAAAAAAAAAAAAAAAAA{number}"), organisation(place));
    let mode = if number < 3 { Mode::Complete } else { Mode::Additions };
    world.deposit(&id, sender, mode, &apprentices(sender, learners.0, learners.1)).await;
    world.judge_all("2026-11-22T10:00:00Z").await;
}

async fn publish(world: &World, day: &str) -> Publication {
    let run = aggregate::aggregate(&world.store, day.parse().expect("a day")).await.expect("a run");
    publish::publish(&world.store, &publish::Press::default(), &run.id)
        .await
        .expect("a publication");
    journal(world).await.publications[0].clone()
}

async fn journal(world: &World) -> Journal {
    let bytes = world.file("donnees/v1/changements.json").await.expect("a journal");
    serde_json::from_slice(&bytes).expect("a journal")
}

/// The sentences of a publication, with plain spaces and apostrophes.
fn said(publication: &Publication) -> Vec<String> {
    let plain = |text: &str| text.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
    publication.changements.iter().map(|one| plain(&one.phrase)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_publication_says_what_it_changed_and_grows_the_version() {
    let world = World::new(ORGANISATIONS).await;
    send(&world, 0, 0, (1, 37)).await;
    send(&world, 2, 2, (2_001, 21)).await;
    let first = publish(&world, "2026-11-22").await;
    assert_eq!(first.version_donnees.to_string(), "1.0.0");
    assert_eq!(first.publication, world.version().await, "it bears its own name");
    assert_eq!(said(&first), ["Premières données publiées, au 22 novembre 2026."]);

    // A night on which nothing came.
    let night = publish(&world, "2026-11-23").await;
    assert_eq!(night.version_donnees.to_string(), "1.0.1");
    assert_eq!(said(&night), ["Les chiffres du jour sont ceux du 23 novembre 2026."]);

    // Another organisation: what is past stays as it was shown until the month ends.
    send(&world, 1, 1, (1_001, 40)).await;
    let more = publish(&world, "2026-11-24").await;
    assert_eq!(more.version_donnees.to_string(), "1.1.0");
    assert_eq!(
        said(&more),
        ["1 centre de plus a des chiffres.", "Les chiffres du jour sont ceux du 24 novembre 2026."]
    );
    assert_eq!(more.changements[0].nature, Nature::Mineur);

    // Ten more in La Réunion, told with the others when the month ends.
    send(&world, 3, 2, (2_101, 10)).await;
    let held = publish(&world, "2026-11-25").await;
    assert_eq!(held.version_donnees.to_string(), "1.1.1");
    let december = publish(&world, "2026-12-01").await;
    assert_eq!(december.version_donnees.to_string(), "1.2.0");
    let sentences = said(&december);
    assert_eq!(sentences[0], "Les chiffres du 30 novembre 2026, fin de mois, s'ajoutent.");
    let ends = |end: &str| sentences.iter().any(|sentence| sentence.ends_with(end));
    assert!(ends(" chiffres de mois passés s'ajoutent."), "{sentences:?}");
    assert!(
        ends(" chiffres de mois passés sont corrigés, de cinq jeunes au moins."),
        "{sentences:?}"
    );

    let published = journal(&world).await.publications;
    assert_eq!(published, [&december, &held, &more, &night, &first].map(Clone::clone));
    let manifest: Value =
        serde_json::from_slice(&world.file(publish::MANIFEST).await.expect("a manifest"))
            .expect("JSON");
    assert_eq!(manifest["version_donnees"], "1.2.0");
    let page = world.page("publications/index.html").await.expect("a page");
    for one in &published {
        let link = format!("href=\"/v/{}/donnees/v1/manifest.json\"", one.publication);
        assert!(page.contains(&link), "{link}");
        assert!(page.contains(&format!("version {}", one.version_donnees)));
        assert!(one.changements.iter().all(|change| page.contains(&change.phrase)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_publication_of_a_day_is_the_one_that_is_remembered() {
    let (often, once) = (World::new(ORGANISATIONS).await, World::new(ORGANISATIONS).await);
    for world in [&often, &once] {
        send(world, 0, 0, (1, 37)).await;
        publish(world, "2026-11-22").await;
    }
    publish(&often, "2026-11-23").await;
    for world in [&often, &once] {
        send(world, 2, 2, (2_001, 21)).await;
        publish(world, "2026-11-23").await;
    }
    assert_eq!(journal(&often).await, journal(&once).await);
    let days: Vec<String> =
        journal(&often).await.publications.into_iter().map(|one| one.date).collect();
    assert_eq!(days, ["2026-11-23", "2026-11-22"]);
}

/// What a feed says: the text of each element of these names, in order.
fn texts(feed: &str, names: &[&str]) -> Vec<String> {
    let (mut reader, mut found, mut within) =
        (quick_xml::Reader::from_str(feed), Vec::new(), false);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => {
                within = names.contains(&tag.name().as_ref());
                if within {
                    found.push(String::new());
                }
            }
            Event::Text(text) if within => {
                *found.last_mut().expect("an element") += &text;
            }
            Event::End(_) => within = false,
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_tells_month_ends_and_corrections_and_nothing_that_is_withheld() {
    let world = World::new(ORGANISATIONS).await;
    for (number, learners) in [(0, (1, 37)), (1, (1_001, 3)), (2, (2_001, 21))] {
        send(&world, number, number as usize, learners).await;
    }
    publish(&world, "2026-11-22").await;
    let first = world.page("departement/974/flux.atom").await.expect("a feed");
    let ids = texts(&first, &["id"]);
    assert_eq!(ids.len(), 2, "the feed, and its first entry");

    // A quiet night adds nothing.
    publish(&world, "2026-11-23").await;
    assert_eq!(
        texts(&world.page("departement/974/flux.atom").await.expect("a feed"), &["id"]),
        ids
    );

    send(&world, 3, 2, (2_101, 10)).await;
    publish(&world, "2026-11-24").await;
    publish(&world, "2026-12-01").await;
    let feed = world.page("departement/974/flux.atom").await.expect("a feed");
    assert_eq!(
        texts(&feed, &["title"]),
        [
            "La Réunion\u{a0}: les chiffres de l’apprentissage",
            "Chiffres de fin novembre 2026 et chiffres révisés",
            "Chiffres de fin octobre 2026",
        ]
    );
    let now = texts(&feed, &["id"]);
    assert_eq!((&now[0], &now[2]), (&ids[0], &ids[1]), "a name is for ever");
    assert!(now.iter().all(|id| id.starts_with("urn:uuid:")));
    assert_eq!(texts(&feed, &["updated"])[..2], ["2026-12-01T00:00:00+00:00"; 2]);
    let summaries = texts(&feed, &["summary"]);
    assert!(summaries[0].contains("apprentis\u{a0}: 31"), "{summaries:?}");
    assert!(summaries[0].ends_with("corrigés, de cinq jeunes au moins."), "{summaries:?}");
    // What was then published stays so.
    assert!(summaries[1].contains("apprentis\u{a0}: 21"), "{summaries:?}");

    // The three of Brest are secret here too.
    let brest = world.page("departement/29/flux.atom").await.expect("a feed");
    assert!(texts(&brest, &["summary"]).iter().all(|one| one.contains("apprentis\u{a0}: secret")));
    let events = &journal(&world).await.lieux["/departement/29/"];
    let secret = Valeur::Masquee(Motif::Secret);
    assert!(events.iter().all(|one| one.chiffres[&Indicateur::Apprentis] == secret));

    let page = world.page("departement/974/index.html").await.expect("a page");
    assert!(page.contains(
        "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/departement/974/flux.atom\""
    ));
    // Where nobody sent anything there is a feed too, and it is empty.
    let empty = world.page("departement/48/flux.atom").await.expect("a feed");
    assert_eq!(texts(&empty, &["id"]).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_tells_the_publications_to_come() {
    let world = crate::published::small_world().await;
    let calendar = world.page("calendrier.ics").await.expect("a calendar");
    assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']), "lines end as RFC 5545 wants");
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75), "long lines are folded");
    let unfolded = calendar.replace("\r\n ", "");
    let lines: Vec<&str> = unfolded.split_terminator("\r\n").collect();
    let of = |start: &str| -> Vec<&str> {
        lines.iter().filter_map(|line| line.strip_prefix(start)).collect()
    };
    assert_eq!((lines[0], lines[lines.len() - 1]), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
    assert_eq!((of("VERSION:"), of("PRODID:").len()), (vec!["2.0"], 1));
    let events = of("BEGIN:VEVENT").len();
    assert_eq!(events, 13, "twelve months and the nights");
    assert_eq!(of("DTSTAMP:"), vec!["20261122T000000Z"; events], "the day of the run, not a clock");
    let mut names = of("UID:");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), events);
    let days = of("DTSTART;VALUE=DATE:");
    assert_eq!((days[0], days[11], days[12]), ("20261201", "20271101", "20261123"));
    assert_eq!(of("RRULE:"), ["FREQ=DAILY"]);
    let titles = of("SUMMARY:");
    assert_eq!((titles[0], titles[12]), ("Chiffres de fin novembre 2026", "Chiffres du jour"));
    let page = world.page("publications/index.html").await.expect("a page");
    let page = page.replace('\u{a0}', " ");
    assert!(page.contains(
        "<time datetime=\"2026-12-01\">1er décembre 2026</time> : les chiffres de fin novembre 2026"
    ));
}
