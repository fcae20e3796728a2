//! A telephone number at which a person can be reached.
//!
//! A French number follows the national numbering plan (ARCEP, décision n° 2018-0881 as amended in
//! 2022, and the service numbers of décision n° 2019-0954); one from elsewhere has the form of
//! ITU-T E.164. Two hundred lines rather than the crate `phonenumber`: that one brings the plans of
//! every country, as regular expressions to compile at each cold start, where this list needs one
//! plan and a plausible rest.

use std::fmt;

/// A number, as it is kept: `0612345678`, or `+442079460958` from elsewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    digits: [u8; Self::LONGEST],
    length: usize,
    french: bool,
}

/// Why a text is not the number of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPhone {
    /// Not the right number of digits, or something else than digits.
    #[error("a telephone number is ten digits, or + and the code of a country")]
    Form,
    /// A prefix that nobody has.
    #[error("no telephone number begins like this one")]
    Unassigned,
    /// Dearer than a call: premium rate, shared cost.
    #[error("a service, not a person, answers this number")]
    Service,
    /// Typed to fill the cell.
    #[error("this number was made up")]
    Placeholder,
}

/// What answers the numbers of a prefix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A person, or a switchboard.
    Person,
    /// A machine, which has a longer number.
    Machine,
    /// Free to call, or at the price of a call.
    Ordinary,
    /// Part of the price goes to a service.
    SharedCost,
    /// A price of its own.
    Premium,
}

/// The national numbering plan, after the 0; the longest prefix comes first.
const PLAN: [(&str, Kind); 22] = [
    ("700", Kind::Machine),
    ("701", Kind::Machine),
    ("702", Kind::Machine),
    ("703", Kind::Machine),
    ("708", Kind::Person), // Saint-Pierre-et-Miquelon
    ("709", Kind::Person), // the other overseas departments
    ("73", Kind::Person),
    ("74", Kind::Person),
    ("75", Kind::Person),
    ("76", Kind::Person),
    ("77", Kind::Person),
    ("78", Kind::Person),
    ("79", Kind::Person),
    ("80", Kind::Ordinary),
    ("81", Kind::SharedCost),
    ("82", Kind::SharedCost),
    ("84", Kind::SharedCost),
    ("88", Kind::SharedCost),
    ("83", Kind::Premium),
    ("85", Kind::Premium),
    ("86", Kind::Premium),
    ("89", Kind::Premium),
];

/// France, Réunion and Mayotte, Guadeloupe, Guyane, Martinique, Saint-Pierre-et-Miquelon: all
/// follow the plan.
const FRENCH: [&str; 6] = ["33", "262", "590", "594", "596", "508"];

/// The country codes of two digits (ITU-T E.164); `1` and `7` have one.
const OF_TWO_DIGITS: [u8; 44] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56,
    57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// How the country codes of three digits begin.
const OF_THREE_DIGITS: [u8; 17] =
    [21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 85];
/// The same, in Asia.
const OF_THREE_DIGITS_IN_ASIA: [u8; 4] = [88, 96, 97, 99];

impl Phone {
    const LONGEST: usize = 15;

    /// Reads a number as people write it: `06 12 34 56 78`, `+33 (0)6 12 34 56 78`, `612345678`,
    /// `0044 20 7946 0958`.
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        const MOST: usize = Phone::LONGEST + 3;
        let (mut typed, mut length) = ([0; MOST], 0);
        for letter in text.trim_start_matches('(').trim_start_matches('+').chars() {
            match letter {
                '0'..='9' if length < MOST => {
                    typed[length] = letter as u8;
                    length += 1;
                }
                ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' | '\u{2011}' => {}
                _ => return Err(NotAPhone::Form),
            }
        }
        let typed = std::str::from_utf8(&typed[..length]).unwrap_or_default();
        let international = match text.trim_start_matches('(').strip_prefix('+') {
            Some(_) => Some(typed),
            None => typed.strip_prefix("00"),
        };
        match international {
            Some(digits) => Self::of_any_country(digits),
            None => Self::of_france(national(typed).unwrap_or(typed)),
        }
    }

    fn of_any_country(digits: &str) -> Result<Self, NotAPhone> {
        if let Some(national) = national(digits) {
            return Self::of_france(national);
        }
        if !(8..=Self::LONGEST).contains(&digits.len()) {
            return Err(NotAPhone::Form);
        }
        let two = digits[..2].parse().unwrap_or_default();
        let assigned = match digits.as_bytes()[0] {
            b'1' | b'7' if digits.len() != 11 => return Err(NotAPhone::Form),
            _ if two == 33 => return Err(NotAPhone::Form),
            b'1' | b'7' => true,
            _ => {
                OF_TWO_DIGITS.contains(&two)
                    || OF_THREE_DIGITS.contains(&two)
                    || OF_THREE_DIGITS_IN_ASIA.contains(&two)
            }
        };
        if !assigned {
            return Err(NotAPhone::Unassigned);
        }
        // Universal international premium rate.
        if digits.starts_with("979") {
            return Err(NotAPhone::Service);
        }
        Ok(Self::new(digits, false))
    }

    /// A number of the plan, with its 0 or without.
    fn of_france(digits: &str) -> Result<Self, NotAPhone> {
        let significant = digits.strip_prefix('0').unwrap_or(digits);
        if significant.len() != 9 || significant.starts_with('0') {
            return Err(NotAPhone::Form);
        }
        let repeated = significant.bytes().all(|digit| digit == significant.as_bytes()[0]);
        if repeated || significant == "123456789" {
            return Err(NotAPhone::Placeholder);
        }
        let first = significant.as_bytes()[0];
        // What the plan tells apart begins with one of these.
        let known = matches!(first, b'7' | b'8')
            .then(|| PLAN.iter().find(|(prefix, _)| significant.starts_with(prefix)));
        let kind = known.flatten().map(|(_, kind)| *kind);
        match (first, kind) {
            (b'1'..=b'6' | b'9', None) | (_, Some(Kind::Person | Kind::Ordinary)) => {
                Ok(Self::new(significant, true))
            }
            (_, Some(Kind::SharedCost | Kind::Premium)) => Err(NotAPhone::Service),
            (_, Some(Kind::Machine) | None) => Err(NotAPhone::Unassigned),
        }
    }

    /// Whether it follows the French plan.
    pub fn is_french(self) -> bool {
        self.french
    }

    /// Appends the number as it is kept.
    pub fn push_to(self, text: &mut String) {
        text.push(if self.french { '0' } else { '+' });
        text.push_str(std::str::from_utf8(&self.digits[..self.length]).unwrap_or_default());
    }

    fn new(text: &str, french: bool) -> Self {
        let mut digits = [0; Self::LONGEST];
        digits[..text.len()].copy_from_slice(text.as_bytes());
        Self { digits, length: text.len(), french }
    }
}

