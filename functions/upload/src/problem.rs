//! What a bad request is answered: RFC 9457 problem details, in French.

use domain::upload::{Deposit, Request, State};
use domain::vocabulary::NotANote;
use serde_json::{Value, json};

/// One problem. Its `type` is a name that programs may rely on; its sentences are for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: i64,
    name: &'static str,
    title: &'static str,
    detail: String,
}

impl Problem {
    fn new(
        status: i64,
        name: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { status, name, title, detail: detail.into() }
    }

    pub(crate) fn body(&self) -> Value {
        json!({
            "type": format!("/comprendre/#{}", self.name),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        })
    }

    pub(crate) fn title(&self) -> &str {
        self.title
    }

    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    pub(crate) fn unknown_key() -> Self {
        Self::new(
            401,
            "cle-inconnue",
            "Clé de dépôt inconnue",
            "Cette clé n'existe pas ou a été révoquée. Vérifiez qu'elle est copiée en entier, \
             ou demandez-en une nouvelle à l'équipe du tableau de bord.",
        )
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "adresse-inconnue", "Adresse inconnue", "Il n'y a rien à cette adresse.")
    }

    pub(crate) fn no_such_deposit() -> Self {
        Self::new(
            404,
            "depot-inconnu",
            "Dépôt inconnu",
            "Aucun dépôt de ce numéro n'est visible avec cette clé.",
        )
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            405,
            "methode",
            "Méthode non prévue",
            "On ouvre un dépôt par POST sur /depots, on le consulte par GET sur /depots/{numéro}, \
             on le retire par DELETE à la même adresse, on le confirme par POST sur \
             /depots/{numéro}/confirmation. La note publique d'un centre se lit par GET sur \
             /depots/note, se propose par PUT et se retire par DELETE.",
        )
    }

    pub(crate) fn note(why: NotANote) -> Self {
        Self::new(
            422,
            "note",
            "Cette note ne peut pas être proposée",
            format!("Une note publique est un texte de 280 caractères au plus : {why}."),
        )
    }

    /// What was asked of a deposit makes no sense where it stands.
    pub(crate) fn pointless(what: Request, deposit: &Deposit) -> Self {
        let (name, title) = match what {
            Request::Withdrawal => ("rien-a-retirer", "Il n'y a rien à retirer"),
            Request::Confirmation => ("rien-a-confirmer", "Il n'y a rien à confirmer"),
        };
        let detail = match deposit.state {
            _ if deposit.declaration.dataset.is_reference() => {
                "Un référentiel ne se retire pas et n'attend pas de confirmation. Pour le \
                 corriger, envoyez-en une nouvelle version : elle prendra sa place."
            }
            State::Refused => "Ce fichier a été refusé : rien n'en a été gardé.",
            State::Withdrawn => "Ce dépôt a été retiré. Vous pouvez envoyer le fichier à nouveau.",
            State::Opened => "Ce fichier n'a pas encore été contrôlé. Attendez sa réponse.",
            State::ToConfirm | State::Validated | State::Superseded => {
                "Ce dépôt n'attend rien de votre part."
            }
        };
        Self::new(409, name, title, detail)
    }

    pub(crate) fn unreadable() -> Self {
        Self::new(
            400,
            "demande-illisible",
            "Demande illisible",
            "Le corps de la demande doit être un objet JSON de moins de 64 Ko.",
        )
    }

    pub(crate) fn field(field: &str, expected: &str) -> Self {
        Self::new(
            422,
            "champ-a-revoir",
            "Un champ est à revoir",
            format!("Le champ « {field} » est absent ou illisible : {expected}."),
        )
    }

    pub(crate) fn not_entitled(organisme: &str) -> Self {
        Self::new(
            403,
            "organisme-hors-cle",
            "Cet organisme n'est pas couvert par la clé",
            format!("Cette clé ne permet pas d'envoyer un fichier pour {organisme}."),
        )
    }

    pub(crate) fn which_organisation(organismes: &[String]) -> Self {
        let list = organismes.join(", ");
        Self::new(
            422,
            "organisme-a-choisir",
            "Pour quel organisme ?",
            format!("Cette clé couvre plusieurs organismes : précisez « organisme » parmi {list}."),
        )
    }

    pub(crate) fn dataset_not_covered(dataset: &str) -> Self {
        Self::new(
            403,
            "jeu-hors-cle",
            "Ce jeu de données n'est pas couvert par la clé",
            format!("Cette clé ne permet pas d'envoyer le jeu de données « {dataset} »."),
        )
    }

    pub(crate) fn format() -> Self {
        Self::new(
            415,
            "format",
            "Format de fichier non lu",
            "Nous lisons les fichiers .xlsx, .xls, .ods et .csv (ou .txt, .tsv), ou une archive \
             .zip qui en contient un seul. Depuis Excel ou votre logiciel, enregistrez la liste \
             sous l'un de ces formats.",
        )
    }

    pub(crate) fn empty() -> Self {
        Self::new(
            422,
            "fichier-vide",
            "Le fichier est vide",
            "Ce fichier ne contient rien (0 octet).",
        )
    }

    pub(crate) fn too_large(size_bytes: u64, max_bytes: u64) -> Self {
        let mega = |bytes: u64| bytes.div_ceil(1024 * 1024);
        Self::new(
            413,
            "fichier-trop-lourd",
            "Le fichier est trop lourd",
            format!(
                "Ce fichier pèse {} Mo ; la limite est de {} Mo pour ce format. Enregistrez la \
                 liste en CSV (jusqu'à 100 Mo), retirez les feuilles et les images inutiles, ou \
                 envoyez-la en plusieurs fichiers en mode « additions ».",
                mega(size_bytes),
                mega(max_bytes)
            ),
        )
    }

    pub(crate) fn unreadable_form() -> Self {
        Self::new(
            400,
            "formulaire-illisible",
            "Ce formulaire n'a pas pu être lu",
            "L'envoi s'est sans doute arrêté avant la fin. Rien n'a été gardé : revenez à la page de \
             dépôt et réessayez.",
        )
    }

    /// A form takes one file.
    pub(crate) fn one_file(chosen: usize) -> Self {
        let detail = match chosen {
            0 => "Choisissez le fichier qui contient la liste des jeunes, puis envoyez-le.",
            _ => "Sans JavaScript, envoyez vos fichiers l'un après l'autre.",
        };
        Self::new(422, "un-fichier", "Un fichier à la fois", detail)
    }

    pub(crate) fn too_large_for_the_form(max_bytes: u64) -> Self {
        let detail = format!(
            "Sans JavaScript, un fichier pèse {} Mo au plus. Activez JavaScript pour cette page, \
             enregistrez la liste en CSV, ou envoyez-la avec la commande « tableau deposit ».",
            max_bytes / 1_000_000
        );
        Self::new(413, "fichier-trop-lourd", "Le fichier est trop lourd", detail)
    }
}
