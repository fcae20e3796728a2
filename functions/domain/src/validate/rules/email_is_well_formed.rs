//! The e-mail address of the learner has the form of one.

use super::{About, Case, is_email};
use crate::validate::{Cell, Column, Frictionless, Level};

pub(super) const ABOUT: About = About {
    level: Level::Row,
    frictionless: Frictionless::TypeError,
    says: "L’adresse électronique de l’apprenant n’a pas la forme attendue.",
};

pub(super) fn check(case: &mut Case<'_>) {
    let cell = case.cell(Column::EmailContact);
    let well_formed = match cell {
        Cell::Empty => return,
        Cell::Text(text) => is_email(text),
        _ => false,
    };
    if !well_formed {
        let message = "La valeur de cette cellule n’est pas une adresse électronique.";
        case.fault(
            Column::EmailContact,
            message,
            "Écrivez une seule adresse, par exemple prenom.nom@domaine.fr.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::is_email;

    #[test]
    fn an_address_is_told_from_what_is_not() {
        for good in ["a.b@domain.tld", "o'neil+cfa@sous.domaine.fr", "élève@académie.fr"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "a",
            "a@b",
            "@b.fr",
            "a@@b.fr",
            "a b@c.fr",
            "a@b..fr",
            "a@b.fr;c@d.fr",
            "a@-b.fr",
            "a@b.f1",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
