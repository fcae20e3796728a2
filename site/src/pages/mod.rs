//! One file per kind of page, in the order a reader meets them.

pub mod accueil;
pub mod territoire;

pub mod organisme;

pub mod indicateur;

pub mod comprendre;

pub mod donnees;

pub mod deposer;

pub mod mentions;

use crate::atlas::Atlas;
use crate::{About, Page, places};

/// Every page of a publication.
pub fn toutes(atlas: &Atlas, about: &About) -> Vec<Page> {
    let mut pages = vec![accueil::page(atlas, about)];
    let lieux = places::regions().chain(places::academies()).chain(places::departements());
    for place in lieux {
        pages.push(territoire::page(atlas, about, &place));
    }
    for organisme in atlas.organismes_avec_page() {
        pages.push(organisme::page(atlas, about, organisme));
    }
    pages.extend(indicateur::pages(atlas, about));
    pages.push(comprendre::page(atlas, about));
    pages.push(donnees::page(about));
    pages.push(deposer::page(about));
    pages.extend(mentions::pages(about));
    pages
}
