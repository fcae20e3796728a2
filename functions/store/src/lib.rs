//! Where everything rests. The only library that knows AWS, and the only one that writes a path
//! ([`keys`]). Handlers read as *fetch, think, store* through it.
//!
//! On AWS and on one machine it is the same code and the same SDK clients; only the endpoint
//! differs ([`config`]). An error here always means "try again": what a file says is never an error.

pub mod config;
pub mod keys;

mod calls;
mod clock;
mod columns;
mod compact;
mod error;
mod events;
mod index;
mod indicators;
mod metric;
mod movements;
mod objects;
mod partial;
mod persons;
mod records;
mod references;
mod run;
mod tables;
mod warm;

pub use calls::Calls;
pub use clock::{opened_day, paris_day, rfc3339};
pub use compact::{CompactReader, CompactWriter};
pub use config::Config;
pub use error::{Error, Kind, Result};
pub use events::{Arrival, ForeignMessage, Wake, sent_at_ms};
pub use index::{
    Current, CurrentReference, DepositKey, Index, KeyScope, Outcome, ProposedNote, PublicNote,
};
pub use indicators::{read_indicators, write_indicators};
pub use keys::{Key, Lot, Shelf};
pub use metric::{Metric, metric_line, metrics_line, say_metric};
pub use movements::{read_cohorts, read_flows, write_cohorts, write_flows};
pub use objects::{Found, Objects, SignedUpload};
pub use partial::{Partial, Plan};
pub use records::{LotWriter, read_records, write_identities, write_records};
pub use references::{Versions, read_reference, write_reference};
pub use run::{CODE, Counted, Run, Transmission};
pub use tables::{breakdown, dimension, level, maille, read_series, write_series, write_table};
pub use warm::before_the_first_event;

/// The clients of one process, built once at cold start.
#[derive(Debug, Clone)]
pub struct Store {
    /// Objects: S3.
    pub objects: Objects,
    /// The index: one `DynamoDB` table.
    pub index: Index,
    meter: calls::Meter,
}

impl Store {
    /// Builds the clients. Nothing is sent yet.
    pub fn new(config: &Config) -> Self {
        let meter = calls::Meter::default();
        let (objects, index) = (Objects::new(config, &meter), Index::new(config, &meter));
        Self { objects, index, meter }
    }

    /// Locks identities with this KMS key from now on; everything else keeps its bucket's.
    #[must_use]
    pub fn with_identities_key(self, arn: Option<String>) -> Self {
        Self { objects: self.objects.with_identities_key(arn), ..self }
    }

    /// What these clients asked until now.
    pub fn calls(&self) -> Calls {
        self.meter.read()
    }
}
