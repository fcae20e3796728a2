//! Places that exist: postal codes, communes and foreign countries, from the official lists.
//!
//! The list of `places/` (its README says where it comes from) is read once, at the first question;
//! then an answer is one bit, or one search among the pairs. Not here: what these places are called,
//! nor where they are; `territory` knows the departments.

use std::sync::LazyLock;

/// A postal code, or the INSEE code of a commune.
pub type PlaceCode = [u8; 5];

/// The codes of INSEE for foreign countries and territories, after `99`: first and last of each run.
const COUNTRIES: [(u16, u16); 12] = [
    (100, 145),
    (148, 148),
    (151, 151),
    (155, 162),
    (201, 265),
    (301, 352),
    (362, 363),
    (389, 399),
    (401, 447),
    (501, 517),
    (519, 522),
    (699, 699),
];

static PLACES: LazyLock<Places> =
    LazyLock::new(|| Places::read(include_str!("../../places/places.txt")));

/// Whether a postal code is on the list. CEDEX codes are not.
pub fn is_postal_code(code: PlaceCode) -> bool {
    number(code).is_some_and(|number| PLACES.postal_codes.has(number))
}

/// Whether a commune is, or was, on the list.
pub fn is_commune(code: PlaceCode) -> bool {
    number(code).is_some_and(|number| PLACES.communes.has(number))
}

/// Whether it is `99` and the code of a country: how a birth abroad is written.
pub fn is_country(code: PlaceCode) -> bool {
    let country = number(code).and_then(|number| u16::try_from(number.checked_sub(99_000)?).ok());
    country.is_some_and(|country| {
        COUNTRIES.iter().any(|(first, last)| (*first..=*last).contains(&country))
    })
}

/// Whether a postal code is one of those of a commune; `None` when the list does not say, because
/// it lacks either, or because the commune has merged since. One code is never both.
pub fn is_postal_code_of(postal_code: PlaceCode, commune: PlaceCode) -> Option<bool> {
    let (postal_code, commune) = (number(postal_code)?, number(commune)?);
    let places = &*PLACES;
    let own = places.of_commune(commune);
    if own.is_empty() {
        return (postal_code == commune).then_some(false);
    }
    places.postal_codes.has(postal_code).then(|| own.contains(&postal_code))
}

/// The list, as numbers.
struct Places {
    postal_codes: Bits,
    communes: Bits,
    /// The postal codes of each commune, one after the other.
    of_communes: Vec<u32>,
    /// How many come before those of each commune.
    before: Box<[u16]>,
}

impl Places {
    fn read(list: &str) -> Self {
        let mut places = Self {
            postal_codes: Bits::new(),
            communes: Bits::new(),
            of_communes: Vec::new(),
            before: vec![0; CODES + 1].into_boxed_slice(),
        };
        let mut pairs = Vec::with_capacity(list.len() / 5);
        for line in list.as_bytes().split(|byte| *byte == b'\n') {
            let mut codes = line.split(|byte| *byte == b' ');
            let Some(head) = codes.next() else { continue };
            let postal_code = code(head).and_then(number);
            if let Some(postal_code) = postal_code {
                places.postal_codes.add(postal_code);
            }
            for end in codes {
                let Some(commune) = whole(head, end).and_then(number) else { continue };
                places.communes.add(commune);
                pairs.extend(postal_code.map(|postal_code| (commune, postal_code)));
            }
        }
        places.put_in_order(&pairs);
        places
    }

    /// Puts the postal codes where those of their commune are. Counted rather than sorted: the list
    /// is read by whoever judges a single file.
    fn put_in_order(&mut self, pairs: &[(u32, u32)]) {
        for (commune, _) in pairs {
            self.before[*commune as usize + 1] += 1;
        }
        for commune in 0..CODES {
            self.before[commune + 1] += self.before[commune];
        }
        let mut next = self.before.clone();
        self.of_communes.resize(pairs.len(), 0);
        for (commune, postal_code) in pairs {
            let place = &mut next[*commune as usize];
            self.of_communes[usize::from(*place)] = *postal_code;
            *place += 1;
        }
    }

    fn of_commune(&self, commune: u32) -> &[u32] {
        let [start, end] = [commune, commune + 1].map(|commune| self.before[commune as usize]);
        &self.of_communes[usize::from(start)..usize::from(end)]
    }
}

