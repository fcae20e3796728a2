//! The types that cannot be wrong: parsed once at the door, trusted everywhere after.

pub mod certification;
pub mod commune;
pub mod day;
pub mod learner;
pub mod note;
pub mod organisation;
pub mod phone;
pub mod place;
pub mod references;
pub mod school_year;
pub mod siret;
pub mod territory;
pub mod uai;

pub use certification::{Cfd, Rncp};
pub use day::Day;
pub use learner::{KeySecret, LearnerKey};
pub use note::{LONGEST_NOTE, NotANote, Note};
pub use organisation::{Organisation, Reference};
pub use phone::Phone;
pub use references::References;
pub use school_year::SchoolYear;
pub use siret::Siret;
pub use uai::Uai;
