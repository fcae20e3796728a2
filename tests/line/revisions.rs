//! The past as it was first published, and as it is now; and what two publications tell together.

use std::collections::BTreeMap;

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::aggregate::Level;
use domain::upload::{Mode, Request};
use local::commands::why::{Question, why};
use open_data::v1::{Dimension, Indicateur, Maille, Motif, Serie, Valeur};
use publish::revisions::{First, Manifest, manifest};
use store::{Key, Run};

const ADDED: &str = "01KAAAAAAAAAAAAAAAAAAAAAA8";

/// Rennes, Brest and La Réunion have each sent a list.
async fn world() -> World {
    let world = World::new(ORGANISATIONS).await;
    for (place, first, count) in [(0, 1, 37), (1, 1_001, 3), (2, 2_001, 21)] {
        let id = format!("01KAAAAAAAAAAAAAAAAAAAAAA{place}");
        send(&world, &id, place, Mode::Complete, (first, count)).await;
    }
    world
}

async fn send(world: &World, id: &str, place: usize, mode: Mode, learners: (u32, u32)) {
    let sender = organisation(place);
    world.deposit(id, sender, mode, &apprentices(sender, learners.0, learners.1)).await;
    world.judge_all("2026-11-22T10:00:00Z").await;
}

/// Three more learners in Rennes, two in Brest, ten in La Réunion.
async fn more(world: &World) {
    send(world, "01KAAAAAAAAAAAAAAAAAAAAAA6", 0, Mode::Additions, (101, 3)).await;
    send(world, "01KAAAAAAAAAAAAAAAAAAAAAA7", 1, Mode::Additions, (1_101, 2)).await;
    send(world, ADDED, 2, Mode::Additions, (2_101, 10)).await;
}

/// Counts and publishes as of a day.
async fn published(world: &World, day: &str) -> Run {
    let run = aggregate::aggregate(&world.store, day.parse().expect("a day")).await.expect("a run");
    publish::publish(&world.store, &publish::Press::default(), &run.id)
        .await
        .expect("a publication");
    run
}

async fn version(world: &World) -> String {
    let latest = world.store.objects.get(&Key::Latest).await.expect("a publication");
    serde_json::from_slice::<publish::Latest>(&latest).expect("JSON").version
}

async fn shown(world: &World) -> Manifest {
    manifest(&world.store, &version(world).await).await.expect("a manifest")
}

