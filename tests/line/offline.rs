//! What `tableau check` says of a file is what the Lambda answers, byte for byte.

use std::path::Path;
use std::process::Command;

use acceptance::World;
use acceptance::files::{ORGANISATIONS, YEAR, apprentices, organisation};
use domain::upload::Mode;

use crate::door::tableau;

const ID: &str = "01KAAAAAAAAAAAAAAAAAAAAAA1";

#[tokio::test(flavor = "multi_thread")]
async fn offline_and_online_say_the_same_bytes() {
    let sender = organisation(0);
    let good = apprentices(sender, 1, 30);
    // Some faults, so that there is something to say.
    let text = String::from_utf8_lossy(&good).replace("2006-", "2106-");
    let written = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/written");
    let workbook = std::fs::read(written.join("libreoffice-dressed.xls")).expect("a workbook");
    let files: [(&str, &[u8]); 4] = [
        ("effectifs.csv", &good),
        ("effectifs.txt", text.as_bytes()),
        ("effectifs.xls", &workbook),
        ("effectifs.ods", b"%PDF"),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let listed = folder.path().join("organismes.csv");
    std::fs::write(&listed, ORGANISATIONS).expect("the list is written");
    for (name, file) in files {
        let world = World::new(ORGANISATIONS).await;
        world.deposit_named(ID, sender, Mode::Complete, name, file).await;
        world.judge_all("2026-11-22T10:00:00Z").await;
        let version = world.found(ID).await.judged.expect("a judgement").report;
        let key = store::Key::Report { id: ID.to_owned(), version };
        let online = world.store.objects.get(&key).await.expect("an answer");

        let path = folder.path().join(name);
        std::fs::write(&path, file).expect("the file is written");
        let mut command = Command::new(tableau());
        command.args(["check", "--json", "--today", "2026-11-22", "--annee", YEAR]);
        command.args(["--organisme", &sender.to_string()]).arg("--organismes").arg(&listed);
        let offline = command.arg(&path).output().expect("tableau check").stdout;
        let said = String::from_utf8_lossy(&offline);
        // With the newline that a terminal expects.
        assert_eq!(said, format!("{}\n", String::from_utf8_lossy(&online)), "{name}");
    }
}
