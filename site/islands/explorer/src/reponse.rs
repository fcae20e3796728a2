//! The answer, as a drawing and as a table. A withheld figure says why; a gap stays a gap.

use leptos::prelude::*;
use open_data::v1::{Dimension, Valeur};
use site::calendar::Jour;
use site::echelle::{Echelle, HAUTEUR, ecarter};
use site::explorer::{self, Chiffre, Question, Reponse};
use site::french::{self, majuscule};
use site::parts::{barres, valeur};
use site::words::{mots, ventilation};

use crate::{Etat, Vue, navigateur, refs};

/// The longest table; the file has all.
const LIGNES_AU_PLUS: usize = 60;
const LETTRES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

/// What has changed, for who does not see it.
pub fn resume(vue: &Vue) -> String {
    let Some(reponse) = &vue.reponse else {
        return if vue.manques.is_empty() {
            "Lecture des chiffres…".to_owned()
        } else {
            String::new()
        };
    };
    let lieux = vue.question.lieux.len() as u32;
    let lieux = french::compte(lieux, "territoire", "territoires");
    match reponse {
        Reponse::Evolution { jours, .. } => {
            format!("{lieux}, {}.", french::compte(jours.len() as u32, "date", "dates"))
        }
        Reponse::Repartition { jour, lignes } => format!(
            "{lieux}, {}, au {}.",
            french::compte(lignes.len() as u32, "ligne", "lignes"),
            french::date(*jour)
        ),
    }
}

pub fn reponse(etat: Etat, vue: &Vue) -> Option<AnyView> {
    let Vue { question, lues, reponse, .. } = vue;
    let corps = match reponse.as_ref()? {
        Reponse::Evolution { jours, lignes } => view! {
            {courbes(etat, question, jours, lignes)}
            {tableau_des_dates(question, jours, lignes)}
        }
        .into_any(),
        Reponse::Repartition { lignes, .. } => tableau_des_valeurs(etat, question, lignes),
    };
    let titre = titre(etat, question, reponse.as_ref()?);
    let csv = navigateur::fichier(&explorer::csv(question, &refs(lues)));
    let chiffres = chiffres(reponse.as_ref()?);
    let absents = chiffres.iter().any(Option::is_none);
    let secrets = chiffres.iter().flatten().any(|un| un.motif().is_some());
    Some(
        view! {
            <section class=format!("reponse {}", question.indicateur) aria-labelledby="reponse">
                <h2 id="reponse">{titre}</h2>
                {corps}
                {secrets.then(note_de_secret)}
                {absents.then(|| view! { <p class="note">"Un tiret : ce territoire n’est pas publié dans ce détail."</p> })}
                <p><a class="bouton" href=csv download="explorer.csv">"Télécharger ce tableau (CSV)"</a></p>
            </section>
        }
        .into_any(),
    )
}

fn note_de_secret() -> AnyView {
    view! {
        <p class="note">
            <span class="secret">"secret"</span>
            "\u{a0}: chiffre non publié, car il permettrait de reconnaître quelqu’un. « Non calculable »\u{a0}: moins de vingt jeunes en formation. "
            <a href="../comprendre/#secret">"Pourquoi certains chiffres manquent"</a>
        </p>
    }
    .into_any()
}

fn chiffres(reponse: &Reponse) -> Vec<Chiffre> {
    match reponse {
        Reponse::Evolution { lignes, .. } => lignes.iter().flatten().copied().collect(),
        Reponse::Repartition { lignes, .. } => {
            lignes.iter().flat_map(|(_, chiffres)| chiffres).copied().collect()
        }
    }
}