async fn revisions(world: &World) -> Vec<String> {
    let csv = world.page("donnees/v1/revisions.csv").await.expect("the revisions");
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_figure_is_told_beside_what_it_was_when_first_published() {
    let world = world().await;
    published(&world, "2026-11-22").await;
    let first = version(&world).await;
    let of_october = |manifest: Manifest| {
        manifest.premieres.into_iter().find(|first| first.date == "2026-10-31").expect("October")
    };
    let expected = First {
        date: "2026-10-31".to_owned(),
        publie_le: "2026-11-22".to_owned(),
        version: first.clone(),
    };
    assert_eq!(of_october(shown(&world).await), expected);
    assert!(revisions(&world).await.is_empty());

    published(&world, "2026-11-23").await;
    more(&world).await;
    published(&world, "2026-11-24").await;
    assert!(revisions(&world).await.is_empty(), "a month that was shown stays, that month");
    let run = published(&world, "2026-12-01").await;
    assert_eq!(of_october(shown(&world).await), expected, "still the first");
    let told = revisions(&world).await;
    let line = |code: &str| -> Vec<&String> {
        let start = format!("2026-10-31,{code},");
        let apprentices = |line: &&String| line.contains(",ensemble,,apprentis,");
        told.iter().filter(|line| line.starts_with(&start)).filter(apprentices).collect()
    };
    assert_eq!(
        line("departement,974"),
        ["2026-10-31,departement,974,La Réunion,ensemble,,apprentis,2026-11-22,21,31"]
    );
    // Three more in one department, two in the other: both stay as they were, and so their region.
    for held in ["departement,29", "departement,35", "region,53"] {
        assert!(line(held).is_empty(), "{held}");
    }
    let differences = told.iter().map(|line| {
        let mut numbers = line.rsplit(',').map(|number| number.parse::<u32>().expect("a number"));
        numbers.next().expect("now").abs_diff(numbers.next().expect("then"))
    });
    assert!(differences.min() >= Some(domain::publish::LEAST_REVISION));
    let page = world.page("departement/974/index.html").await.expect("a page");
    let page = page.replace(['\u{a0}', '\u{202f}'], " ");
    assert!(
        page.contains("Apprentis au 31 octobre 2026 : 31, contre 21 à la première publication, le 22 novembre 2026."),
        "{page}"
    );

    // The operator is told what it was, exactly, though the public is not.
    let question = Question {
        date: "2026-10-31".parse().expect("a day"),
        level: Level::Departement,
        code: "29".to_owned(),
        dimension: domain::aggregate::Dimension::Ensemble,
        modality: String::new(),
        indicateur: Indicateur::Apprentis,
    };
    let said = why(&world.store, &run, &question).await.expect("an answer").french();
    assert!(said.starts_with("5 apprentis"), "{said}");
    assert!(said.contains(&format!("le 2026-11-22 ({first}) : 3\n")), "{said}");

    // What is withdrawn is as if it had never been: nothing is revised any more.
    for id in ["01KAAAAAAAAAAAAAAAAAAAAAA6", "01KAAAAAAAAAAAAAAAAAAAAAA7", ADDED] {
        world.ask(id, Request::Withdrawal).await;
    }
    world.judge_all("2026-12-01T11:00:00Z").await;
    published(&world, "2026-12-02").await;
    let told_again = revisions(&world).await;
    assert_eq!(told_again, told, "not before the next month");
    published(&world, "2027-01-01").await;
    let of_october_now = |line: &String| line.starts_with("2026-10-31,");
    assert!(!revisions(&world).await.iter().any(of_october_now));

    // A month ends: its figures are first published, and no other.
    let key = Key::Published {
        version: version(&world).await,
        path: publish::revisions::FIRST.to_owned(),
    };
    let bytes = world.store.objects.get(&key).await.expect("what is first published");
    let (dates, _) = store::read_series("premieres", bytes).expect("figures");
    assert_eq!(dates, ["2026-12-31".parse().expect("a day")]);
    assert_eq!(of_october(shown(&world).await), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_that_is_not_what_we_wrote_is_named_and_nothing_is_published() {
    let world = world().await;
    published(&world, "2026-11-22").await;
    let (former, latest) = (version(&world).await, Key::Latest);
    let path = publish::revisions::FIRST.to_owned();
    let key = Key::Published { version: former.clone(), path };
    let whole = world.store.objects.get(&key).await.expect("the figures of then");
    let before = world.store.objects.get(&latest).await.expect("a publication");
    let run = aggregate::aggregate(&world.store, "2026-11-23".parse().expect("a day")).await;
    let run = run.expect("a run");
    for bytes in [&whole[..whole.len() / 2], b"PAR1"] {
        world.store.objects.put(&key, bytes.to_vec()).await.expect("damaged");
        let error = publish::publish(&world.store, &publish::Press::default(), &run.id)
            .await
            .expect_err("a damaged past");
        assert!(format!("{error:#}").contains(&key.path()), "{error:#}");
        assert_eq!(world.store.objects.get(&latest).await.expect("a publication"), before);
    }
    world.store.objects.put(&key, whole.to_vec()).await.expect("repaired");
    publish::publish(&world.store, &publish::Press::default(), &run.id)
        .await
        .expect("a publication");
    assert_ne!(version(&world).await, former);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_publications_in_a_day_the_past_is_the_same() {
    let (often, once) = (world().await, world().await);
    published(&once, "2026-11-22").await;
    for day in ["2026-11-20", "2026-11-20", "2026-11-21"] {
        published(&often, day).await;
    }
    // What was first published on the 20th stays so; on a world of one publication, on the 22nd.
    let days = async |world: &World| -> Vec<String> {
        shown(world).await.premieres.into_iter().map(|first| first.publie_le).collect()
    };
    assert!(days(&often).await.iter().all(|day| day == "2026-11-20"));
    assert!(days(&once).await.iter().all(|day| day == "2026-11-22"));

    let (one, other) = (world().await, world().await);
    for world in [&one, &other] {
        published(world, "2026-11-22").await;
    }
    published(&one, "2026-11-23").await;
    more(&one).await;
    more(&other).await;
    let run = published(&one, "2026-11-23").await;
    published(&other, "2026-11-23").await;
    assert_eq!(version(&one).await, version(&other).await);
    let before = one.left().await;
    publish::publish(&one.store, &publish::Press::default(), &run.id).await.expect("the same run");
    assert_eq!(one.left().await, before, "published twice");
    let shown = format!("site/v/{}/", version(&one).await);
    let of = |left: std::collections::BTreeMap<String, String>| -> Vec<(String, String)> {
        left.into_iter().filter(|(path, _)| path.starts_with(&shown)).collect()
    };
    assert_eq!(of(before), of(other.left().await), "the same bytes, manifest included");
}

/// Every figure that the public reads, by its name and date: a count, or the reason it has none.
async fn figures(world: &World) -> BTreeMap<(String, String), Valeur> {
    let path = "donnees/v1/indicateurs.parquet".to_owned();
    let key = Key::Published { version: version(world).await, path };
    let bytes = world.store.objects.get(&key).await.expect("the figures");
    let (dates, series) = store::read_series("figures", bytes).expect("figures");
    let unfold = |serie: Serie| {
        let name = format!("{:?}", serie.key());
        let values: Vec<_> = dates.iter().map(ToString::to_string).zip(serie.valeurs).collect();
        values.into_iter().map(move |(date, value)| ((name.clone(), date), value))
    };
    let mut figures: BTreeMap<_, _> = series.into_iter().flat_map(unfold).collect();
    // The months and the classes, told in other columns: a row without its figures is its name.
    for (table, columns) in [("flux", &["valeur"][..]), ("cohortes", &["observes", "avec_contrat"])]
    {
        let csv = world.page(&format!("donnees/v1/{table}.csv")).await.expect(table);
        let mut rows = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let headers = rows.next().expect("headers");
        let names = ["mois", "maille", "code", "mouvement", "promotion"];
        for row in rows {
            let cell =
                |name: &str| headers.iter().zip(&row).find(|it| *it.0 == name).map(|it| *it.1);
            let name = names.map(|name| cell(name).unwrap_or_default()).join(" ");
            for column in columns {
                let withheld = || {
                    let motif = cell("motif").and_then(|it| it.parse().ok());
                    Valeur::Masquee(motif.expect("why it is withheld"))
                };
                let count = cell(column).and_then(|value| value.parse().ok());
                let value = count.map_or_else(withheld, Valeur::Connue);
                figures.insert((format!("{table} {name}"), (*column).to_owned()), value);
            }
        }
    }
    figures
}

/// Of two readings, the differences of figures of the same date, and whether what was secret still is.
fn differences(
    then: &BTreeMap<(String, String), Valeur>,
    now: &BTreeMap<(String, String), Valeur>,
) -> Vec<u32> {
    let pairs = then.iter().filter_map(|(name, then)| Some((name, *then, *now.get(name)?)));
    let mut found = Vec::new();
    for (name, then, now) in pairs {
        match (then, now) {
            (Valeur::Connue(then), Valeur::Connue(now)) => found.push(then.abs_diff(now)),
            (Valeur::Masquee(Motif::Secret), now) => {
                assert_eq!(now, then, "{name:?} was secret");
            }
            _ => {}
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_publications_tell_is_of_nobody_or_of_five_at_least() {
    let world = World::new(ORGANISATIONS).await;
    send(&world, "01KAAAAAAAAAAAAAAAAAAAAAA0", 0, Mode::Complete, (1, 37)).await;
    send(&world, "01KAAAAAAAAAAAAAAAAAAAAAA2", 2, Mode::Complete, (2_001, 21)).await;
    published(&world, "2026-11-22").await;
    let mut read = vec![figures(&world).await];
    // Brest arrives, with learners who began in September; the two others complete their lists.
    send(&world, "01KAAAAAAAAAAAAAAAAAAAAAA1", 1, Mode::Complete, (1_001, 12)).await;
    send(&world, "01KAAAAAAAAAAAAAAAAAAAAAA6", 0, Mode::Additions, (101, 3)).await;
    send(&world, ADDED, 2, Mode::Additions, (2_101, 10)).await;
    for day in ["2026-11-23", "2026-12-01", "2026-12-02"] {
        published(&world, day).await;
        read.push(figures(&world).await);
    }
    for id in [ADDED, "01KAAAAAAAAAAAAAAAAAAAAAA6"] {
        world.ask(id, Request::Withdrawal).await;
    }
    world.judge_all("2026-12-02T11:00:00Z").await;
    for day in ["2026-12-03", "2027-01-01"] {
        published(&world, day).await;
        read.push(figures(&world).await);
    }
    let mut moved = 0;
    for (later, now) in read.iter().enumerate() {
        for then in &read[..later] {
            for difference in differences(then, now) {
                assert!(
                    !(1..=4).contains(&difference),
                    "{difference} learners between two readings"
                );
                moved += usize::from(difference > 0);
            }
        }
    }
    assert!(moved > 0, "something is revised");

    let october = |reading: usize, maille, code: &str| {
        let key = (maille, code, Dimension::Ensemble, "", Indicateur::Apprentis);
        read[reading].get(&(format!("{key:?}"), "2026-10-31".to_owned())).copied()
    };
    let (known, not_counted) = (Valeur::Connue, Valeur::Masquee(Motif::NonDisponible));
    // The month was shown without Brest: it is not told to be empty, nor counted before December.
    assert_eq!(october(1, Maille::Departement, "29"), Some(not_counted));
    assert_eq!(october(1, Maille::Region, "53"), Some(known(37)));
    assert_eq!(october(2, Maille::Departement, "29"), Some(known(12)));
    // Rennes moved by three, which nobody is told.
    assert_eq!(october(2, Maille::Departement, "35"), Some(known(37)));
    assert_eq!(october(2, Maille::Region, "53"), Some(known(49)));
    // What is withdrawn is as if it had never been, from the next month.
    let reunion = [0, 1, 2, 3, 4, 5].map(|reading| october(reading, Maille::Departement, "974"));
    assert_eq!(reunion, [21, 21, 31, 31, 31, 21].map(|count| Some(known(count))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_is_not_made_without_what_was_shown_before() {
    let world = world().await;
    published(&world, "2026-11-22").await;
    let former = version(&world).await;
    let run = aggregate::aggregate(&world.store, "2026-11-23".parse().expect("a day")).await;
    let run = run.expect("a run");
    for name in ["indicateurs.parquet", "avant.json", "flux.parquet", "cohortes-avant.json"] {
        let key = Key::Shown { version: former.clone(), name };
        let whole = world.store.objects.get(&key).await.expect("what was shown");
        world.store.objects.put(&key, whole[..whole.len() / 2].to_vec()).await.expect("damaged");
        let press = publish::Press::default();
        let error = publish::publish(&world.store, &press, &run.id).await.expect_err("damaged");
        assert!(format!("{error:#}").contains(&key.path()), "{error:#}");
        assert_eq!(version(&world).await, former);
        world.lose("lake", &key.path()).await;
        let error = publish::publish(&world.store, &press, &run.id).await.expect_err("lost");
        let error = format!("{error:#}");
        assert!(error.contains(&former), "{error}");
        assert_eq!(version(&world).await, former);
        world.store.objects.put(&key, whole.to_vec()).await.expect("repaired");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_told_from_the_publication_after_the_code_that_counts_them() {
    let world = world().await;
    published(&world, "2026-11-22").await;
    let former = version(&world).await;
    // As the publications that were made before it left things.
    let path = publish::MANIFEST.to_owned();
    let key = Key::Published { version: former.clone(), path };
    let manifest = world.store.objects.get(&key).await.expect("a manifest");
    let mut manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let files = manifest["fichiers"].as_array_mut().expect("files");
    let is_of_months = |file: &serde_json::Value| {
        let path = file["path"].as_str().expect("a path");
        ["flux.", "cohortes."].iter().any(|name| path.starts_with(&format!("donnees/v1/{name}")))
    };
    files.retain(|file| !is_of_months(file));
    world.store.objects.put(&key, manifest.to_string()).await.expect("the manifest of then");
    for name in ["flux.parquet", "flux-avant.json", "cohortes.parquet", "cohortes-avant.json"] {
        let key = Key::Shown { version: former.clone(), name };
        world.lose("lake", &key.path()).await;
    }
    published(&world, "2026-11-23").await;
    assert_ne!(version(&world).await, former);
    assert!(world.file("donnees/v1/flux.csv").await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_reads_one_publication_a_day() {
    let world = world().await;
    let nightly = publish::Press { rhythm: publish::Rhythm::Nightly, ..publish::Press::default() };
    let night = async |day: &str| {
        let day = day.parse().expect("a day");
        let run = aggregate::aggregate(&world.store, day).await.expect("a run");
        publish::publish(&world.store, &nightly, &run.id).await.expect("published, or not");
        version(&world).await
    };
    let first = night("2026-11-22").await;
    more(&world).await;
    assert_eq!(night("2026-11-22").await, first, "what came since is for tomorrow");
    assert_ne!(night("2026-11-23").await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_a_rollback_was_told_all_the_same() {
    let world = world().await;
    published(&world, "2026-11-22").await;
    let mut read = vec![figures(&world).await];
    more(&world).await;
    published(&world, "2026-12-01").await;
    read.push(figures(&world).await);
    publish::rollback(&world.store, None).await.expect("the former one");
    // Three learners of La Réunion more than the publication that was left told, then two again.
    for (place, first, count) in [(3, 2_201, 3), (4, 2_301, 2)] {
        let id = format!("01KAAAAAAAAAAAAAAAAAAAAAB{place}");
        send(&world, &id, 2, Mode::Additions, (first, count)).await;
        published(&world, "2026-12-01").await;
        read.push(figures(&world).await);
    }
    for (later, now) in read.iter().enumerate() {
        for then in &read[..later] {
            let told = differences(then, now);
            assert!(!told.iter().any(|moved| (1..=4).contains(moved)), "{later}: {told:?}");
        }
    }
    let key = (Maille::Departement, "974", Dimension::Ensemble, "", Indicateur::Apprentis);
    let name = (format!("{key:?}"), "2026-10-31".to_owned());
    let reunion: Vec<Valeur> = read.iter().map(|read| read[&name]).collect();
    assert_eq!(reunion, [21, 31, 31, 36].map(Valeur::Connue));
}
