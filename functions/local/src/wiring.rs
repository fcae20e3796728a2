//! Who wakes whom, in the order a file travels: one table, the twin of `infra/template.yaml`.
//!
//! Nothing runs here. [`crate::runtime`] reads it to start the functions, [`crate::pump`] to feed
//! them, [`crate::line`] to build the queues and the notifications.

use std::time::Duration;

use store::keys::{self, Shelf};

/// A function of the line.
#[derive(Debug)]
pub struct Function {
    /// Its name: the crate, the folder, the Lambda.
    pub name: &'static str,
    /// What wakes it.
    pub wake: Wake,
    /// How long one invocation may last.
    pub timeout: Duration,
    /// Memory on AWS, in MB; here it is only told to the function.
    pub memory_mb: u32,
    /// How many invocations may run at once.
    pub concurrency: usize,
    /// The variables it reads, and no other.
    pub environment: &'static [&'static str],
}

/// What wakes a function.
#[derive(Debug)]
pub enum Wake {
    /// An HTTP request under `/depots`.
    Http,
    /// Messages of the queue that bears its name.
    Queue(Source),
}

/// What fills a queue, and how it is emptied.
#[derive(Debug)]
pub struct Source {
    /// The bucket whose new objects are announced.
    pub shelf: Shelf,
    /// Only the objects under these prefixes.
    pub prefixes: &'static [&'static str],
    /// Most messages in one invocation.
    pub batch_size: usize,
    /// How long a batch waits for company.
    pub batching_window: Duration,
    /// How long a message waits after its first failure; twice as long after each other one.
    pub first_retry: Duration,
    /// After that many receptions a message joins the dead letters.
    pub max_receives: u32,
    /// Whether the function reads what died in its queue too, and makes an answer of it.
    pub reads_dead_letters: bool,
}

/// The queue where the messages of a queue rest once they failed too often.
pub fn dead_letters(queue: &str) -> String {
    format!("{queue}-dead-letters")
}

/// The variables every function needs to speak to AWS.
macro_rules! environment {
    ($($name:literal),* $(,)?) => {
        &[
            "AWS_REGION",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ENDPOINT_URL_S3",
            "AWS_ENDPOINT_URL_DYNAMODB",
            $($name),*
        ]
    };
}

/// The line.
pub static LINE: [Function; 4] = [
    Function {
        name: "upload",
        wake: Wake::Http,
        timeout: Duration::from_secs(10),
        memory_mb: 256,
        concurrency: 2,
        environment: environment![
            "UPLOAD_ENDPOINT_URL",
            "INBOX_BUCKET",
            "REPORTS_BUCKET",
            "INDEX_TABLE",
        ],
    },
    Function {
        name: "validate",
        wake: Wake::Queue(Source {
            shelf: Shelf::Inbox,
            prefixes: &[keys::DEPOSITS, keys::REQUESTS],
            batch_size: 1,
            batching_window: Duration::ZERO,
            first_retry: Duration::from_secs(1),
            max_receives: 5,
            reads_dead_letters: true,
        }),
        timeout: Duration::from_mins(1),
        memory_mb: 1024,
        concurrency: 2,
        environment: environment![
            "INBOX_BUCKET",
            "LAKE_BUCKET",
            "REPORTS_BUCKET",
            "INDEX_TABLE",
            "LEARNER_KEY_SECRET",
            "DEAD_LETTERS_ARN",
        ],
    },
    Function {
        name: "aggregate",
        wake: Wake::Queue(Source {
            shelf: Shelf::Lake,
            prefixes: &[keys::COMMITS],
            batch_size: 1000,
            batching_window: Duration::from_secs(1),
            first_retry: Duration::from_secs(1),
            max_receives: 5,
            reads_dead_letters: false,
        }),
        timeout: Duration::from_mins(5),
        memory_mb: 3008,
        concurrency: 1,
        environment: environment!["LAKE_BUCKET", "INDEX_TABLE"],
    },
    Function {
        name: "publish",
        wake: Wake::Queue(Source {
            shelf: Shelf::Lake,
            prefixes: &[keys::RUNS],
            batch_size: 10,
            batching_window: Duration::ZERO,
            first_retry: Duration::from_secs(1),
            max_receives: 5,
            reads_dead_letters: false,
        }),
        timeout: Duration::from_mins(5),
        memory_mb: 1769,
        concurrency: 1,
        environment: environment![
            "LAKE_BUCKET",
            "SITE_BUCKET",
            "INDEX_TABLE",
            "PUBLICATION_KEY_SECRET",
            "PUBLICATION_RHYTHM",
            "SITE_ADDRESS",
        ],
    },
];

/// The `DynamoDB` table of the index.
pub const INDEX_TABLE: &str = "index";

/// The function that judges.
pub const VALIDATE: &str = "validate";

/// The function that counts: the nightly schedule knows it by this name.
pub const AGGREGATE: &str = "aggregate";

/// The name of a bucket here.
pub fn bucket(shelf: Shelf) -> &'static str {
    match shelf {
        Shelf::Inbox => "inbox",
        Shelf::Lake => "lake",
        Shelf::Reports => "reports",
        Shelf::Site => "site",
    }
}

/// Every bucket, in the order a file travels.
pub const SHELVES: [Shelf; 4] = [Shelf::Inbox, Shelf::Lake, Shelf::Reports, Shelf::Site];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_secret_is_known_to_one_function() {
        for (secret, holder) in
            [("LEARNER_KEY_SECRET", "validate"), ("PUBLICATION_KEY_SECRET", "publish")]
        {
            let knowing = LINE.iter().filter(|f| f.environment.contains(&secret));
            assert_eq!(knowing.map(|f| f.name).collect::<Vec<_>>(), [holder]);
        }
    }
}
