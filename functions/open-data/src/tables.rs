//! What each published file holds: one description of its columns, and its rows in that order.
//!
//! The headers of the CSV and JSON files, the schema of the Parquet files, the sheets, the data
//! package and the dictionary of the site are all made from [`TABLES`], so that they cannot disagree.

use crate::taux;
use crate::v1::{
    Cohorte, Couverture, Dimension, Flux, Indicateur, Maille, Motif, Mouvement, NATURES, OpenData,
    Organisme, Revision, Serie, Valeur,
};

/// One published file, in its several formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name, before the extension.
    pub nom: &'static str,
    /// Its title, in French.
    pub titre: &'static str,
    /// What a row is and what is in the file, in French sentences.
    pub sens: &'static str,
    /// In the order of the file.
    pub colonnes: &'static [Colonne],
    /// The columns that tell a row from all the others.
    pub cle: &'static [&'static str],
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colonne {
    /// Its header.
    pub nom: &'static str,
    /// Its title, in French.
    pub titre: &'static str,
    /// What it means, in French sentences.
    pub sens: &'static str,
    /// What its cells are.
    pub genre: Genre,
    /// When a cell is empty, in French; none where no cell ever is.
    pub vide: Option<&'static str>,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genre {
    /// A civil day, ISO 8601.
    Jour,
    /// A text.
    Texte,
    /// A text of this shape: a regular expression of the whole cell.
    Code(&'static str),
    /// One of these words.
    Mot(&'static [&'static str]),
    /// A whole number of something: its unit, in French.
    Nombre(&'static str),
    /// A whole percentage, from 0 to 100.
    Pourcentage,
    /// A percentage with one decimal, from 0 to 100.
    PourcentageAuDixieme,
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cellule<'a> {
    /// A text; may be empty.
    Texte(&'a str),
    /// A day, ISO 8601; empty where there is none.
    Jour(&'a str),
    /// A number.
    Nombre(u32),
    /// Tenths.
    Dixiemes(u32),
    /// A number that is not given, and why. Its reason is in the column `motif` too.
    Masquee(Motif),
}

impl From<Valeur> for Cellule<'_> {
    fn from(valeur: Valeur) -> Self {
        match valeur {
            Valeur::Connue(nombre) => Self::Nombre(nombre),
            Valeur::Masquee(motif) => Self::Masquee(motif),
        }
    }
}

impl Cellule<'_> {
    /// A part, in tenths of a percent.
    fn dixiemes(part: Valeur) -> Self {
        match part {
            Valeur::Connue(dixiemes) => Self::Dixiemes(dixiemes),
            Valeur::Masquee(motif) => Self::Masquee(motif),
        }
    }
}

/// Every table of a publication.
pub const TABLES: [&Table; 7] =
    [&INDICATEURS, &TAUX, &FLUX, &COHORTES, &ORGANISMES, &COUVERTURE, &REVISIONS];

impl Table {
    /// The table of this name.
    pub fn nommee(nom: &str) -> Option<&'static Self> {
        TABLES.into_iter().find(|table| table.nom == nom)
    }

    /// Its headers, in order.
    pub fn entetes(&self) -> impl Iterator<Item = &'static str> {
        self.colonnes.iter().map(|colonne| colonne.nom)
    }
}

/// A column that is filled in every row.
const fn pleine(
    nom: &'static str,
    titre: &'static str,
    genre: Genre,
    sens: &'static str,
) -> Colonne {
    Colonne { nom, titre, sens, genre, vide: None }
}

const MAILLE: Colonne = pleine(
    "maille",
    "Niveau du territoire",
    Genre::Mot(Maille::MOTS),
    "Niveau du territoire : le pays, une région, une académie, un département, une zone d'emploi, un centre de formation (organisme).",
);

const MAILLE_DE_TERRITOIRE: Colonne = Colonne {
    genre: Genre::Mot(&["academie", "departement", "france", "region"]),
    sens: "Niveau du territoire : le pays, une région, une académie, un département.",
    ..MAILLE
};

const CODE: Colonne = pleine(
    "code",
    "Code du lieu",
    Genre::Texte,
    "FR, code de la région, de l'académie, du département ou de la zone d'emploi, ou UAI du centre (UAI-SIRET quand l'UAI est partagé).",
);

