//! Every figure of a run is made of what `tableau why` says of it, and says it in French.

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::aggregate::why::Figure;
use domain::aggregate::{Counts, Dimension, Level};
use domain::upload::Mode;
use local::commands::why::{Question, deposits, explain, why};
use open_data::v1::Indicateur;
use store::{Key, Run};

const RENNES: &str = "01KAAAAAAAAAAAAAAAAAAAAAA1";
const BREST: &str = "01KAAAAAAAAAAAAAAAAAAAAAA2";
const MORE: &str = "01KAAAAAAAAAAAAAAAAAAAAAA3";
const FAR: &str = "01KAAAAAAAAAAAAAAAAAAAAAA4";

/// Rennes tells 37 apprentices, Brest 3 and two of those of Rennes, whom it keeps: the same entry,
/// the first code. Then Rennes adds five, four of whom it
/// had told: it tells 38, and Brest keeps three of them. La Réunion tells three others.
async fn world() -> (World, Run) {
    let world = World::new(ORGANISATIONS).await;
    let (rennes, brest) = (organisation(0), organisation(1));
    world.deposit(RENNES, rennes, Mode::Complete, &apprentices(rennes, 1, 37)).await;
    world.deposit(BREST, brest, Mode::Complete, &apprentices(brest, 36, 5)).await;
    world.deposit(MORE, rennes, Mode::Additions, &apprentices(rennes, 34, 5)).await;
    let far = organisation(2);
    world.deposit(FAR, far, Mode::Complete, &apprentices(far, 2_000, 3)).await;
    world.judge_all("2026-11-22T10:00:00Z").await;
    let run = aggregate::aggregate(&world.store, "2026-11-22".parse().expect("a day")).await;
    (world, run.expect("a run"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_of_a_run_is_the_sum_of_what_makes_it() {
    let (world, run) = world().await;
    let key = Key::Indicators { run: run.id.clone() };
    let bytes = world.store.objects.get(&key).await.expect("the exact figures");
    let figures = store::read_indicators(&key.path(), bytes).expect("the exact figures");
    let references = run.versions().expect("versions");
    let references = world.store.references(&references).await.expect("references");
    let deposits = deposits(&world.store, &run).await.expect("the deposits");
    let explained = explain(&world.store, &run, &deposits, &references).await.expect("read again");
    assert!(run.counted.in_several_organisations > 0);
    let (mut small, mut told) = (0, 0);
    for cell in &figures.cells {
        for (date, counts) in figures.dates.iter().zip(&cell.counts) {
            let (date, level, dimension) = (*date, cell.level, cell.dimension);
            let (code, modality) = (cell.code.as_str(), cell.modality.as_str());
            let figure = Figure { date, level, code, dimension, modality };
            let mut sum = Counts::default();
            for share in explained.why(&figure).expect("a date of the run") {
                assert!((share.rank as usize) < run.deposits.len());
                sum += share.counts;
            }
            assert_eq!(sum, *counts, "{figure:?}");
            told += 1;
            small += usize::from((1..5).contains(&counts.apprentis));
        }
    }
    assert!(told > 1_000 && small > 50, "{told} figures, {small} of those too small to publish");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_says_which_deposits_make_it_and_who_keeps_whom() {
    let (world, run) = world().await;
    let question = |level, code: &str| Question {
        date: "2026-10-31".parse().expect("a day"),
        level,
        code: code.to_owned(),
        dimension: Dimension::Ensemble,
        modality: String::new(),
        indicateur: Indicateur::Apprentis,
    };
    let (rennes, brest) = (organisation(0), organisation(1));
    let answer = why(&world.store, &run, &question(Level::Region, "53")).await.expect("an answer");
    assert!(answer.agrees());
    let expected = format!(
        "40 apprentis au 2026-10-31, region 53 (Bretagne)
Chiffre exact, pour l'exploitant seul : à ne pas diffuser.

      33  CFA des tests de Rennes ({rennes})
          dépôt {RENNES}, reçu le 2026-11-22
       5  CFA des tests de Brest ({brest})
          dépôt {BREST}, reçu le 2026-11-22
          dont 3 aussi déclarés par CFA des tests de Rennes ({rennes})
       2  CFA des tests de Rennes ({rennes})
          dépôt {MORE}, reçu le 2026-11-22
          et 3 autres, comptés chez CFA des tests de Brest ({brest})
      40  en tout : le compte refait donne le chiffre du calcul.
"
    );
    let said = answer.french();
    assert!(said.starts_with(&expected), "{said}");
    assert!(said.contains(&format!("Calcul {}, règles {}", run.id, run.rules)));
    let json: serde_json::Value =
        serde_json::from_str(&answer.json().expect("JSON")).expect("JSON");
    assert_eq!(json["calcul"]["referentiels"]["organismes"], run.references["organismes"]);
    assert_eq!(json["parts"][1]["aussi_declares_par"][0]["organisme"], rennes.to_string());

    for (question, reason) in [
        (question(Level::Region, "52"), "ne compte personne au code 52"),
        (
            Question { modality: "licornes".to_owned(), ..question(Level::Region, "53") },
            "il connaît",
        ),
        (
            Question {
                date: "2026-10-30".parse().expect("a day"),
                ..question(Level::Region, "53")
            },
            "ne compte pas le 2026-10-30",
        ),
    ] {
        let error = why(&world.store, &run, &question).await.expect_err("no such figure");
        assert!(error.to_string().contains(reason), "{error}");
    }
}
