//! Two lines with the same first name and birth date, and surnames one letter apart, are likely one
//! person whose name was mistyped; unless their INE say otherwise.

use super::{About, Case};
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::DuplicateRow,
    says: "Deux lignes semblent désigner la même personne, à une lettre près.",
};

pub(super) fn check(case: &mut Case<'_>) {
    if let Some(line) = twin(case) {
        let message = format!(
            "Cette personne semble être celle de la ligne {line} : mêmes prénom et date de naissance, et un nom à une lettre près."
        );
        case.fault(
            Column::Nom,
            message,
            "Si c’est la même personne, écrivez son nom de la même façon ; sinon, il n’y a rien à faire.",
        );
    }
}

/// The nearest line that seems to be of the same person.
fn twin(case: &Case<'_>) -> Option<u32> {
    let mut learners = case.namesakes.of(case.row.line);
    let learner = learners.next()?;
    let twin = learners.find(|other| {
        let two_persons = learner.ine.zip(other.ine).is_some_and(|(ine, other)| ine != other);
        !two_persons && is_one_letter_off(learner.surname.as_bytes(), other.surname.as_bytes())
    });
    twin.map(|twin| twin.line)
}

/// Whether one letter was added, left out or replaced. Short names are too often alike.
fn is_one_letter_off(left: &[u8], right: &[u8]) -> bool {
    let (shortest, longest) = (left.len().min(right.len()), left.len().max(right.len()));
    if shortest < 4 || longest - shortest > 1 || left == right {
        return false;
    }
    let same = |(a, b): &(&u8, &u8)| a == b;
    let start = left.iter().zip(right).take_while(same).count();
    let end = left.iter().rev().zip(right.iter().rev()).take_while(same).count();
    start + end + 1 >= longest
}

#[cfg(test)]
mod tests {
    use super::is_one_letter_off;

    #[test]
    fn one_letter_was_added_left_out_or_replaced() {
        let check = |left: &str, right: &str| is_one_letter_off(left.as_bytes(), right.as_bytes());
        for (left, right) in [
            ("DUPONT", "DUPOND"),
            ("GAUTHIER", "GAUTIER"),
            ("LEROUX", "LEROUXX"),
            ("XMARTIN", "MARTIN"),
        ] {
            assert!(check(left, right) && check(right, left), "{left} {right}");
        }
        for (left, right) in [
            ("ROUX", "ROUX"),
            ("ROY", "ROI"),
            ("MARTIN", "MARTINEZ"),
            ("BERNARD", "RENARD"),
            ("ABCDEF", "ABDCEF"),
        ] {
            assert!(!check(left, right), "{left} {right}");
        }
    }
}