const LIBELLE: Colonne =
    pleine("libelle", "Nom du lieu", Genre::Texte, "Nom du territoire ou du centre.");

const DIMENSION: Colonne = pleine(
    "dimension",
    "Ventilation",
    Genre::Mot(Dimension::MOTS),
    "Ce qui ventile le nombre : ensemble quand rien ne le ventile, sinon le niveau, l'âge, le sexe…",
);

const MODALITE: Colonne = Colonne {
    nom: "modalite",
    titre: "Valeur de la ventilation",
    sens: "La part de la ventilation dont le nombre est donné.",
    genre: Genre::Texte,
    vide: Some("la ventilation est « ensemble »"),
};

const INDICATEUR: Colonne = pleine(
    "indicateur",
    "Indicateur",
    Genre::Mot(Indicateur::MOTS),
    "Ce qui est compté. Les jeunes en formation (apprenants) sont les apprentis, les inscrits sans contrat et les rupturants ; les sorties (abandons) n'en sont pas.",
);

const NON_PUBLIE: &str = "la valeur n'est pas publiée ; la colonne motif dit pourquoi";

const MOTIF: Colonne = Colonne {
    nom: "motif",
    titre: "Pourquoi la valeur manque",
    sens: "c : secret statistique ; nd : non disponible ; so : sans objet ; nc : non calculable.",
    genre: Genre::Mot(Motif::MOTS),
    vide: Some("rien ne manque"),
};

/// The figures.
pub const INDICATEURS: Table = Table {
    nom: "indicateurs",
    titre: "Les chiffres",
    sens: "Une ligne par date, lieu, ventilation et indicateur.",
    colonnes: &[
        pleine(
            "date",
            "Jour compté",
            Genre::Jour,
            "Jour compté : les fins de mois, puis le jour de la publication.",
        ),
        MAILLE,
        CODE,
        LIBELLE,
        DIMENSION,
        MODALITE,
        INDICATEUR,
        Colonne {
            nom: "valeur",
            titre: "Nombre de jeunes",
            sens: "Nombre de jeunes comptés ce jour-là.",
            genre: Genre::Nombre("jeunes"),
            vide: Some(NON_PUBLIE),
        },
        MOTIF,
    ],
    cle: &["date", "maille", "code", "dimension", "modalite", "indicateur"],
};

/// The rates.
pub const TAUX: Table = Table {
    nom: "taux",
    titre: "Les parts",
    sens: "Une ligne par date, lieu, ventilation et indicateur : la part de l'indicateur parmi les jeunes en formation, calculée sur les seuls nombres publiés. Les sorties n'en ont pas : elles ne sont pas des jeunes en formation.",
    colonnes: &[
        pleine(
            "date",
            "Jour compté",
            Genre::Jour,
            "Jour compté : les fins de mois, puis le jour de la publication.",
        ),
        MAILLE,
        CODE,
        LIBELLE,
        DIMENSION,
        MODALITE,
        Colonne {
            genre: Genre::Mot(taux::MOTS),
            sens: "L'indicateur dont la part est donnée.",
            ..INDICATEUR
        },
        Colonne {
            nom: "numerateur",
            titre: "Numérateur",
            sens: "Nombre de jeunes de l'indicateur, tel qu'il est publié dans les chiffres.",
            genre: Genre::Nombre("jeunes"),
            vide: Some("ce nombre n'est pas publié"),
        },
        Colonne {
            nom: "denominateur",
            titre: "Dénominateur",
            sens: "Nombre de jeunes en formation (apprenants), tel qu'il est publié dans les chiffres.",
            genre: Genre::Nombre("jeunes"),
            vide: Some("ce nombre n'est pas publié"),
        },
        Colonne {
            nom: "valeur_pct",
            titre: "Part, en %",
            sens: "100 × numérateur / dénominateur, arrondi au dixième le plus proche, et au dixième pair à égale distance.",
            genre: Genre::PourcentageAuDixieme,
            vide: Some(NON_PUBLIE),
        },
        Colonne {
            sens: "c : le numérateur ou le dénominateur est secret, ou la part serait de 0 ou de 100 % de moins de 20 jeunes ; nc : moins de 20 jeunes au dénominateur ; nd : non disponible ; so : sans objet.",
            ..MOTIF
        },
    ],
    cle: &["date", "maille", "code", "dimension", "modalite", "indicateur"],
};

