//! What must not depend on how the files came, and what two countries make together: through the
//! real handlers, down to the bytes of the private tables and of the open data.

use std::collections::BTreeMap;

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::{Mode, Request};
use store::{Key, Run};

const TODAY: &str = "2026-11-22";

/// The number of a deposit: the order of opening is that of the letters.
fn id(letter: char) -> String {
    format!("01KAAAAAAAAAAAAAAAAAAAAAA{letter}")
}

/// Sends a list of the organisation of that place, learners numbered from `first`; judges it.
async fn send(world: &World, letter: char, place: usize, mode: Mode, first: u32, count: u32) {
    let sender = organisation(place);
    world.deposit(&id(letter), sender, mode, &apprentices(sender, first, count)).await;
    world.judge_all("2026-11-22T10:00:00Z").await;
}

async fn counted(world: &World) -> Run {
    let run = aggregate::aggregate(&world.store, TODAY.parse().expect("a day")).await;
    run.expect("a run")
}

/// The private tables of a run, by name.
async fn tables(world: &World, run: &Run) -> BTreeMap<&'static str, Vec<u8>> {
    let run = || run.id.clone();
    let mut tables = BTreeMap::new();
    for (name, key) in [
        ("indicateurs", Key::Indicators { run: run() }),
        ("domicile", Key::Homes { run: run() }),
        ("flux", Key::Flows { run: run() }),
        ("cohortes", Key::Cohorts { run: run() }),
    ] {
        tables.insert(name, world.store.objects.get(&key).await.expect(name).to_vec());
    }
    tables
}

/// The private tables, and the open data that they become.
async fn figures(world: &World) -> BTreeMap<&'static str, Vec<u8>> {
    let run = counted(world).await;
    let mut figures = tables(world, &run).await;
    publish::publish(&world.store, &publish::Press::default(), &run.id)
        .await
        .expect("a publication");
    for name in ["indicateurs.csv", "organismes.csv", "couverture.csv", "revisions.csv"] {
        let page = world.page(&format!("donnees/v1/{name}")).await.expect(name);
        figures.insert(name, page.into_bytes());
    }
    figures
}

/// Rennes and Brest, who share three learners, and La Réunion.
async fn three_lists(letters: [char; 3]) -> World {
    let world = World::new(ORGANISATIONS).await;
    let lists = [(0, 1, 37), (1, 35, 12), (2, 2_000, 21)];
    let mut lists: Vec<_> = letters.into_iter().zip(lists).collect();
    lists.sort_unstable();
    for (letter, (place, first, count)) in lists {
        send(&world, letter, place, Mode::Complete, first, count).await;
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_added_then_withdrawn_leaves_the_same_bytes() {
    let world = three_lists(['1', '2', '3']).await;
    let before = figures(&world).await;
    send(&world, '4', 1, Mode::Additions, 40, 20).await;
    let with = figures(&world).await;
    assert_ne!(with["indicateurs"], before["indicateurs"]);
    assert_ne!(with["indicateurs.csv"], before["indicateurs.csv"]);
    world.ask(&id('4'), Request::Withdrawal).await;
    world.judge_all("2026-11-22T11:00:00Z").await;
    assert!(figures(&world).await == before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_split_in_two_counts_the_same() {
    let whole = three_lists(['1', '2', '3']).await;
    let split = World::new(ORGANISATIONS).await;
    send(&split, '1', 0, Mode::Complete, 1, 20).await;
    send(&split, '2', 1, Mode::Complete, 35, 12).await;
    send(&split, '3', 2, Mode::Complete, 2_000, 21).await;
    send(&split, '4', 0, Mode::Additions, 21, 17).await;
    assert!(figures(&split).await == figures(&whole).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_the_deposits_changes_nothing() {
    let expected = figures(&three_lists(['1', '2', '3']).await).await;
    for letters in [['2', '3', '1'], ['3', '2', '1'], ['1', '3', '2']] {
        assert!(figures(&three_lists(letters).await).await == expected, "{letters:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_learner_no_longer_listed_leaves_the_day_the_list_that_omits_them_arrives() {
    let world = three_lists(['1', '2', '3']).await;
    let apprentices = async |world: &World| {
        let run = counted(world).await;
        let bytes = tables(world, &run).await.remove("indicateurs").expect("a table");
        let figures = store::read_indicators("indicateurs", bytes.into()).expect("a table");
        let cell = figures.cells.iter().find(|cell| cell.code == "974" && cell.modality.is_empty());
        cell.expect("a cell").counts.last().expect("a date").apprentis
    };
    assert_eq!(apprentices(&world).await, 21);
    // A list to add to the first says nothing of those it omits; a complete one does.
    send(&world, '4', 2, Mode::Additions, 2_000, 3).await;
    assert_eq!(apprentices(&world).await, 21);
    send(&world, '5', 2, Mode::Complete, 2_004, 17).await;
    assert_eq!(apprentices(&world).await, 17);
}

/// Every number of the private tables of a run, each under all that names it.
async fn numbers(world: &World) -> BTreeMap<String, u32> {
    let run = counted(world).await;
    let tables = tables(world, &run).await;
    let bytes = |name: &str| tables[name].clone().into();
    let mut numbers = BTreeMap::new();
    for name in ["indicateurs", "domicile"] {
        let table = store::read_indicators(name, bytes(name)).expect(name);
        for cell in &table.cells {
            for (date, counts) in table.dates.iter().zip(&cell.counts) {
                for (rank, count) in domain::publish::indicators(*counts).into_iter().enumerate() {
                    numbers.insert(format!("{name} {:?} {date} {rank}", cell.key()), count);
                }
            }
        }
    }
    let flows = store::read_flows("flux", bytes("flux")).expect("flux");
    for cell in &flows.cells {
        for (date, flow) in flows.dates.iter().zip(&cell.months) {
            let place = format!("flux {:?} {} {date}", cell.level, cell.code);
            numbers.insert(format!("{place} entries"), flow.entries);
            numbers.insert(format!("{place} signatures"), flow.signatures);
            numbers.insert(format!("{place} leavings"), flow.leavings);
        }
    }
    let cohorts = store::read_cohorts("cohortes", bytes("cohortes")).expect("cohortes");
    for cell in &cohorts.cells {
        let place = format!("cohortes {:?} {} {}", cell.level, cell.code, cell.class);
        for (months, observed) in cell.horizons.iter().enumerate() {
            numbers.insert(format!("{place} {months} learners"), observed.learners);
            numbers.insert(format!("{place} {months} contracts"), observed.with_contract);
        }
        numbers.insert(format!("{place} entered"), cell.entered);
    }
    numbers.retain(|_, number| *number > 0);
    numbers
}

#[tokio::test(flavor = "multi_thread")]
async fn two_countries_with_nobody_in_common_add_up() {
    let country = async |lists: &[(char, usize, u32, u32)]| {
        let world = World::new(ORGANISATIONS).await;
        for (letter, place, first, count) in lists {
            send(&world, *letter, *place, Mode::Complete, *first, *count).await;
        }
        numbers(&world).await
    };
    let (one, other) = (('1', 0, 1, 37), [('2', 1, 100, 12), ('3', 2, 2_000, 21)]);
    let mut sum = country(&[one]).await;
    assert!(sum.keys().any(|name| name.starts_with("flux")));
    assert!(sum.keys().any(|name| name.starts_with("cohortes")));
    for (name, number) in country(&other).await {
        *sum.entry(name).or_default() += number;
    }
    assert_eq!(country(&[one, other[0], other[1]]).await, sum);
}
