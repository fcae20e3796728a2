//! The parts pages are made of: one file per figure, table or frame.

pub mod barres;
#[cfg(feature = "ssr")]
pub mod cadre;
pub mod carte;
pub mod chiffres;
pub mod classement;
pub mod courbe;
pub mod lignes;
#[cfg(feature = "ssr")]
pub mod machines;
pub mod mouvements;
pub mod objectif;
pub mod promotions;
pub mod tableau;
pub mod telecharger;
pub mod valeur;