/// « Apprentis, femmes : Bretagne, Normandie ».
fn titre(etat: Etat, question: &Question, reponse: &Reponse) -> String {
    let mut titre = mots(question.indicateur).titre.to_owned();
    if question.part {
        titre += ", part des jeunes en formation";
    }
    match reponse {
        Reponse::Evolution { .. } if question.modalite.is_empty() => titre,
        Reponse::Evolution { .. } => {
            format!("{titre}, {}", etat.modalite(question.dimension, &question.modalite))
        }
        Reponse::Repartition { jour, .. } => {
            format!("{titre}, {}, au {}", ventilation(question.dimension), french::date(*jour))
        }
    }
}

fn dit(question: &Question, chiffre: Chiffre) -> AnyView {
    match chiffre {
        Some(chiffre) if question.part => valeur::part(chiffre),
        chiffre => valeur::valeur(chiffre),
    }
}

fn nombre(question: &Question, combien: u32) -> String {
    if question.part { french::dixiemes(combien) } else { french::nombre(combien) }
}

// ── over time ──

fn tableau_des_dates(question: &Question, jours: &[Jour], lignes: &[Vec<Chiffre>]) -> AnyView {
    let tetes: Vec<_> = question
        .lieux
        .iter()
        .map(|lieu| view! { <th scope="col">{explorer::nom(lieu)}</th> })
        .collect();
    let rangees: Vec<_> = jours
        .iter()
        .enumerate()
        .rev()
        .map(|(rang, jour)| {
            let cases: Vec<_> = lignes
                .iter()
                .map(|ligne| view! { <td>{dit(question, ligne.get(rang).copied().flatten())}</td> })
                .collect();
            view! { <tr><th scope="row">{french::date(*jour)}</th>{cases}</tr> }
        })
        .collect();
    defile(
        view! {
            <table>
                <caption>"À chaque date, la dernière d’abord"</caption>
                <thead><tr><th scope="col">"Date"</th>{tetes}</tr></thead>
                <tbody>{rangees}</tbody>
            </table>
        }
        .into_any(),
    )
}

fn defile(tableau: AnyView) -> AnyView {
    view! {
        <div class="defile large" tabindex="0" role="region" aria-label="Tableau">{tableau}</div>
    }
    .into_any()
}

/// Of the figures that follow each other without a gap: where they are, in thousandths across and
/// pixels down.
fn troncons(jours: &[Jour], ligne: &[Chiffre], echelle: Echelle) -> Vec<Vec<(f64, f64)>> {
    let (Some(premier), Some(dernier)) = (jours.first(), jours.last()) else { return Vec::new() };
    let largeur = f64::from(dernier.jours_depuis(*premier).max(1));
    let mut troncons: Vec<Vec<(f64, f64)>> = Vec::new();
    let (mut coupe, mut rien_encore) = (true, true);
    for (jour, chiffre) in jours.iter().zip(ligne) {
        // Zeros before the first learner mean that nobody had transmitted: a gap, not a floor.
        rien_encore &= *chiffre == Some(Valeur::Connue(0));
        let connu = chiffre.and_then(Valeur::connue).filter(|_| !rien_encore);
        let Some(combien) = connu else {
            coupe = true;
            continue;
        };
        let point = (1000.0 * f64::from(jour.jours_depuis(*premier)) / largeur, echelle.y(combien));
        match troncons.last_mut() {
            Some(troncon) if !coupe => troncon.push(point),
            _ => troncons.push(vec![point]),
        }
        coupe = false;
    }
    troncons
}

fn trace(troncons: &[Vec<(f64, f64)>]) -> String {
    let troncon = |points: &Vec<(f64, f64)>| {
        let dits: Vec<String> = points.iter().map(|(x, y)| format!("{x:.0} {y:.1}")).collect();
        // A lone month has no length: with one, its round cap makes it a dot.
        format!("M{}{}", dits.join("L"), if points.len() == 1 { "h0.1" } else { "" })
    };
    troncons.iter().map(troncon).collect()
}