/// The flows.
pub const FLUX: Table = Table {
    nom: "flux",
    titre: "Les mouvements",
    sens: "Une ligne par mois, territoire et mouvement : ce qui s'est passé dans le mois, une fois le mois fini. Un jeune qui entre, signe puis rompt compte une fois dans chacun. Les centres n'y sont pas.",
    colonnes: &[
        pleine("mois", "Mois", Genre::Jour, "Dernier jour du mois."),
        MAILLE_DE_TERRITOIRE,
        Colonne { sens: "FR, ou code de la région, de l'académie ou du département.", ..CODE },
        Colonne { sens: "Nom du territoire.", ..LIBELLE },
        pleine(
            "mouvement",
            "Mouvement",
            Genre::Mot(Mouvement::MOTS),
            "Ce qui est compté : les entrées en formation, les ruptures de contrat, les contrats qui ont commencé (signatures), les sorties (déclarées, ou après trop longtemps sans contrat).",
        ),
        Colonne {
            nom: "valeur",
            titre: "Nombre",
            sens: "Combien de fois dans le mois.",
            genre: Genre::Nombre("mouvements"),
            vide: Some(NON_PUBLIE),
        },
        Colonne {
            sens: "c : le nombre est secret, ou il ferait retrouver un chiffre qui l'est ; nd : non disponible ; so : sans objet ; nc : non calculable.",
            ..MOTIF
        },
    ],
    cle: &["mois", "maille", "code", "mouvement"],
};

/// The entry classes.
pub const COHORTES: Table = Table {
    nom: "cohortes",
    titre: "Les promotions",
    sens: "Une ligne par promotion, territoire et délai : de ceux qui sont entrés en formation d'août à octobre, combien avaient un contrat 1, 3, 6, 9 et 12 mois après leur entrée. Un délai paraît quand il est passé pour toute la promotion.",
    colonnes: &[
        pleine(
            "promotion",
            "Promotion",
            Genre::Code("[0-9]{4}-[0-9]{4}"),
            "Année scolaire où ils sont entrés en formation, d'août à octobre. Ceux qui entrent plus tard ne sont d'aucune promotion.",
        ),
        MAILLE_DE_TERRITOIRE,
        Colonne { sens: "FR, ou code de la région, de l'académie ou du département.", ..CODE },
        Colonne { sens: "Nom du territoire.", ..LIBELLE },
        pleine(
            "mois",
            "Délai",
            Genre::Nombre("mois"),
            "Mois écoulés depuis l'entrée de chacun : 1, 3, 6, 9 ou 12.",
        ),
        Colonne {
            nom: "observes",
            titre: "Observés",
            sens: "Jeunes de la promotion dont la formation durait encore. Ceux qui sont sortis entre-temps en sont.",
            genre: Genre::Nombre("jeunes"),
            vide: Some(NON_PUBLIE),
        },
        Colonne {
            nom: "avec_contrat",
            titre: "Avec un contrat",
            sens: "Parmi eux, ceux qui avaient un contrat, ou étaient au terme de leur formation.",
            genre: Genre::Nombre("jeunes"),
            vide: Some(NON_PUBLIE),
        },
        Colonne {
            nom: "part_pct",
            titre: "Part, en %",
            sens: "100 × avec un contrat / observés, arrondi au dixième le plus proche, et au dixième pair à égale distance.",
            genre: Genre::PourcentageAuDixieme,
            vide: Some(NON_PUBLIE),
        },
        Colonne {
            sens: "Pourquoi la part manque. c : un nombre est secret, ou ferait retrouver un chiffre qui l'est ; nc : moins de 20 jeunes observés ; nd : non disponible ; so : sans objet.",
            ..MOTIF
        },
    ],
    cle: &["promotion", "maille", "code", "mois"],
};

const UAI: &str = "[0-9]{7}[A-Z]";

