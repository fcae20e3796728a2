//! Twin of the Lambda `upload`: which files may be sent, by whom, and what a deposit is.
//!
//! Not here: the signature itself (storage) and the deposit number (made at the edge).

use std::fmt;
use std::str::FromStr;

use crate::validate::Counts;
use crate::vocabulary::{Day, Organisation, SchoolYear};

/// Largest CSV, in bytes.
pub const MAX_CSV_BYTES: u64 = 100 * 1024 * 1024;
/// Largest workbook or archive, in bytes.
pub const MAX_WORKBOOK_BYTES: u64 = 30 * 1024 * 1024;
/// Most bytes that the list in an archive unpacks to: the archive and the list are held together.
pub const MAX_UNPACKED_BYTES: u64 = 60 * 1024 * 1024;
/// Most rows in one file.
pub const MAX_ROWS: u32 = 60_000;
/// How long a signed upload lives, in seconds.
pub const UPLOAD_SECONDS: u64 = 15 * 60;

/// What a deposit holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dataset {
    /// The list of a CFA's learners.
    Effectifs,
    /// The reference list of organisations.
    Organismes,
    /// The networks of the organisations.
    Reseaux,
    /// What is known of certifications.
    Certifications,
    /// The employment zones of the communes.
    Zones,
}

impl Dataset {
    /// Every dataset.
    pub const ALL: [Self; 5] =
        [Self::Effectifs, Self::Organismes, Self::Reseaux, Self::Certifications, Self::Zones];
    /// Those that an operator drops, and that no learner is in.
    pub const REFERENCES: [Self; 4] =
        [Self::Organismes, Self::Reseaux, Self::Certifications, Self::Zones];

    /// Its name in keys and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Effectifs => "effectifs",
            Self::Organismes => "organismes",
            Self::Reseaux => "reseaux",
            Self::Certifications => "certifications",
            Self::Zones => "zones",
        }
    }

    /// Whether an operator drops it, and no learner is in it.
    pub fn is_reference(self) -> bool {
        self != Self::Effectifs
    }
}

impl FromStr for Dataset {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|dataset| dataset.as_str() == text).ok_or(())
    }
}

impl fmt::Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a file says about the learners it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The whole list of the year: whoever is absent from it is no longer transmitted.
    Complete,
    /// More learners, beside those already sent.
    Additions,
}

impl Mode {
    /// Its name in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Additions => "additions",
        }
    }
}

impl FromStr for Mode {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "complete" => Ok(Self::Complete),
            "additions" => Ok(Self::Additions),
            _ => Err(()),
        }
    }
}

/// The format of a file, as its name announces it or as its bytes show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text with a separator.
    Csv,
    /// An Excel workbook.
    Xlsx,
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// An `OpenDocument` workbook.
    Ods,
    /// An archive that holds one list.
    Zip,
}

/// The extensions that are taken, the name of each format first.
pub const EXTENSIONS: [(&str, Format); 7] = [
    ("csv", Format::Csv),
    ("txt", Format::Csv),
    ("tsv", Format::Csv),
    ("xlsx", Format::Xlsx),
    ("xls", Format::Xls),
    ("ods", Format::Ods),
    ("zip", Format::Zip),
];

impl Format {
    /// By the extension of the name, whatever its case.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let known = EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
        known.map(|(_, format)| *format)
    }

    /// Its name, which is its usual extension.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Zip => "zip",
        }
    }

    /// Largest file of this format, in bytes.
    pub fn max_bytes(self) -> u64 {
        match self {
            Self::Csv => MAX_CSV_BYTES,
            Self::Xlsx | Self::Xls | Self::Ods | Self::Zip => MAX_WORKBOOK_BYTES,
        }
    }
}

