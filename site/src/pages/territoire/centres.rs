//! The organisations of a place, from the largest; and the same list in the other orders that a reader
//! asks for, as pages of their own that the heads of the columns lead to.
//!
//! An order is made of what is published and of nothing else: what is withheld stands together, by
//! name, so that its place in the list tells nothing of it.

use leptos::prelude::*;
use open_data::v1::{Indicateur, Maille, Organisme, Valeur};

use crate::atlas::{Atlas, Chiffre};
use crate::calendar::Jour;
use crate::french::{self, Variation};
use crate::parts::cadre::{self, Tete};
use crate::parts::{barres, valeur};
use crate::places::{self, Place};
use crate::{About, Page, explorer};

/// The longest list of organisations that the page of a place carries, beside all the rest.
const CENTRES_AU_PLUS: usize = 15;
/// The longest that a page of nothing else does.
const CENTRES_PAR_PAGE: usize = 100;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ordre {
    Effectifs,
    Nom,
    Evolution,
    Envoi,
}

/// In the order of the columns, but for the first one, which is the order of the page of a place.
const ORDRES: [Ordre; 4] = [Ordre::Effectifs, Ordre::Nom, Ordre::Evolution, Ordre::Envoi];

/// How an order is spoken of.
struct Mots {
    /// Below the address of the lists.
    chemin: &'static str,
    /// « 90 centres, … ».
    dit: &'static str,
    /// The head of its column.
    tete: &'static str,
    /// What a link to it does.
    trier: &'static str,
    /// `aria-sort` of its column.
    sens: &'static str,
    /// Where those stand that cannot be in it.
    reste: &'static str,
}

impl Ordre {
    fn mots(self) -> Mots {
        let [chemin, dit, tete, trier, sens, reste] = match self {
            Self::Effectifs => [
                "",
                "du plus grand nombre d'apprentis au plus petit",
                "Apprentis",
                "par nombre d'apprentis",
                "descending",
                "Ceux dont le nombre n'est pas publié sont à la fin, par nom.",
            ],
            Self::Nom => ["nom/", "par ordre alphabétique", "Centre", "par nom", "ascending", ""],
            Self::Evolution => [
                "evolution/",
                "de la plus forte hausse sur un an à la plus forte baisse",
                "Sur un an",
                "par évolution sur un an",
                "descending",
                "Les pourcentages d'abord, puis ceux qui avaient moins de vingt apprentis, dont l'évolution est dite en nombre ; enfin, par nom, ceux dont l'un des deux chiffres manque ou n'est pas publié.",
            ],
            Self::Envoi => [
                "envoi/",
                "du dernier envoi le plus ancien au plus récent",
                "Dernier envoi",
                "par ancienneté du dernier envoi",
                "ascending",
                "",
            ],
        };
        Mots { chemin, dit, tete, trier, sens, reste }
    }

    /// Where a centre stands, before its name: from what is published of it alone.
    fn rang(self, centre: &Organisme, apprentis: Chiffre) -> (u8, i64) {
        match self {
            Self::Nom => (0, 0),
            Self::Effectifs => match apprentis.maintenant.and_then(Valeur::connue) {
                Some(combien) => (0, -i64::from(combien)),
                None => (1, 0),
            },
            Self::Evolution => match apprentis.sur_un_an() {
                Some(Variation::Pourcent(pourcent)) => (0, -(1000.0 * pourcent).round() as i64),
                Some(Variation::Stable) => (0, 0),
                Some(Variation::Nombre(nombre)) => (1, -nombre),
                None => (2, 0),
            },
            Self::Envoi => match Jour::lire(&centre.derniere_transmission) {
                Some(Jour { annee, mois, jour }) => {
                    (0, i64::from(annee) * 10_000 + i64::from(mois * 100 + jour))
                }
                None => (1, 0),
            },
        }
    }
}

/// The organisations of a place that have figures, in each order that says something.
struct Centres<'a> {
    lieu: Place,
    /// In the main order.
    lignes: Vec<Ligne<'a>>,
    /// In those that are other ones.
    autres: Vec<(Ordre, Vec<Ligne<'a>>)>,
    /// How many are listed, with figures or not.
    recenses: usize,
}

