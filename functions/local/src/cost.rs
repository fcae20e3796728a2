//! What the line costs on AWS, in a month. Calls are those that `tests/line/cost.rs` counts at each step;
//! prices are in one table, with where they come from. Nothing here asks AWS anything.

use store::Calls;

/// Nights of a month.
const NIGHTS: f64 = 30.0;

/// A price, in dollars.
#[derive(Debug, Clone, Copy)]
pub struct Price {
    /// What is paid.
    pub what: &'static str,
    /// Dollars for one.
    pub usd: f64,
    /// The page that gives it.
    pub source: &'static str,
}

/// When these were written down: list prices as they were then known, without the free tier. No test can
/// read the pages, and Paris is dearer than the region they are best known of: S3 by a twentieth, `DynamoDB`
/// by a fifth, which is in the figures. To check before a budget is promised.
pub const PRICES_OF: &str = "2026-11";

macro_rules! prices {
    ($($name:ident = $usd:expr, $what:literal, $source:literal;)*) => {
        $(
            #[doc = $what]
            pub const $name: Price = Price { what: $what, usd: $usd, source: $source };
        )*
        /// Every price.
        pub const PRICES: &[Price] = &[$($name),*];
    };
}

prices! {
    S3_WRITE = 5.3e-6, "requête S3 qui écrit", "aws.amazon.com/s3/pricing";
    S3_READ = 4.2e-7, "requête S3 qui lit", "aws.amazon.com/s3/pricing";
    S3_GB_MONTH = 0.024, "Go gardé un mois dans S3", "aws.amazon.com/s3/pricing";
    INDEX_WRITE = 7.5e-7, "unité d’écriture de l’index", "aws.amazon.com/dynamodb/pricing/on-demand";
    INDEX_READ = 1.5e-7, "unité de lecture de l’index", "aws.amazon.com/dynamodb/pricing/on-demand";
    LAMBDA_GB_SECOND = 1.33334e-5, "Go-seconde de Lambda arm64", "aws.amazon.com/lambda/pricing";
    LAMBDA_CALL = 2.0e-7, "appel de Lambda", "aws.amazon.com/lambda/pricing";
    API_CALL = 1.17e-6, "requête à l’API HTTP", "aws.amazon.com/api-gateway/pricing";
    QUEUE_CALL = 4.0e-7, "requête SQS", "aws.amazon.com/sqs/pricing";
    LOG_GB = 0.60, "Go de journaux reçu", "aws.amazon.com/cloudwatch/pricing";
    METRIC = 0.30, "mesure gardée un mois", "aws.amazon.com/cloudwatch/pricing";
    ALARM = 0.10, "alarme, un mois", "aws.amazon.com/cloudwatch/pricing";
    KEY = 1.00, "clé KMS, un mois", "aws.amazon.com/kms/pricing";
    SECRET = 0.40, "secret, un mois", "aws.amazon.com/secrets-manager/pricing";
}

/// What one deposit asks of S3 and of the index, from the door to its judgement: a complete list without
/// a fault, which replaces another.
#[derive(Debug, Clone, Copy)]
pub struct Deposit {
    /// The door opens it.
    pub opened: Calls,
    /// The file is sent: the only call that is not a function's.
    pub sent: Calls,
    /// The file is judged.
    pub judged: Calls,
    /// Its sender reads what it was answered.
    pub read: Calls,
}

const fn calls(puts: u64, gets: u64, write_units: f64, read_units: f64) -> Calls {
    Calls { puts, gets, write_units, read_units }
}

/// Counted by `tests/line/cost.rs`.
pub const DEPOSIT: Deposit = Deposit {
    opened: calls(0, 0, 4.0, 2.0),
    sent: calls(1, 0, 0.0, 0.0),
    judged: calls(5, 2, 6.0, 3.0),
    read: calls(0, 4, 0.0, 3.0),
};

/// What a night asks: something whatever comes, and something more for each organisation.
#[derive(Debug, Clone, Copy)]
pub struct Night {
    /// Whatever comes.
    pub fixed: Calls,
    /// For each organisation that sent a list since the last one.
    pub each: Calls,
}

