//! The links to the data beside a page: one line, one link for each format.

use leptos::prelude::*;

use crate::About;
use crate::fichiers::FORMATS;
use crate::parts::courbe::image;
use crate::places::Place;

/// « Les chiffres de la Bretagne : CSV, JSON… », below the address of the page that shows them.
pub fn liens(adresse: &str, formats: &[&'static str], quoi: &str) -> AnyView {
    let liens: Vec<_> = formats
        .iter()
        .map(|&format| {
            let nom = nom(format);
            let adresse = format!("{adresse}donnees.{format}");
            view! { " "<a href=adresse aria-label=format!("{quoi}, {nom}")>{nom.clone()}</a> }
        })
        .collect();
    view! { <span class="telecharger">{format!("{quoi} :")}{liens}</span> }.into_any()
}

/// Under a chart of a place: the files that hold its figures.
pub fn sous_un_graphique(place: &Place) -> AnyView {
    let quoi = format!("Télécharger les chiffres {}", place.de());
    view! { <p class="note">{liens(&place.adresse(), FORMATS, &quoi)}</p> }.into_any()
}

/// How to show the curve of a place on another site.
pub fn integrer(about: &About, place: &Place) -> AnyView {
    let (large, haut) = image::CADRE;
    let (page, image) = (place.adresse(), image::adresse(place));
    let origine = about.origine.as_deref().unwrap_or_default();
    let code = format!(
        "<a href=\"{origine}{page}\"><img src=\"{origine}{image}\" width=\"{large}\" height=\"{haut}\" alt=\"Les apprentis {}, année après année\"></a>",
        place.en()
    );
    view! {
        <details class="integrer">
            <summary>"Intégrer cette courbe"</summary>
            <p class="note">
                <a href=image>"L'image seule (SVG)"</a>
                " se met à jour à chaque publication. "
                {origine.is_empty().then_some("Dans le code ci-dessous, faites précéder les deux adresses de celle de ce site.")}
            </p>
            <pre tabindex="0"><code>{code}</code></pre>
        </details>
    }
    .into_any()
}

/// How a format is called.
pub fn nom(format: &str) -> String {
    match format {
        "parquet" => "Parquet".to_owned(),
        "xlsx" => "Excel".to_owned(),
        autre => autre.to_uppercase(),
    }
}
