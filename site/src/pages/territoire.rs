//! The page of a place: its figure in a sentence, four figures, a curve, then where and who.
//!
//! The country's page is [`super::accueil`], made of the same sections.

use leptos::prelude::*;
use open_data::v1::{
    Couverture, Dimension, Indicateur, Maille, Motif, Organisme, Revision, Valeur,
};

use super::{comparer, formation};
use crate::atlas::{Atlas, Sujet};
use crate::calendar::Jour;
use crate::fichiers::FORMATS;
use crate::parts::cadre::{self, Tete};
use crate::parts::courbe::{Taille, image};
use crate::parts::{barres, carte, chiffres, courbe, machines, telecharger, valeur};
use crate::places::{self, Place};
use crate::words::{CHIFFRES_CLES, VENTILATIONS, modalite, mots, rang};
use crate::{About, Page, french};

/// The longest list of organisations that a page carries; the search and the files have them all.
const CENTRES_AU_PLUS: usize = 40;
/// The longest list of values that one breakdown shows.
const MODALITES_AU_PLUS: usize = 12;
/// How many certifications a page names, from the largest.
const CERTIFICATIONS_AU_PLUS: usize = 10;

/// The page of a region, an academy or a department.
pub fn page(atlas: &Atlas, about: &About, place: &Place) -> Page {
    let phrase = Phrase::du_lieu(atlas, place);
    let tete = Tete {
        titre: format!("{}{} : les chiffres de l'apprentissage", place.titre(), precision(place)),
        description: phrase.texte(),
        adresse: place.adresse(),
        fil: parents(place),
        titre_court: place.titre(),
        script: None,
        json_ld: jeu_de_donnees(atlas, about, place, &phrase),
    };
    let contenu = view! {
        <header class="titre">
            {surtitre(place)}
            <h1>{place.titre()}</h1>
            {phrase.chapo()}
            {fraicheur(atlas, place)}
        </header>
        {chiffres_et_courbes(atlas, about, place)}
        {ou(atlas, place)}
        {qui(atlas, place)}
        {quoi(atlas, place)}
        {centres(atlas, place)}
        {limites()}
        {fichiers(atlas, place)}
    };
    cadre::page(about, tete, contenu.into_any())
}

/// What tells a department from the region of the same name.
fn precision(place: &Place) -> &'static str {
    let meme_nom = places::region(place.region).is_some_and(|region| region.nom == place.nom);
    if meme_nom && place.maille == Maille::Departement { " (département)" } else { "" }
}

/// What the page says of its data to machines, where it has some.
pub fn jeu_de_donnees(
    atlas: &Atlas,
    about: &About,
    place: &Place,
    phrase: &Phrase,
) -> Option<String> {
    let some = !atlas.series(place.maille, place.code).is_empty();
    some.then(|| machines::jeu_de_donnees(place, &phrase.texte(), &about.date, FORMATS))
}

fn surtitre(place: &Place) -> AnyView {
    let region = places::region(place.region)
        .map(|region| view! { <a href=region.adresse()>{region.nom}</a> });
    let nature = match place.maille {
        Maille::Region if place.code.len() == 3 => "Collectivité d'outre-mer",
        Maille::Region => "Région",
        Maille::Academie => "Académie",
        _ => "Département",
    };
    view! { <p class="surtitre">{nature}{region.map(|region| (" · ", region))}</p> }.into_any()
}

/// The pages above a place: where its level is listed, then the region that it lies in.
pub fn parents(place: &Place) -> Vec<(String, String)> {
    let liste = match place.maille {
        Maille::Region => Some(("/rechercher/#regions", "Régions")),
        Maille::Academie => Some(("/rechercher/#academies", "Académies")),
        _ => None,
    };
    let liste = liste.map(|(adresse, nom)| (adresse.to_owned(), nom.to_owned()));
    let region = places::region(place.region).filter(|_| place.maille == Maille::Departement);
    let region = region.map(|region| (region.adresse(), region.nom.to_owned()));
    liste.into_iter().chain(region).collect()
}

/// The sentence that answers, cut around the figure that it sets large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    avant: String,
    chiffre: String,
    apres: String,
}

impl Phrase {
    /// About the apprentices of a place.
    pub fn du_lieu(atlas: &Atlas, place: &Place) -> Self {
        let lieu = ou_l_on_sait(atlas, place);
        Self::new(atlas, Sujet::ensemble(place.maille, place.code), &lieu).unwrap_or_else(|| Self {
            avant: format!(
                "Les centres de formation {} n'ont pas encore transmis leurs effectifs. \
                 Leurs chiffres paraîtront ici dès le premier envoi.",
                place.de()
            ),
            chiffre: String::new(),
            apres: String::new(),
        })
    }