/// Of `aggregate`, at most, counted by `tests/line/cost.rs`. The list of what counts is read whole: ten
/// organisations fill what one unit reads.
pub const COUNTED: Night = Night { fixed: calls(6, 3, 0.0, 3.0), each: calls(0, 1, 0.0, 0.1) };

/// Of `publish`, at most, counted by `tests/line/cost.rs`: four files for each organisation, and those of the
/// places, the levels and the certifications. There are 455 of these where one department has figures; a
/// whole country is taken to have 3,000.
pub const PUBLISHED: Night =
    Night { fixed: calls(3_000, 10, 0.0, 0.0), each: calls(4, 0, 0.0, 0.0) };

/// How often a sender asks whether its file is judged.
const LOOKS: f64 = 2.0;
/// What one look or one opening takes of `upload`, in seconds, at 256 MB.
const DOOR_SECONDS: f64 = 0.1;
/// What judging a list takes, waiting for storage included, at 1,024 MB; and for each of its rows.
const JUDGED_SECONDS: (f64, f64) = (0.3, 1.0e-5);
/// What counting and publishing the country are taken to last, in seconds, and their memory in GB. Their
/// time-outs are five minutes: at worst, half a dollar more.
const COUNTED_LASTS: (f64, f64) = (60.0, 3008.0 / 1024.0);
const PUBLISHED_LASTS: (f64, f64) = (120.0, 1769.0 / 1024.0);
/// What a row weighs, in bytes: as it is sent, in the inbox; as records and identities, compressed.
const ROW_SENT: f64 = 300.0;
const ROW_KEPT: f64 = 100.0;
/// What an answer weighs, in bytes.
const ANSWER: f64 = 40_000.0;
/// What a publication weighs, in bytes, for each organisation: 529 MB for 3,000 (functions/README.md).
const PUBLICATION_EACH: f64 = 176_000.0;
/// What the functions log of one deposit, in bytes, metrics included.
const LOGGED: f64 = 6_000.0;
/// Metrics of ours that are sent in the hours of the day when files come, and those of the night alone; they
/// are paid for the hours in which they are sent.
const METRICS: (f64, f64) = (17.0, 14.0);
const HOURS: (f64, f64) = (4.0, 1.0);
/// Requests to SQS for a message: sent, received, deleted, at three queues at most. The polling of empty
/// queues: five at once, every twenty seconds, for each of the five event sources.
const QUEUE_EACH: f64 = 9.0;
const QUEUE_EMPTY: f64 = 5.0 * 5.0 * 3.0 * 60.0 * 24.0 * NIGHTS;

/// How large the country is.
#[derive(Debug, Clone, Copy)]
pub struct Country {
    /// Organisations that send lists.
    pub organisations: u32,
    /// Learners in all of them.
    pub learners: u32,
    /// Lists that each sends in a month.
    pub deposits_a_month: u32,
}

/// One line of the bill.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What is paid for.
    pub what: &'static str,
    /// Whether it is paid even when nothing comes.
    pub standing: bool,
    /// Dollars a month.
    pub usd: f64,
}

