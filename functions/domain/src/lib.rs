//! What the numbers mean. Pure: no clock, no environment, no network, no files, no async.
//!
//! The line, in one page. A CFA (training centre) asks to send a file ([`upload`]); the file's
//! rows become [`record::Record`]s and findings ([`validate`]); the records of every CFA and a
//! date become indicators ([`aggregate`]); indicators become what may be published ([`publish`]).
//! Each module here is the twin of the Lambda of the same name: the Lambda fetches and stores,
//! the twin thinks. The date is always an argument.
//!
//! # Words
//!
//! Legal French nouns stay French and are defined here once.
//!
//! - *apprenant*: a learner enrolled in a training by apprenticeship.
//! - *apprenti*: an apprenant with an apprenticeship contract in force on the day.
//! - *inscrit sans contrat*: enrolled, never had a contract, for 90 days at most.
//! - *rupturant*: had a contract, has none now, for 180 days at most.
//! - *abandon*: left: excluded, or without contract for longer than the above.
//! - *CFA*: centre de formation d'apprentis, a training centre. The *responsable* signs and answers
//!   for the training, the *formateur* trains (`domain.md` §1.3).
//! - *UAI*: the code of a school or centre; *SIRET*: the code of an establishment; *INE*: the
//!   national number of a student; *RNCP*, *CFD*: codes of a certification.
//! - *effectifs*: the list of a CFA's learners, the first dataset.

pub mod vocabulary;

pub mod record;

pub mod merge;

pub mod upload;

pub mod validate;

pub mod aggregate;

pub mod publish;