    /// About the apprentices of a subject; `lieu` says where: « en Bretagne ». `None` without figures.
    pub fn new(atlas: &Atlas, sujet: Sujet, lieu: &str) -> Option<Self> {
        let chiffre = atlas.chiffre_de(atlas.serie_de(sujet, Indicateur::Apprentis));
        let jour = french::date(atlas.aujourd_hui()?);
        let combien = match chiffre.maintenant? {
            Valeur::Connue(combien) => combien,
            Valeur::Masquee(motif) => {
                let pourquoi = match motif {
                    Motif::Secret => "il permettrait de reconnaître quelqu'un",
                    _ => "il n'est pas disponible",
                };
                return Some(Self {
                    avant: format!(
                        "Au {jour}, le nombre d'apprentis {lieu} n'est pas publié : {pourquoi}."
                    ),
                    chiffre: String::new(),
                    apres: String::new(),
                });
            }
        };
        if combien == 0 {
            return Some(Self {
                avant: format!("Au {jour}, aucun apprenti ne se forme {lieu}."),
                chiffre: String::new(),
                apres: String::new(),
            });
        }
        let verbe = french::accord(combien, "se forme", "se forment");
        let comparaison =
            chiffre.sur_un_an().zip(atlas.il_y_a_un_an()).map(|(variation, avant)| {
                format!(", {} {}", variation.comparaison(), que_le(avant, atlas.aujourd_hui()))
            });
        Some(Self {
            avant: format!("Au {jour}, "),
            chiffre: french::compte(combien, "apprenti", "apprentis"),
            apres: format!(" {verbe} {lieu}{}.", comparaison.unwrap_or_default()),
        })
    }

    /// The whole sentence.
    pub fn texte(&self) -> String {
        format!("{}{}{}", self.avant, self.chiffre, self.apres)
    }

    /// The sentence, set as the standfirst of a page.
    pub fn chapo(&self) -> AnyView {
        let chiffre =
            (!self.chiffre.is_empty()).then(|| view! { <strong>{self.chiffre.clone()}</strong> });
        view! { <p class="chapo">{self.avant.clone()}{chiffre}{self.apres.clone()}</p> }.into_any()
    }
}

/// « en Bretagne », and who speaks for it where its figures are partial.
pub fn ou_l_on_sait(atlas: &Atlas, place: &Place) -> String {
    if atlas.est_partiel(place) {
        format!("{} dans les centres qui ont transmis leurs effectifs", place.en())
    } else {
        place.en()
    }
}

/// « qu'un an plus tôt » when both days are the same, or both end the same month; else the date.
fn que_le(avant: Jour, maintenant: Option<Jour>) -> String {
    let anniversaire = maintenant.is_some_and(|jour| {
        jour.un_an_plus_tot() == avant
            || (jour.mois == avant.mois && jour.finit_le_mois() && avant.finit_le_mois())
    });
    if anniversaire {
        "qu'un an plus tôt".to_owned()
    } else {
        format!("qu'au {}", french::date(avant))
    }
}

/// How many centres speak through the figures, and how fresh they are.
pub fn fraicheur(atlas: &Atlas, place: &Place) -> AnyView {
    let jour = atlas.aujourd_hui().map(|jour| format!("Données du {} · ", french::date(jour)));
    let couverture = atlas.couverture(place);
    let phrase = couverture
        .map_or_else(|| "Aucun centre n'est recensé ici".to_owned(), phrase_de_couverture);
    let detail = couverture.and_then(detail_de_couverture);
    view! {
        <p class="fraicheur">
            <span class=if atlas.est_partiel(place) { "peu" } else { "assez" }>{phrase}</span>
            {detail.map(|detail| view! { <span class="detail">{detail}</span> })}
            <span class="detail">{jour}<a href="/comprendre/">"Comment c'est calculé"</a></span>
        </p>
    }
    .into_any()
}

/// Who ever transmitted, who did within thirty days, and what part of the learners they train.
fn detail_de_couverture(couverture: &Couverture) -> Option<String> {
    if couverture.organismes < 2 || couverture.transmetteurs == 0 {
        return None;
    }
    let recents = match couverture.transmetteurs_30_jours {
        0 => "Aucun n'a transmis depuis trente jours".to_owned(),
        un_ou_plus => format!(
            "{} {} transmis depuis trente jours",
            french::nombre(un_ou_plus),
            french::accord(un_ou_plus, "a", "ont")
        ),
    };
    let jamais = match couverture.organismes - couverture.transmetteurs {
        0 => String::new(),
        un_ou_plus => format!(
            ", {} {} jamais transmis",
            french::nombre(un_ou_plus),
            french::accord(un_ou_plus, "n'a", "n'ont")
        ),
    };
    let part = couverture.apprenants_3_mois_pct.connue().map(|pourcent| {
        let pourcent = french::pourcentage(f64::from(pourcent));
        format!(" Ceux qui ont transmis depuis trois mois forment {pourcent} des jeunes connus.")
    });
    Some(format!("{recents}{jamais}.{}", part.unwrap_or_default()))
}

