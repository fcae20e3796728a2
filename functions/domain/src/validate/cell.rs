//! One cell of a sheet, as the file stores it, and the text or the code read in it.

use crate::vocabulary::Day;
use crate::vocabulary::phone::{NotAPhone, Phone};

/// A cell, borrowed from the row that holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text, not trimmed.
    Text(&'a str),
    /// A number. In a column of dates it is a serial date.
    Number(f64),
    /// A date that the workbook marks as such.
    Date(Day),
    /// A logical value.
    Bool(bool),
}

/// What a sender writes in an optional cell to say that it is empty on purpose.
const ERASE: &str = "#EFFACER";

impl Cell<'_> {
    /// The cell with its text trimmed: blank text and `#EFFACER` are empty, and the apostrophe that
    /// keeps an exported text from being a formula is taken off.
    #[must_use]
    pub fn trimmed(self) -> Self {
        match self {
            Self::Text(text) if is_tidy(text) => self,
            Self::Text(text) => match unquoted(text.trim()) {
                "" | ERASE => Self::Empty,
                text => Self::Text(text),
            },
            cell => cell,
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(self) -> bool {
        matches!(self.trimmed(), Self::Empty)
    }

    /// Whether it says that the value must be emptied.
    pub(super) fn is_erasure(self) -> bool {
        matches!(self, Self::Text(text) if !is_tidy(text) && text.trim() == ERASE)
    }

    /// What a person sees in the cell.
    pub fn shown(self) -> String {
        let mut text = String::new();
        self.show(&mut text);
        text
    }

    /// Appends what a person sees in the cell.
    pub(super) fn show(self, to: &mut String) {
        match self.trimmed() {
            Self::Empty => {}
            Self::Text(text) => to.push_str(text),
            Self::Number(number) => to.push_str(&number.to_string()),
            Self::Date(day) => to.push_str(&day.french()),
            Self::Bool(true) => to.push_str("VRAI"),
            Self::Bool(false) => to.push_str("FAUX"),
        }
    }

    /// The code written in the cell: upper case, without spaces, dots or hyphens.
    pub(super) fn code(self) -> Code {
        let mut code = Code::default();
        match self {
            Self::Text(text) => code.push_text(text),
            Self::Number(number) => code.push_number(number),
            Self::Empty | Self::Date(_) | Self::Bool(_) => code.fits = false,
        }
        code
    }

    /// The length of [`Cell::code`].
    pub(super) fn code_length(self) -> usize {
        match self {
            Self::Text(text) if Code::is_one(text) => text.len(),
            cell => cell.code().bytes().len(),
        }
    }

    /// The telephone number written in the cell.
    pub(super) fn phone(self) -> Result<Phone, NotAPhone> {
        match self {
            Self::Text(text) => Phone::parse(text),
            number => Phone::parse(number.code().as_str()),
        }
    }

    /// The small whole number written in the cell: `2`, `2.0`, `02`.
    pub(super) fn small_number(self) -> Option<u32> {
        match self {
            Self::Text(text) => match text.as_bytes() {
                [digits @ .., b'.' | b',', b'0'] | digits => match digits.len() {
                    1..=6 => number(digits),
                    _ => None,
                },
            },
            Self::Number(number) => whole(number).and_then(|number| u32::try_from(number).ok()),
            Self::Empty | Self::Date(_) | Self::Bool(_) => None,
        }
    }
}

/// Whether a text has nothing to trim and nothing to take off, as nearly every one: it begins with a
/// letter or a digit and ends with something that can be seen.
#[inline]
pub(super) fn is_tidy(text: &str) -> bool {
    let text = text.as_bytes();
    matches!(text, [first, ..] if first.is_ascii_alphanumeric())
        && text.last().is_some_and(u8::is_ascii_graphic)
}

/// Whether a spreadsheet may take a text for a formula (OWASP, CSV injection).
pub fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

/// The text that was meant: without the apostrophe that our own exports put before what looks like a
/// formula, and without `="0751234J"`, by which software keeps a spreadsheet from eating zeros.
fn unquoted(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('\'')
        && looks_like_formula(rest)
    {
        return rest.trim();
    }
    match text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        Some(inside) if !inside.contains('"') => inside.trim(),
        _ => text,
    }
}

/// A number without a fraction, small enough to be exact.
pub(super) fn whole(number: f64) -> Option<u64> {
    let exact = (0.0..9e15).contains(&number) && number.fract() == 0.0;
    exact.then_some(number as u64)
}

