//! The 21 cases of `domain.md` §3.3, and a reference that walks every day.

use std::collections::BTreeMap;

use super::*;

fn day(text: &str) -> Day {
    format!("20{text}").parse().unwrap()
}

/// `24-10-01→25-08-31 R24-12-01`
fn contract(text: &str) -> Contract {
    let (term, rupture) = match text.split_once(" R") {
        Some((term, rupture)) => (term, Some(day(rupture))),
        None => (text, None),
    };
    let (start, end) = term.split_once('→').unwrap();
    Contract { start: day(start), end: Some(day(end)), rupture, employer: None }
}

fn path(session: &str, contracts: &str, exclusion: &str) -> Parcours {
    let (entry, end) = session.split_once('→').unwrap();
    let contracts: Vec<Contract> =
        contracts.split("; ").filter(|text| !text.is_empty()).map(contract).collect();
    let exclusion = (!exclusion.is_empty()).then(|| day(exclusion));
    parcours(day(entry), day(end), &contracts, exclusion)
}

fn written(path: &Parcours) -> String {
    let steps: Vec<String> = path
        .changes()
        .map(|(day, status)| {
            let status = match status {
                Status::FinDeFormation => "FIN",
                other => other.as_str(),
            };
            format!("{status} {}", &day.to_string()[2..])
        })
        .collect();
    steps.join(", ")
}

const YEAR: &str = "24-09-01→25-08-31";
const CIVIL: &str = "24-01-01→24-12-15";

/// Session, contracts, exclusion, expected.
const CASES: [(&str, &str, &str, &str); 21] = [
    (YEAR, "24-10-01→25-08-31", "", "INSCRIT 24-09-01, APPRENTI 24-10-01, FIN 25-08-31"),
    (YEAR, "", "", "INSCRIT 24-09-01, ABANDON 24-11-30"),
    (YEAR, "24-07-01→25-08-31", "", "APPRENTI 24-07-01, FIN 25-08-31"),
    (YEAR, "24-10-01→25-08-31 R24-09-01", "", "INSCRIT 24-09-01, ABANDON 24-11-30"),
    (
        YEAR,
        "24-10-01→25-08-31 R24-12-01",
        "",
        "INSCRIT 24-09-01, APPRENTI 24-10-01, RUPTURANT 24-12-01, ABANDON 25-05-30",
    ),
    (
        YEAR,
        "24-10-01→25-08-31 R24-12-01; 25-04-01→25-08-31",
        "",
        "INSCRIT 24-09-01, APPRENTI 24-10-01, RUPTURANT 24-12-01, APPRENTI 25-04-01, FIN 25-08-31",
    ),
    (
        YEAR,
        "24-10-01→25-08-31 R24-12-01; 25-04-01→25-08-31",
        "25-03-01",
        "INSCRIT 24-09-01, APPRENTI 24-10-01, RUPTURANT 24-12-01, ABANDON 25-03-01",
    ),
    ("25-01-06→25-12-23", "", "", "INSCRIT 25-01-06, ABANDON 25-04-06"),
    ("24-09-06→25-09-02", "23-09-25→25-09-12", "", "APPRENTI 23-09-25, FIN 25-09-02"),
    (
        "22-10-25→25-07-11",
        "22-12-05→23-05-29; 23-05-29→25-07-31 R23-10-03; 23-12-04→24-12-03 R24-08-13; 24-10-01→25-07-31",
        "",
        "INSCRIT 22-10-25, APPRENTI 22-12-05, RUPTURANT 23-10-03, APPRENTI 23-12-04, RUPTURANT 24-08-13, APPRENTI 24-10-01, FIN 25-07-11",
    ),
    (
        "22-09-13→24-07-10",
        "22-09-05→24-08-31 R23-09-11; 24-01-08→24-09-04 R24-07-12",
        "",
        "APPRENTI 22-09-05, RUPTURANT 23-09-11, APPRENTI 24-01-08, FIN 24-07-10",
    ),
    (
        CIVIL,
        "24-02-01→24-12-15 R24-12-15",
        "",
        "INSCRIT 24-01-01, APPRENTI 24-02-01, RUPTURANT 24-12-15",
    ),
    (
        CIVIL,
        "24-02-01→24-06-30; 24-08-01→24-12-15 R24-12-15",
        "",
        "INSCRIT 24-01-01, APPRENTI 24-02-01, RUPTURANT 24-07-01, APPRENTI 24-08-01, RUPTURANT 24-12-15",
    ),
    (CIVIL, "24-02-01→24-10-16", "", "INSCRIT 24-01-01, APPRENTI 24-02-01, FIN 24-10-17"),
    (
        CIVIL,
        "24-02-01→24-10-15",
        "",
        "INSCRIT 24-01-01, APPRENTI 24-02-01, RUPTURANT 24-10-16, FIN 24-12-15",
    ),
    (
        CIVIL,
        "24-02-01→24-12-15 R24-12-05",
        "",
        "INSCRIT 24-01-01, APPRENTI 24-02-01, RUPTURANT 24-12-05",
    ),
    (
        CIVIL,
        "24-02-01→24-06-30; 24-07-21→24-12-15",
        "",
        "INSCRIT 24-01-01, APPRENTI 24-02-01, RUPTURANT 24-07-01, APPRENTI 24-07-21, FIN 24-12-15",
    ),
    (
        CIVIL,
        "24-02-01→24-11-30",
        "24-12-01",
        "INSCRIT 24-01-01, APPRENTI 24-02-01, ABANDON 24-12-01",
    ),
    (
        "23-09-01→24-08-31",
        "23-10-01→24-07-31",
        "",
        "INSCRIT 23-09-01, APPRENTI 23-10-01, FIN 24-08-01",
    ),
    (
        CIVIL,
        "24-02-01→24-12-15 R24-11-01; 24-03-01→24-05-31",
        "",
        "INSCRIT 24-01-01, APPRENTI 24-02-01, RUPTURANT 24-11-01",
    ),
    (
        CIVIL,
        "24-02-01→24-12-15 R24-11-01; 24-03-01→24-10-31",
        "",
        "INSCRIT 24-01-01, APPRENTI 24-02-01, RUPTURANT 24-11-01",
    ),
];

