//! A publication that loses too many organisations is not switched to, until the operator says so.

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::{Mode, Request};
use store::Run;

fn id(place: usize) -> String {
    format!("01KAAAAAAAAAAAAAAAAAAAAAA{place}")
}

async fn counted(world: &World, day: &str) -> Run {
    aggregate::aggregate(&world.store, day.parse().expect("a day")).await.expect("a run")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_that_loses_a_third_of_the_organisations_waits_for_a_word() {
    let world = World::new(ORGANISATIONS).await;
    for place in 0..3 {
        let sender = organisation(place);
        let list = apprentices(sender, 1000 * place as u32, 40);
        world.deposit(&id(place), sender, Mode::Complete, &list).await;
    }
    world.judge_all("2026-11-22T10:00:00Z").await;
    let run = counted(&world, "2026-11-22").await;
    publish::publish(&world.store, &publish::Press::default(), &run.id)
        .await
        .expect("a publication");
    let former = world.version().await;
    let manifest = publish::revisions::manifest(&world.store, &former).await.expect("a manifest");
    assert_eq!(manifest.organismes, Some(3));

    // One of three withdraws its list: as if it had never sent it.
    world.ask(&id(2), Request::Withdrawal).await;
    world.judge_all("2026-11-22T12:00:00Z").await;
    let run = counted(&world, "2026-11-23").await;
    let before = world.left().await;
    let error = publish::publish(&world.store, &publish::Press::default(), &run.id)
        .await
        .expect_err("a refusal");
    assert_eq!(world.version().await, former, "the former publication stays");
    assert_eq!(world.left().await, before, "nothing of it was written");
    let line = publish::refusal(&error, "tableau-publish", 1_700_000_000_000).expect("a line");
    let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(line["PublicationsRefused"], 1);
    let metric = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(metric["Metrics"][0]["Name"], "PublicationsRefused");
    let said = line["message"].as_str().expect("a text");
    assert!(said.starts_with("2 organisations have figures, 3 had:"), "{said}");
    let other = anyhow::anyhow!("storage does not answer");
    assert_eq!(publish::refusal(&other, "tableau-publish", 0), None, "worth another try");

    publish::accept_losses(&world.store).await.expect("the operator's word");
    publish::publish(&world.store, &publish::Press::default(), &run.id)
        .await
        .expect("a publication");
    assert_ne!(world.version().await, former);

    // The word is spent: the next loss waits again.
    world.ask(&id(1), Request::Withdrawal).await;
    world.judge_all("2026-11-23T12:00:00Z").await;
    let run = counted(&world, "2026-11-24").await;
    publish::publish(&world.store, &publish::Press::default(), &run.id)
        .await
        .expect_err("a refusal");
}