/// The lines of the places on one scale; none where fewer than two dates, or no figure, are known.
fn courbes(
    etat: Etat,
    question: &Question,
    jours: &[Jour],
    lignes: &[Vec<Chiffre>],
) -> Option<AnyView> {
    let (premier, dernier) = (*jours.first()?, *jours.last()?);
    if jours.len() < 2 {
        return None;
    }
    let connus = lignes.iter().flatten().flatten().filter_map(|un| un.connue());
    let echelle = Echelle::pour(connus.max()?, 4);
    let traces: Vec<_> = lignes.iter().map(|ligne| troncons(jours, ligne, echelle)).collect();
    let mut bouts: Vec<(f64, (f64, &str))> = traces
        .iter()
        .zip(LETTRES)
        .filter_map(|(troncons, lettre)| {
            let (x, y) = *troncons.last()?.last()?;
            Some((y, (x, lettre)))
        })
        .collect();
    ecarter(&mut bouts);
    let bouts: Vec<_> = bouts
        .into_iter()
        .map(|(y, (x, lettre))| {
            view! { <text class="bout-de-ligne" x=format!("{:.1}%", x / 10.0) dx="8" y=format!("{:.1}", y + 5.0)>{lettre}</text> }
        })
        .collect();
    let reperes: Vec<_> = reperes(premier, dernier)
        .into_iter()
        .map(|(part, nom, rentree)| {
            let x = format!("{:.1}%", 100.0 * part);
            let bas = HAUTEUR.to_string();
            let classe = if rentree { "rentree" } else { "mois" };
            view! {
                {rentree.then(|| view! { <line class="grille" x1=x.clone() x2=x.clone() y1="0" y2=bas></line> })}
                <text class=classe x=x.clone() y=(HAUTEUR + 20.0).to_string()>{nom}</text>
            }
        })
        .collect();
    let lignes_de_grille: Vec<_> = echelle
        .graduations()
        .map(|valeur| {
            let y = format!("{:.1}", echelle.y(valeur));
            view! { <line class="grille" x1="0" x2="100%" y1=y.clone() y2=y></line> }
        })
        .collect();
    let graduations: Vec<_> = echelle
        .graduations()
        .map(|valeur| {
            let y = format!("{:.1}", echelle.y(valeur) - 4.0);
            view! { <text class="graduation" x="0" y=y>{nombre(question, valeur)}</text> }
        })
        .collect();
    let chemins: Vec<_> = traces
        .iter()
        .enumerate()
        .map(|(rang, troncons)| view! { <path class=format!("ligne-{}", rang + 1) d=trace(troncons)></path> })
        .collect();
    let legende: Vec<_> = question
        .lieux
        .iter()
        .zip(lignes)
        .enumerate()
        .map(|(rang, (lieu, ligne))| {
            let dernier = ligne.last().copied().flatten();
            view! {
                <li>
                    <svg class="traits" width="44" height="12" aria-hidden="true" focusable="false">
                        <path class=format!("ligne-{}", rang + 1) d="M2 6H42"></path>
                    </svg>
                    <b>{LETTRES[rang]}</b>" "{explorer::nom(lieu)}" : "{dit(question, dernier)}
                </li>
            }
        })
        .collect();
    let description = format!(
        "{}, du {} au {}. Les chiffres sont dans le tableau.",
        titre_court(etat, question),
        french::date(premier),
        french::date(dernier)
    );
    Some(
        view! {
            <figure class="grande">
                <svg class="courbe" role="img" aria-labelledby="courbe-titre">
                    <title id="courbe-titre">{description}</title>
                    {lignes_de_grille}
                    {reperes}
                    <svg width="100%" height=HAUTEUR.to_string() viewBox=format!("0 0 1000 {HAUTEUR}") preserveAspectRatio="none" class="traits">
                        {chemins}
                    </svg>
                    {graduations}
                    {bouts}
                </svg>
                <ul class="legende">{legende}</ul>
                <p class="note">{format!("Au {}. L’axe part de zéro ; un chiffre qui manque laisse un blanc ; un trait marque le 1er\u{a0}août, où tourne l’année scolaire.", french::date(dernier))}</p>
            </figure>
        }
        .into_any(),
    )
}

