//! The process dies between any two things it does to the world; the next one takes over from what
//! the queues still hold, and ends like a clean run.

use std::sync::atomic::Ordering;

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::Mode;

pub(crate) const FIRST: &str = "01KAAAAAAAAAAAAAAAAAAAAAA1";
pub(crate) const SECOND: &str = "01KAAAAAAAAAAAAAAAAAAAAAA2";

/// One complete list already counts; a second one arrives.
pub(crate) async fn world() -> World {
    let world = World::new(ORGANISATIONS).await;
    let sender = organisation(0);
    world.deposit(FIRST, sender, Mode::Complete, &apprentices(sender, 1, 25)).await;
    world.drain(&world.store).await;
    world.deposit(SECOND, sender, Mode::Complete, &apprentices(sender, 5, 30)).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_side_effects_the_line_ends_like_a_clean_run() {
    let clean = world().await;
    let (counted, moments) = clean.counted();
    clean.turn("validate", &counted).await;
    clean.turn("aggregate", &counted).await;
    let until_published = moments.load(Ordering::SeqCst);
    clean.turn("publish", &counted).await;
    let all = moments.load(Ordering::SeqCst);
    clean.drain(&clean.store).await;
    let expected = clean.left().await;
    assert!(until_published >= 14, "{until_published} moments: report, records, identities…");
    assert!(all > until_published + 100, "{all} moments: every page is written");

    // Every moment of ingestion and counting; of the hundreds of pages, the first, some, the last.
    let pages = (until_published..all - 6).step_by(101).chain(all - 6..all);
    for dies_at in (0..until_published).chain(pages) {
        let world = world().await;
        let mortal = world.mortal(dies_at);
        world.sweep(&mortal).await;
        // The next process.
        world.drain(&world.store).await;
        assert_eq!(world.left().await, expected, "killed at moment {dies_at} of {all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_wakes_up_late_cannot_commit_over_a_newer_deposit() {
    let world = world().await;
    let sender = organisation(0);
    // The late worker: it has read everything, and dies just before its transaction. Its file is
    // judged by another one, after a newer complete list.
    let third = "01KAAAAAAAAAAAAAAAAAAAAAA3";
    world.deposit(third, sender, Mode::Complete, &apprentices(sender, 1, 18)).await;
    let mut messages = world.receive("validate").await;
    messages.sort_by(|one, other| other.body.cmp(&one.body));
    for message in &messages {
        let one = [(message.id.as_str(), message.body.as_str(), message.sent_at_ms)];
        world.invoke("validate", &world.store, &world.event(one.into_iter())).await;
    }
    world.drain(&world.store).await;
    let left = world.left().await;
    assert_eq!(left.get(&format!("index/{third}")).map(String::as_str), Some("validated"));
    assert!(!left.contains_key(&format!("index/{SECOND}")), "the older list does not count");
    let page = world.page("organisme/0350001L/donnees.csv").await.expect("the page's data");
    assert!(page.contains(",18,"), "eighteen apprentices, those of the newest list");
}
