//! A former publication is read again, and stays until newer data come.

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::Mode;
use publish::{Latest, Press, rollback};
use store::{Key, Run};

async fn latest(world: &World) -> Latest {
    let latest = world.store.objects.get(&Key::Latest).await.expect("a publication");
    serde_json::from_slice(&latest).expect("JSON")
}

async fn send(world: &World, id: &str, mode: Mode, first: u32, count: u32) {
    let sender = organisation(0);
    world.deposit(id, sender, mode, &apprentices(sender, first, count)).await;
    world.judge_all("2026-11-22T10:00:00Z").await;
}

/// Counts as of a day, publishes, and tells what is read then.
async fn publish(world: &World, day: &str) -> (Run, String) {
    let run = aggregate::aggregate(&world.store, day.parse().expect("a day")).await.expect("a run");
    publish::publish(&world.store, &Press::default(), &run.id)
        .await
        .expect("published, or nothing to do");
    (run, world.version().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_holds_until_newer_data_come() {
    let world = World::new(ORGANISATIONS).await;
    send(&world, "01KAAAAAAAAAAAAAAAAAAAAAA0", Mode::Complete, 1, 37).await;
    let (_, good) = publish(&world, "2026-11-22").await;
    let (_, former) = publish(&world, "2026-11-23").await;
    send(&world, "01KAAAAAAAAAAAAAAAAAAAAAA1", Mode::Additions, 101, 9).await;
    let (run, bad) = publish(&world, "2026-11-24").await;
    let before = world.left().await;

    let done = rollback(&world.store, None).await.expect("a rollback");
    assert_eq!((&done.from, &done.to.version), (&bad, &former), "the last of an earlier day");
    assert_eq!(latest(&world).await, done.to);
    assert_eq!(
        (done.to.today.as_str(), done.to.rolled_back_from.as_ref()),
        ("2026-11-23", Some(&bad))
    );

    // The same run again, then the nights that follow: nothing newer has been seen.
    publish::publish(&world.store, &Press::default(), &run.id).await.expect("nothing to do");
    assert_eq!(world.version().await, former);
    assert_eq!(publish(&world, "2026-11-25").await.1, former);

    // Further back, then to where it began: that ends it.
    let done = rollback(&world.store, Some(&good)).await.expect("further back");
    assert_eq!(done.to.rolled_back_from.as_ref(), Some(&bad));
    assert_eq!(publish(&world, "2026-11-26").await.1, good);
    let done = rollback(&world.store, Some(&bad)).await.expect("forward");
    assert_eq!((done.to.version.as_ref(), done.to.rolled_back_from), (bad.as_str(), None));
    let (_, next) = publish(&world, "2026-11-27").await;
    assert_ne!(next, bad, "the night publishes again");

    // A new deposit publishes over a rollback.
    rollback(&world.store, Some(&good)).await.expect("back");
    send(&world, "01KAAAAAAAAAAAAAAAAAAAAAA2", Mode::Additions, 201, 9).await;
    let (_, newer) = publish(&world, "2026-11-27").await;
    assert!(newer != good && newer != next);
    assert_eq!(latest(&world).await.rolled_back_from, None);

    // Not one file of a publication was touched.
    let after = world.left().await;
    for (path, hash) in before.iter().filter(|(path, _)| path.starts_with("site/v/")) {
        assert_eq!(after.get(path), Some(hash), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_whole_publication_is_read_again() {
    let world = World::new(ORGANISATIONS).await;
    let said =
        |done: anyhow::Result<publish::RolledBack>| format!("{:#}", done.expect_err("refused"));
    assert!(said(rollback(&world.store, None).await).contains("nothing is published yet"));
    send(&world, "01KAAAAAAAAAAAAAAAAAAAAAA0", Mode::Complete, 1, 37).await;
    let (_, first) = publish(&world, "2026-11-22").await;
    assert!(said(rollback(&world.store, None).await).contains("replaces none"));
    assert!(said(rollback(&world.store, Some(&first)).await).contains("already reads"));
    let (_, second) = publish(&world, "2026-11-23").await;
    assert!(said(rollback(&world.store, Some("0123")).await).contains("only what was published"));

    let path = "donnees/v1/indicateurs.csv".to_owned();
    let key = Key::Published { version: first.clone(), path };
    world.lose("site", &key.path()).await;
    assert!(said(rollback(&world.store, None).await).contains("indicateurs.csv is missing"));
    assert_eq!(world.version().await, second, "nothing moved");
}