/// The organisations.
pub const ORGANISMES: Table = Table {
    nom: "organismes",
    titre: "Les centres de formation",
    sens: "Une ligne par centre recensé, avec le jour de son premier et de son dernier envoi.",
    colonnes: &[
        pleine(
            "uai",
            "UAI",
            Genre::Code(UAI),
            "Identifiant du centre au ministère de l'Éducation nationale.",
        ),
        pleine(
            "siret",
            "SIRET",
            Genre::Code("[0-9]{14}"),
            "Identifiant de l'établissement au répertoire des entreprises.",
        ),
        pleine("nom", "Nom", Genre::Texte, "Nom du centre."),
        pleine(
            "nature",
            "Nature",
            Genre::Mot(NATURES),
            "Ce que fait le centre : il répond de la formation, il la donne, ou les deux.",
        ),
        Colonne {
            nom: "code_commune",
            titre: "Commune",
            sens: "Commune du centre, code de l'Insee.",
            genre: Genre::Code("[0-9][0-9AB][0-9]{3}"),
            vide: Some("la commune n'est pas connue"),
        },
        Colonne {
            nom: "code_departement",
            titre: "Département",
            sens: "Département du centre, code de l'Insee.",
            genre: Genre::Code("[0-9][0-9AB]|9[78][0-9]"),
            vide: Some("le département n'est pas connu"),
        },
        Colonne {
            nom: "code_academie",
            titre: "Académie",
            sens: "Académie du centre, code du ministère de l'Éducation nationale.",
            genre: Genre::Code("[0-9]{2,3}"),
            vide: Some("le département n'est pas connu"),
        },
        Colonne {
            nom: "code_region",
            titre: "Région",
            sens: "Région du centre, code de l'Insee.",
            genre: Genre::Code("[0-9]{2,3}"),
            vide: Some("le département n'est pas connu"),
        },
        Colonne {
            nom: "code_zone_emploi",
            titre: "Zone d'emploi",
            sens: "Zone d'emploi du centre, code de l'Insee.",
            genre: Genre::Texte,
            vide: Some("la zone d'emploi n'est pas connue"),
        },
        Colonne {
            nom: "premiere_transmission",
            titre: "Premier envoi",
            sens: "Jour du premier envoi accepté.",
            genre: Genre::Jour,
            vide: Some("le centre n'a rien transmis"),
        },
        Colonne {
            nom: "derniere_transmission",
            titre: "Dernier envoi",
            sens: "Jour du dernier envoi accepté.",
            genre: Genre::Jour,
            vide: Some("le centre n'a rien transmis"),
        },
    ],
    cle: &["uai", "siret"],
};

/// The coverage.
pub const COUVERTURE: Table = Table {
    nom: "couverture",
    titre: "La couverture",
    sens: "Une ligne par territoire : ce que ses chiffres décrivent, le jour de la publication. Sous 80 % de centres qui ont transmis depuis trois mois, ils ne décrivent pas tout le territoire.",
    colonnes: &[
        pleine("date", "Jour de la publication", Genre::Jour, "Jour de la publication."),
        MAILLE_DE_TERRITOIRE,
        CODE,
        LIBELLE,
        pleine("organismes", "Centres", Genre::Nombre("centres"), "Centres recensés."),
        pleine(
            "transmetteurs",
            "Ont transmis",
            Genre::Nombre("centres"),
            "Centres qui ont transmis au moins une fois.",
        ),
        pleine(
            "transmetteurs_3_mois",
            "Depuis trois mois",
            Genre::Nombre("centres"),
            "Centres qui ont transmis depuis trois mois.",
        ),
        pleine(
            "transmetteurs_30_jours",
            "Depuis trente jours",
            Genre::Nombre("centres"),
            "Centres qui ont transmis depuis trente jours.",
        ),
        Colonne {
            nom: "apprenants_3_mois_pct",
            titre: "Part des jeunes, trois mois",
            sens: "Part des jeunes en formation qui sont dans les centres qui ont transmis depuis trois mois : pourcentage entier, arrondi au-dessous, calculé sur le dernier chiffre publié de chaque centre.",
            genre: Genre::Pourcentage,
            vide: Some(NON_PUBLIE),
        },
        Colonne {
            nom: "apprenants_30_jours_pct",
            titre: "Part des jeunes, trente jours",
            sens: "La même part, depuis trente jours.",
            genre: Genre::Pourcentage,
            vide: Some(NON_PUBLIE),
        },
        Colonne {
            sens: "c : plus d'un centre sur dix a un chiffre secret ; nd : aucun jeune n'est connu ; so : sans objet ; nc : non calculable.",
            ..MOTIF
        },
    ],
    cle: &["date", "maille", "code"],
};