#[test]
fn the_21_cases() {
    for (number, (session, contracts, exclusion, expected)) in CASES.into_iter().enumerate() {
        let number = number + 1;
        assert_eq!(written(&path(session, contracts, exclusion)), expected, "case {number}");
    }
}

/// The rule as it is told: one status for each day, then the days that differ from the one before.
fn day_by_day(
    entry: Day,
    end: Day,
    contracts: &[Contract],
    exclusion: Option<Day>,
) -> Vec<(Day, Status)> {
    let contracts: BTreeMap<Day, Contract> =
        contracts.iter().map(|contract| (contract.start, *contract)).collect();
    let start = contracts.keys().next().map_or(entry, |first| entry.min(*first));
    let length = usize::try_from(end - start + 1).unwrap_or(0);
    let mut statuses = vec![Status::Inscrit; length];
    let place = |day: Day| usize::try_from((day - start).max(0)).unwrap().min(length);
    let fill = |statuses: &mut [Status], from: Day, after: Day, status: Status| {
        if from < after {
            statuses[place(from)..place(after)].fill(status);
        }
    };
    let last_day = |contract: &Contract| match contract.rupture {
        Some(rupture) => rupture - 1,
        None => contract.end.unwrap_or(end),
    };
    for contract in contracts.values() {
        fill(&mut statuses, contract.start, last_day(contract) + 1, Status::Apprenti);
    }
    if let Some(exclusion) = exclusion {
        fill(&mut statuses, exclusion, end + 1, Status::Abandon);
    }
    let (mut without, mut seen) = (0, false);
    for status in &mut statuses {
        if *status == Status::Apprenti {
            (without, seen) = (0, true);
            continue;
        }
        without += 1;
        if *status == Status::Inscrit {
            *status = match seen {
                true if without <= 180 => Status::Rupturant,
                false if without <= 90 => Status::Inscrit,
                _ => Status::Abandon,
            };
        }
    }
    let last_status = statuses.last().copied();
    let mut terminal: Option<(Day, bool)> = None;
    for contract in contracts.values() {
        let candidate = (last_day(contract), contract.rupture.is_some());
        terminal = terminal.max(Some(candidate));
    }
    let natural = terminal.filter(|(_, broken)| !broken && exclusion.is_none());
    if let Some((terminal_end, _)) = natural
        && end - terminal_end <= 60
        && terminal_end < end
    {
        for status in &mut statuses[place(terminal_end + 1)..] {
            if matches!(status, Status::Inscrit | Status::Rupturant) {
                *status = Status::FinDeFormation;
            }
        }
    }
    if let Some(status) = statuses.last_mut()
        && (natural.is_some() || matches!(last_status, Some(Status::Apprenti | Status::Inscrit)))
    {
        *status = Status::FinDeFormation;
    }
    let mut changes: Vec<(Day, Status)> = Vec::new();
    for (offset, status) in (0..).zip(statuses) {
        if changes.last().is_none_or(|(_, last)| *last != status) {
            changes.push((start + offset, status));
        }
    }
    changes
}