/// What follows a French country code, when it is a number of the plan: nine digits, maybe a 0.
fn national(digits: &str) -> Option<&str> {
    FRENCH.iter().find_map(|code| {
        let rest = digits.strip_prefix(code)?;
        (rest.len() == 9 || rest.len() == 10 && rest.starts_with('0')).then_some(rest)
    })
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push_to(&mut text);
        f.write_str(&text)
    }
}

/// Never prints the number of a person.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        Phone::parse(text).map_or_else(|not| format!("{not:?}"), |phone| phone.to_string())
    }

    #[test]
    fn a_number_is_one_however_it_is_written() {
        for text in [
            "0612345678",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "06-12-34-56-78",
            "(+)33612345678",
            "+33 (0)6 12 34 56 78",
            "0033612345678",
            "33612345678",
            "612345678",
            "06\u{a0}12\u{202f}34 56 78",
        ] {
            assert_eq!(check(text), "0612345678", "{text}");
        }
    }

    #[test]
    fn overseas_follows_the_plan() {
        for (text, kept) in [
            ("+262 692 12 34 56", "0692123456"),
            ("00590 690 12 34 56", "0690123456"),
            ("594694123456", "0694123456"),
            ("0596 12 34 56", "0596123456"),
            ("+508 41 12 34", "+508411234"),
            ("+687 78 12 34 5", "+6877812345"),
        ] {
            assert_eq!(check(text), kept, "{text}");
        }
    }

    #[test]
    fn each_prefix_of_the_plan_is_what_it_is() {
        for (text, kept) in [
            ("0112345678", "0112345678"),
            ("0912345678", "0912345678"),
            ("0712345678", "Unassigned"),
            ("0701234567", "Unassigned"),
            ("0752345678", "0752345678"),
            ("0800123456", "0800123456"),
            ("0809123456", "0809123456"),
            ("0810123456", "Service"),
            ("0825123456", "Service"),
            ("0892123456", "Service"),
            ("0870123456", "Unassigned"),
        ] {
            assert_eq!(check(text), kept, "{text}");
        }
    }

    #[test]
    fn other_countries_are_plausible() {
        for (text, kept) in [
            ("+44 20 7946 0958", "+442079460958"),
            ("0032 470 12 34 56", "+32470123456"),
            ("+1 202 555 0123", "+12025550123"),
            ("+1 202 555", "Form"),
            ("+1 202 555 01", "Form"),
            ("+225 07 12 34 56 78", "+2250712345678"),
            ("+28 1234 56789", "Unassigned"),
            ("+979 123 456 789", "Service"),
            ("+33 6 12 34 56", "Form"),
            ("+33 6 12 34 56 78 9", "Form"),
        ] {
            assert_eq!(check(text), kept, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for (text, not) in [
            ("", "Form"),
            ("06123456", "Form"),
            ("061234567899", "Form"),
            ("0612345678 ou 07", "Form"),
            ("abc", "Form"),
            ("+", "Form"),
            ("0000000000", "Unassigned"),
            ("0666666666", "Placeholder"),
            ("0123456789", "Placeholder"),
            ("3949", "Form"),
        ] {
            assert_eq!(check(text), not, "{text}");
        }
    }
}
