//! The public notes of organisations. Who sends one proposes it; only the operator makes it public, and
//! the sender takes it back at any time.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use domain::upload::Asked;
use domain::vocabulary::{Note, Organisation};

use super::{Index, Item, item, string, text, transact_update};
use crate::error::{Error, Kind, Result};

/// Partition of the notes that wait for the operator's word.
const PROPOSED: &str = "notes#proposees";
/// Partition of those that the public reads from the next publication on.
const PUBLIC: &str = "notes#publiques";

/// A note that waits for the operator's word, or had it and is not public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedNote {
    /// Whose page it is for.
    pub organisation: Organisation,
    /// What it says.
    pub note: Note,
    /// Who proposed it, and when.
    pub asked: Asked,
    /// Why the operator refused it.
    pub refused: Option<String>,
}

/// A note that the public reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicNote {
    /// On whose page.
    pub organisation: Organisation,
    /// What it says.
    pub note: Note,
}

impl Index {
    /// Proposes a note, in the place of the one proposed before.
    pub async fn propose_note(&self, proposed: &ProposedNote) -> Result<()> {
        let ProposedNote { organisation, note, asked, .. } = proposed;
        let attributes =
            [("note", text(&note.to_string())), ("at", text(&asked.at)), ("by", text(&asked.by))];
        let put = self.put(item(PROPOSED, &organisation.to_string(), attributes))?;
        self.transact("propose a note", vec![put]).await
    }

    /// Takes back what an organisation proposed and what the public reads of it.
    pub async fn remove_note(&self, organisation: Organisation) -> Result<()> {
        let action = "remove a note";
        let deletes = [PROPOSED, PUBLIC].map(|pk| self.delete(action, pk, organisation, None));
        self.transact(action, deletes.into_iter().collect::<Result<_>>()?).await
    }

    /// Makes a proposed note public: this one, and not another proposed meanwhile. `false` when it is no
    /// longer what is proposed.
    pub async fn publish_note(&self, proposed: &ProposedNote) -> Result<bool> {
        let ProposedNote { organisation, note, .. } = proposed;
        let action = "publish a note";
        let public = item(PUBLIC, &organisation.to_string(), [("note", text(&note.to_string()))]);
        let delete = self.delete(action, PROPOSED, *organisation, Some(note))?;
        self.decided(action, vec![self.put(public)?, delete]).await
    }

    /// Refuses a proposed note, and says why. `false` when it is no longer what is proposed.
    pub async fn refuse_note(&self, proposed: &ProposedNote, why: &str) -> Result<bool> {
        let action = "refuse a note";
        let update = self
            .update(PROPOSED, &proposed.organisation.to_string())
            .update_expression("SET refused = :why")
            .condition_expression("note = :seen")
            .expression_attribute_values(":why", text(why))
            .expression_attribute_values(":seen", text(&proposed.note.to_string()));
        self.decided(action, vec![transact_update(action, update)?]).await
    }

    /// What an organisation proposed, when it is not public.
    pub async fn proposed_note(&self, organisation: Organisation) -> Result<Option<ProposedNote>> {
        self.note(PROPOSED, organisation, read_proposed).await
    }

    /// What the public reads, or will at the next publication, on the page of an organisation.
    pub async fn public_note(&self, organisation: Organisation) -> Result<Option<PublicNote>> {
        self.note(PUBLIC, organisation, read_public).await
    }

    /// Everything proposed, in the order of the organisations.
    pub async fn proposed_notes(&self) -> Result<Vec<ProposedNote>> {
        self.partition("list the notes proposed", PROPOSED, read_proposed).await
    }

    /// Everything public, in the order of the organisations.
    pub async fn public_notes(&self) -> Result<Vec<PublicNote>> {
        self.partition("list the public notes", PUBLIC, read_public).await
    }

    async fn note<T>(
        &self,
        pk: &str,
        organisation: Organisation,
        read: fn(&Item) -> Option<T>,
    ) -> Result<Option<T>> {
        let action = "read a note";
        let found = self.find(action, pk, &organisation.to_string()).await?;
        found.map(|item| read(&item).ok_or_else(|| Error::corrupt(action, "its item"))).transpose()
    }

    fn delete(
        &self,
        action: &str,
        pk: &str,
        organisation: Organisation,
        seen: Option<&Note>,
    ) -> Result<TransactWriteItem> {
        let sk = organisation.to_string();
        let mut delete =
            Delete::builder().table_name(&self.table).key("pk", text(pk)).key("sk", text(&sk));
        if let Some(seen) = seen {
            delete = delete
                .condition_expression("note = :seen")
                .expression_attribute_values(":seen", text(&seen.to_string()));
        }
        let delete = delete.build().map_err(|error| Error::unavailable(action, error))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Whether what was seen was still there.
    async fn decided(&self, action: &str, writes: Vec<TransactWriteItem>) -> Result<bool> {
        match self.transact(action, writes).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == Kind::Conflict => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn read_public(item: &Item) -> Option<PublicNote> {
    Some(PublicNote {
        organisation: string(item, "sk")?.parse().ok()?,
        note: string(item, "note")?.parse().ok()?,
    })
}

fn read_proposed(item: &Item) -> Option<ProposedNote> {
    let PublicNote { organisation, note } = read_public(item)?;
    let asked = Asked { at: string(item, "at")?, by: string(item, "by")? };
    Some(ProposedNote { organisation, note, asked, refused: string(item, "refused") })
}