type Ligne<'a> = (&'a Organisme, Chiffre);

impl<'a> Centres<'a> {
    fn du_lieu(atlas: &Atlas<'a>, lieu: &Place) -> Self {
        let tous = atlas.organismes(lieu);
        let ligne = |centre: &&'a Organisme| {
            (*centre, atlas.chiffre(Maille::Organisme, &centre.code, Indicateur::Apprentis))
        };
        let mut lignes: Vec<Ligne> =
            tous.iter().map(ligne).filter(|(_, chiffre)| chiffre.maintenant.is_some()).collect();
        lignes.sort_by_cached_key(|(centre, _)| (french::sans_accents(&centre.nom), &centre.code));
        // By name already: who stands at one place stays so.
        let range = |ordre: Ordre| {
            let mut lignes = lignes.clone();
            lignes.sort_by_key(|(centre, apprentis)| ordre.rang(centre, *apprentis));
            lignes
        };
        let principal = range(Ordre::Effectifs);
        let dit_quelque_chose = |(ordre, lignes): &(Ordre, Vec<Ligne<'a>>)| {
            let rang = |(centre, apprentis): &Ligne| ordre.rang(centre, *apprentis);
            let code = |(centre, _): &Ligne<'a>| &centre.code;
            let range = *ordre == Ordre::Nom
                || lignes.windows(2).any(|deux| rang(&deux[0]) != rang(&deux[1]));
            range && !lignes.iter().map(code).eq(principal.iter().map(code))
        };
        let autres = ORDRES[1..].iter().map(|&ordre| (ordre, range(ordre)));
        let autres = autres.filter(dit_quelque_chose).collect();
        Self { lieu: *lieu, lignes: principal, autres, recenses: tous.len() }
    }

    /// Whether the page of the place has the beginning of the list only.
    fn est_longue(&self) -> bool {
        self.lignes.len() > CENTRES_AU_PLUS
    }

    /// Where the list is in an order; none where that order is no other one.
    fn adresse(&self, ordre: Ordre) -> Option<String> {
        let lieu = self.lieu.adresse();
        match ordre {
            Ordre::Effectifs if !self.est_longue() => Some(lieu),
            Ordre::Effectifs => Some(format!("{lieu}centres/")),
            autre => {
                let (autre, _) = self.autres.iter().find(|(ordre, _)| *ordre == autre)?;
                Some(format!("{lieu}centres/{}", autre.mots().chemin))
            }
        }
    }
}

/// The section of the page of a place: the largest, and how many have no figures yet.
pub(super) fn centres(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let centres = Centres::du_lieu(atlas, place);
    if centres.recenses == 0 {
        return None;
    }
    let montres = &centres.lignes[..centres.lignes.len().min(CENTRES_AU_PLUS)];
    let tableau =
        (!montres.is_empty()).then(|| tableau(atlas, &centres, Ordre::Effectifs, montres));
    Some(
        view! {
            <section aria-labelledby="centres">
                <h2 id="centres">"Centres de formation"</h2>
                {tableau}
                <p class="note">{reste(&centres)}</p>
            </section>
        }
        .into_any(),
    )
}

/// The whole list of a place in its main order, where the page of the place has its beginning only.
pub fn liste(atlas: &Atlas, about: &About, place: &Place) -> Vec<Page> {
    let centres = Centres::du_lieu(atlas, place);
    if centres.est_longue() {
        pages(atlas, about, &centres, Ordre::Effectifs, &centres.lignes)
    } else {
        Vec::new()
    }
}

/// The same list in each order that is another one.
pub fn dans_un_autre_ordre(atlas: &Atlas, about: &About, place: &Place) -> Vec<Page> {
    let centres = Centres::du_lieu(atlas, place);
    let pages =
        |(ordre, lignes): &(Ordre, Vec<Ligne>)| pages(atlas, about, &centres, *ordre, lignes);
    centres.autres.iter().flat_map(pages).collect()
}

