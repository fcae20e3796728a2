//! One figure in a cell: the count, or why it is not given. Never 0 or blank for a withheld one.

use leptos::prelude::*;
use open_data::v1::{Motif, Valeur};

use crate::atlas::Chiffre;
use crate::french;

/// The figure as text, where markup has no place.
pub fn texte(valeur: Option<Valeur>) -> String {
    match valeur {
        Some(Valeur::Connue(count)) => french::nombre(count),
        Some(Valeur::Masquee(motif)) => mot(motif).to_owned(),
        None => "–".to_owned(),
    }
}

/// The figure, hatched when withheld.
pub fn valeur(valeur: Option<Valeur>) -> AnyView {
    match valeur {
        Some(Valeur::Masquee(motif)) => {
            view! { <span class="secret">{mot(motif)}</span> }.into_any()
        }
        connue => texte(connue).into_any(),
    }
}

/// A part, from tenths of a percent; or why it is not given.
pub fn part(dixiemes: Valeur) -> AnyView {
    match dixiemes {
        Valeur::Connue(dixiemes) => french::dixiemes(dixiemes).into_any(),
        masquee @ Valeur::Masquee(_) => valeur(Some(masquee)),
    }
}

/// How it moved over a year: « +3,1 % », or a dash where nothing can be compared.
pub fn variation(chiffre: Chiffre) -> String {
    chiffre.sur_un_an().map_or_else(|| "–".to_owned(), french::Variation::signe)
}

fn mot(motif: Motif) -> &'static str {
    match motif {
        Motif::Secret => "secret",
        Motif::NonDisponible => "non disponible",
        Motif::SansObjet => "sans objet",
        Motif::NonCalculable => "non calculable",
    }
}

/// What a reader of a table with withheld figures must know.
pub fn note_de_secret() -> AnyView {
    view! {
        <p class="note">
            <span class="secret">"secret"</span>
            " : chiffre non publié, car il permettrait de reconnaître quelqu'un. "
            <a href="/comprendre/#secret">"Pourquoi certains chiffres manquent"</a>
        </p>
    }
    .into_any()
}

/// What a reader of parts that are not computed must know.
pub fn note_de_part() -> AnyView {
    view! { <p class="note">"« Non calculable » : moins de vingt jeunes, trop peu pour une part."</p> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withheld_figure_is_never_shown_as_zero() {
        assert_eq!(texte(Some(Valeur::Masquee(Motif::Secret))), "secret");
        assert_eq!(texte(Some(Valeur::Connue(0))), "0");
        assert_eq!(texte(None), "–");
        let html = valeur(Some(Valeur::Masquee(Motif::Secret))).to_html();
        assert!(html.contains("secret") && !html.contains('0'), "{html}");
    }
}