/// A short code, on the stack: upper-case ASCII, without separators.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code {
    bytes: [u8; Self::LONGEST],
    length: usize,
    fits: bool,
    separated: bool,
}

impl Default for Code {
    fn default() -> Self {
        Self { bytes: [0; Self::LONGEST], length: 0, fits: true, separated: false }
    }
}

impl Code {
    const LONGEST: usize = 24;

    /// The code; empty when the cell held something longer, or not ASCII.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// [`Code::as_str`], as ASCII bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        if self.fits { &self.bytes[..self.length] } else { &[] }
    }

    /// Whether separators inside the code were left out.
    pub(super) fn was_separated(&self) -> bool {
        self.separated
    }

    /// Whether it is digits only.
    pub(super) fn is_digits(&self) -> bool {
        !self.bytes().is_empty() && self.bytes().iter().all(u8::is_ascii_digit)
    }

    /// The code with the leading zeros that a spreadsheet took off.
    pub(super) fn padded(&self, length: usize) -> Self {
        let missing = length.saturating_sub(self.length);
        if missing == 0 || length > Self::LONGEST {
            return *self;
        }
        let mut padded = Self { bytes: [b'0'; Self::LONGEST], length, ..*self };
        padded.bytes[missing..length].copy_from_slice(&self.bytes[..self.length]);
        padded
    }

    /// Whether a text is a code as it stands: nothing to leave out or to change.
    pub(super) fn is_one(text: &str) -> bool {
        let fits = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        text.len() <= Self::LONGEST && text.bytes().all(fits)
    }

    fn push_text(&mut self, text: &str) {
        // As nearly every code is typed.
        if Self::is_one(text) {
            self.bytes[..text.len()].copy_from_slice(text.as_bytes());
            self.length = text.len();
            return;
        }
        for character in text.chars() {
            match character {
                ' ' | '.' | '-' | '\u{a0}' | '\u{202f}' => self.separated = true,
                character if character.is_ascii_graphic() => {
                    self.push(character.to_ascii_uppercase() as u8);
                }
                _ => self.fits = false,
            }
        }
    }

    fn push_number(&mut self, number: f64) {
        let Some(mut rest) = whole(number) else {
            self.fits = false;
            return;
        };
        let mut reversed = [0; 20];
        let mut length = 0;
        while rest > 0 || length == 0 {
            reversed[length] = b'0' + (rest % 10) as u8;
            rest /= 10;
            length += 1;
        }
        for digit in reversed[..length].iter().rev() {
            self.push(*digit);
        }
    }

    fn push(&mut self, byte: u8) {
        if self.length == Self::LONGEST {
            self.fits = false;
            return;
        }
        self.bytes[self.length] = byte;
        self.length += 1;
    }
}

/// A date read in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadDay {
    /// The day.
    pub(super) day: Day,
    /// Whether it was guessed, from a serial number written as text or a year of two digits: worth
    /// saying.
    pub(super) guessed: bool,
}

/// The days on which each calendar of Excel counts zero.
const SERIAL_1900: i32 = -25_569;
const SERIAL_1904: i32 = -24_107;

/// 1 January 1900 and 31 December 2100: dates beyond are mistakes.
const FIRST_DAY: i32 = -25_567;
const LAST_DAY: i32 = 47_846;

/// The day of an Excel serial date. The 1900 calendar believes in 29 February 1900.
pub fn day_of_serial(serial: f64, from_1904: bool) -> Option<Day> {
    if !(1.0..=2_958_465.0).contains(&serial.floor()) {
        return None;
    }
    let days = serial.floor() as i32;
    let zero = match (from_1904, days) {
        (true, _) => SERIAL_1904,
        (false, ..60) => SERIAL_1900 + 1,
        (false, _) => SERIAL_1900,
    };
    Day::from_epoch_days(zero + days)
}

/// Reads a date as people write it: `2026-12-31`, `31/12/2026`, `31/12/26`, or a serial number.
#[inline]
pub(super) fn day(cell: Cell<'_>, from_1904: bool) -> Option<ReadDay> {
    let in_full = match cell {
        Cell::Text(text) => day_in_full(text.as_bytes()),
        _ => None,
    };
    let read = match in_full {
        Some(day) => ReadDay { day, guessed: false },
        None => other_day(cell, from_1904)?,
    };
    is_no_mistake(read.day).then_some(read)
}