/// The revisions.
pub const REVISIONS: Table = Table {
    nom: "revisions",
    titre: "Les révisions",
    sens: "Une ligne par chiffre passé qui n'est plus celui de sa première publication, quand les deux sont publiés et diffèrent d'au moins cinq jeunes. Un écart plus petit n'est pas distingué d'un écart nul.",
    colonnes: &[
        pleine("date", "Jour compté", Genre::Jour, "Jour compté : une fin de mois passée."),
        MAILLE,
        CODE,
        LIBELLE,
        DIMENSION,
        MODALITE,
        INDICATEUR,
        pleine(
            "publie_le",
            "Publié le",
            Genre::Jour,
            "Jour de la première publication du chiffre, une fois sa date passée.",
        ),
        pleine(
            "valeur_publiee",
            "Nombre d'alors",
            Genre::Nombre("jeunes"),
            "Nombre de jeunes à la fin de ce jour-là.",
        ),
        pleine(
            "valeur_actuelle",
            "Nombre d'aujourd'hui",
            Genre::Nombre("jeunes"),
            "Nombre de jeunes dans cette publication.",
        ),
    ],
    cle: &["date", "maille", "code", "dimension", "modalite", "indicateur"],
};

/// The rows of [`INDICATEURS`]: every date of each series.
pub fn indicateurs<'a>(
    dates: &'a [String],
    series: &'a [Serie],
) -> impl Iterator<Item = [Cellule<'a>; 9]> {
    series.iter().flat_map(move |serie| {
        dates.iter().zip(&serie.valeurs).map(|(date, valeur)| {
            [
                Cellule::Jour(date),
                Cellule::Texte(serie.maille.as_str()),
                Cellule::Texte(&serie.code),
                Cellule::Texte(&serie.libelle),
                Cellule::Texte(serie.dimension.as_str()),
                Cellule::Texte(&serie.modalite),
                Cellule::Texte(serie.indicateur.as_str()),
                (*valeur).into(),
                Cellule::Texte(valeur.motif().map_or("", Motif::as_str)),
            ]
        })
    })
}

/// The rows of [`TAUX`], in the order of the figures.
pub fn taux<'a>(
    dates: &'a [String],
    series: &'a [Serie],
) -> impl Iterator<Item = [Cellule<'a>; 11]> {
    taux::taux(series).flat_map(move |(serie, taux)| {
        dates.iter().zip(taux).map(move |(date, taux)| {
            [
                Cellule::Jour(date),
                Cellule::Texte(serie.maille.as_str()),
                Cellule::Texte(&serie.code),
                Cellule::Texte(&serie.libelle),
                Cellule::Texte(serie.dimension.as_str()),
                Cellule::Texte(&serie.modalite),
                Cellule::Texte(serie.indicateur.as_str()),
                taux.numerateur.into(),
                taux.denominateur.into(),
                Cellule::dixiemes(taux.dixiemes),
                Cellule::Texte(taux.dixiemes.motif().map_or("", Motif::as_str)),
            ]
        })
    })
}

/// The rows of [`FLUX`]: every month of each.
pub fn flux<'a>(mois: &'a [String], flux: &'a [Flux]) -> impl Iterator<Item = [Cellule<'a>; 7]> {
    flux.iter().flat_map(move |one| {
        mois.iter().zip(&one.valeurs).map(|(mois, valeur)| {
            [
                Cellule::Jour(mois),
                Cellule::Texte(one.maille.as_str()),
                Cellule::Texte(&one.code),
                Cellule::Texte(&one.libelle),
                Cellule::Texte(one.mouvement.as_str()),
                (*valeur).into(),
                Cellule::Texte(valeur.motif().map_or("", Motif::as_str)),
            ]
        })
    })
}

