//! Twin of the Lambda `validate`: the rows of a sheet become records, identities and findings.
//!
//! A bad file is an answer, never an error. What stops a whole file is a [`Refusal`]; what stops a
//! row, changes a cell or is worth a look is a [`Finding`] raised by one of the [`rules`]. Every
//! cell ends as a typed value, an explicit empty, or a finding: nothing is dropped in silence.
//!
//! Not here: bytes. The Lambda reads texts and workbooks into [`Cell`]s.

mod cell;
mod changes;
mod columns;
mod draft;
mod email;
mod finding;
mod headers;
mod hidden;
mod judge;
mod namesakes;
mod preview;
pub mod reference;
mod refusal;
mod report;
pub mod rules;
pub mod schema;
mod seen;

pub use cell::{Cell, day_of_serial, looks_like_formula};
pub use changes::{Changes, ELSEWHERE, what_changed};
pub use columns::{CONTRACTS, Column, ContractColumns, Kind, Need, Privacy};
pub use finding::{Finding, Frictionless, Level, column_letters};
pub use headers::{Header, How, Layout, Recognised};
pub use hidden::holds_nir;
pub use judge::{Circumstances, Judge, Outcome, Row};
pub use preview::{OwnFigures, Preview, preview};
pub use refusal::{Holds, Refusal, thousands};
pub use report::{Columns, Counts, File, Group, Report, Tally, Verdict};
