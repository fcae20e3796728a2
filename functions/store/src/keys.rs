//! Every object we ever store: its shelf, its path, its content type. Nothing else writes a path.

use domain::aggregate::person::Range;
use domain::upload::{Dataset, Request};
use domain::vocabulary::{Organisation, SchoolYear};

/// A bucket. Who may read which is said in `infra/README.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// Files as the CFAs send them. Short retention.
    Inbox,
    /// Records, identities, indicators, reference tables. Private.
    Lake,
    /// What each deposit was answered. Expires.
    Reports,
    /// What the public reads.
    Site,
}

/// One stored object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A file as it was sent.
    Deposit {
        /// Deposit number.
        id: String,
    },
    /// What its sender asks of a deposit. Written once.
    Request {
        /// Deposit number.
        id: String,
        /// What is asked.
        what: Request,
    },
    /// The answer to a deposit, for programs.
    Report {
        /// Deposit number.
        id: String,
        /// Digest of the report: a late worker cannot write over the answer that is read.
        version: String,
    },
    /// The answer to a deposit, for people: a page, workbooks.
    Answer {
        /// Deposit number.
        id: String,
        /// Digest of the report beside it.
        version: String,
        /// Name of the file.
        name: String,
    },
    /// A version of a reference dataset.
    Reference {
        /// Which dataset.
        dataset: Dataset,
        /// SHA-256 of its content, in hexadecimal.
        sha256: String,
    },
    /// The pseudonymous records of a deposit.
    Records(Lot),
    /// The identities of a deposit. Restricted.
    Identities(Lot),
    /// The records that count of one range of learners, brought together.
    Compact {
        /// What they are.
        dataset: Dataset,
        /// School year of the deposits.
        school_year: SchoolYear,
        /// Which learners.
        range: Range,
    },
    /// Says that the records of a deposit now count, or no longer do; or that a note changed: what wakes
    /// `aggregate`.
    Commit {
        /// Deposit number, or whose note it is.
        id: String,
    },
    /// What a run cut into ranges is about to count. Private.
    Plan {
        /// Digest of everything that makes it.
        run: String,
    },
    /// What a range of a run counted. Private.
    Partial {
        /// Digest of everything that makes the run.
        run: String,
        /// Which learners.
        range: Range,
        /// Name of the file.
        name: &'static str,
    },
    /// The exact figures of a run, before anything is withheld. Private.
    Indicators {
        /// Digest of everything that made them.
        run: String,
    },
    /// The same figures by the place where learners live. Private.
    Homes {
        /// Digest of everything that made them.
        run: String,
    },
    /// What happened each month. Private.
    Flows {
        /// Digest of everything that made them.
        run: String,
    },
    /// What became of each entry class. Private.
    Cohorts {
        /// Digest of everything that made them.
        run: String,
    },
    /// What made a run: written last, wakes `publish`.
    Run {
        /// Digest of everything that made it.
        run: String,
    },
    /// What a publication showed, before anything was withheld, and what was told before: what the
    /// next one is held against. Private.
    Shown {
        /// Digest of the publication.
        version: String,
        /// Name of the file.
        name: &'static str,
    },
    /// A file of a publication, at its public path under `/v/{version}/`.
    Published {
        /// Digest of the publication.
        version: String,
        /// Path below the version, without a leading slash.
        path: String,
    },
    /// Which publication the public reads now.
    Latest,
}

/// What names the Parquet files of a deposit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lot {
    /// What the deposit holds.
    pub dataset: Dataset,
    /// School year of the deposit.
    pub school_year: SchoolYear,
    /// Who sent it.
    pub organisation: Organisation,
    /// Deposit number.
    pub deposit: String,
}

impl Lot {
    fn path(&self, prefix: &str) -> String {
        let Self { dataset, school_year, organisation, deposit } = self;
        let uai = organisation.uai;
        format!(
            "{prefix}/{dataset}/annee_scolaire={school_year}/uai={uai}/deposit={deposit}.parquet"
        )
    }
}

