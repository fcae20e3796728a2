//! Points `latest.json` back to a former publication, and keeps it there until newer data come.

use anyhow::{Context as _, bail};
use store::{Key, Store};

use crate::revisions::manifest;
use crate::{Latest, read_latest};

/// What a rollback did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledBack {
    /// The publication that was read before.
    pub from: String,
    /// The publication that is read now.
    pub to: Latest,
}

/// Makes the public read this publication again; by default the last one of an earlier day.
///
/// Only the pointer moves, by one conditional write: no publication is touched. The runs that the
/// public had already seen do not publish again; one that has seen more does. Going forward to the
/// publication that was left first ends it.
pub async fn rollback(store: &Store, version: Option<&str>) -> anyhow::Result<RolledBack> {
    let (shown, tag) = read_latest(store).await?.context("nothing is published yet")?;
    let former = match version {
        Some(version) => Some(version.to_owned()),
        None => manifest(store, &shown.version).await?.remplace,
    };
    let former =
        former.context("this publication replaces none: there is nothing to go back to")?;
    if former == shown.version {
        bail!("the public already reads {former}");
    }
    let found =
        manifest(store, &former).await.context("only what was published can be read again")?;
    whole(store, &former, &found.fichiers).await?;
    let left = shown.rolled_back_from.unwrap_or(shown.version.clone());
    let to = Latest {
        version: former.clone(),
        run: found.calcul.run,
        // What the public has seen already is not shown again.
        revision: shown.revision,
        today: found.date,
        rolled_back_from: (left != former).then_some(left),
        losses_accepted: false,
    };
    store.objects.swap(&Key::Latest, Some(&tag), serde_json::to_vec_pretty(&to)?).await?;
    Ok(RolledBack { from: shown.version, to })
}

/// The operator's word that the publication which replaces the one that is read may lose more
/// organisations than [`crate::Refused`] allows. It is spent by that publication.
pub async fn accept_losses(store: &Store) -> anyhow::Result<Latest> {
    let (shown, tag) = read_latest(store).await?.context("nothing is published yet")?;
    let shown = Latest { losses_accepted: true, ..shown };
    store.objects.swap(&Key::Latest, Some(&tag), serde_json::to_vec_pretty(&shown)?).await?;
    Ok(shown)
}

/// Every file that its manifest names is there.
async fn whole(
    store: &Store,
    version: &str,
    files: &[crate::revisions::Listed],
) -> anyhow::Result<()> {
    for file in files {
        let key = Key::Published { version: version.to_owned(), path: file.path.clone() };
        if !store.objects.exists(&key).await? {
            bail!("{} is missing: this publication is not whole", key.path());
        }
    }
    Ok(())
}