fn is_no_mistake(day: Day) -> bool {
    (FIRST_DAY..=LAST_DAY).contains(&day.epoch_days())
}

/// A date that is not written in full, as few are.
fn other_day(cell: Cell<'_>, from_1904: bool) -> Option<ReadDay> {
    Some(match cell {
        Cell::Date(day) => ReadDay { day, guessed: false },
        Cell::Number(serial) => ReadDay { day: day_of_serial(serial, from_1904)?, guessed: false },
        Cell::Text(text) => day_in_text(text, from_1904)?,
        Cell::Empty | Cell::Bool(_) => return None,
    })
}

fn day_in_text(text: &str, from_1904: bool) -> Option<ReadDay> {
    if let Some(day) = day_in_full(text.as_bytes()) {
        return Some(ReadDay { day, guessed: false });
    }
    if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let day = day_of_serial(text.parse().ok()?, from_1904)?;
        return Some(ReadDay { day, guessed: true });
    }
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    if !time.bytes().all(|byte| byte.is_ascii_digit() || b":.Z+-".contains(&byte)) {
        return None;
    }
    let mut parts = date.split(['-', '/', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) =
        if first.len() == 4 { (first, second, third) } else { (third, second, first) };
    let guessed = year.len() == 2;
    let year = match year.len() {
        4 => digits(year)?,
        2 => match digits(year)? {
            recent @ 0..=40 => 2000 + recent,
            old => 1900 + old,
        },
        _ => return None,
    };
    let short = |part: &str| (1..=2).contains(&part.len()).then(|| digits(part)).flatten();
    let day = Day::from_ymd(year, short(month)? as i8, short(day)? as i8)?;
    Some(ReadDay { day, guessed })
}

/// The day of a text that would be one if its month came first, as in `03/25/2026`: never read so,
/// since `03/04/2026` would then be two days.
pub(super) fn day_if_month_came_first(cell: Cell<'_>) -> Option<Day> {
    let Cell::Text(text) = cell else { return None };
    let mut parts = text.splitn(3, ['-', '/', '.']);
    let (month, day, rest) = (parts.next()?, parts.next()?, parts.next()?);
    if month.len() > 2 {
        return None;
    }
    day_in_text(&format!("{day}/{month}/{rest}"), false).map(|read| read.day)
}

/// The two ways in which nearly every date is written: `2026-12-31` and `31/12/2026`.
pub(super) fn day_in_full(text: &[u8]) -> Option<Day> {
    let ([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]
    | [d1, d2, b'/', m1, m2, b'/', y1, y2, y3, y4]) = *text
    else {
        return None;
    };
    let [century, year, month, day] = pairs([y1, y2, y3, y4, m1, m2, d1, d2])?;
    let year = century.cast_signed() * 100 + year.cast_signed();
    let day = Day::from_ymd(year, month as i8, day as i8)?;
    is_no_mistake(day).then_some(day)
}

/// The numbers of two digits that eight digits write. A list has ten dates in each row: the eight are
/// looked at together.
fn pairs(digits: [u8; 8]) -> Option<[u16; 4]> {
    let each = |byte| u64::from_le_bytes([byte; 8]);
    let digits = u64::from_le_bytes(digits) ^ each(b'0');
    // What is above nine reaches the high bit of its byte, or has it.
    if (digits | (digits & each(0x7f)).wrapping_add(each(128 - 10))) & each(0x80) != 0 {
        return None;
    }
    let pairs = (digits & 0x00ff_00ff_00ff_00ff) * 10 + (digits >> 8 & 0x00ff_00ff_00ff_00ff);
    Some([0, 16, 32, 48].map(|place| (pairs >> place) as u16))
}

/// The number that a few digits write.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| sum * 10 + u32::from(digit))
    })
}