/// The rows of [`COHORTES`].
pub fn cohortes(cohortes: &[Cohorte]) -> impl Iterator<Item = [Cellule<'_>; 9]> {
    cohortes.iter().map(|one| {
        let part = one.part().dixiemes;
        [
            Cellule::Texte(&one.promotion),
            Cellule::Texte(one.maille.as_str()),
            Cellule::Texte(&one.code),
            Cellule::Texte(&one.libelle),
            Cellule::Nombre(one.mois),
            one.observes.into(),
            one.avec_contrat.into(),
            Cellule::dixiemes(part),
            Cellule::Texte(part.motif().map_or("", Motif::as_str)),
        ]
    })
}

/// The rows of [`ORGANISMES`].
pub fn organismes(organismes: &[Organisme]) -> impl Iterator<Item = [Cellule<'_>; 11]> {
    organismes.iter().map(|one| {
        [
            Cellule::Texte(&one.uai),
            Cellule::Texte(&one.siret),
            Cellule::Texte(&one.nom),
            Cellule::Texte(&one.nature),
            Cellule::Texte(&one.code_commune),
            Cellule::Texte(&one.code_departement),
            Cellule::Texte(&one.code_academie),
            Cellule::Texte(&one.code_region),
            Cellule::Texte(&one.code_zone_emploi),
            Cellule::Jour(&one.premiere_transmission),
            Cellule::Jour(&one.derniere_transmission),
        ]
    })
}

/// The rows of [`COUVERTURE`], on the day of the publication.
pub fn couvertures<'a>(
    data: &'a OpenData,
    couvertures: &'a [Couverture],
) -> impl Iterator<Item = [Cellule<'a>; 11]> {
    let date = data.dates.last().map_or("", String::as_str);
    couvertures.iter().map(move |one| {
        [
            Cellule::Jour(date),
            Cellule::Texte(one.maille.as_str()),
            Cellule::Texte(&one.code),
            Cellule::Texte(&one.libelle),
            Cellule::Nombre(one.organismes),
            Cellule::Nombre(one.transmetteurs),
            Cellule::Nombre(one.transmetteurs_3_mois),
            Cellule::Nombre(one.transmetteurs_30_jours),
            one.apprenants_3_mois_pct.into(),
            one.apprenants_30_jours_pct.into(),
            Cellule::Texte(one.motif().map_or("", Motif::as_str)),
        ]
    })
}

/// The rows of [`REVISIONS`].
pub fn revisions<'a>(
    revisions: impl IntoIterator<Item = &'a Revision>,
) -> impl Iterator<Item = [Cellule<'a>; 10]> {
    revisions.into_iter().map(|one| {
        [
            Cellule::Jour(&one.date),
            Cellule::Texte(one.maille.as_str()),
            Cellule::Texte(&one.code),
            Cellule::Texte(&one.libelle),
            Cellule::Texte(one.dimension.as_str()),
            Cellule::Texte(&one.modalite),
            Cellule::Texte(one.indicateur.as_str()),
            Cellule::Jour(&one.publie_le),
            Cellule::Nombre(one.valeur_publiee),
            Cellule::Nombre(one.valeur_actuelle),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_told_apart_and_its_key_is_of_its_columns() {
        for table in TABLES {
            assert_eq!(Table::nommee(table.nom), Some(table));
            let mut entetes: Vec<_> = table.entetes().collect();
            assert!(table.cle.iter().all(|cle| entetes.contains(cle)), "{}", table.nom);
            entetes.sort_unstable();
            entetes.dedup();
            assert_eq!(entetes.len(), table.colonnes.len(), "{}", table.nom);
        }
    }

    #[test]
    fn what_a_word_means_is_said_in_full() {
        for colonne in TABLES.iter().flat_map(|table| table.colonnes) {
            assert!(colonne.sens.ends_with(['.', '…']), "{}", colonne.nom);
            let Genre::Mot(mots) = colonne.genre else { continue };
            // A reason is a letter or two: each is explained.
            if mots == Motif::MOTS {
                let said = |mot: &&&str| colonne.sens.contains(&format!("{mot} : "));
                assert_eq!(mots.iter().find(|mot| !said(mot)), None, "{}", colonne.sens);
            }
        }
    }
}
