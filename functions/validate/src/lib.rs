//! A file lands; it is judged row by row. Its sender takes it back, or confirms it.
//!
//! | | |
//! | --- | --- |
//! | wakes on | `ObjectCreated` under `depots/` and `demandes/`, through a queue; what died in that queue |
//! | reads | the file, the deposit, the list of organisations, the records that count for its sender |
//! | leaves | the report; when it is good, records, identities, one index transaction, a commit |
//! | run twice | same bytes to the same keys; only the first judgement counts |
//! | fails when | the store fails; never because the file is bad |
//!
//! Nothing else moves what counts: a withdrawal and a confirmation are requests that land in the
//! inbox like a file. The report says what changed beside what counted, so its bytes depend on the
//! moment: it is named by its own digest, and the transaction names the one that is read.

#[cfg(feature = "lambda")]
pub mod answer;
pub mod check;
mod digest;
#[cfg(feature = "lambda")]
mod handler;
pub mod read;
#[cfg(feature = "lambda")]
pub mod reference;
pub mod report;

#[cfg(feature = "lambda")]
pub use handler::{Desk, Moved, handle, metrics, run};