fn phrase_de_couverture(couverture: &Couverture) -> String {
    match (couverture.transmetteurs_3_mois, couverture.organismes) {
        (0, 1) => "Le seul centre recensé n'a rien transmis depuis trois mois".to_owned(),
        (1, 1) => "Le seul centre recensé a transmis ses effectifs depuis trois mois".to_owned(),
        (0, total) => {
            format!("Aucun des {} centres n'a transmis depuis trois mois", french::nombre(total))
        }
        _ if couverture.suffit() => format!(
            "{} des centres ont transmis leurs effectifs depuis trois mois",
            french::pourcentage(f64::from(couverture.pourcent()))
        ),
        (recents, total) => format!(
            "{} {} sur {} {} transmis depuis trois mois : ces chiffres décrivent {}, pas tout le territoire",
            french::nombre(recents),
            french::accord(recents, "centre", "centres"),
            french::nombre(total),
            french::accord(recents, "a", "ont"),
            french::accord(recents, "ce centre", "ces centres"),
        ),
    }
}

/// The key figures, the curve, its sentence and its table.
pub fn chiffres_et_courbes(atlas: &Atlas, about: &About, place: &Place) -> Option<AnyView> {
    let suite = view! {
        {telecharger::sous_un_graphique(place)}
        {image::image(atlas, place).map(|_| telecharger::integrer(about, place))}
    };
    evolution(atlas, Sujet::ensemble(place.maille, place.code), &place.en(), suite.into_any())
}

/// The same for anything that has figures; `ou` says where: « en Bretagne »; `suite` what can be done
/// with them.
pub fn evolution(atlas: &Atlas, sujet: Sujet, ou: &str, suite: AnyView) -> Option<AnyView> {
    let series = CHIFFRES_CLES.map(|indicateur| atlas.serie_de(sujet, indicateur));
    let apprentis = series[0]?;
    let grande = courbe::courbe(&atlas.jours, apprentis, ou, Taille::Grande).map(|dessin| {
        view! {
            <figure class="grande">
                <figcaption>"Apprentis, année après année"</figcaption>
                {dessin}
                <p class="lecture">
                    <b>"Lecture"</b>
                    {courbe::phrase_de_lecture(&atlas.jours, apprentis, ou).map(|phrase| format!(" : {phrase}"))}
                    " L'axe part de zéro et va du 1er août, où tourne l'année scolaire, au 31 juillet. Un mois sans chiffre laisse un blanc."
                </p>
            </figure>
        }
    });
    let petites: Vec<_> = series[1..]
        .iter()
        .flatten()
        .filter_map(|serie| {
            let dessin = courbe::courbe(&atlas.jours, serie, ou, Taille::Petite)?;
            Some(view! {
                <figure class="petite">
                    <figcaption>{mots(serie.indicateur).titre}</figcaption>
                    {dessin}
                </figure>
            })
        })
        .collect();
    let legende = format!("Les jeunes {ou}, à la fin de chaque mois");
    Some(
        view! {
            <section aria-labelledby="evolution">
                <h2 id="evolution" class="hors-champ">"Les chiffres et leur évolution"</h2>
                {chiffres::chiffres_cles(atlas, sujet)}
                {grande}
                <div class="petites">{petites}</div>
                {revisions(atlas, sujet)}
                {courbe::tableau(atlas, series, legende)}
                {suite}
            </section>
        }
        .into_any(),
    )
}

/// What has moved in the past since it was first published, in a sentence.
fn revisions(atlas: &Atlas, sujet: Sujet) -> Option<AnyView> {
    if sujet.dimension != Dimension::Ensemble {
        return None;
    }
    let montrees = atlas.revisions(sujet.maille, sujet.code);
    let mut montrees: Vec<&Revision> =
        montrees.filter(|revision| CHIFFRES_CLES.contains(&revision.indicateur)).collect();
    // The curve of the apprentices is the large one: theirs is the one told.
    montrees.sort_by_key(|revision| {
        (revision.indicateur == Indicateur::Apprentis, revision.date.as_str())
    });
    let derniere = montrees.last()?;
    let [date, publie_le] =
        [&derniere.date, &derniere.publie_le].map(|jour| Jour::lire(jour).map(french::date));
    let mut phrase = format!(
        "Chiffre révisé. {} au {} : {}, contre {} à la première publication, le {}.",
        mots(derniere.indicateur).titre,
        date?,
        french::nombre(derniere.valeur_actuelle),
        french::nombre(derniere.valeur_publiee),
        publie_le?,
    );
    let autres = montrees.len() as u32 - 1;
    if autres > 0 {
        phrase += &format!(
            " {} {} changé : le tableau donne les deux nombres.",
            french::compte(autres, "autre chiffre passé", "autres chiffres passés"),
            french::accord(autres, "a", "ont"),
        );
    }
    Some(view! { <p class="note revision">{phrase}</p> }.into_any())
}

