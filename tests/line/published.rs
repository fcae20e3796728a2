//! Everything published of one small world, byte for byte, and twice the same.
//!
//! `BLESS=1` accepts what is written now.

use std::collections::BTreeMap;
use std::path::Path;

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::Mode;

/// Rennes, Brest and La Réunion have each sent a list; published on a fixed day.
pub(crate) async fn small_world() -> World {
    let world = World::new(ORGANISATIONS).await;
    for (place, count) in [(0, 37), (1, 3), (2, 21)] {
        let sender = organisation(place);
        let id = format!("01KAAAAAAAAAAAAAAAAAAAAAA{place}");
        let first = 1000 * place as u32;
        world.deposit(&id, sender, Mode::Complete, &apprentices(sender, first, count)).await;
    }
    // Judged and counted as of a fixed day, whatever today is.
    world.judge_all("2026-11-22T10:00:00Z").await;
    let run = aggregate::aggregate(&world.store, "2026-11-22".parse().expect("a day")).await;
    publish::publish(&world.store, &publish::Press::default(), &run.expect("a run").id)
        .await
        .expect("a publication");
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn the_open_data_of_a_small_world_are_those_expected() {
    let world = small_world().await;
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("expected");
    for name in [
        "indicateurs.csv",
        "taux.csv",
        "flux.csv",
        "cohortes.csv",
        "organismes.csv",
        "couverture.csv",
        "revisions.csv",
        "datapackage.json",
        "couverture.csv-metadata.json",
    ] {
        let found = world.page(&format!("donnees/v1/{name}")).await.expect(name);
        let found = if name == "datapackage.json" { described(&found) } else { found };
        compare(&expected.join("open-data/v1").join(name), &found);
    }
    let id = "01KAAAAAAAAAAAAAAAAAAAAAA0".to_owned();
    let version = world.found(&id).await.judged.expect("a judgement").report;
    let key = store::Key::Report { id, version };
    let report = world.store.objects.get(&key).await.expect("a report");
    let report = std::str::from_utf8(&report).expect("a text");
    compare(&expected.join("reports/accepted.json"), report);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_files_on_the_same_day_give_the_same_bytes() {
    let (one, other) = (small_world().await, small_world().await);
    let (one, other) = (one.left().await, other.left().await);
    let differ: BTreeMap<_, _> =
        one.iter().filter(|(path, hash)| other.get(*path) != Some(hash)).collect();
    assert!(differ.is_empty() && one.len() == other.len(), "{differ:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_and_no_code_of_a_learner_is_anywhere_but_where_it_may_be() {
    let world = small_world().await;
    let canaries = ["@exemple.fr", "1 rue du Test", "05/2008", "Camille", "2008-05-"];
    for bucket in ["lake", "reports", "site"] {
        for path in world.paths(bucket).await {
            // The examples that the site offers are of nobody.
            if path.starts_with("identities/") || path.contains("/modele/") {
                continue;
            }
            let object = world.cloud.object(bucket, &path).await.expect("storage").expect("listed");
            let bytes = acceptance::files::bytes(object.body).await;
            for canary in canaries {
                let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
                // The drop page and the help show how a date is written; they show nobody's.
                assert!(!found, "{canary} in {bucket}/{path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_learners_of_brest_are_counted_and_not_shown() {
    let world = small_world().await;
    let csv = world.page("donnees/v1/indicateurs.csv").await.expect("the figures");
    let line = |start: &str| csv.lines().find(|line| line.starts_with(start)).map(str::to_owned);
    let ends = |start: &str, end: &str| {
        let line = line(&format!("2026-11-22,{start},ensemble,,apprentis,"));
        assert!(line.as_ref().is_some_and(|line| line.ends_with(end)), "{start}: {line:?}");
    };
    ends("departement,974,La Réunion", ",21,");
    ends("region,53,Bretagne", ",40,");
    ends("departement,29,Finistère", ",,c");
    // Forty in Bretagne less those of Rennes would be the three of Brest: both are withheld.
    ends("departement,35,Ille-et-Vilaine", ",,c");
    assert!(world.page("organisme/0290001U/index.html").await.is_none(), "no page for three");
    let manifest = world.page(publish::MANIFEST).await.expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let mut withheld = csv.lines().filter(|line| line.ends_with(",,c")).count();
    let months = world.page("donnees/v1/flux.csv").await.expect("the months");
    withheld += months.lines().filter(|line| line.ends_with(",,c")).count();
    let classes = world.page("donnees/v1/cohortes.csv").await.expect("the classes");
    // A class of a place, without how many it has, or with.
    withheld += classes.lines().map(|line| 2 * usize::from(line.ends_with(",,,,c"))).sum::<usize>();
    let known = |line: &&str| line.ends_with(",,,c") && !line.ends_with(",,,,c");
    withheld += classes.lines().filter(known).count();
    assert_eq!(manifest["controle"]["masquees"], withheld);
    let page = world.page("departement/974/index.html").await.expect("a page");
    assert!(page.contains("à partir de mille apprenants"), "why there is no breakdown");
}

/// A description without what changes with every byte: `package` holds these against the files.
fn described(package: &str) -> String {
    let moves = |line: &&str| {
        ["\"id\":", "\"bytes\":", "\"hash\":"]
            .iter()
            .any(|name| line.trim_start().starts_with(name))
    };
    let lines: Vec<&str> = package.lines().filter(|line| !moves(line)).collect();
    lines.join("\n") + "\n"
}

fn compare(path: &Path, found: &str) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, found).expect("write what is accepted");
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let first = expected.lines().zip(found.lines()).position(|(one, other)| one != other);
    assert!(
        expected == found,
        "{} differs from line {:?}; BLESS=1 accepts what is written now",
        path.display(),
        first.map(|line| line + 1)
    );
}
