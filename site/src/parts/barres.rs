//! Horizontal bars on one scale, from zero: a row of a table draws its own.

use leptos::prelude::*;
use open_data::v1::Valeur;

/// One bar, as long as its share of `plus_grand`; a hatch where the figure is withheld.
pub fn barre(valeur: Option<Valeur>, plus_grand: u32, classe: &'static str) -> AnyView {
    match valeur {
        Some(Valeur::Connue(count)) => {
            let part = 100.0 * f64::from(count) / f64::from(plus_grand.max(1));
            view! {
                <svg class=format!("barre {classe}") aria-hidden="true">
                    <rect width=format!("{part:.1}%")></rect>
                </svg>
            }
            .into_any()
        }
        Some(Valeur::Masquee(_)) => view! { <span class="barre secret"></span> }.into_any(),
        None => ().into_any(),
    }
}

/// The largest known value, which the bars of a table share as their scale.
pub fn plus_grand(valeurs: impl Iterator<Item = Option<Valeur>>) -> u32 {
    valeurs.filter_map(|valeur| valeur?.connue()).max().unwrap_or(0)
}
