//! What is prepared: a page for each level and each certification with enough learners, and the page
//! that leads to them.

use leptos::prelude::*;
use open_data::v1::{Dimension, Indicateur, Valeur};

use super::territoire;
use super::territoire::phrase::{Phrase, fraicheur, ou_l_on_sait};
use crate::atlas::{Atlas, Sujet};
use crate::parts::cadre::{self, Tete};
use crate::parts::classement::{Ligne, classement};
use crate::parts::valeur;
use crate::places::{self, FRANCE, Place};
use crate::words::modalite;
use crate::{About, Page, french};

/// The longest list of certifications that a page carries; the search and the files have them all.
const CERTIFICATIONS_AU_PLUS: usize = 120;

/// The page of the levels and certifications, then one of each.
pub fn pages(atlas: &Atlas, about: &About) -> Vec<Page> {
    let mut pages = vec![sommaire(atlas, about)];
    for dimension in [Dimension::Niveau, Dimension::Certification] {
        let unes = atlas.formations(dimension);
        pages.extend(unes.map(|code| page(atlas, about, dimension, code)));
    }
    pages
}

/// The address of a page of this kind: `/niveau/4/`, `/certification/RNCP38362/`.
fn adresse(dimension: Dimension, code: &str) -> String {
    format!("/{dimension}/{code}/")
}

/// The name of a value of a breakdown: a link where it is a level or a certification with a page.
pub fn lien(atlas: &Atlas, dimension: Dimension, code: &str, nom: String) -> AnyView {
    if atlas.formation_a_une_page(dimension, code) {
        view! { <a href=adresse(dimension, code)>{nom}</a> }.into_any()
    } else {
        nom.into_any()
    }
}

/// What a level or certification is called.
pub fn nom(atlas: &Atlas, dimension: Dimension, code: &str) -> String {
    atlas.libelle(code).map_or_else(|| modalite(dimension, code), str::to_owned)
}

fn sujet<'a>(lieu: &Place, dimension: Dimension, modalite: &'a str) -> Sujet<'a> {
    Sujet { maille: lieu.maille, code: lieu.code, dimension, modalite }
}

fn apprentis(atlas: &Atlas, dimension: Dimension, code: &str) -> Option<u32> {
    let serie = atlas.serie_de(sujet(&FRANCE, dimension, code), Indicateur::Apprentis);
    atlas.chiffre_de(serie).maintenant.and_then(Valeur::connue)
}

fn sommaire(atlas: &Atlas, about: &About) -> Page {
    let tete = Tete {
        titre: "Les formations en apprentissage : niveaux et certifications".to_owned(),
        description: "Combien d'apprentis préparent un CAP, un bac, un BTS, et quelles certifications sont les plus suivies.".to_owned(),
        adresse: "/formations/".to_owned(),
        titre_court: "Formations".to_owned(),
        ..Tete::default()
    };
    let niveaux: Vec<&str> = atlas.formations(Dimension::Niveau).collect();
    let contenu = view! {
        <header class="titre">
            <h1>"Les formations"</h1>
            <p class="chapo">"Ce que préparent les apprentis, par niveau puis par certification. Une formation a sa page dès que cinq jeunes la suivent."</p>
        </header>
        <section aria-labelledby="niveaux">
            <h2 id="niveaux">"Niveaux"</h2>
            {liste(atlas, Dimension::Niveau, &niveaux, "Apprentis en France, par niveau de formation")}
        </section>
        <section aria-labelledby="certifications">
            <h2 id="certifications">"Certifications"</h2>
            {certifications(atlas, |_| true)}
        </section>
    };
    cadre::page(about, tete, contenu.into_any())
}

/// The certifications of a kind, from the largest.
fn certifications(atlas: &Atlas, garde: impl Fn(&str) -> bool) -> AnyView {
    let mut codes: Vec<&str> =
        atlas.formations(Dimension::Certification).filter(|code| garde(code)).collect();
    codes.sort_by_cached_key(|code| {
        (std::cmp::Reverse(apprentis(atlas, Dimension::Certification, code)), *code)
    });
    if codes.is_empty() {
        return view! { <p>"Aucune n'a encore de chiffres."</p> }.into_any();
    }
    let autres = codes.len().saturating_sub(CERTIFICATIONS_AU_PLUS) as u32;
    codes.truncate(CERTIFICATIONS_AU_PLUS);
    let suite = (autres > 0).then(|| {
        let phrase = format!(
            "{}, moins {}, {} dans ",
            french::compte(autres, "autre certification", "autres certifications"),
            french::accord(autres, "suivie", "suivies"),
            french::accord(autres, "est", "sont"),
        );
        view! {
            <p class="note">{phrase}<a href="/donnees/#indicateurs">"le fichier des chiffres"</a>" et dans la recherche."</p>
        }
    });
    let legende = "Apprentis en France, de la certification la plus suivie à la moins suivie";
    view! { {liste(atlas, Dimension::Certification, &codes, legende)}{suite} }.into_any()
}