/// A small generator with a seed, so that a failure can be seen again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: i32) -> i32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(bound.unsigned_abs())) as i32
    }

    fn one_in(&mut self, bound: i32) -> bool {
        self.below(bound) == 0
    }

    /// The lengths where the rules turn, and any other.
    fn length(&mut self) -> i32 {
        const TURNS: [i32; 16] = [-1, 0, 1, 2, 59, 60, 61, 62, 89, 90, 91, 92, 179, 180, 181, 182];
        if self.one_in(3) { self.below(420) - 20 } else { TURNS[self.below(16) as usize] }
    }
}

#[test]
fn intervals_agree_with_the_walk_of_every_day() {
    let mut chance = Chance(20_260_901);
    let origin = day("24-09-01");
    let mut statuses_seen = BTreeMap::new();
    let mut turns_seen = BTreeMap::new();
    for learner in 0..150_000 {
        let entry = origin + chance.below(40);
        let end =
            if chance.one_in(4) { entry + chance.length() } else { entry + chance.below(500) };
        let mut contracts = Vec::new();
        let mut cursor = entry;
        for _ in 0..chance.below(5) {
            let start = match chance.below(8) {
                6 => cursor + 90 + chance.below(2),
                7 => cursor + 180 + chance.below(2),
                0 => contracts.last().map_or(cursor, |last: &Contract| last.start),
                1 => entry - chance.length(),
                2 => end + chance.below(5) - 2,
                _ => cursor + chance.length(),
            };
            let last = match chance.below(5) {
                0 => None,
                1 => Some(end - chance.length()),
                2 => Some(end - 60 - chance.below(2)),
                _ => Some(start + chance.length()),
            };
            let rupture = chance.one_in(3).then(|| match chance.below(3) {
                0 => end - chance.length(),
                1 => start - chance.below(3) + 1,
                _ => start + chance.length(),
            });
            contracts.push(Contract { start, end: last, rupture, employer: None });
            cursor = rupture.or(last.map(|last| last + 1)).unwrap_or(end);
        }
        let exclusion = chance.one_in(6).then(|| entry - 30 + chance.below(560));
        let path = parcours(entry, end, &contracts, exclusion);
        let changes: Vec<(Day, Status)> = path.changes().collect();
        let expected = day_by_day(entry, end, &contracts, exclusion);
        assert_eq!(
            changes, expected,
            "learner {learner}: {entry} {end} {contracts:?} {exclusion:?}"
        );
        for turn in turns(entry, end, &contracts, exclusion, &changes) {
            *turns_seen.entry(turn).or_insert(0_u32) += 1;
        }
        for (_, status) in changes {
            *statuses_seen.entry(status).or_insert(0_u32) += 1;
        }
    }
    assert_eq!(statuses_seen.len(), 5);
    assert!(statuses_seen.values().all(|seen| *seen > 10_000), "{statuses_seen:?}");
    // The hard places are met, and often.
    assert_eq!(turns_seen.len(), 11, "{turns_seen:?}");
    assert!(turns_seen.values().all(|seen| *seen >= 500), "{turns_seen:?}");
}