/// Prefix of the keys whose arrival wakes `validate`.
pub const DEPOSITS: &str = "depots/";
/// Prefix of the requests, which wake `validate` too.
pub const REQUESTS: &str = "demandes/";
/// Prefix of the keys whose arrival wakes `aggregate`.
pub const COMMITS: &str = "commits/";
/// Prefix of the keys whose arrival wakes `publish`.
pub const RUNS: &str = "runs/";

impl Key {
    /// The bucket it rests in.
    pub fn shelf(&self) -> Shelf {
        match self {
            Self::Deposit { .. } | Self::Request { .. } => Shelf::Inbox,
            Self::Report { .. } | Self::Answer { .. } => Shelf::Reports,
            Self::Reference { .. }
            | Self::Records(_)
            | Self::Identities(_)
            | Self::Compact { .. }
            | Self::Commit { .. }
            | Self::Plan { .. }
            | Self::Partial { .. }
            | Self::Indicators { .. }
            | Self::Homes { .. }
            | Self::Flows { .. }
            | Self::Cohorts { .. }
            | Self::Run { .. }
            | Self::Shown { .. } => Shelf::Lake,
            Self::Published { .. } | Self::Latest => Shelf::Site,
        }
    }

    /// Its path in the bucket.
    pub fn path(&self) -> String {
        match self {
            Self::Deposit { id } => format!("{DEPOSITS}{id}"),
            Self::Request { id, what } => format!("{REQUESTS}{id}/{what}.json"),
            Self::Report { id, version } => format!("reports/{id}/{version}/report.json"),
            Self::Answer { id, version, name } => format!("reports/{id}/{version}/{name}"),
            Self::Reference { dataset, sha256 } => format!("reference/{dataset}/{sha256}.csv"),
            Self::Records(lot) => lot.path("records"),
            Self::Identities(lot) => lot.path("identities"),
            Self::Compact { dataset, school_year, range } => {
                format!("compact/{dataset}/annee_scolaire={school_year}/plage={range}.parquet")
            }
            Self::Commit { id } => format!("{COMMITS}{id}.json"),
            Self::Plan { run } => format!("partials/{run}/plan.json"),
            Self::Partial { run, range, name } => format!("partials/{run}/plage={range}/{name}"),
            Self::Indicators { run } => format!("indicators/{run}/indicateurs.parquet"),
            Self::Homes { run } => format!("indicators/{run}/domicile.parquet"),
            Self::Flows { run } => format!("indicators/{run}/flux.parquet"),
            Self::Cohorts { run } => format!("indicators/{run}/cohortes.parquet"),
            Self::Run { run } => format!("{RUNS}{run}.json"),
            Self::Shown { version, name } => format!("shown/{version}/{name}"),
            Self::Published { version, path } => format!("v/{version}/{path}"),
            Self::Latest => "latest.json".to_owned(),
        }
    }

    /// What a browser or a tool is told it is.
    pub fn content_type(&self) -> &'static str {
        let path = self.path();
        match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => "application/json",
            Some("csv") => "text/csv; charset=utf-8",
            Some("parquet") => "application/vnd.apache.parquet",
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("png") => "image/png",
            Some("svg") => "image/svg+xml",
            Some("woff2") => "font/woff2",
            Some("txt") => "text/plain; charset=utf-8",
            Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Some("xml") => "application/xml",
            Some("jsonld") => "application/ld+json",
            Some("atom") => "application/atom+xml; charset=utf-8",
            Some("ics") => "text/calendar; charset=utf-8",
            _ => "application/octet-stream",
        }
    }

    /// The deposit number of an inbox path, if it is one.
    pub fn deposit_of(path: &str) -> Option<&str> {
        path.strip_prefix(DEPOSITS).filter(|id| !id.is_empty() && !id.contains('/'))
    }

    /// The deposit number of a request's path, and what is asked, if it is one.
    pub fn request_of(path: &str) -> Option<(&str, Request)> {
        let (id, what) = path.strip_prefix(REQUESTS)?.strip_suffix(".json")?.split_once('/')?;
        (!id.is_empty()).then_some(())?;
        Some((id, what.parse().ok()?))
    }

    /// The run of a `runs/` path, if it is one.
    pub fn run_of(path: &str) -> Option<&str> {
        path.strip_prefix(RUNS)?.strip_suffix(".json")
    }
}