/// What a sender declares before sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The organisation that sends.
    pub organisation: Organisation,
    /// What the file holds.
    pub dataset: Dataset,
    /// The school year it is about.
    pub school_year: SchoolYear,
    /// Whether it is the whole list.
    pub mode: Mode,
    /// The name of the file on the sender's computer.
    pub file_name: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// A file announced, perhaps received, perhaps judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// ULID.
    pub id: String,
    /// What was declared.
    pub declaration: Declaration,
    /// Where it stands.
    pub state: State,
    /// When it was opened, RFC 3339 in UTC.
    pub opened_at: String,
    /// What its judgement said, once it has one.
    pub judged: Option<Judged>,
    /// Who said that it was meant, when that was asked.
    pub confirmed: Option<Asked>,
    /// Who took it back.
    pub withdrawn: Option<Asked>,
}

/// What the index keeps of a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The day the file arrived: the one it was judged as of.
    pub day: Day,
    /// Which report is the answer: the digest that its path holds.
    pub report: String,
    /// What became of its rows.
    pub rows: Counts,
}

/// When something was asked of a deposit, and with which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// RFC 3339 in UTC.
    pub at: String,
    /// Short name of the deposit key.
    pub by: String,
}

/// Where a deposit stands. The table of transitions is in `functions/README.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// A signed upload was given; nothing has come, or it is being judged.
    Opened,
    /// The file is good, but removes so many that its sender must say it is meant.
    ToConfirm,
    /// The file is good and its records count.
    Validated,
    /// The file is good, and a newer complete list took its place. Never written down: it is read
    /// from what counts ([`Deposit::standing`]), so that it can count again without being touched.
    Superseded,
    /// The file was judged and nothing was kept.
    Refused,
    /// Its sender took it back: as if it had never been sent.
    Withdrawn,
}

impl State {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 6] = [
        Self::Opened,
        Self::ToConfirm,
        Self::Validated,
        Self::Superseded,
        Self::Refused,
        Self::Withdrawn,
    ];

    /// Its name in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::ToConfirm => "to_confirm",
            Self::Validated => "validated",
            Self::Superseded => "superseded",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether the file was found good, and was not taken back.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Validated | Self::Superseded)
    }

    /// Whether its answer still holds: the same file sent again deserves the same one.
    pub fn still_stands(self) -> bool {
        matches!(self, Self::ToConfirm | Self::Validated | Self::Refused)
    }

    /// What is answered to a request about a deposit that stands here.
    pub fn reply_to(self, request: Request) -> Reply {
        match (request, self) {
            (Request::Withdrawal, Self::Withdrawn)
            | (Request::Confirmation, Self::Validated | Self::Superseded) => Reply::AlreadyDone,
            (
                Request::Withdrawal,
                Self::Opened | Self::ToConfirm | Self::Validated | Self::Superseded,
            )
            | (Request::Confirmation, Self::ToConfirm) => Reply::Granted,
            (Request::Withdrawal, Self::Refused)
            | (Request::Confirmation, Self::Opened | Self::Refused | Self::Withdrawn) => {
                Reply::Pointless
            }
        }
    }
}

impl FromStr for State {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

impl Deposit {
    /// A file announced; nothing has come.
    pub fn opened(id: String, declaration: Declaration, opened_at: String) -> Self {
        Self {
            id,
            declaration,
            state: State::Opened,
            opened_at,
            judged: None,
            confirmed: None,
            withdrawn: None,
        }
    }

    /// What is answered to a request about it. Another version takes the place of a reference
    /// dataset; nothing else undoes one.
    pub fn reply_to(&self, request: Request) -> Reply {
        if self.declaration.dataset.is_reference() {
            return Reply::Pointless;
        }
        self.state.reply_to(request)
    }

    /// Where it stands, given the deposits that count for its organisation and school year.
    pub fn standing(&self, counting: &[Counting]) -> State {
        match self.state {
            State::Validated if !counting.contains(&self.as_counting()) => State::Superseded,
            state => state,
        }
    }

    /// As it is written in the list of what counts.
    pub fn as_counting(&self) -> Counting {
        Counting { id: self.id.clone(), complete: self.declaration.mode == Mode::Complete }
    }
}

/// What a sender may ask of a deposit, once it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Request {
    /// Take it back: whatever it had replaced counts again.
    Withdrawal,
    /// It is meant, though it removes many.
    Confirmation,
}

