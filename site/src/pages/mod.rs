//! One file per kind of page, in the order a reader meets them.

pub mod accueil;
pub mod territoire;

pub mod comparer;

pub mod explorer;

pub mod organisme;

pub mod formation;

pub mod indicateur;

pub mod comprendre;

pub mod rechercher;

pub mod donnees;

pub mod publications;

pub mod etat;

pub mod deposer;

pub mod aide;

pub mod mentions;

pub mod plan;

use crate::atlas::Atlas;
use crate::parts::courbe::apercu::{self, Apercu};
use crate::parts::courbe::image;
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
        territoire::centres::liste(atlas, about, &place)
            .into_iter()
            .try_for_each(&mut *hand_over)?;
    }
    for place in places::toutes() {
        if let Some(apercu) = Apercu::du_lieu(atlas, &place) {
            let path = apercu::adresse(&place).trim_start_matches('/').to_owned();
            hand_over(Page { path, body: apercu.png() })?;
        }
        if let Some(svg) = image::image(atlas, &place) {
            let path = image::adresse(&place).trim_start_matches('/').to_owned();
            hand_over(Page { path, body: svg.into_bytes() })?;
        }
    }
    for organisme in atlas.organismes_avec_page() {
        hand_over(organisme::page(atlas, about, organisme))?;
    }
    for page in comparer::pages(atlas, about) {
        hand_over(page)?;
    }
    hand_over(explorer::page(atlas, about))?;
    for page in formation::pages(atlas, about) {
        hand_over(page)?;
    }
    for page in indicateur::pages(atlas, about) {
        hand_over(page)?;
    }
    hand_over(comprendre::page(atlas, about))?;
    for page in rechercher::pages(atlas, about) {
        hand_over(page)?;
    }
    hand_over(donnees::page(about))?;
    hand_over(publications::page(atlas, about))?;
    hand_over(etat::page(atlas, about))?;
    hand_over(deposer::page(about))?;
    hand_over(aide::page(about))?;
    mentions::pages(about).into_iter().try_for_each(hand_over)
}

/// The same pages in another order: for readers, and not for the list of what there is to read.
pub fn autres_ordres<E>(
    atlas: &Atlas,
    about: &About,
    hand_over: &mut impl FnMut(Page) -> Result<(), E>,
) -> Result<(), E> {
    let lieux = places::toutes().filter(|place| *place != places::FRANCE);
    lieux
        .flat_map(|place| territoire::centres::dans_un_autre_ordre(atlas, about, &place))
        .try_for_each(hand_over)
}
