//! The links to the data beside a page: one line, one link for each format.

use leptos::prelude::*;

/// « Les chiffres de la Bretagne : CSV, JSON… », below the address of the page that shows them.
pub fn liens(adresse: &str, formats: &[&'static str], quoi: &str) -> AnyView {
    let liens: Vec<_> = formats
        .iter()
        .map(|&format| {
            let nom = if format == "xlsx" { "Excel".to_owned() } else { nom(format) };
            let adresse = format!("{adresse}donnees.{format}");
            view! { " "<a href=adresse aria-label=format!("{quoi}, {nom}")>{nom.clone()}</a> }
        })
        .collect();
    view! { <span class="telecharger">{format!("{quoi} :")}{liens}</span> }.into_any()
}

fn nom(format: &str) -> String {
    match format {
        "parquet" => "Parquet".to_owned(),
        autre => autre.to_uppercase(),
    }
}
