//! The figures behind a drawing, in a table that is there for who asks.

use leptos::prelude::*;

/// The table, folded: `nom` is what it is called where it scrolls; each line is a `<tr>`.
pub fn derriere(
    nom: &'static str,
    legende: String,
    tetes: impl IntoIterator<Item = &'static str>,
    lignes: Vec<AnyView>,
) -> AnyView {
    let tetes: Vec<_> =
        tetes.into_iter().map(|tete| view! { <th scope="col">{tete}</th> }).collect();
    view! {
        <details>
            <summary>"Voir le tableau"</summary>
            <div class="defile" tabindex="0" role="region" aria-label=nom>
                <table>
                    <caption>{legende}</caption>
                    <thead><tr>{tetes}</tr></thead>
                    <tbody>{lignes}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}
