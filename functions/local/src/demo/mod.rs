//! The demonstration: what a first start is filled with.
//!
//! Nothing is put in place behind the line's back. Fictional centres are listed, a deposit key is
//! made for them, and their files go through the public door as anyone's would.

mod dice;
mod people;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use domain::upload::hex;
use domain::vocabulary::{Day, Organisation, Reference};
use sha2::{Digest, Sha256};

use crate::client::{Client, Declaration};
use people::{Centre, List};

/// How many files are on their way at once.
const SENDERS: usize = 4;
/// How long one file may take before the demonstration gives up.
const PATIENCE: Duration = Duration::from_mins(2);

/// The fictional centres and their lists on one day.
#[derive(Debug)]
pub struct Demo {
    centres: Vec<Centre>,
    lists: Vec<List>,
}

impl Demo {
    /// The demonstration of this day.
    pub fn of(today: Day) -> Self {
        let centres = people::centres();
        let lists = people::lists(&centres, today);
        Self { centres, lists }
    }

    /// The centres as the public directory would list them.
    pub fn reference() -> Reference {
        people::reference(&people::centres())
    }

    /// The centres, the largest first.
    pub fn organisations(&self) -> Vec<Organisation> {
        self.centres.iter().map(|centre| centre.organisation).collect()
    }

    /// How many files are sent.
    pub fn files(&self) -> usize {
        self.lists.len()
    }

    /// How many rows they hold.
    pub fn rows(&self) -> usize {
        self.lists.iter().map(|list| list.rows).sum()
    }

    /// A file to try the drop page with, and who may send it.
    pub fn sample(&self) -> Option<(Organisation, &[u8])> {
        let first = self.centres.first()?.organisation;
        let list = self.lists.iter().rfind(|list| list.organisation == first)?;
        Some((first, &list.bytes))
    }

    /// Sends every file and waits for every answer; says each one that is done.
    pub fn send(&self, client: &Client, done: impl Fn() + Sync) -> anyhow::Result<()> {
        let (next, failure) = (AtomicUsize::new(0), Mutex::new(None));
        let work = || {
            while let Some(list) = self.lists.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Err(error) = list.send(client) {
                    next.store(self.lists.len(), Ordering::Relaxed);
                    if let Ok(mut failure) = failure.lock() {
                        failure.get_or_insert(error);
                    }
                    return;
                }
                done();
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..SENDERS {
                scope.spawn(work);
            }
        });
        match failure.into_inner() {
            Ok(Some(error)) => Err(error),
            _ => Ok(()),
        }
    }
}

impl List {
    fn send(&self, client: &Client) -> anyhow::Result<()> {
        let size_bytes = self.bytes.len() as u64;
        let declaration = Declaration {
            organisme: Some(self.organisation.to_string()),
            dataset: "effectifs".to_owned(),
            school_year: self.school_year.to_string(),
            mode: "complete".to_owned(),
            file_name: self.file_name.clone(),
            size_bytes,
            sha256: hex(&Sha256::digest(&self.bytes)),
            again: false,
        };
        let opened = client.open(&declaration).with_context(|| self.file_name.clone())?;
        // A start that was interrupted may have sent it already.
        if let Some(upload) = &opened.upload {
            client
                .upload(upload, size_bytes, &mut self.bytes.as_slice())
                .with_context(|| self.file_name.clone())?;
        }
        let judged =
            client.wait(&opened.deposit, PATIENCE).with_context(|| self.file_name.clone())?;
        if !judged.accepted {
            let cause = &judged.report["findings"][0]["message"];
            bail!("{} a été refusé : {cause}", self.file_name);
        }
        Ok(())
    }
}
