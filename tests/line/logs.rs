//! No line of the log names a learner, whatever their file is.

use std::path::Path;

use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use acceptance::{World, logs};
use domain::upload::Mode;

const ID: &str = "01KAAAAAAAAAAAAAAAAAAAAAA1";

/// A list in which nearly every row is bad, and every row names someone.
fn damaged() -> Vec<u8> {
    let good = String::from_utf8(apprentices(organisation(0), 1, 40)).expect("UTF-8");
    let (header, rows) = good.split_once('\n').expect("a header");
    let damage = |(place, row): (usize, &str)| match place % 5 {
        0 => row.replace("/05/2008", "/05/2988"),
        1 => row.replace("01/09/2026", "Camille"),
        2 => row.replace(";F;", ";Camille;").replace(";M;", ";1 rue du Test;"),
        3 => row.replacen(';', ";;", 1),
        _ => row.to_owned(),
    };
    let rows: Vec<String> = rows.lines().enumerate().map(damage).collect();
    format!("{header}\n{}\n", rows.join("\n")).into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_every_fault_leave_no_name_in_the_log() {
    let before = {
        let world = World::new(ORGANISATIONS).await;
        let before = logs::lines();
        world.deposit(ID, organisation(0), Mode::Complete, &damaged()).await;
        world.drain(&world.store).await;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rejected");
        for (place, file) in std::fs::read_dir(folder).expect("a folder").enumerate() {
            let file = std::fs::read(file.expect("a file").path()).expect("bytes");
            let id = format!("01KAAAAAAAAAAAAAAAAAAAAB{place:02}");
            world.deposit(&id, organisation(0), Mode::Additions, &file).await;
            world.turn("validate", &world.store).await;
        }
        before
    };
    assert!(logs::lines() > before + 30, "each file leaves a line at least");
    assert_eq!(logs::leaks(), [""; 0]);
}

#[test]
fn a_leak_would_be_seen() {
    assert!(logs::names_a_learner(r#"{"message":"bad row","cell":"1 rue du Test"}"#));
    assert!(!logs::names_a_learner(r#"{"message":"file judged","rows.read":25}"#));
}
