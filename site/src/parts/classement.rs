//! A ranking: what each line is about, its apprentices, their bar, and one more figure beside.

use leptos::prelude::*;
use open_data::v1::{Motif, Valeur};

use crate::parts::{barres, valeur};

/// One line of a ranking.
pub struct Ligne {
    /// What it is about.
    pub nom: AnyView,
    /// Said below the name, smaller.
    pub detail: Option<String>,
    /// How many apprentices.
    pub apprentis: Option<Valeur>,
    /// The figure of the last column.
    pub a_cote: AnyView,
}

/// The table, in the order of the lines: `quoi` heads the names, `a_cote` the last column.
pub fn classement(
    quoi: &'static str,
    a_cote: &'static str,
    legende: String,
    lignes: Vec<Ligne>,
) -> AnyView {
    let plus_grand = barres::plus_grand(lignes.iter().map(|ligne| ligne.apprentis));
    let un_secret =
        lignes.iter().any(|ligne| ligne.apprentis == Some(Valeur::Masquee(Motif::Secret)));
    let lignes: Vec<_> = lignes
        .into_iter()
        .map(|Ligne { nom, detail, apprentis, a_cote }| {
            view! {
                <tr>
                    <th scope="row">{nom}{detail.map(|detail| view! { <span class="detail">{detail}</span> })}</th>
                    <td class="trait">{barres::barre(apprentis, plus_grand, "apprentis")}</td>
                    <td>{valeur::valeur(apprentis)}</td>
                    <td>{a_cote}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <table class="classement">
            <caption>{legende}</caption>
            <thead>
                <tr>
                    <th scope="col" colspan="2">{quoi}</th>
                    <th scope="col">"Apprentis"</th>
                    <th scope="col">{a_cote}</th>
                </tr>
            </thead>
            <tbody>{lignes}</tbody>
        </table>
        {un_secret.then(valeur::note_de_secret)}
    }
    .into_any()
}