fn liste(atlas: &Atlas, dimension: Dimension, codes: &[&str], legende: &'static str) -> AnyView {
    let lignes = codes.iter().map(|code| {
        let serie = atlas.serie_de(sujet(&FRANCE, dimension, code), Indicateur::Apprentis);
        let chiffre = atlas.chiffre_de(serie);
        Ligne {
            nom: lien(atlas, dimension, code, nom(atlas, dimension, code)),
            detail: atlas.libelle(code).map(|_| (*code).to_owned()),
            apprentis: chiffre.maintenant,
            a_cote: valeur::variation(chiffre).into_any(),
        }
    });
    classement("Formation", "Sur un an", legende.to_owned(), lignes.collect())
}

fn page(atlas: &Atlas, about: &About, dimension: Dimension, code: &str) -> Page {
    let nom = nom(atlas, dimension, code);
    let (surtitre, pour) = match dimension {
        Dimension::Niveau => ("Niveau de formation", format!("au niveau {code}")),
        _ => ("Certification", format!("pour « {nom} »")),
    };
    let sujet = sujet(&FRANCE, dimension, code);
    let lieu = format!("{pour}, {}", ou_l_on_sait(atlas, &FRANCE));
    let phrase = Phrase::new(atlas, sujet, &lieu);
    // Two certifications may bear one name.
    let titre = if atlas.libelle(code).is_some() { format!("{nom}, {code}") } else { nom.clone() };
    let tete = Tete {
        titre: format!("{titre} : les apprentis"),
        description: phrase.as_ref().map(Phrase::texte).unwrap_or_default(),
        adresse: adresse(dimension, code),
        fil: vec![("/formations/".to_owned(), "Formations".to_owned())],
        titre_court: nom.clone(),
        ..Tete::default()
    };
    let suite = match dimension {
        Dimension::Niveau => Some(view! {
            <section aria-labelledby="certifications">
                <h2 id="certifications">"Certifications de ce niveau"</h2>
                {certifications(atlas, |une| atlas.niveau(une) == code)}
            </section>
        }),
        _ => None,
    };
    let du_niveau = Some(atlas.niveau(code))
        .filter(|_| dimension == Dimension::Certification)
        .filter(|niveau| atlas.formation_a_une_page(Dimension::Niveau, niveau))
        .map(|niveau| {
            (" · ", lien(atlas, Dimension::Niveau, niveau, modalite(Dimension::Niveau, niveau)))
        });
    let codes = atlas.libelle(code).map(|_| (" · ", view! { <code>{code.to_owned()}</code> }));
    let contenu = view! {
        <header class="titre">
            <p class="surtitre">{surtitre}{du_niveau}{codes}</p>
            <h1 class="nom-de-centre">{nom}</h1>
            {phrase.map(|phrase| phrase.chapo())}
            {fraicheur(atlas, &FRANCE)}
        </header>
        {territoire::evolution(atlas, sujet, &format!("en France {pour}"), ().into_any())}
        {ou(atlas, dimension, code)}
        {suite}
        {territoire::limites()}
        <section class="sources" aria-labelledby="sources">
            <h2 id="sources">"Sources et fichiers"</h2>
            <p><a href="/donnees/">"Toutes les formations, tous les territoires, toutes les dates (CSV, JSON, Parquet, Excel)"</a></p>
        </section>
    };
    cadre::page(about, tete, contenu.into_any())
}

/// The regions that tell how many follow it, from the largest.
fn ou(atlas: &Atlas, dimension: Dimension, code: &str) -> Option<AnyView> {
    let mut regions: Vec<_> = places::regions()
        .filter_map(|region| {
            let serie = atlas.serie_de(sujet(&region, dimension, code), Indicateur::Apprentis)?;
            let chiffre = atlas.chiffre_de(Some(serie));
            (chiffre.maintenant != Some(Valeur::Connue(0))).then_some((region, chiffre))
        })
        .collect();
    if regions.is_empty() {
        return None;
    }
    regions.sort_by_cached_key(|(region, chiffre)| {
        let combien = chiffre.maintenant.and_then(Valeur::connue);
        (std::cmp::Reverse(combien), region.nom)
    });
    let lignes = regions.iter().map(|(region, chiffre)| Ligne {
        nom: view! { <a href=region.adresse()>{region.nom}</a> }.into_any(),
        detail: None,
        apprentis: chiffre.maintenant,
        a_cote: valeur::variation(*chiffre).into_any(),
    });
    let legende = "Régions, du plus grand nombre d'apprentis au plus petit".to_owned();
    let tableau = classement("Région", "Sur un an", legende, lignes.collect());
    Some(
        view! {
            <section aria-labelledby="ou">
                <h2 id="ou">"Où"</h2>
                {tableau}
                <p class="note">"Les régions de moins de mille apprenants ne sont pas détaillées par formation."</p>
            </section>
        }
        .into_any(),
    )
}
