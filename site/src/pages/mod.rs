//! One file per kind of page, in the order a reader meets them.

pub mod accueil;
pub mod territoire;

pub mod organisme;

pub mod indicateur;

pub mod comprendre;

pub mod donnees;

pub mod publications;

pub mod deposer;

pub mod mentions;

use crate::atlas::Atlas;
use crate::{About, Page, places};

/// Every page of a publication, one at a time.
pub fn toutes<E>(
    atlas: &Atlas,
    about: &About,
    hand_over: &mut impl FnMut(Page) -> Result<(), E>,
) -> Result<(), E> {
    hand_over(accueil::page(atlas, about))?;
    for place in places::toutes().filter(|place| *place != places::FRANCE) {
        hand_over(territoire::page(atlas, about, &place))?;
    }
    for organisme in atlas.organismes_avec_page() {
        hand_over(organisme::page(atlas, about, organisme))?;
    }
    for page in indicateur::pages(atlas, about) {
        hand_over(page)?;
    }
    hand_over(comprendre::page(atlas, about))?;
    hand_over(donnees::page(about))?;
    hand_over(publications::page(atlas, about))?;
    hand_over(deposer::page(about))?;
    mentions::pages(about).into_iter().try_for_each(hand_over)
}
