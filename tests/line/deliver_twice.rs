//! Storage announces at least once, in any order: whatever is delivered, however often, the line
//! ends in the same place.

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::Mode;

/// Three deposits of Rennes, of which only the last two count, and one of Brest.
async fn deposits(world: &World) {
    let (rennes, brest) = (organisation(0), organisation(1));
    let send = async |id: &str, sender, mode, file: Vec<u8>| {
        world.deposit(&format!("01KAAAAAAAAAAAAAAAAAAAAAA{id}"), sender, mode, &file).await;
    };
    send("1", rennes, Mode::Complete, apprentices(rennes, 1, 40)).await;
    send("2", rennes, Mode::Complete, apprentices(rennes, 11, 30)).await;
    send("3", rennes, Mode::Additions, apprentices(rennes, 101, 7)).await;
    send("4", brest, Mode::Complete, apprentices(brest, 201, 12)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_up_to_five_times_in_any_order_ends_like_once_each_in_order() {
    let clean = World::new(ORGANISATIONS).await;
    deposits(&clean).await;
    clean.drain(&clean.store).await;
    let expected = left(&clean).await;

    for seed in 1..=6_u64 {
        let world = World::new(ORGANISATIONS).await;
        deposits(&world).await;
        let arrived = world.receive("validate").await;
        let mut deliveries: Vec<usize> = (0..arrived.len())
            .flat_map(|place| vec![place; 1 + (seed as usize + place) % 5])
            .collect();
        shuffle(&mut deliveries, seed);
        for place in deliveries {
            let message = &arrived[place];
            let one = [(message.id.as_str(), message.body.as_str(), message.sent_at_ms)];
            let event = world.event(one.into_iter());
            let answer = world.invoke("validate", &world.store, &event).await;
            assert!(answer.is_some_and(|answer| answer.batch_item_failures.is_empty()));
            if place % 2 == 0 {
                // Figures are made in the middle of the disorder too.
                world.turn("aggregate", &world.store).await;
                world.turn("publish", &world.store).await;
            }
        }
        world.drain(&world.store).await;
        assert_eq!(left(&world).await, expected, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_on_one_file_count_it_once() {
    let world = World::new(ORGANISATIONS).await;
    deposits(&world).await;
    let (first, second) = (world.receive("validate").await, world.receive("validate").await);
    assert_eq!((first.len(), second.len()), (4, 4), "both were given every file");
    let work = async |messages: Vec<local::aws::Message>| {
        for message in &messages {
            let one = [(message.id.as_str(), message.body.as_str(), message.sent_at_ms)];
            world.invoke("validate", &world.store, &world.event(one.into_iter())).await;
        }
    };
    tokio::join!(work(first), work(second));
    world.drain(&world.store).await;

    let clean = World::new(ORGANISATIONS).await;
    deposits(&clean).await;
    clean.drain(&clean.store).await;
    assert_eq!(left(&world).await, left(&clean).await);
}

/// What is left once everything is settled: of the figures on the way, only the last are asked to
/// be the same, since how many runs there were depends on the disorder. Of the answers, all but
/// what changed is: a file is compared with what counted when it was judged.
async fn left(world: &World) -> Vec<(String, String)> {
    let latest = world.page("donnees/v1/manifest.json").await.expect("a publication");
    let latest: serde_json::Value = serde_json::from_str(&latest).expect("a manifest");
    let (version, run) = (&latest["version"], &latest["calcul"]["run"]);
    let of_last = |path: &str| {
        let run = run.as_str().is_some_and(|run| path.contains(run));
        let version = version.as_str().is_some_and(|version| path.contains(version));
        run || version
    };
    let on_the_way = ["lake/indicators/", "lake/runs/", "lake/shown/", "site/v/", "reports/"];
    let all = world.left().await.into_iter();
    let mut left: Vec<(String, String)> = all
        .filter(|(path, _)| {
            of_last(path) || !on_the_way.iter().any(|prefix| path.starts_with(prefix))
        })
        .collect();
    for id in ["1", "2", "3", "4"].map(|id| format!("01KAAAAAAAAAAAAAAAAAAAAAA{id}")) {
        let mut report = world.report(&id).await;
        // What else counted when it was judged is not of it.
        let fields = report.as_object_mut().expect("an object");
        fields.retain(|field, _| !["changes", "preview"].contains(&field.as_str()));
        left.push((id.clone(), format!("{:?} {report}", world.state(&id).await)));
    }
    left
}

/// Fisher and Yates, with a small generator: the order depends on the seed alone.
pub(crate) fn shuffle(list: &mut [usize], seed: u64) {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for end in (1..list.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        list.swap(end, (state >> 33) as usize % (end + 1));
    }
}
