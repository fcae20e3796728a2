//! A bad file is an answer: it is refused with a sentence, nothing of it is kept, and the line goes
//! on.

use acceptance::World;
use acceptance::files::{ORGANISATIONS, apprentices, organisation};
use domain::upload::{Mode, State};
use serde_json::Value;

const ID: &str = "01KAAAAAAAAAAAAAAAAAAAAAA1";

/// Sends a file under this name and tells what it was answered.
async fn answer(world: &World, name: &str, file: &[u8]) -> Value {
    world.deposit_named(ID, organisation(0), Mode::Complete, name, file).await;
    world.drain(&world.store).await;
    world.report(ID).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_file_is_answered_and_nothing_of_it_is_kept() {
    let good = apprentices(organisation(0), 1, 5);
    let header = good.split(|byte| *byte == b'\n').next().expect("a header").to_vec();
    let zip_start = [b"PK\x03\x04".as_slice(), &[0; 400]].concat();
    let encrypted = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 4000]].concat();
    let files: [(&str, &str, Vec<u8>); 9] = [
        ("nothing but spaces", "vide.csv", b"   \n\n".to_vec()),
        ("a picture", "photo.xlsx", b"\x89PNG\r\n\x1a\n0000000000".to_vec()),
        ("a workbook named .csv", "liste.csv", zip_start.clone()),
        ("a truncated workbook", "liste.xlsx", zip_start),
        ("a password", "liste.xlsx", encrypted),
        ("no header of ours", "notes.csv", b"prix;quantite\n3;4\n5;6\n".to_vec()),
        ("a header and no row", "vide.csv", header),
        (
            "a mandatory column is missing",
            "sans.csv",
            b"nom_apprenant;prenom_apprenant;sexe_apprenant;annee_scolaire\nA;B;F;2026-2027\n"
                .to_vec(),
        ),
        ("the learners of another organisation", "autre.csv", apprentices(organisation(1), 1, 5)),
    ];
    for (what, name, file) in files {
        let world = World::new(ORGANISATIONS).await;
        let report = answer(&world, name, &file).await;
        assert_eq!(report["verdict"], "refused", "{what}: {report}");
        let sentence = report["sentence"].as_str().unwrap_or_default();
        assert!(sentence.ends_with('.'), "{what} is answered by a sentence, not by {sentence:?}");
        let fix = report["findings"][0]["fix"].as_str().unwrap_or_default();
        assert!(!fix.is_empty(), "{what} is told what to do: {report}");
        let deposit = world.store.index.deposit(ID).await.expect("the index").expect("a deposit");
        assert_eq!(deposit.state, State::Refused, "{what}");
        let kept: Vec<String> = world.paths("lake").await;
        let only_the_organisations =
            matches!(kept.as_slice(), [one] if one.starts_with("reference/organismes/"));
        assert!(only_the_organisations, "{what} leaves nothing: {kept:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_messages_come_back_until_they_are_dead_letters_and_stop_nothing() {
    let world = World::new(ORGANISATIONS).await;
    let sender = organisation(0);
    let zero = std::time::Duration::ZERO;
    for body in ["", "not json", "{}", r#"{"Records":[{"s3":{}}]}"#] {
        world.cloud.queue().send("validate", body, zero).await.expect("a queue");
    }
    world.deposit(ID, sender, Mode::Complete, &apprentices(sender, 1, 6)).await;
    for _ in 0..20 {
        world.sweep(&world.store).await;
    }
    assert!(world.page("organisme/0350001L/index.html").await.is_some(), "the file went through");
    let dead = world.cloud.queue().dead_letters("validate").await.expect("a queue");
    assert_eq!(dead.len(), 4, "each foreign message is kept for a person to see");
}