/// The hard places that a learner goes through.
fn turns(
    entry: Day,
    end: Day,
    contracts: &[Contract],
    exclusion: Option<Day>,
    changes: &[(Day, Status)],
) -> Vec<&'static str> {
    use Status::{Abandon, Apprenti, Inscrit, Rupturant};
    let last_day = |it: &Contract| it.rupture.map(|day| day - 1).or(it.end).unwrap_or(end);
    let overlap = contracts.iter().any(|one| {
        let inside = |other: &Contract| one.start < other.start && other.start <= last_day(one);
        contracts.iter().any(|other| inside(other) && other.start <= last_day(other))
    });
    let gap = |before: Status, days: i32| {
        changes.windows(2).any(|pair| {
            pair[0].1 == before && pair[1].1 == Apprenti && pair[1].0 - pair[0].0 == days
        })
    };
    let long_gap = |before: Status, days: i32| {
        changes.windows(3).any(|steps| {
            let statuses = [steps[0].1, steps[1].1, steps[2].1];
            statuses == [before, Abandon, Apprenti] && steps[2].0 - steps[0].0 == days
        })
    };
    let terminal = contracts.iter().max_by_key(|it| (last_day(it), it.rupture.is_some()));
    let tolerance = |days: i32| {
        exclusion.is_none()
            && terminal.is_some_and(|it| it.rupture.is_none() && end - last_day(it) == days)
    };
    let broken_before = |it: &Contract| it.rupture.is_some_and(|rupture| rupture < it.start);
    [
        ("overlapping contracts", overlap),
        ("90 days before the first contract", gap(Inscrit, 90)),
        ("91 days before the first contract", long_gap(Inscrit, 91)),
        ("180 days between contracts", gap(Rupturant, 180)),
        ("181 days between contracts", long_gap(Rupturant, 181)),
        ("broken before it starts", contracts.iter().any(broken_before)),
        ("excluded before the entry", exclusion.is_some_and(|day| day < entry)),
        ("excluded after the end", exclusion.is_some_and(|day| day > end)),
        ("ended 60 days before the end", tolerance(60)),
        ("ended 61 days before the end", tolerance(61)),
        ("over before it starts", changes.is_empty()),
    ]
    .into_iter()
    .filter_map(|(turn, met)| met.then_some(turn))
    .collect()
}

#[test]
fn a_date_reads_the_path() {
    let path = path(YEAR, "24-10-01→25-08-31 R24-12-01", "");
    assert_eq!(path.status_at(day("24-08-31")), None);
    assert_eq!(path.status_at(day("24-09-01")), Some(Status::Inscrit));
    assert_eq!(path.status_at(day("24-11-30")), Some(Status::Apprenti));
    assert_eq!(path.status_at(day("25-05-29")), Some(Status::Rupturant));
    assert_eq!(path.status_at(day("26-05-30")), Some(Status::Abandon));
}

