//! Two lines with one birth date and nearly one name are likely one person whose name was mistyped,
//! or typed in the wrong column; unless their INE say otherwise.

use super::{About, Case};
use crate::validate::namesakes::Namesake;
use crate::validate::{Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Advice,
    frictionless: Frictionless::DuplicateRow,
    says: "Deux lignes semblent désigner la même personne : son nom ou son prénom y est presque le même.",
};

pub(super) fn check(case: &mut Case<'_>) {
    if let Some((line, likeness)) = twin(case) {
        let (column, how) = match likeness {
            Likeness::Surname => (Column::Nom, "mêmes prénom et date de naissance, et presque le même nom"),
            Likeness::FirstName => (Column::Prenom, "mêmes nom et date de naissance, et presque le même prénom"),
            Likeness::Swapped => (Column::Nom, "même date de naissance, nom et prénom échangés"),
        };
        let message = format!("Cette personne semble être celle de la ligne {line} : {how}.");
        case.fault(
            column,
            message,
            "Si c’est la même personne, écrivez son nom de la même façon ; sinon, il n’y a rien à faire.",
        );
    }
}

/// How two names are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Surname,
    FirstName,
    Swapped,
}

/// The nearest line that seems to be of the same person.
fn twin(case: &Case<'_>) -> Option<(u32, Likeness)> {
    let (learner, mut others) = case.namesakes.last()?;
    others.find_map(|other| Some((other.line, likeness(learner, other)?)))
}

fn likeness(one: Namesake<'_>, other: Namesake<'_>) -> Option<Likeness> {
    if one.ine.zip(other.ine).is_some_and(|(one, other)| one != other) {
        return None;
    }
    if one.first_name == other.first_name && is_one_slip_off(one.surname, other.surname) {
        Some(Likeness::Surname)
    } else if one.surname == other.surname && is_one_slip_off(one.first_name, other.first_name) {
        Some(Likeness::FirstName)
    } else {
        let swapped = one.surname == other.first_name && one.first_name == other.surname;
        (swapped && one.surname != one.first_name).then_some(Likeness::Swapped)
    }
}

/// Whether one letter was added, left out or replaced, or two were exchanged. Short names are too
/// often alike.
fn is_one_slip_off(left: &[u8], right: &[u8]) -> bool {
    let (shortest, longest) = (left.len().min(right.len()), left.len().max(right.len()));
    if shortest < 4 || longest - shortest > 1 || left == right {
        return false;
    }
    let same = |(a, b): &(&u8, &u8)| a == b;
    let start = left.iter().zip(right).take_while(same).count();
    let end = left.iter().rev().zip(right.iter().rev()).take_while(same).count();
    let exchanged = || {
        shortest == longest
            && start + end + 2 == longest
            && left[start] == right[start + 1]
            && left[start + 1] == right[start]
    };
    start + end + 1 >= longest || exchanged()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn one_letter_was_added_left_out_replaced_or_exchanged() {
        let check = |left: &str, right: &str| is_one_slip_off(left.as_bytes(), right.as_bytes());
        for (left, right) in [
            ("DUPONT", "DUPOND"),
            ("GAUTHIER", "GAUTIER"),
            ("LEROUX", "LEROUXX"),
            ("XMARTIN", "MARTIN"),
            ("MARTIN", "MATRIN"),
        ] {
            assert!(check(left, right) && check(right, left), "{left} {right}");
        }
        for (left, right) in [
            ("ROUX", "ROUX"),
            ("ROY", "ROI"),
            ("MARTIN", "MARTINEZ"),
            ("BERNARD", "RENARD"),
            ("ABCDEF", "ABEDCF"),
        ] {
            assert!(!check(left, right), "{left} {right}");
        }
    }

    #[test]
    fn a_name_is_compared_as_a_whole() {
        let learner = |(surname, first_name): (&'static str, &'static str), ine| {
            let (surname, first_name) = (surname.as_bytes(), first_name.as_bytes());
            let ine = NonZeroU32::new(ine);
            Namesake { line: 2, surname, first_name, enrolment: 0, ine }
        };
        let check = |one, other| likeness(learner(one, 0), learner(other, 7));
        for (one, other, expected) in [
            (("DUPONT", "JULIE"), ("DUPOND", "JULIE"), Some(Likeness::Surname)),
            (("DUPONT", "JULIE"), ("DUPONT", "JULIA"), Some(Likeness::FirstName)),
            (("DUPONT", "JULIE"), ("JULIE", "DUPONT"), Some(Likeness::Swapped)),
            (("DUPONT", "JULIE"), ("DUPOND", "JULIA"), None),
            (("DUPONT", "JULIE"), ("DUPONT", "JULIE"), None),
            (("MARTIN", "MARTIN"), ("MARTIN", "MARTIN"), None),
        ] {
            assert_eq!(check(one, other), expected, "{one:?} {other:?}");
        }
        let two = ("DUPONT", "JULIE");
        assert_eq!(likeness(learner(two, 3), learner(("DUPOND", "JULIE"), 7)), None);
    }
}