impl Request {
    /// Its name in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawal => "retrait",
            Self::Confirmation => "confirmation",
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Request {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Withdrawal, Self::Confirmation];
        all.into_iter().find(|request| request.as_str() == text).ok_or(())
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It is done.
    Granted,
    /// It was done before, or needs not be.
    AlreadyDone,
    /// There is nothing to do it to.
    Pointless,
}

/// A deposit that counts, in the list of an organisation's year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counting {
    /// Deposit number: ULIDs sort by the moment they were opened.
    pub id: String,
    /// Whether it is the whole list of the year.
    pub complete: bool,
}

/// Of all the good deposits of an organisation's year, those that count: from the last complete
/// list on, in the order they were opened.
pub fn counting(good: impl IntoIterator<Item = Counting>) -> Vec<Counting> {
    let mut all: Vec<Counting> = good.into_iter().collect();
    all.sort();
    all.dedup();
    let from = all.iter().rposition(|deposit| deposit.complete).unwrap_or(0);
    all.split_off(from)
}

/// The deposits that count once `arrived` is judged good. What was superseded before stays so
/// whatever arrives, hence what counts is all there is to know. Whatever the order in which files
/// are judged, the list is the same.
pub fn counting_after(current: &[Counting], arrived: &Counting) -> Vec<Counting> {
    counting(current.iter().chain([arrived]).cloned())
}

