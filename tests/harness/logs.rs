//! Every line that the line logs while the tests run is looked at: none names a learner, not even at
//! the most talkative level. A leak fails the test whose world ends next.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::EnvFilter;

/// What only the learners of the tests have: their first names, their addresses, their e-mail.
pub const CANARIES: [&str; 5] = ["Camille", "CAMILLE", "@exemple.fr", "rue du Test", "/05/2008"];

/// Everything of ours; of what we use, what it says on AWS.
const LEVELS: &str = "info,upload=trace,validate=trace,store=trace,aggregate=trace,publish=trace,\
                      domain=trace,local=trace,acceptance=trace";

static LISTENING: Once = Once::new();
static LINES: AtomicUsize = AtomicUsize::new(0);
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Listens to this process, from now on.
pub fn listen() {
    LISTENING.call_once(|| {
        let filter = EnvFilter::new(LEVELS);
        tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(|| Ear).init();
    });
}

/// How many lines were looked at.
pub fn lines() -> usize {
    LINES.load(Ordering::Relaxed)
}

/// The lines that named a learner.
pub fn leaks() -> Vec<String> {
    LEAKS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether a text says something of a learner of the tests.
pub fn names_a_learner(text: &str) -> bool {
    CANARIES.iter().any(|canary| text.contains(canary))
}

/// Where the lines go.
struct Ear;

impl io::Write for Ear {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LINES.fetch_add(1, Ordering::Relaxed);
        let text = String::from_utf8_lossy(line);
        if names_a_learner(&text) {
            LEAKS.lock().unwrap_or_else(PoisonError::into_inner).push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
