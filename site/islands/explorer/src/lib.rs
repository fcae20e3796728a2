//! The island of the page « Explorer »: a form, and the answer that follows it. What may be asked and
//! what answers is worked out by [`site::explorer`]; the question is kept in the address.

#![expect(missing_docs, reason = "nobody calls it: it starts by itself")]

mod choix;
mod navigateur;
mod reponse;

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use open_data::v1::Dimension;
use site::explorer::{self, Donnees, Question, Reponse, cle};
use site::places::Place;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(start)]
pub fn start() {
    let Some(ici) = document().get_element_by_id("explorer") else { return };
    let offerts = ici.get_attribute("data-lieux").unwrap_or_default();
    let offerts: Vec<Place> = offerts.split(',').filter_map(explorer::lieu).collect();
    let Ok(ici) = ici.dyn_into() else { return };
    let ici: web_sys::HtmlElement = ici;
    ici.set_text_content(None);
    mount_to(ici, move || page(offerts)).forget();
}

/// What is known of the file of a place.
#[derive(Clone)]
enum Lecture {
    EnCours,
    Lue(Arc<Donnees>),
    Manquee,
}

/// What is asked, and what has been read of it.
#[derive(Clone, Copy)]
struct Etat {
    question: RwSignal<Question>,
    lectures: RwSignal<BTreeMap<String, Lecture>>,
    certifications: RwSignal<BTreeMap<String, String>>,
    vue: Memo<Vue>,
}

/// What is shown: the question that can be answered, and its answer.
#[derive(Clone)]
struct Vue {
    question: Question,
    lues: Vec<Arc<Donnees>>,
    reponse: Option<Reponse>,
    /// Those whose file could not be read.
    manques: Vec<Place>,
}

impl Vue {
    fn de(question: &Question, lectures: &BTreeMap<String, Lecture>) -> Self {
        let (mut lues, mut manques) = (Vec::new(), Vec::new());
        for lieu in &question.lieux {
            match lectures.get(&cle(lieu)) {
                Some(Lecture::Lue(lue)) => lues.push(Arc::clone(lue)),
                Some(Lecture::Manquee) => manques.push(*lieu),
                Some(Lecture::EnCours) | None => {}
            }
        }
        let mut question = question.clone();
        // Until all is read nothing is ruled out.
        if lues.len() == question.lieux.len() {
            question = question.possible(&refs(&lues));
        }
        let reponse = explorer::reponse(&question, &refs(&lues));
        Self { question, lues, reponse, manques }
    }
}

fn refs(lues: &[Arc<Donnees>]) -> Vec<&Donnees> {
    lues.iter().map(Arc::as_ref).collect()
}

impl Etat {
    fn new(offerts: &[Place]) -> Self {
        let mut question = Question::lire(navigateur::champs().into_iter());
        question.lieux.retain(|lieu| offerts.contains(lieu));
        if question.lieux.is_empty() {
            question.lieux.extend(offerts.first());
        }
        let (question, lectures) = (RwSignal::new(question), RwSignal::new(BTreeMap::new()));
        let vue = move |_: Option<&Vue>| {
            question.with(|question| lectures.with(|lectures| Vue::de(question, lectures)))
        };
        // Always new: comparing two answers would take longer than showing one.
        let vue = Memo::new_with_compare(vue, |_, _| true);
        Self { question, lectures, certifications: RwSignal::default(), vue }
    }

    /// Asks something else: what cannot be answered is left out at once.
    fn demander(self, change: impl FnOnce(&mut Question)) {
        let mut question = self.vue.with_untracked(|vue| vue.question.clone());
        change(&mut question);
        self.question.set(question);
    }

    /// Reads what the question needs and has not been read.
    fn lire(self) {
        for lieu in self.question.get().lieux {
            let cle = cle(&lieu);
            if self.lectures.with_untracked(|lectures| lectures.contains_key(&cle)) {
                continue;
            }
            self.lectures.update(|lectures| _ = lectures.insert(cle.clone(), Lecture::EnCours));
            spawn_local(async move {
                let lue = navigateur::lire(&lieu).await;
                let lue = lue.map_or(Lecture::Manquee, |lue| Lecture::Lue(Arc::new(lue)));
                self.lectures.update(|lectures| _ = lectures.insert(cle, lue));
            });
        }
        let certifications = self.question.with(|une| une.dimension == Dimension::Certification);
        if certifications && self.certifications.with_untracked(BTreeMap::is_empty) {
            spawn_local(async move {
                // Without their names they are shown by their codes.
                let noms = navigateur::certifications().await.unwrap_or_default();
                self.certifications.set(noms.into_iter().collect());
            });
        }
    }

    /// Reads again what could not be.
    fn relire(self) {
        let manquee = |lecture: &Lecture| matches!(lecture, Lecture::Manquee);
        self.lectures.update(|lectures| lectures.retain(|_, lecture| !manquee(lecture)));
        self.question.notify();
    }

    /// A value of a breakdown, in words.
    fn modalite(self, dimension: Dimension, modalite: &str) -> String {
        let nom = match dimension {
            Dimension::Certification => {
                self.certifications.with(|noms| noms.get(modalite).cloned())
            }
            _ => None,
        };
        nom.unwrap_or_else(|| site::words::modalite(dimension, modalite))
    }
}

fn page(offerts: Vec<Place>) -> impl IntoView {
    let etat = Etat::new(&offerts);
    Effect::new(move |_| etat.lire());
    Effect::new(move |_| {
        etat.vue.with(|vue| navigateur::ecrire_les_champs(&vue.question.champs()));
    });
    view! {
        {choix::formulaire(etat, offerts)}
        <p class="note" role="status">{move || etat.vue.with(reponse::resume)}</p>
        {move || {
            let manques = etat.vue.with(|vue| vue.manques.clone());
            manques.first().map(|lieu| view! {
                <p class="avis">
                    {format!("Les chiffres {} n’ont pas pu être lus. ", lieu.de())}
                    <button type="button" class="discret" on:click=move |_| etat.relire()>"Réessayer"</button>
                </p>
            })
        }}
        {move || etat.vue.with(|vue| reponse::reponse(etat, vue))}
    }
}