/// The bill of a month, once it has run for so many months: only what is kept grows.
pub fn month(country: &Country, months: u32) -> Vec<Entry> {
    let organisations = f64::from(country.organisations);
    let learners = f64::from(country.learners);
    let each = f64::from(country.deposits_a_month);
    let deposits = organisations * each;
    // A list that comes twice a night is counted once: at most one change a night.
    let changed = organisations * each.min(NIGHTS) / NIGHTS;

    let Deposit { opened, sent, judged, read } = DEPOSIT;
    let deposit = requests(opened) + requests(sent) + requests(judged) + LOOKS * requests(read);
    let counted = requests(COUNTED.fixed) + changed * requests(COUNTED.each);
    let published = requests(PUBLISHED.fixed) + organisations * requests(PUBLISHED.each);

    let rows = learners / organisations.max(1.0);
    let (still, row) = JUDGED_SECONDS;
    let door = deposits * (1.0 + LOOKS) * (DOOR_SECONDS * 0.25 * LAMBDA_GB_SECOND.usd);
    let judging = deposits * (still + row * rows) * LAMBDA_GB_SECOND.usd;
    let lasts = |(seconds, gigabytes): (f64, f64)| seconds * gigabytes * LAMBDA_GB_SECOND.usd;
    let nights = NIGHTS * (lasts(COUNTED_LASTS) + lasts(PUBLISHED_LASTS));
    let invocations = (deposits * (2.0 + LOOKS) + 3.0 * NIGHTS) * LAMBDA_CALL.usd;
    let compute = door + judging + nights + invocations;

    let gigabytes = |bytes: f64| bytes / 1e9 * S3_GB_MONTH.usd;
    let of_a_month = each * learners;
    let inbox = gigabytes(of_a_month * ROW_SENT);
    let reports = gigabytes(deposits * ANSWER * f64::from(months.min(6)));
    let lake = gigabytes(of_a_month * ROW_KEPT * f64::from(months));
    let versions = gigabytes(organisations * PUBLICATION_EACH * NIGHTS * f64::from(months));

    let entry = |what, usd| Entry { what, standing: false, usd };
    let standing = |what, usd| Entry { what, standing: true, usd };
    let hours = |metrics: f64, hours: f64| metrics * METRIC.usd * hours / 24.0;
    vec![
        entry("dépôts : requêtes à S3 et à l’index", deposits * deposit),
        entry("comptage de la nuit : requêtes", NIGHTS * counted),
        entry("publication de la nuit : requêtes", NIGHTS * published),
        entry("calcul (Lambda)", compute),
        entry("porte des dépôts (API HTTP)", deposits * (1.0 + LOOKS) * API_CALL.usd),
        entry("fichiers reçus, trente jours", inbox),
        entry("réponses, six mois", reports),
        entry("enregistrements et identités gardés", lake),
        entry("publications gardées", versions),
        entry("journaux", deposits * LOGGED / 1e9 * LOG_GB.usd),
        entry("files d’attente", deposits * QUEUE_EACH * QUEUE_CALL.usd),
        entry("mesures", hours(METRICS.0, HOURS.0) + hours(METRICS.1, HOURS.1)),
        standing("clés de chiffrement", 3.0 * KEY.usd),
        standing("secrets", 2.0 * SECRET.usd),
        standing("alarmes", 13.0 * ALARM.usd),
        standing("files d’attente interrogées à vide", QUEUE_EMPTY * QUEUE_CALL.usd),
    ]
}

/// What these calls cost.
fn requests(calls: Calls) -> f64 {
    calls.puts as f64 * S3_WRITE.usd
        + calls.gets as f64 * S3_READ.usd
        + calls.write_units * INDEX_WRITE.usd
        + calls.read_units * INDEX_READ.usd
}

/// What is paid for what comes, and what is paid anyway.
pub fn sums(entries: &[Entry]) -> (f64, f64) {
    let sum = |standing| {
        entries.iter().filter(|one| one.standing == standing).map(|one| one.usd).sum::<f64>()
    };
    (sum(false), sum(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_the_deposits_cost_twice_and_what_stands_does_not_move() {
        let country = Country { organisations: 3_000, learners: 1_000_000, deposits_a_month: 4 };
        let twice = Country { deposits_a_month: 8, ..country };
        let (once, twice) = (month(&country, 1), month(&twice, 1));
        assert!(
            (twice[0].usd / once[0].usd - 2.0).abs() < 1e-9,
            "{} {}",
            once[0].usd,
            twice[0].usd
        );
        assert!((sums(&once).1 - sums(&twice).1).abs() < 1e-9);
        let (later, first) = (month(&country, 12), month(&country, 1));
        let kept = |entries: &[Entry]| entries[8].usd;
        assert!((kept(&later) / kept(&first) - 12.0).abs() < 1e-9);
    }
}