/// A list in an order, so many a page.
fn pages(
    atlas: &Atlas,
    about: &About,
    centres: &Centres,
    ordre: Ordre,
    lignes: &[Ligne],
) -> Vec<Page> {
    let place = &centres.lieu;
    let Mots { dit, reste, .. } = ordre.mots();
    let premiere = centres.adresse(ordre).unwrap_or_default();
    let combien = lignes.len().div_ceil(CENTRES_PAR_PAGE);
    let adresse = |page: usize| match page {
        1 => premiere.clone(),
        page => format!("{premiere}{page}/"),
    };
    let canonique = centres.adresse(Ordre::Effectifs).filter(|_| ordre != Ordre::Effectifs);
    let page = |(rang, lignes): (usize, &[Ligne])| {
        let page = rang + 1;
        let numero =
            if combien > 1 { format!(", page {page} sur {combien}") } else { String::new() };
        let mut fil = super::parents(place);
        fil.push((place.adresse(), place.titre()));
        let titre = format!("Centres de formation {}", place.de());
        let tete = Tete {
            titre: format!("{} : les centres de formation, {dit}{numero}", explorer::nom(place)),
            description: format!(
                "Les centres de formation d'apprentis {} qui ont des chiffres, {dit}{numero}.",
                place.de()
            ),
            adresse: adresse(page),
            canonique: canonique.clone(),
            fil,
            titre_court: "Centres de formation".to_owned(),
            ..Tete::default()
        };
        let tous = french::compte(centres.lignes.len() as u32, "centre a", "centres ont");
        let contenu = view! {
            <header class="titre">
                <h1>{titre}</h1>
                <p class="chapo">
                    {format!("{tous} des chiffres, {dit}{numero}. ")}
                    <a href=place.adresse()>{format!("Les chiffres {}", place.de())}</a>
                </p>
                <p class="note">"Trier : "{autres_ordres(centres, ordre)}</p>
                {(!reste.is_empty()).then(|| view! { <p class="note">{reste}</p> })}
            </header>
            {tableau(atlas, centres, ordre, lignes)}
            {(combien > 1).then(|| numeros(page, combien, adresse))}
        };
        cadre::page(about, tete, contenu.into_any())
    };
    lignes.chunks(CENTRES_PAR_PAGE).enumerate().map(page).collect()
}

/// The other orders in a line: a narrow screen has no room for all the heads of the columns.
fn autres_ordres(centres: &Centres, ici: Ordre) -> AnyView {
    let autres = ORDRES.iter().filter(|ordre| **ordre != ici);
    let liens: Vec<_> = autres
        .filter_map(|ordre| Some((centres.adresse(*ordre)?, ordre.mots().trier)))
        .enumerate()
        .map(|(rang, (adresse, trier))| {
            view! { {(rang > 0).then_some(" · ")}<a href=adresse>{trier}</a> }
        })
        .collect();
    liens.into_any()
}

/// The pages of a list, by their numbers.
fn numeros(ici: usize, combien: usize, adresse: impl Fn(usize) -> String) -> AnyView {
    let numero = |page: usize| {
        let courant = (page == ici).then_some("page");
        let dit = format!("Page {page}");
        view! { <li><a href=adresse(page) aria-current=courant aria-label=dit>{page}</a></li> }
    };
    view! {
        <nav aria-label="Pages de la liste"><ul class="fichiers">{(1..=combien).map(numero).collect::<Vec<_>>()}</ul></nav>
    }
    .into_any()
}

