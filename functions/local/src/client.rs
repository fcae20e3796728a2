//! What an ERP or a CFA does to send a file: ask, upload, wait. Over HTTP and nothing else.
//!
//! `tableau deposit` and the demonstration send through it; it knows nothing of the line but its
//! addresses, and works the same against a deployed one.

use std::io::Read;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ureq::{Agent, SendBody};

/// How often the state of a deposit is asked, at first and at most.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const SLOWEST_LOOK: Duration = Duration::from_secs(2);

/// A sender, with its key.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    origin: String,
    bearer: String,
}

/// What is declared before a file is sent.
#[derive(Debug, Clone, Serialize)]
pub struct Declaration {
    /// `UAI-SIRET`; a key of a single organisation says it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisme: Option<String>,
    /// What the file holds.
    pub dataset: String,
    /// `2026-2027`.
    pub school_year: String,
    /// `complete` or `additions`.
    pub mode: String,
    /// Name of the file.
    pub file_name: String,
    /// Its size.
    pub size_bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Whether to judge anew a file that was answered before.
    pub again: bool,
}

/// A deposit that was opened.
#[derive(Debug, Clone, Deserialize)]
pub struct Opened {
    /// Deposit number.
    pub deposit: String,
    /// How to send the file; none when the same one was answered before.
    pub upload: Option<Upload>,
}

/// How to send a file.
#[derive(Debug, Clone, Deserialize)]
pub struct Upload {
    /// The signed address.
    pub url: String,
    /// The headers that were signed with it.
    pub headers: std::collections::BTreeMap<String, String>,
}

/// A deposit that was judged.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Whether its records count.
    pub accepted: bool,
    /// The report (`design.md` §7).
    pub report: Value,
}

impl Client {
    /// A sender to the line at this origin, `https://tableau.example`.
    pub fn new(origin: &str, key: &str) -> Self {
        let origin = origin.trim_end_matches('/').to_owned();
        let here = ["http://127.0.0.1", "http://localhost"].iter().any(|it| origin.starts_with(it));
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_mins(1)));
        if here {
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), origin, bearer: format!("Bearer {key}") }
    }

    /// Declares a file.
    pub fn open(&self, declaration: &Declaration) -> anyhow::Result<Opened> {
        let url = format!("{}/depots", self.origin);
        let answer = self
            .agent
            .post(&url)
            .header("authorization", &self.bearer)
            .send_json(declaration)
            .with_context(|| format!("{} ne répond pas", self.origin))?;
        serde_json::from_value(said(answer)?).context("la réponse ne donne pas d'adresse d'envoi")
    }

    /// Sends the bytes to the signed address.
    pub fn upload(&self, upload: &Upload, size: u64, bytes: &mut dyn Read) -> anyhow::Result<()> {
        let mut request = self.agent.put(&upload.url);
        for (name, value) in &upload.headers {
            // ureq writes these two itself.
            if !["host", "content-length"].contains(&name.to_ascii_lowercase().as_str()) {
                request = request.header(name, value);
            }
        }
        let request = request.header("content-length", size.to_string());
        let mut answer =
            request.send(SendBody::from_reader(bytes)).context("l'envoi s'est interrompu")?;
        if !answer.status().is_success() {
            let said = answer.body_mut().read_to_string().unwrap_or_default();
            let code = said.split("<Code>").nth(1).and_then(|rest| rest.split('<').next());
            bail!(
                "l'envoi n'a pas été accepté ({}, {})",
                answer.status(),
                code.unwrap_or("sans motif")
            );
        }
        Ok(())
    }

    /// Waits until the deposit is judged, at most that long.
    pub fn wait(&self, id: &str, patience: Duration) -> anyhow::Result<Judged> {
        let url = format!("{}/depots/{id}", self.origin);
        let (started, mut pause) = (Instant::now(), FIRST_LOOK);
        loop {
            let answer = self
                .agent
                .get(&url)
                .header("authorization", &self.bearer)
                .call()
                .with_context(|| format!("{} ne répond plus", self.origin))?;
            let mut deposit = said(answer)?;
            let state = deposit["state"].as_str().unwrap_or_default().to_owned();
            if state != "opened" {
                let report = deposit["report"].take();
                let accepted = matches!(state.as_str(), "validated" | "superseded");
                return Ok(Judged { accepted, report });
            }
            if started.elapsed() > patience {
                bail!(
                    "le dépôt {id} est reçu mais n'est pas encore contrôlé ; son rapport sera à {url}"
                );
            }
            sleep(pause);
            pause = (pause * 3 / 2).min(SLOWEST_LOOK);
        }
    }
}

/// What an answer says, or the problem it describes (RFC 9457).
fn said(mut answer: ureq::http::Response<ureq::Body>) -> anyhow::Result<Value> {
    let status = answer.status();
    let said: Value = answer.body_mut().read_json().unwrap_or_default();
    if status.is_success() {
        return Ok(said);
    }
    match (said["title"].as_str(), said["detail"].as_str()) {
        (Some(title), Some(detail)) => bail!("{title} : {detail}"),
        (Some(only), None) | (None, Some(only)) => bail!("{only}"),
        (None, None) => bail!("le service a répondu {status}"),
    }
}