fn digits(text: &str) -> Option<i16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        day(Cell::Text(text), false).map_or("unreadable".to_owned(), |read| read.day.to_string())
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in ["2005-10-28", "28/10/2005", "28/10/05", "28-10-2005", "28.10.2005", "38653"] {
            assert_eq!(read(text), "2005-10-28", "{text}");
        }
        assert_eq!(read("2005-10-28T00:00:00.000Z"), "2005-10-28");
        assert_eq!(read("28/10/2005 00:00:00"), "2005-10-28");
        assert_eq!(read("1/9/2026"), "2026-09-01");
        assert_eq!(read("01/09/41"), "1941-09-01");
        for text in
            ["31/02/2026", "2026-13-01", "28 octobre 2005", "0205-10-28", "x", "1/2", "é/1/2026"]
        {
            assert_eq!(read(text), "unreadable", "{text}");
        }
    }

    #[test]
    fn a_date_in_full_is_ten_bytes_of_which_eight_are_digits() {
        for days in (FIRST_DAY..=LAST_DAY).step_by(7) {
            let day = Day::from_epoch_days(days).unwrap();
            for text in [day.to_string(), day.french()] {
                assert_eq!(day_in_full(text.as_bytes()), Some(day), "{text}");
            }
        }
        for (place, byte) in (0..10).flat_map(|place| (0..=u8::MAX).map(move |byte| (place, byte)))
        {
            let mut text = *b"11/11/2011";
            text[place] = byte;
            let separator = matches!(place, 2 | 5);
            let fits = if separator { byte == b'/' } else { byte.is_ascii_digit() };
            assert!(fits || day_in_full(&text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn what_is_guessed_is_said_and_a_month_first_is_never_guessed() {
        let guessed = |text| day(Cell::Text(text), false).map(|read| read.guessed);
        assert_eq!(guessed("28/10/2005"), Some(false));
        assert_eq!(guessed("28/10/05"), Some(true));
        assert_eq!(guessed("38653"), Some(true));
        assert_eq!(guessed("03/25/2026"), None);
        let month_first = |text| day_if_month_came_first(Cell::Text(text)).map(Day::french);
        assert_eq!(month_first("03/25/2026").as_deref(), Some("25/03/2026"));
        assert_eq!(month_first("2026-25-03"), None);
        assert_eq!(month_first("31/02/2026"), None);
    }

    #[test]
    fn both_calendars_of_excel_are_known() {
        let serial = |serial, from_1904| day_of_serial(serial, from_1904).unwrap().to_string();
        assert_eq!(serial(1.0, false), "1900-01-01");
        assert_eq!(serial(59.0, false), "1900-02-28");
        assert_eq!(serial(61.0, false), "1900-03-01");
        assert_eq!(serial(46_266.0, false), "2026-09-01");
        assert_eq!(serial(44_804.75, true), "2026-09-01");
        assert_eq!(day_of_serial(f64::NAN, false), None);
        assert_eq!(day_of_serial(1e300, false), None);
        assert_eq!(Day::from_ymd(1900, 1, 1), Day::from_epoch_days(FIRST_DAY));
        assert_eq!(Day::from_ymd(2100, 12, 31), Day::from_epoch_days(LAST_DAY));
    }

    #[test]
    fn what_keeps_a_text_from_being_a_formula_is_taken_off() {
        for (text, read) in [
            ("'+33612345678", Cell::Text("+33612345678")),
            ("'\t=1", Cell::Text("=1")),
            ("'-", Cell::Text("-")),
            ("'s-Gravenhage", Cell::Text("'s-Gravenhage")),
            ("'", Cell::Text("'")),
            ("=\"0751234J\"", Cell::Text("0751234J")),
            (" =\" 01000 \"", Cell::Text("01000")),
            ("=\"\"", Cell::Empty),
            ("=\"a\"&\"b\"", Cell::Text("=\"a\"&\"b\"")),
        ] {
            assert_eq!(Cell::Text(text).trimmed(), read, "{text}");
        }
    }

    #[test]
    fn what_is_blank_or_erased_is_empty() {
        for blank in ["", " ", "\u{a0}\t", "#EFFACER", " #EFFACER\n"] {
            assert_eq!(Cell::Text(blank).trimmed(), Cell::Empty, "{blank:?}");
        }
        for (text, trimmed) in [("a", "a"), (" é ", "é"), ("x\u{a0}", "x"), ("#", "#")] {
            assert_eq!(Cell::Text(text).trimmed(), Cell::Text(trimmed));
        }
    }

    #[test]
    fn a_code_is_upper_case_without_separators() {
        assert_eq!(Cell::Text("197 506 553\u{a0}00019").code().as_str(), "19750655300019");
        assert_eq!(Cell::Number(19_750_655_300_019.0).code().as_str(), "19750655300019");
        assert_eq!(Cell::Number(1000.0).code().padded(5).as_str(), "01000");
        assert_eq!(Cell::Text("é").code().as_str(), "");
        assert_eq!(Cell::Text(&"1".repeat(40)).code().as_str(), "");
    }
}