/// The end of a code, after what it shares with the first of its line.
fn whole(head: &[u8], end: &[u8]) -> Option<PlaceCode> {
    let mut code = [0; 5];
    let shared = code.len().checked_sub(end.len())?;
    code[..shared].copy_from_slice(head.get(..shared)?);
    code[shared..].copy_from_slice(end);
    Some(code)
}

fn code(text: &[u8]) -> Option<PlaceCode> {
    text.try_into().ok()
}

/// A code as a number: both halves of Corsica come after the departments of digits.
fn number(code: PlaceCode) -> Option<u32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let department = match code {
        [b'2', b'A', ..] => 100,
        [b'2', b'B', ..] => 101,
        [tens, units, ..] => digit(tens)? * 10 + digit(units)?,
    };
    let rest = digit(code[2])? * 100 + digit(code[3])? * 10 + digit(code[4])?;
    Some(department * 1000 + rest)
}

/// How many numbers a code may have.
const CODES: usize = 102_000;

/// One bit for each code.
struct Bits(Box<[u64]>);

impl Bits {
    fn new() -> Self {
        Self(vec![0; CODES.div_ceil(64)].into_boxed_slice())
    }

    fn add(&mut self, number: u32) {
        self.0[number as usize / 64] |= 1 << (number % 64);
    }

    fn has(&self, number: u32) -> bool {
        self.0[number as usize / 64] >> (number % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> PlaceCode {
        code(text.as_bytes()).unwrap()
    }

    fn count(bits: &Bits) -> u32 {
        bits.0.iter().map(|word| word.count_ones()).sum()
    }

    #[test]
    fn the_list_is_whole() {
        assert_eq!(count(&PLACES.postal_codes), 6_333);
        assert_eq!(count(&PLACES.communes), 39_254);
        assert_eq!(PLACES.of_communes.len(), 35_929);
        for commune in 0..CODES as u32 {
            let own = PLACES.of_commune(commune);
            assert!(own.is_sorted_by(|before, after| before < after), "a pair is said once");
        }
    }

    #[test]
    fn places_that_exist_are_told_from_those_that_do_not() {
        for code in ["01000", "02100", "20000", "44000", "75116", "97400", "98000", "98800"] {
            assert!(is_postal_code(of(code)), "{code}");
        }
        // The last but one is a CEDEX of Paris.
        for code in ["00000", "12345", "44999", "69000", "75900", "96000", "75775", "99109"] {
            assert!(!is_postal_code(of(code)), "{code}");
        }
        for code in ["01004", "2A004", "2B033", "44109", "75056", "75101", "97411", "98735"] {
            assert!(is_commune(of(code)), "{code}");
        }
        // A commune of Calvados that has merged, Ajaccio before 1976.
        for code in ["14697", "20004"] {
            assert!(is_commune(of(code)), "{code}");
        }
        for code in ["01000", "44000", "2A999", "96001", "99109", "2C004"] {
            assert!(!is_commune(of(code)), "{code}");
        }
    }

    #[test]
    fn countries_are_known_by_their_code() {
        for code in ["99109", "99350", "99352", "99404", "99501"] {
            assert!(is_country(of(code)), "{code}");
        }
        for code in ["99000", "99099", "99147", "99999", "98109", "44109"] {
            assert!(!is_country(of(code)), "{code}");
        }
    }

    #[test]
    fn a_postal_code_is_one_of_those_of_a_commune() {
        let told = |postal_code, commune| is_postal_code_of(of(postal_code), of(commune));
        assert_eq!(told("44000", "44109"), Some(true));
        assert_eq!(told("75001", "75056"), Some(true), "the whole of Paris");
        assert_eq!(told("20000", "2A004"), Some(true));
        assert_eq!(told("01200", "74109"), Some(true), "across departments");
        assert_eq!(told("44000", "01004"), Some(false));
        assert_eq!(told("69001", "69001"), Some(false), "the postal code in the wrong column");
        // A code of the Seine that was, before 1968.
        assert_eq!(told("75001", "75001"), Some(false), "the postal code in the wrong column");
        assert_eq!(told("44999", "44109"), None, "no such postal code");
        assert_eq!(told("14140", "14697"), None, "no such commune today");
    }
}