/// The places inside this one, from the largest.
pub fn ou(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let (titre, lieux): (_, Vec<Place>) = match place.maille {
        Maille::France => ("Régions", places::regions().collect()),
        Maille::Region => (
            "Départements",
            places::departements().filter(|lieu| lieu.region == place.code).collect(),
        ),
        Maille::Academie => (
            "Départements",
            places::departements().filter(|lieu| lieu.academie == place.code).collect(),
        ),
        _ => return None,
    };
    let legende = format!("{titre} {}, du plus grand nombre d'apprentis au plus petit", place.de());
    let carte = carte::de(atlas, place, &lieux);
    let classe = carte.as_ref().map(|_| "cote-a-cote");
    let comparer = match place.maille {
        Maille::France => Some("/comparer/regions/".to_owned()),
        _ => comparer::adresse(place),
    };
    Some(
        view! {
            <section aria-labelledby="ou">
                <h2 id="ou">"Où"</h2>
                <div class=classe>
                    <div>{tableau_de_lieux(atlas, titre, legende, lieux)}</div>
                    {carte}
                </div>
                {comparer.map(|adresse| view! { <p class="note"><a href=adresse>"Comparer ces territoires"</a></p> })}
            </section>
        }
        .into_any(),
    )
}

fn tableau_de_lieux(
    atlas: &Atlas,
    titre: &'static str,
    legende: String,
    mut lieux: Vec<Place>,
) -> AnyView {
    let chiffre = |lieu: &Place, indicateur| atlas.chiffre(lieu.maille, lieu.code, indicateur);
    let apprentis = |lieu: &Place| chiffre(lieu, Indicateur::Apprentis);
    let ordre = |valeur: Option<Valeur>| match valeur {
        Some(Valeur::Connue(combien)) => (0, u32::MAX - combien),
        Some(Valeur::Masquee(_)) => (1, 0),
        None => (2, 0),
    };
    lieux.sort_by_key(|lieu| ordre(apprentis(lieu).maintenant));
    let plus_grand = barres::plus_grand(lieux.iter().map(|lieu| apprentis(lieu).maintenant));
    let un_secret = lieux
        .iter()
        .any(|lieu| CHIFFRES_CLES[..3].iter().any(|&quoi| chiffre(lieu, quoi).secret()));
    let lignes: Vec<_> = lieux
        .iter()
        .map(|lieu| {
            let apprentis = apprentis(lieu);
            if apprentis.maintenant.is_none() {
                return view! {
                    <tr>
                        <th scope="row"><a href=lieu.adresse()>{lieu.nom}</a></th>
                        <td class="rien" colspan="5">"Pas encore transmis"</td>
                    </tr>
                }
                .into_any();
            }
            view! {
                <tr>
                    <th scope="row"><a href=lieu.adresse()>{lieu.nom}</a>{partiel(atlas, lieu)}</th>
                    <td class="trait">{barres::barre(apprentis.maintenant, plus_grand, "apprentis")}</td>
                    <td>{valeur::valeur(apprentis.maintenant)}</td>
                    <td>{valeur::variation(apprentis)}</td>
                    <td class="large">{valeur::valeur(chiffre(lieu, Indicateur::InscritsSansContrat).maintenant)}</td>
                    <td class="large">{valeur::valeur(chiffre(lieu, Indicateur::Rupturants).maintenant)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <table class="lieux">
            <caption>{legende}</caption>
            <thead>
                <tr>
                    <th scope="col" colspan="2">{titre}</th>
                    <th scope="col">"Apprentis"</th>
                    <th scope="col">"Sur un an"</th>
                    <th scope="col" class="large">"Sans contrat"</th>
                    <th scope="col" class="large">"Contrats rompus"</th>
                </tr>
            </thead>
            <tbody>{lignes}</tbody>
        </table>
        {un_secret.then(valeur::note_de_secret)}
    }
    .into_any()
}

/// Beside the name of a place whose figures describe only those who transmit.
fn partiel(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let couverture = atlas.couverture(place).filter(|couverture| !couverture.suffit())?;
    let phrase = format!(
        "partiel : {} sur\u{a0}{}",
        french::compte(couverture.transmetteurs_3_mois, "centre", "centres"),
        french::nombre(couverture.organismes),
    );
    Some(view! { <span class="detail">{phrase}</span> }.into_any())
}

/// Why a place has no breakdown.
const SANS_DETAIL: &str = "L'âge, le sexe, le niveau et les formations ne sont publiés qu'à partir de \
    mille apprenants, et là où ils ne diraient rien de trop d'un territoire voisin.";

/// One breakdown of a place, of the figures that it sums to.
struct Ventilation<'a> {
    indicateur: Indicateur,
    dimension: Dimension,
    titre: &'static str,
    ensemble: u32,
    /// In the order of their scale; nobody is left out but the zeros.
    valeurs: Vec<(&'a str, Valeur)>,
}

impl<'a> Ventilation<'a> {
    fn de(
        atlas: &Atlas<'a>,
        place: &Place,
        indicateur: Indicateur,
        dimension: Dimension,
        titre: &'static str,
    ) -> Option<Self> {
        let mut series = atlas.ventilation(place, dimension, indicateur);
        series.sort_by_key(|serie| (rang(&serie.modalite), &serie.modalite));
        let valeurs: Vec<_> = series
            .into_iter()
            .filter_map(|serie| {
                Some((serie.modalite.as_ref(), atlas.chiffre_de(Some(serie)).maintenant?))
            })
            .filter(|(_, valeur)| *valeur != Valeur::Connue(0))
            .collect();
        let ensemble = atlas.chiffre(place.maille, place.code, indicateur).maintenant;
        let ensemble = ensemble.and_then(Valeur::connue).filter(|&combien| combien > 0)?;
        (!valeurs.is_empty()).then_some(Self { indicateur, dimension, titre, ensemble, valeurs })
    }

    /// In percent of those it sums to.
    fn part(&self, combien: u32) -> f64 {
        100.0 * f64::from(combien) / f64::from(self.ensemble)
    }

    /// Its greatest figure, and whose it is.
    fn plus_grand(&self) -> Option<(&'a str, u32)> {
        let connues =
            self.valeurs.iter().filter_map(|(nom, valeur)| Some((*nom, valeur.connue()?)));
        connues.max_by_key(|(_, combien)| *combien)
    }
}

/// Who the apprentices are: each breakdown that is published, on one scale; or why there is none.
pub fn qui(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let ventilations: Vec<_> = VENTILATIONS
        .iter()
        .filter_map(|&(quoi, dimension, titre)| {
            Ventilation::de(atlas, place, quoi, dimension, titre)
        })
        .collect();
    let apprenants = atlas.chiffre(place.maille, place.code, Indicateur::Apprenants).maintenant;
    if ventilations.is_empty() && apprenants.is_none_or(|combien| combien == Valeur::Connue(0)) {
        return None;
    }
    let contenu = match lecture_de_qui(&ventilations) {
        None => view! { <p class="note">{SANS_DETAIL}</p> }.into_any(),
        Some(lecture) => {
            // The longest bar is as long as there is room: the others are on its scale.
            let echelle = ventilations.iter().filter_map(|une| Some(une.part(une.plus_grand()?.1)));
            let echelle = echelle.fold(0.0, f64::max);
            let tableaux: Vec<_> =
                ventilations.iter().map(|une| tableau_de_qui(atlas, place, une, echelle)).collect();
            view! {
                <div class="ventilations">{tableaux}</div>
                {lecture}
                {telecharger::sous_un_graphique(place)}
            }
            .into_any()
        }
    };
    Some(
        view! {
            <section aria-labelledby="qui">
                <h2 id="qui">"Qui"</h2>
                {contenu}
            </section>
        }
        .into_any(),
    )
}

/// The sentence that teaches how to read the bars, from the longest of the first breakdown.
fn lecture_de_qui(ventilations: &[Ventilation]) -> Option<AnyView> {
    let une = ventilations.first()?;
    let (nom, combien) = une.plus_grand()?;
    let phrase = format!(
        " : « {} », {} sur {}, soit {}. Toutes les barres sont à la même échelle.",
        modalite(une.dimension, nom),
        french::compte(combien, "apprenti", "apprentis"),
        french::nombre(une.ensemble),
        french::pourcentage(une.part(combien)),
    );
    Some(view! { <p class="lecture"><b>"Lecture"</b>{phrase}</p> }.into_any())
}

fn tableau_de_qui(atlas: &Atlas, place: &Place, une: &Ventilation, echelle: f64) -> AnyView {
    let Ventilation { indicateur, dimension, titre, .. } = *une;
    let un_secret = une.valeurs.iter().any(|(_, valeur)| valeur.connue().is_none());
    let au_bout = (f64::from(une.ensemble) * echelle / 100.0).ceil() as u32;
    let lignes: Vec<_> = une
        .valeurs
        .iter()
        .take(MODALITES_AU_PLUS)
        .map(|(nom, combien)| {
            let part = combien.connue().map(|combien| french::pourcentage(une.part(combien)));
            view! {
                <tr>
                    <th scope="row">{formation::lien(atlas, dimension, nom, modalite(dimension, nom))}</th>
                    <td class="trait">{barres::barre(Some(*combien), au_bout, indicateur.as_str())}</td>
                    <td>{valeur::valeur(Some(*combien))}</td>
                    <td>{part.unwrap_or_else(|| "–".to_owned())}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div>
            <h3>{titre}</h3>
            <div>
                <table>
                    <caption class="hors-champ">{format!("{} {} : {}", mots(indicateur).titre, place.en(), titre.to_lowercase())}</caption>
                    <thead class="hors-champ">
                        <tr>
                            <th scope="col" colspan="2">{titre}</th>
                            <th scope="col">{mots(indicateur).titre}</th>
                            <th scope="col">"Part"</th>
                        </tr>
                    </thead>
                    <tbody>{lignes}</tbody>
                </table>
                {un_secret.then(valeur::note_de_secret)}
            </div>
        </div>
    }
    .into_any()
}

/// What they prepare: the certifications with the most apprentices.
pub fn quoi(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let mut une = Ventilation::de(
        atlas,
        place,
        Indicateur::Apprentis,
        Dimension::Certification,
        "Certification",
    )?;
    une.valeurs.sort_by_key(|(code, valeur)| (std::cmp::Reverse(valeur.connue()), *code));
    let autres = une.valeurs.len().saturating_sub(CERTIFICATIONS_AU_PLUS) as u32;
    let plus_grand = une.plus_grand()?.1;
    let montrees = &une.valeurs[..une.valeurs.len().min(CERTIFICATIONS_AU_PLUS)];
    let un_secret = montrees.iter().any(|(_, valeur)| valeur.connue().is_none());
    let lignes: Vec<_> = montrees
        .iter()
        .map(|(code, combien)| {
            let libelle = atlas.libelle(code).map(str::to_owned);
            // A code says nothing to who does not know it: it comes second where there is a name.
            let detail = libelle
                .is_some()
                .then(|| view! { <span class="detail">{(*code).to_owned()}</span> });
            let part = combien.connue().map(|combien| french::pourcentage(une.part(combien)));
            let nom = libelle.unwrap_or_else(|| modalite(une.dimension, code));
            let nom = formation::lien(atlas, une.dimension, code, nom);
            view! {
                <tr>
                    <th scope="row">{nom}{detail}</th>
                    <td class="trait">{barres::barre(Some(*combien), plus_grand, "apprentis")}</td>
                    <td>{valeur::valeur(Some(*combien))}</td>
                    <td>{part.unwrap_or_else(|| "–".to_owned())}</td>
                </tr>
            }
        })
        .collect();
    let suite = (autres > 0).then(|| {
        let phrase = format!(
            "{} {} dans le fichier : ",
            french::compte(autres, "autre certification", "autres certifications"),
            french::accord(autres, "est", "sont"),
        );
        let adresse = format!("{}donnees.csv", place.adresse());
        view! { <p class="note">{phrase}<a href=adresse>"toutes, à chaque date (CSV)"</a></p> }
    });
    Some(
        view! {
            <section aria-labelledby="quoi">
                <h2 id="quoi">"Quoi"</h2>
                <table class="certifications">
                    <caption>{format!("Certifications préparées {}, de la plus suivie à la moins suivie", place.en())}</caption>
                    <thead>
                        <tr>
                            <th scope="col" colspan="2">"Certification"</th>
                            <th scope="col">"Apprentis"</th>
                            <th scope="col">"Part"</th>
                        </tr>
                    </thead>
                    <tbody>{lignes}</tbody>
                </table>
                {un_secret.then(valeur::note_de_secret)}
                {suite}
            </section>
        }
        .into_any(),
    )
}

/// The organisations of a place that have figures, from the largest, and how many have none yet.
fn centres(atlas: &Atlas, place: &Place) -> Option<AnyView> {
    let tous = atlas.organismes(place);
    if tous.is_empty() {
        return None;
    }
    let apprentis =
        |centre: &Organisme| atlas.chiffre(Maille::Organisme, &centre.code, Indicateur::Apprentis);
    let mut centres: Vec<&Organisme> =
        tous.iter().copied().filter(|centre| apprentis(centre).maintenant.is_some()).collect();
    centres.sort_by_cached_key(|centre| {
        let combien = apprentis(centre).maintenant.and_then(Valeur::connue);
        (std::cmp::Reverse(combien), &centre.nom)
    });
    let avec_chiffres = centres.len();
    centres.truncate(CENTRES_AU_PLUS);
    let plus_grand = barres::plus_grand(centres.iter().map(|centre| apprentis(centre).maintenant));
    let un_secret = centres.iter().any(|centre| apprentis(centre).secret());
    let montrer_le_departement = place.maille != Maille::Departement;
    let lignes: Vec<_> = centres
        .iter()
        .map(|centre| {
            ligne_de_centre(atlas, centre, apprentis(centre), plus_grand, montrer_le_departement)
        })
        .collect();
    let tableau = (!lignes.is_empty()).then(|| {
        view! {
            <table class="centres">
                <caption>{format!("Centres de formation {}, du plus grand nombre d'apprentis au plus petit", place.de())}</caption>
                <thead>
                    <tr>
                        <th scope="col" colspan="2">"Centre"</th>
                        <th scope="col">"Apprentis"</th>
                        <th scope="col">"Sur un an"</th>
                        <th scope="col" class="large">"Dernier envoi"</th>
                    </tr>
                </thead>
                <tbody>{lignes}</tbody>
            </table>
            {un_secret.then(valeur::note_de_secret)}
        }
    });
    Some(
        view! {
            <section aria-labelledby="centres">
                <h2 id="centres">"Centres de formation"</h2>
                {tableau}
                <p class="note">{reste(place, avec_chiffres, tous.len())}</p>
            </section>
        }
        .into_any(),
    )
}

fn ligne_de_centre(
    atlas: &Atlas,
    centre: &Organisme,
    apprentis: crate::atlas::Chiffre,
    plus_grand: u32,
    montrer_le_departement: bool,
) -> AnyView {
    let nom = if atlas.a_une_page(centre) {
        view! { <a href=format!("/organisme/{}/", centre.code)>{centre.nom.clone()}</a> }.into_any()
    } else {
        centre.nom.clone().into_any()
    };
    let departement = places::departement(&centre.code_departement)
        .filter(|_| montrer_le_departement)
        .map(|lieu| view! { <span class="detail">{lieu.nom}</span> });
    let ancien = atlas
        .est_ancien(centre)
        .then(|| view! { <span class="detail">"rien transmis depuis trois mois"</span> });
    let envoi =
        Jour::lire(&centre.derniere_transmission).map_or_else(|| "–".to_owned(), french::date);
    view! {
        <tr>
            <th scope="row">{nom}{departement}{ancien}</th>
            <td class="trait">{barres::barre(apprentis.maintenant, plus_grand, "apprentis")}</td>
            <td>{valeur::valeur(apprentis.maintenant)}</td>
            <td>{valeur::variation(apprentis)}</td>
            <td class="large">{envoi}</td>
        </tr>
    }
    .into_any()
}

fn reste(place: &Place, avec_chiffres: usize, tous: usize) -> AnyView {
    let montres = avec_chiffres.min(CENTRES_AU_PLUS);
    let autres = (avec_chiffres - montres) as u32;
    let sans = (tous - avec_chiffres) as u32;
    let suite = (autres > 0).then(|| {
        format!(
            "{}, du plus grand au plus petit ; {} de plus {} des chiffres. ",
            french::compte(montres as u32, "centre montré", "centres montrés"),
            french::nombre(autres),
            french::accord(autres, "a", "ont"),
        )
    });
    let attente = (sans > 0).then(|| {
        format!(
            "{} {} pas encore d'effectifs ici. ",
            french::compte(sans, "centre recensé", "centres recensés"),
            french::accord(sans, "n'a", "n'ont"),
        )
    });
    let annuaire = match place.maille {
        Maille::Departement => format!("/rechercher{}", place.adresse()),
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

/// What a reader could wrongly conclude.
pub fn limites() -> AnyView {
    view! {
        <section class="limites" aria-labelledby="limites">
            <h2 id="limites">"Ce que ces chiffres ne disent pas"</h2>
            <p>
                "Ils comptent les jeunes là où ils se forment, et non là où ils habitent ou travaillent. "
                "Ils ne couvrent que les centres qui transmettent leurs effectifs : ce n'est pas la statistique officielle, qui paraît chaque année. "
                "Au 1er août, l'année scolaire change et les nombres baissent d'un coup : mieux vaut comparer un mois au même mois d'une autre année."
            </p>
        </section>
    }
    .into_any()
}

/// Where the figures come from, and how to take them away.
pub fn fichiers(atlas: &Atlas, place: &Place) -> AnyView {
    let du_lieu = (!atlas.series(place.maille, place.code).is_empty()).then(|| {
        view! {
            <li>{telecharger::liens(&place.adresse(), FORMATS, &format!("Les chiffres {}", place.de()))}</li>
        }
    });
    view! {
        <section class="sources" aria-labelledby="sources">
            <h2 id="sources">"Sources et fichiers"</h2>
            <p>"Source : listes transmises par les centres de formation, comptées chaque nuit."</p>
            <ul>
                {du_lieu}
                <li><a href="/donnees/">"Tous les territoires, toutes les dates (CSV, JSON, Parquet, Excel)"</a></li>
            </ul>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use open_data::v1::{OpenData, Serie};

    use super::*;

    const SECRET: Valeur = Valeur::Masquee(Motif::Secret);

    fn couverture(recents: u32, organismes: u32) -> Couverture {
        Couverture {
            maille: Maille::Region,
            code: "53".to_owned(),
            libelle: "Bretagne".to_owned(),
            organismes,
            transmetteurs: recents,
            transmetteurs_3_mois: recents,
            transmetteurs_30_jours: recents / 2,
            apprenants_3_mois_pct: Valeur::Connue(95),
            apprenants_30_jours_pct: Valeur::Connue(50),
        }
    }

    /// Two dates, the apprentices of Brittany at each, and whether its two centres transmitted.
    fn phrase(dates: [&str; 2], apprentis: [Valeur; 2], transmis: usize) -> String {
        let organisme = |rang: usize| Organisme {
            uai: format!("035000{rang}A"),
            siret: String::new(),
            nom: "CFA".to_owned(),
            nature: String::new(),
            code_commune: String::new(),
            code_departement: "35".to_owned(),
            code_academie: "14".to_owned(),
            code_region: "53".to_owned(),
            code_zone_emploi: String::new(),
            premiere_transmission: String::new(),
            derniere_transmission: if rang < transmis { dates[1] } else { "" }.to_owned(),
            reseaux: String::new(),
            code: format!("035000{rang}A"),
        };
        let data = OpenData {
            dates: dates.map(str::to_owned).to_vec(),
            series: vec![Serie {
                maille: Maille::Region,
                code: "53".to_owned(),
                libelle: "Bretagne".to_owned(),
                dimension: Dimension::Ensemble,
                modalite: "".into(),
                indicateur: Indicateur::Apprentis,
                valeurs: apprentis.to_vec(),
            }],
            organismes: (0..2).map(organisme).collect(),
            couvertures: vec![couverture(transmis as u32, 2)],
            ..OpenData::default()
        };
        let phrase = Phrase::du_lieu(&Atlas::new(&data), &places::region("53").unwrap()).texte();
        phrase.replace([french::FINE, '\u{a0}'], " ")
    }

    #[test]
    fn the_sentence_answers_with_figure_date_and_comparison() {
        let connues = |avant, apres| [Valeur::Connue(avant), Valeur::Connue(apres)];
        assert_eq!(
            phrase(["2025-10-31", "2026-10-31"], connues(20_000, 20_620), 2),
            "Au 31 octobre 2026, 20 620 apprentis se forment en Bretagne, \
             3,1 % de plus qu'un an plus tôt."
        );
        assert_eq!(
            phrase(["2025-11-30", "2026-11-22"], connues(20_000, 19_000), 2),
            "Au 22 novembre 2026, 19 000 apprentis se forment en Bretagne, \
             5 % de moins qu'au 30 novembre 2025."
        );
        assert_eq!(
            phrase(["2025-11-30", "2026-11-30"], connues(1, 1), 2),
            "Au 30 novembre 2026, 1 apprenti se forme en Bretagne, autant qu'un an plus tôt."
        );
    }

    #[test]
    fn without_a_year_earlier_nothing_is_compared() {
        let dates = ["2026-05-31", "2026-11-01"];
        let sans_comparaison = "Au 1er novembre 2026, 40 apprentis se forment en Bretagne.";
        assert_eq!(phrase(dates, [Valeur::Connue(30), Valeur::Connue(40)], 2), sans_comparaison);
        let dates = ["2025-10-31", "2026-11-01"];
        assert_eq!(phrase(dates, [SECRET, Valeur::Connue(40)], 2), sans_comparaison);
        assert_eq!(phrase(dates, [Valeur::Connue(0), Valeur::Connue(40)], 2), sans_comparaison);
    }

    #[test]
    fn few_centres_do_not_speak_for_the_place() {
        assert_eq!(
            phrase(["2026-09-30", "2026-10-31"], [SECRET, Valeur::Connue(620)], 1),
            "Au 31 octobre 2026, 620 apprentis se forment en Bretagne \
             dans les centres qui ont transmis leurs effectifs."
        );
    }

    #[test]
    fn a_withheld_figure_is_said_to_be_withheld() {
        assert_eq!(
            phrase(["2025-10-31", "2026-10-31"], [Valeur::Connue(9), SECRET], 2),
            "Au 31 octobre 2026, le nombre d'apprentis en Bretagne n'est pas publié : \
             il permettrait de reconnaître quelqu'un."
        );
    }

    #[test]
    fn coverage_is_said_in_words() {
        let dit = |recents, total| phrase_de_couverture(&couverture(recents, total));
        assert_eq!(dit(1, 1), "Le seul centre recensé a transmis ses effectifs depuis trois mois");
        assert_eq!(dit(0, 12), "Aucun des 12 centres n'a transmis depuis trois mois");
        assert!(dit(11, 12).starts_with("91\u{202f}% des centres ont transmis"));
        assert_eq!(
            dit(1, 12),
            "1 centre sur 12 a transmis depuis trois mois : \
             ces chiffres décrivent ce centre, pas tout le territoire"
        );
        let detail = |recents, total| detail_de_couverture(&couverture(recents, total));
        assert_eq!(
            detail(11, 12).as_deref(),
            Some(
                "5 ont transmis depuis trente jours, 1 n'a jamais transmis. \
                 Ceux qui ont transmis depuis trois mois forment 95\u{202f}% des jeunes connus."
            )
        );
        assert_eq!(detail(0, 12), None);
    }
}