fn titre_court(etat: Etat, question: &Question) -> String {
    let quoi = mots(question.indicateur).titre;
    if question.modalite.is_empty() {
        quoi.to_owned()
    } else {
        format!("{quoi}, {}", etat.modalite(question.dimension, &question.modalite))
    }
}

/// The first days of August and of January: where they are, from 0 to 1, and their name.
fn reperes(premier: Jour, dernier: Jour) -> Vec<(f64, String, bool)> {
    let largeur = f64::from(dernier.jours_depuis(premier).max(1));
    (premier.annee..=dernier.annee)
        .flat_map(|annee| [(1, annee), (8, annee)])
        .filter_map(|(mois, annee)| {
            let jour = Jour::lire(&format!("{annee}-{mois:02}-01"))?;
            let part = f64::from(jour.jours_depuis(premier)) / largeur;
            let nom = format!("{} {annee}", french::mois_court(mois));
            (0.0..=1.0).contains(&part).then_some((part, nom, mois == 8))
        })
        .collect()
}

// ── at one date ──

fn tableau_des_valeurs(
    etat: Etat,
    question: &Question,
    lignes: &[(String, Vec<Chiffre>)],
) -> AnyView {
    if lignes.is_empty() {
        return view! { <p>"Aucun chiffre n’est publié dans ce détail à cette date."</p> }
            .into_any();
    }
    // Parts are on one scale; numbers, of places of every size, on one for each place.
    let colonne = |rang: usize| {
        barres::plus_grand(lignes.iter().map(|(_, chiffres)| chiffres.get(rang).copied().flatten()))
    };
    let mut plus_grands: Vec<u32> = (0..question.lieux.len()).map(colonne).collect();
    if question.part {
        let plus_grand = plus_grands.iter().copied().max().unwrap_or(0);
        plus_grands.fill(plus_grand);
    }
    let tetes: Vec<_> = question
        .lieux
        .iter()
        .map(|lieu| view! { <th scope="col">{explorer::nom(lieu)}</th> })
        .collect();
    let rangees: Vec<_> = lignes
        .iter()
        .take(LIGNES_AU_PLUS)
        .map(|(modalite, chiffres)| {
            let cases: Vec<_> = chiffres
                .iter()
                .zip(&plus_grands)
                .map(|(chiffre, plus_grand)| {
                    let connu = chiffre.filter(|un| un.connue().is_some());
                    let barre = barres::barre(connu, *plus_grand, question.indicateur.as_str());
                    view! { <td>{dit(question, *chiffre)}{barre}</td> }
                })
                .collect();
            let nom = etat.modalite(question.dimension, modalite);
            let code = (question.dimension == Dimension::Certification && nom != *modalite)
                .then(|| view! { <span class="detail">{modalite.clone()}</span> });
            view! { <tr><th scope="row">{nom}{code}</th>{cases}</tr> }
        })
        .collect();
    let autres = lignes.len().saturating_sub(LIGNES_AU_PLUS) as u32;
    let suite = (autres > 0).then(|| {
        let phrase = format!(
            "{} {} dans le fichier.",
            french::compte(autres, "autre ligne", "autres lignes"),
            french::accord(autres, "est", "sont")
        );
        view! { <p class="note">{phrase}</p> }
    });
    let echelle = if question.part {
        "Toutes les barres sont à la même échelle."
    } else {
        "Dans chaque colonne, la barre la plus longue est celle du plus grand nombre."
    };
    let legende = format!("{}. {echelle}", majuscule(ventilation(question.dimension)));
    view! {
        {defile(view! {
            <table class="cote">
                <caption>{legende}</caption>
                <thead><tr><th scope="col">"Valeur"</th>{tetes}</tr></thead>
                <tbody>{rangees}</tbody>
            </table>
        }.into_any())}
        {suite}
    }
    .into_any()
}
