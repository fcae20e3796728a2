//! The state folder: what is kept between two starts, and who holds it.
//!
//! ```text
//! .tableau/
//!   lock             held by the process that runs the line
//!   secrets.json     made at random on the first start, readable by its owner alone
//!   cloud/           objects, index, queues ([`crate::aws`])
//!   running.json     where the line listens, while it runs
//!   last-night       the last day that was counted on schedule
//!   functions.log    what the functions say
//! ```

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

/// A state folder.
#[derive(Debug)]
pub struct State {
    folder: PathBuf,
}

/// The right to run the line on a state folder, for as long as it lives.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "dropping it releases the lock")] File);

/// What protects the line. Never printed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    /// Who signs requests to S3 and `DynamoDB`.
    pub access_key_id: String,
    /// With what.
    pub secret_access_key: String,
    /// Key of the learner keys: 64 hexadecimal digits.
    pub learner_key_secret: String,
    /// Key that signs publications: 64 hexadecimal digits. A folder of before has none yet.
    #[serde(default)]
    pub publication_key_secret: String,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// Where a running line listens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Running {
    /// The address of the web server.
    pub web: String,
    /// The address of the storage, for the commands that read it.
    pub s3: String,
    /// The address of the index.
    pub dynamodb: String,
}

impl State {
    /// The state kept in this folder, made when it does not exist.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("make the state folder {}", folder.display()))?;
        let folder = fs::canonicalize(folder).context("find the state folder")?;
        Ok(Self { folder })
    }

    /// Takes the folder for this process; `None` when another one runs the line on it.
    pub fn hold(&self) -> anyhow::Result<Option<Held>> {
        let path = self.path("lock");
        let file = File::options().create(true).truncate(false).write(true).open(path);
        let file = file.context("open the lock of the state folder")?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Held(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).context("lock the state folder"),
        }
    }

    /// The secrets, made at random the first time.
    pub fn secrets(&self) -> anyhow::Result<Secrets> {
        let path = self.path("secrets.json");
        let mut secrets = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).context("read the secrets")?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Secrets {
                access_key_id: format!("LOCAL{}", random_hex(8)?.to_uppercase()),
                secret_access_key: random_hex(20)?,
                learner_key_secret: random_hex(32)?,
                publication_key_secret: String::new(),
            },
            Err(error) => return Err(error).context("read the secrets"),
        };
        if secrets.publication_key_secret.is_empty() {
            secrets.publication_key_secret = random_hex(32)?;
            self.write("secrets.json", &serde_json::to_vec_pretty(&secrets)?)?;
        }
        Ok(secrets)
    }

    /// Where the line that holds this folder listens.
    pub fn running(&self) -> anyhow::Result<Running> {
        let Ok(bytes) = fs::read(self.path("running.json")) else {
            bail!("la ligne démarre ; réessayez dans un instant");
        };
        serde_json::from_slice(&bytes).context("read where the line listens")
    }

    /// Says where the line listens, or that it no longer does.
    pub fn set_running(&self, running: Option<&Running>) -> anyhow::Result<()> {
        match running {
            Some(running) => self.write("running.json", &serde_json::to_vec_pretty(running)?),
            None => match fs::remove_file(self.path("running.json")) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(error).context("remove running.json")
                }
                _ => Ok(()),
            },
        }
    }

    /// A path of the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file whole or not at all, for its owner alone.
    pub fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        use std::os::unix::fs::OpenOptionsExt;
        let (path, draft) = (self.path(name), self.path(&format!("{name}.new")));
        let write = || -> io::Result<()> {
            let _ = fs::remove_file(&draft);
            let mut file = File::options().create_new(true).write(true).mode(0o600).open(&draft)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&draft, &path)
        };
        write().with_context(|| format!("write {}", path.display()))
    }
}

/// That many random bytes, in hexadecimal.
pub fn random_hex(bytes: usize) -> anyhow::Result<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).context("ask the system for random bytes")?;
    Ok(domain::upload::hex(&random))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_are_made_once_and_kept_from_others() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(folder.path()).unwrap();
        let first = state.secrets().unwrap();
        assert_eq!(first.learner_key_secret.len(), 64);
        let again = state.secrets().unwrap();
        assert_eq!(again.learner_key_secret, first.learner_key_secret);
        assert_eq!(again.publication_key_secret, first.publication_key_secret);
        // A folder of before publications were signed.
        let mut former = serde_json::to_value(&first).unwrap();
        former.as_object_mut().unwrap().remove("publication_key_secret");
        state.write("secrets.json", former.to_string().as_bytes()).unwrap();
        let completed = state.secrets().unwrap();
        assert_eq!(completed.learner_key_secret, first.learner_key_secret);
        assert_eq!(completed.publication_key_secret.len(), 64);
        assert_eq!(
            state.secrets().unwrap().publication_key_secret,
            completed.publication_key_secret
        );
        let mode = fs::metadata(state.path("secrets.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(format!("{first:?}"), "Secrets");
    }

    #[test]
    fn a_folder_is_held_by_one_line_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(folder.path()).unwrap();
        let held = state.hold().unwrap();
        assert!(held.is_some());
        assert!(state.hold().unwrap().is_none());
        drop(held);
        assert!(state.hold().unwrap().is_some());
    }
}
