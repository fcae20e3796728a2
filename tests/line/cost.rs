//! What each step asks of S3 and of the index, counted, and held against the model that `tableau cost`
//! prices. A step that asks more fails here first.

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::{Mode, State, hex};
use local::commands::key;
use local::cost::{self, Country, DEPOSIT};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::Calls;

/// A country of these organisations, all in one department.
fn organisations(count: u32) -> String {
    let mut list = ORGANISATIONS.lines().next().unwrap_or_default().to_owned() + "\n";
    let sirets = (19_035_000_100_000_u64..).filter(|siret| is_well_formed(*siret));
    for (number, siret) in (350_000..350_000 + count).zip(sirets) {
        let letter = char::from(b"ABCDEFGHJKLMNPRSTUVWXYZ"[number as usize % 23]);
        list += &format!(
            "{number:07}{letter};{siret};CFA numéro {number};;responsable_formateur;35;Rennes;\n"
        );
    }
    list
}

/// Whether the key of a SIRET is right (Luhn).
fn is_well_formed(siret: u64) -> bool {
    let digits = siret.to_string();
    let digits = digits.bytes().rev().map(|digit| u32::from(digit - b'0')).enumerate();
    let twice = |(place, digit): (usize, u32)| if place % 2 == 0 { digit } else { digit * 2 };
    digits.map(twice).map(|digit| digit / 10 + digit % 10).sum::<u32>() % 10 == 0
}

/// What a step asked.
async fn counted(world: &World, step: impl AsyncFnOnce()) -> Calls {
    let before = world.store.calls();
    step().await;
    world.store.calls() - before
}

async fn turn(world: &World, queue: &str) -> Calls {
    counted(world, async || {
        assert!(world.turn(queue, &world.store).await > 0, "{queue} had something to do");
    })
    .await
}

/// What is declared of this list.
fn declared(file: &[u8]) -> Value {
    json!({
        "file_name": "effectifs.csv", "size_bytes": file.len(), "sha256": hex(&Sha256::digest(file)),
        "dataset": "effectifs", "school_year": acceptance::files::YEAR, "mode": "complete",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_asks_what_the_model_says_and_no_more() {
    let world = World::new(ORGANISATIONS).await;
    let (sender, none) = (organisation(0), Value::Null);
    let (_, key) = key::make(&world.store.index, vec![sender]).await.expect("a key");
    // Of a list that replaces another, without a fault: that of nearly every night.
    world
        .deposit("01KAAAAAAAAAAAAAAAAAAAAAA1", sender, Mode::Complete, &apprentices(sender, 1, 25))
        .await;
    world.drain(&world.store).await;
    let file = apprentices(sender, 3, 25);

    let mut said = Value::Null;
    let opened = counted(&world, async || {
        said =
            super::requests::at_the_door(&world, &key, "POST", "/depots", &declared(&file)).await.1;
    })
    .await;
    let id = said["deposit"].as_str().expect("a deposit").to_owned();
    let sent = counted(&world, async || {
        let key = store::Key::Deposit { id: id.clone() };
        world.store.objects.put(&key, file.clone()).await.expect("storage");
    })
    .await;
    // By a process that has judged a list before: it knows the organisations.
    let (desk, message) = (world.desk(), world.take("validate").await.remove(0));
    let one = || [(message.id.as_str(), message.body.as_str(), message.sent_at_ms)].into_iter();
    let former = "01KAAAAAAAAAAAAAAAAAAAAAA9";
    world
        .deposit(former, organisation(1), Mode::Complete, &apprentices(organisation(1), 90, 9))
        .await;
    let other =
        world.take("validate").await.into_iter().find(|one| one.id != message.id).expect("another");
    let other = [(other.id.as_str(), other.body.as_str(), other.sent_at_ms)].into_iter();
    validate::handle(&world.store, &desk, &world.event(other)).await;
    assert_eq!(world.state(former).await, State::Validated);
    let judged = counted(&world, async || {
        validate::handle(&world.store, &desk, &world.event(one())).await;
    })
    .await;
    assert_eq!(world.state(&id).await, State::Validated);
    let read = counted(&world, async || {
        super::requests::at_the_door(&world, &key, "GET", &format!("/depots/{id}"), &none).await;
    })
    .await;
    let found = [("opened", opened), ("sent", sent), ("judged", judged), ("read", read)];
    let model = [DEPOSIT.opened, DEPOSIT.sent, DEPOSIT.judged, DEPOSIT.read];
    for (what, found) in found {
        eprintln!("{what}: {found:?}");
    }
    for ((what, found), model) in found.into_iter().zip(model) {
        assert_eq!(found, model, "{what}");
    }
    // The budget of a judgement. The page of the answer is the fifth write.
    assert!(judged.puts <= 5 && judged.gets <= 2, "{judged:?}");
    assert!(judged.write_units <= 6.0, "{judged:?}");
}

/// A night when this many organisations sent their list: what counting it and publishing it ask.
async fn night(count: u32) -> (Calls, Calls) {
    let list = organisations(count);
    let world = World::new(&list).await;
    for (number, line) in list.lines().skip(1).enumerate() {
        let mut codes = line.split(';');
        let code = format!("{}-{}", codes.next().expect("an UAI"), codes.next().expect("a SIRET"));
        let sender = code.parse().expect("an organisation");
        let id = format!("01K{}{number:03}", "A".repeat(20));
        let file = apprentices(sender, number as u32 * 100, 12);
        world.deposit(&id, sender, Mode::Complete, &file).await;
        world.turn("validate", &world.store).await;
    }
    (turn(&world, "aggregate").await, turn(&world, "publish").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_asks_at_most_what_the_model_says() {
    let nights = [(4, night(4).await), (10, night(10).await)];
    for (count, (aggregate, publish)) in nights {
        eprintln!("{count} organisations: {aggregate:?} {publish:?}");
    }
    for (count, (aggregate, publish)) in nights {
        for (what, found, model) in
            [("aggregate", aggregate, cost::COUNTED), ("publish", publish, cost::PUBLISHED)]
        {
            let most = |fixed: f64, each: f64| fixed + f64::from(count) * each;
            assert!(
                found.puts as f64 <= most(model.fixed.puts as f64, model.each.puts as f64),
                "{what}"
            );
            assert!(found.gets as f64 <= most(model.fixed.gets as f64, model.each.gets as f64));
            assert!(found.read_units <= most(model.fixed.read_units, model.each.read_units));
            assert!(found.write_units <= most(model.fixed.write_units, model.each.write_units));
        }
    }
}

#[test]
fn the_whole_country_every_night_costs_less_than_ten_dollars_a_month_to_run() {
    let france = Country { organisations: 3_000, learners: 1_000_000, deposits_a_month: 30 };
    let (moving, standing) = cost::sums(&cost::month(&france, 1));
    eprintln!("{moving:.2} $ for what comes, {standing:.2} $ anyway");
    assert!(moving <= 10.0, "{moving}");
}