/// Bytes in hexadecimal, lower case.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A SHA-256 written in 64 hexadecimal digits, whatever their case.
pub fn sha256_from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut digest = [0; 32];
    for (place, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deposit(text: &str) -> Counting {
        Counting { id: text.to_lowercase(), complete: text.chars().all(char::is_uppercase) }
    }

    fn judged_in_order(order: &str) -> String {
        let current = order.chars().fold(Vec::new(), |current, arrived| {
            counting_after(&current, &deposit(&arrived.to_string()))
        });
        current.iter().map(|deposit| deposit.id.clone()).collect()
    }

    /// Capitals are complete lists, small letters additions.
    #[test]
    fn a_complete_list_takes_the_place_of_what_came_before_it() {
        assert_eq!(judged_in_order("ab"), "ab");
        assert_eq!(judged_in_order("aB"), "b");
        assert_eq!(judged_in_order("Abc"), "abc");
        assert_eq!(judged_in_order("AbCd"), "cd");
    }

    #[test]
    fn a_name_announces_a_format() {
        assert_eq!(Format::of_name("liste.effectifs.XLS"), Some(Format::Xls));
        assert_eq!(Format::of_name("liste.TSV"), Some(Format::Csv));
        for foreign in ["liste", "liste.pdf", "csv", "liste.csv.", ""] {
            assert_eq!(Format::of_name(foreign), None, "{foreign}");
        }
        for (extension, format) in EXTENSIONS {
            assert_eq!(Format::of_name(&format!("liste.{extension}")), Some(format));
            assert_eq!(Format::of_name(&format!("liste.{}", format.as_str())), Some(format));
        }
    }

    #[test]
    fn a_late_worker_changes_nothing() {
        for order in ["AbCd", "dCbA", "CAdb", "bdAC"] {
            assert_eq!(judged_in_order(order), "cd", "{order}");
        }
        assert_eq!(judged_in_order("AA"), "a");
    }

    /// What an index holds, moved as the line moves it: a good file by what counts alone, a
    /// withdrawal by the whole history.
    #[derive(Default)]
    struct Index {
        good: Vec<Counting>,
        current: Vec<Counting>,
    }

    impl Index {
        fn accept(&mut self, letter: char) {
            let arrived = deposit(&letter.to_string());
            self.current = counting_after(&self.current, &arrived);
            self.good.push(arrived);
        }

        fn withdraw(&mut self, letter: char) {
            self.good.retain(|one| *one != deposit(&letter.to_string()));
            self.current = counting(self.good.iter().cloned());
        }

        fn counts(&self) -> String {
            self.current.iter().map(|deposit| deposit.id.clone()).collect()
        }
    }

    #[test]
    fn a_withdrawal_brings_the_former_list_back_and_the_additions_after_it() {
        let mut index = Index::default();
        "AbCd".chars().for_each(|letter| index.accept(letter));
        assert_eq!(index.counts(), "cd");
        index.withdraw('C');
        assert_eq!(index.counts(), "abd");
        index.withdraw('b');
        assert_eq!(index.counts(), "ad");
        index.withdraw('A');
        assert_eq!(index.counts(), "d");
        index.withdraw('d');
        assert_eq!(index.counts(), "");
        index.accept('E');
        assert_eq!(index.counts(), "e");
    }

    /// Every four deposits, each complete or not, judged in every order, each withdrawn at any
    /// later moment or never: what counts is what would count had the withdrawn never been sent.
    #[test]
    fn a_withdrawn_deposit_is_as_if_it_had_never_been_sent() {
        let mut seen = 0;
        for modes in 0..1_u32 << 4 {
            let letters: Vec<char> = ('a'..='d')
                .zip(0..)
                .map(|(letter, place)| match modes >> place & 1 {
                    1 => letter.to_ascii_uppercase(),
                    _ => letter,
                })
                .collect();
            for order in orders(&letters) {
                for withdrawn in 0..1_u32 << 4 {
                    let (mut index, mut waiting) = (Index::default(), Vec::new());
                    for (place, letter) in order.iter().enumerate() {
                        index.accept(*letter);
                        if withdrawn >> place & 1 == 1 {
                            waiting.push(*letter);
                        }
                        // Withdrawals come in between, and in another order.
                        if (place + modes as usize).is_multiple_of(2) {
                            waiting.pop().into_iter().for_each(|letter| index.withdraw(letter));
                        }
                    }
                    for letter in waiting {
                        index.withdraw(letter);
                    }
                    let mut never_sent = Index::default();
                    let kept = order.iter().enumerate();
                    kept.filter(|(place, _)| withdrawn >> place & 1 == 0)
                        .for_each(|(_, letter)| never_sent.accept(*letter));
                    assert_eq!(index.counts(), never_sent.counts(), "{order:?} {withdrawn:b}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 16 * 24 * 16);
    }

    fn orders(letters: &[char]) -> Vec<Vec<char>> {
        if letters.is_empty() {
            return vec![Vec::new()];
        }
        let first_is = |place: usize| {
            let mut others = letters.to_vec();
            let first = others.remove(place);
            orders(&others).into_iter().map(move |rest| [vec![first], rest].concat())
        };
        (0..letters.len()).flat_map(first_is).collect()
    }

    #[test]
    fn a_good_deposit_that_does_not_count_is_superseded() {
        let cfa: Organisation = "0022189U-39504180900041".parse().unwrap();
        let declaration = Declaration {
            organisation: cfa,
            dataset: Dataset::Effectifs,
            school_year: "2026-2027".parse().unwrap(),
            mode: Mode::Complete,
            file_name: "liste.csv".to_owned(),
            size_bytes: 1,
            sha256: [0; 32],
        };
        let mut one = Deposit {
            state: State::Validated,
            ..Deposit::opened("a".to_owned(), declaration, String::new())
        };
        assert_eq!(one.standing(&[deposit("A")]), State::Validated);
        assert_eq!(one.standing(&[deposit("B")]), State::Superseded);
        one.state = State::Withdrawn;
        assert_eq!(one.standing(&[]), State::Withdrawn);
    }

    #[test]
    fn every_request_has_its_reply() {
        use Reply::{AlreadyDone, Granted, Pointless};
        let replies = |request: Request| State::ALL.map(|state| state.reply_to(request));
        assert_eq!(
            replies(Request::Withdrawal),
            [Granted, Granted, Granted, Granted, Pointless, AlreadyDone]
        );
        assert_eq!(
            replies(Request::Confirmation),
            [Pointless, Granted, AlreadyDone, AlreadyDone, Pointless, Pointless]
        );
    }
}
