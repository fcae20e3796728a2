//! The reference datasets travel the line like any other file: judged, versioned, and what counts
//! with them says so.

use std::path::Path;

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::{Dataset, Deposit, Mode, Request, State};
use local::commands::key;
use store::Key;

use crate::requests::at_the_door;

const ID: &str = "01KAAAAAAAAAAAAAAAAAAAAAA";

fn fixture(dataset: Dataset) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/references");
    std::fs::read(folder.join(format!("{dataset}.csv"))).expect("a fixture")
}

async fn deposit(world: &World, place: u32) -> Deposit {
    let deposit = world.store.index.deposit(&format!("{ID}{place}")).await.expect("the index");
    deposit.expect("a deposit")
}

async fn state(world: &World, place: u32) -> State {
    let deposit = deposit(world, place).await;
    let counting = world.store.index.counting_reference(deposit.declaration.dataset).await;
    deposit.standing(&counting.expect("the index"))
}

async fn report(world: &World, place: u32) -> serde_json::Value {
    let Deposit { id, judged, .. } = deposit(world, place).await;
    let key = Key::Report { id, version: judged.expect("a judgement").report };
    serde_json::from_slice(&world.store.objects.get(&key).await.expect("a report")).expect("JSON")
}

async fn drop_reference(world: &World, place: u32, dataset: Dataset, file: &[u8]) {
    world.deposit_reference(&format!("{ID}{place}"), dataset, file).await;
    world.drain(&world.store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_example_counts_and_wakes_a_run_that_names_it() {
    let world = World::new(ORGANISATIONS).await;
    let sender = organisation(0);
    world.deposit(&format!("{ID}0"), sender, Mode::Complete, &apprentices(sender, 1, 25)).await;
    world.drain(&world.store).await;
    for (place, dataset) in (1..).zip(Dataset::REFERENCES) {
        drop_reference(&world, place, dataset, &fixture(dataset)).await;
        assert_eq!(state(&world, place).await, State::Validated, "{dataset}");
        let report = report(&world, place).await;
        assert_eq!(report["verdict"], "accepted", "{dataset}");
        assert_eq!(report["report"], "v1");
    }

    let manifest = world.page(publish::MANIFEST).await.expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let current = world.store.index.references().await.expect("the index");
    assert_eq!(current.len(), 4);
    for one in &current {
        let named = &manifest["calcul"]["referentiels"][one.dataset.as_str()];
        assert_eq!(named.as_str(), Some(one.sha256.as_str()), "{}", one.dataset);
    }
    assert_eq!(manifest["calcul"]["depots"], 1, "how many");
    assert!(!manifest.to_string().contains(ID), "and never which: {manifest}");
    for (word, of) in [("run", "/calcul/run"), ("rules", "/calcul/regles")] {
        let said = manifest.pointer(of).and_then(serde_json::Value::as_str);
        assert!(said.is_some_and(|said| !said.is_empty()), "{word}: {manifest}");
    }
    // Who counted, and who published.
    for of in ["code", "publie_par"] {
        assert_eq!(manifest["calcul"][of], store::CODE, "{of}");
    }

    let versions = current.into_iter().map(|one| (one.dataset, one.sha256)).collect();
    let references = world.store.references(&versions).await.expect("the datasets");
    let codes: Vec<_> = references.networks_of(&sender).iter().map(|it| it.code).collect();
    assert_eq!(codes, ["CFA_EC", "CMA"]);
    // Brest has no code of commune: its zone is found by its name.
    let zones: Vec<_> = (0..3).map(|place| references.zone_of(&organisation(place))).collect();
    let labels: Vec<_> = zones.iter().flatten().map(|zone| zone.label.as_str()).collect();
    assert_eq!(labels, ["Rennes", "Brest", "Nord"]);
    let organismes = world.page("donnees/v1/organismes.csv").await.expect("the organisations");
    assert!(organismes.contains(",5315,"), "the zone of Rennes is published: {organismes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_answered_and_the_version_that_counts_stays() {
    let world = World::new(ORGANISATIONS).await;
    drop_reference(&world, 1, Dataset::Reseaux, &fixture(Dataset::Reseaux)).await;
    let before = world.store.index.references().await.expect("the index");

    let twice = b"siret;reseaux\n19035000100011;CMA\n19035000100011;UIMM\n";
    drop_reference(&world, 2, Dataset::Reseaux, twice).await;
    assert_eq!(state(&world, 2).await, State::Refused);
    let report = report(&world, 2).await;
    assert_eq!(report["findings"][0]["rule"], "reference_key_is_unique");
    assert_eq!(report["findings"][0]["line"], 3);

    // The list of organisations cut short: one of three is left.
    let cut: String = ORGANISATIONS.lines().take(2).collect::<Vec<_>>().join("\n");
    drop_reference(&world, 3, Dataset::Organismes, cut.as_bytes()).await;
    assert_eq!(state(&world, 3).await, State::Refused);
    assert_eq!(world.store.index.references().await.expect("the index"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_replaced_and_never_withdrawn() {
    let world = World::new(ORGANISATIONS).await;
    drop_reference(&world, 1, Dataset::Reseaux, &fixture(Dataset::Reseaux)).await;
    let before = world.store.index.references().await.expect("the index");
    let operator = key::operator().expect("the operator");
    let (_, key) = key::make_for(&world.store.index, operator).await.expect("a key");
    let deposit = format!("/depots/{ID}1");
    let none = serde_json::Value::Null;
    for (method, path, problem) in [
        ("DELETE", deposit.clone(), "rien-a-retirer"),
        ("POST", format!("{deposit}/confirmation"), "rien-a-confirmer"),
    ] {
        let (status, said) = at_the_door(&world, &key, method, &path, &none).await;
        assert_eq!((status, &said["type"]), (409, &format!("/comprendre/#{problem}").into()));
        let detail = said["detail"].as_str().expect("a sentence");
        assert!(detail.contains("envoyez-en une nouvelle version"), "{detail}");
    }

    // A request that would have passed the door changes nothing either.
    world.ask(&format!("{ID}1"), Request::Withdrawal).await;
    world.drain(&world.store).await;
    assert_eq!(state(&world, 1).await, State::Validated);
    assert_eq!(world.store.index.references().await.expect("the index"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deposit_opened_last_counts_whatever_the_order_of_judgement() {
    let world = World::new(ORGANISATIONS).await;
    let newer = b"siret;reseaux\n19035000100011;UIMM\n";
    drop_reference(&world, 2, Dataset::Reseaux, newer).await;
    drop_reference(&world, 1, Dataset::Reseaux, &fixture(Dataset::Reseaux)).await;
    assert_eq!(state(&world, 2).await, State::Validated);
    assert_eq!(state(&world, 1).await, State::Superseded);
    let current = world.store.index.references().await.expect("the index");
    assert_eq!(current.last().expect("networks").deposit, format!("{ID}2"));

    drop_reference(&world, 3, Dataset::Reseaux, &fixture(Dataset::Reseaux)).await;
    assert_eq!(state(&world, 2).await, State::Superseded);
    assert_eq!(state(&world, 3).await, State::Validated);
}