/// Some lines of a list, whose columns lead to its other orders.
fn tableau(atlas: &Atlas, centres: &Centres, ordre: Ordre, lignes: &[Ligne]) -> AnyView {
    let place = &centres.lieu;
    let plus_grand = barres::plus_grand(lignes.iter().map(|(_, apprentis)| apprentis.maintenant));
    let un_secret = lignes.iter().any(|(_, apprentis)| apprentis.secret());
    let montrer_le_departement = place.maille != Maille::Departement;
    // On a narrow screen the last column leaves, unless it is what the list is sorted by.
    let [evolution, envoi] = match ordre {
        Ordre::Envoi => ["large", ""],
        _ => ["", "large"],
    };
    let dites: Vec<_> = lignes
        .iter()
        .map(|(centre, apprentis)| {
            let barre = barres::barre(apprentis.maintenant, plus_grand, "apprentis");
            let transmis = Jour::lire(&centre.derniere_transmission)
                .map_or_else(|| "–".to_owned(), french::date_courte);
            view! {
                <tr>
                    <th scope="row">{nom(atlas, centre, montrer_le_departement)}</th>
                    <td class="trait">{barre}</td>
                    <td>{valeur::valeur(apprentis.maintenant)}</td>
                    <td class=classe(evolution)>{valeur::variation(*apprentis)}</td>
                    <td class=classe(envoi)>{transmis}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let tete = |colonne: Ordre, large: &'static str| {
        let Mots { tete, trier, sens, .. } = colonne.mots();
        let sens = (colonne == ordre).then_some(sens);
        let adresse = centres.adresse(colonne).filter(|_| colonne != ordre);
        let dite = match adresse {
            Some(adresse) => {
                let trier = format!("{tete} : trier {trier}");
                view! { <a href=adresse aria-label=trier>{tete}</a> }.into_any()
            }
            None => tete.into_any(),
        };
        let deux = (colonne == Ordre::Nom).then_some("2");
        view! { <th scope="col" colspan=deux class=classe(large) aria-sort=sens>{dite}</th> }
    };
    let legende = format!("Centres de formation {}, {}", place.de(), ordre.mots().dit);
    view! {
        <table class="centres">
            <caption>{legende}</caption>
            <thead>
                <tr>
                    {tete(Ordre::Nom, "")}
                    {tete(Ordre::Effectifs, "")}
                    {tete(Ordre::Evolution, evolution)}
                    {tete(Ordre::Envoi, envoi)}
                </tr>
            </thead>
            <tbody>{dites}</tbody>
        </table>
        {un_secret.then(valeur::note_de_secret)}
    }
    .into_any()
}

fn classe(nom: &'static str) -> Option<&'static str> {
    (!nom.is_empty()).then_some(nom)
}

/// The name of a centre, where it is, and whether it has been silent for long.
fn nom(atlas: &Atlas, centre: &Organisme, montrer_le_departement: bool) -> AnyView {
    let nom = if atlas.a_une_page(centre) {
        view! { <a href=format!("/organisme/{}/", centre.code)>{centre.nom.clone()}</a> }.into_any()
    } else {
        centre.nom.clone().into_any()
    };
    let departement = montrer_le_departement.then_some(centre.code_departement.as_str());
    let lieu = places::situation(&centre.ville, departement)
        .map(|lieu| view! { <span class="detail">{lieu}</span> });
    let ancien = atlas
        .est_ancien(centre)
        .then(|| view! { <span class="detail">"rien transmis depuis trois mois"</span> });
    view! { {nom}{lieu}{ancien} }.into_any()
}

/// Those that the page of the place does not show.
fn reste(centres: &Centres) -> AnyView {
    let Centres { lieu, lignes, recenses, .. } = centres;
    let sans = (recenses - lignes.len()) as u32;
    let suite = centres.est_longue().then(|| {
        let tous = format!(
            "Les {} qui ont des chiffres",
            french::compte(lignes.len() as u32, "centre", "centres")
        );
        view! { <a href=centres.adresse(Ordre::Effectifs)>{tous}</a>". " }
    });
    let attente = (sans > 0).then(|| {
        format!(
            "{} {} pas encore d'effectifs ici. ",
            french::compte(sans, "centre recensé", "centres recensés"),
            french::accord(sans, "n'a", "n'ont"),
        )
    });
    let annuaire = match lieu.maille {
        Maille::Departement => format!("/rechercher{}", lieu.adresse()),
        _ => "/rechercher/#centres".to_owned(),
    };
    view! {
        {suite}{attente}
        <a href=annuaire>"Tous les centres, par ordre alphabétique"</a>
        " · "
        <a href="/donnees/v1/organismes.csv">"en CSV"</a>
    }
    .into_any()
}