/// What is said of each case on 6 March 2025, the day the cases are told.
const SENTENCES: [&str; 21] = [
    "en contrat depuis le 01/10/2024 : apprenti jusqu'au 31/08/2025",
    "en formation depuis le 01/09/2024, aucun contrat en 90 jours : abandon depuis le 30/11/2024",
    "en contrat depuis le 01/07/2024 : apprenti jusqu'au 31/08/2025",
    "en formation depuis le 01/09/2024, aucun contrat en 90 jours : abandon depuis le 30/11/2024",
    "dernier contrat rompu le 01/12/2024, sans contrat depuis 95 jours : rupturant jusqu'au 30/05/2025",
    "dernier contrat rompu le 01/12/2024, sans contrat depuis 95 jours : rupturant jusqu'au 01/04/2025",
    "sortie de la formation déclarée le 01/03/2025 : abandon",
    "en formation depuis le 06/01/2025, sans contrat depuis 59 jours : inscrit sans contrat jusqu'au 06/04/2025",
    "en contrat depuis le 25/09/2023 : apprenti jusqu'au 02/09/2025",
    "en contrat depuis le 01/10/2024 : apprenti jusqu'au 11/07/2025",
    "formation menée à son terme : fin de formation depuis le 10/07/2024",
    "dernier contrat rompu le 15/12/2024, sans contrat depuis 81 jours : rupturant",
    "dernier contrat rompu le 15/12/2024, sans contrat depuis 81 jours : rupturant",
    "formation menée à son terme : fin de formation depuis le 17/10/2024",
    "formation menée à son terme : fin de formation depuis le 15/12/2024",
    "dernier contrat rompu le 05/12/2024, sans contrat depuis 91 jours : rupturant",
    "formation menée à son terme : fin de formation depuis le 15/12/2024",
    "sortie de la formation déclarée le 01/12/2024 : abandon",
    "formation menée à son terme : fin de formation depuis le 01/08/2024",
    "dernier contrat rompu le 01/11/2024, sans contrat depuis 125 jours : rupturant",
    "dernier contrat rompu le 01/11/2024, sans contrat depuis 125 jours : rupturant",
];

#[test]
fn the_21_cases_say_why() {
    for (number, (session, contracts, exclusion, _)) in CASES.into_iter().enumerate() {
        let said = explain(&path(session, contracts, exclusion), day("25-03-06"));
        assert_eq!(said.replace('\u{a0}', " "), SENTENCES[number], "case {}", number + 1);
    }
}

#[test]
fn every_status_says_why() {
    let said = |session, contracts, exclusion, date| {
        explain(&path(session, contracts, exclusion), day(date)).replace('\u{a0}', " ")
    };
    let broken = "25-09-01→26-08-31 R25-10-03";
    let year = "25-09-01→26-08-31";
    assert_eq!(
        said(year, broken, "", "25-12-04"),
        "dernier contrat rompu le 03/10/2025, sans contrat depuis 62 jours : rupturant jusqu'au 01/04/2026"
    );
    assert_eq!(
        said(year, broken, "", "26-05-01"),
        "dernier contrat rompu le 03/10/2025, aucun autre en 180 jours : abandon depuis le 01/04/2026"
    );
    assert_eq!(
        said(year, broken, "", "25-09-02"),
        "en contrat depuis le 01/09/2025 : apprenti jusqu'au 03/10/2025"
    );
    assert_eq!(
        said(CIVIL, "24-02-01→24-06-30; 24-07-21→24-12-15", "", "24-07-02"),
        "dernier contrat terminé le 30/06/2024, sans contrat depuis 1 jour : rupturant jusqu'au 21/07/2024"
    );
    assert_eq!(
        said(year, "", "", "25-10-01"),
        "en formation depuis le 01/09/2025, sans contrat depuis 30 jours : inscrit sans contrat jusqu'au 30/11/2025"
    );
    assert_eq!(
        said(year, "", "", "26-01-01"),
        "en formation depuis le 01/09/2025, aucun contrat en 90 jours : abandon depuis le 30/11/2025"
    );
    assert_eq!(
        said(year, "", "25-09-15", "25-10-01"),
        "sortie de la formation déclarée le 15/09/2025 : abandon"
    );
    assert_eq!(
        said(year, "25-09-01→26-08-31", "", "26-09-15"),
        "formation menée à son terme : fin de formation depuis le 31/08/2026"
    );
    assert_eq!(
        said(year, "", "", "25-08-01"),
        "le parcours commence le 01/09/2025 : pas encore de statut"
    );
    assert_eq!(
        said("25-09-01→25-08-31", "", "", "25-09-01"),
        "la formation se termine avant de commencer : pas de statut"
    );
}
