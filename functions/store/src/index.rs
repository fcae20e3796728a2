//! The index: one `DynamoDB` table that says which deposits exist, who may send and what counts.
//! It holds no learner.
//!
//! | partition | sort | item |
//! | --- | --- | --- |
//! | `depot#{id}` | `depot` | a deposit, its state, what its judgement said |
//! | `organisme#{UAI-SIRET}` | `depot#{id}` | the deposits of an organisation, as they were opened |
//! | `organisme#{UAI-SIRET}` | `contenu#{dataset}#{year}#{mode}#{sha256}#{id}` | those judged, by what they hold |
//! | `courant#{dataset}` | `{year}#{UAI-SIRET}` | the deposits that count, and a revision |
//! | `referentiel` | `{dataset}` | the version of a reference dataset that counts, and a revision |
//! | `cle#{sha256}` | `cle` | a deposit key, by its hash, and what it may send |
//! | `cles` | `{id}` | the same, listed for the operator |
//! | `notes#proposees` | `{UAI-SIRET}` | the note that an organisation proposes, for the operator to read |
//! | `notes#publiques` | `{UAI-SIRET}` | the note that its page shows |
//!
//! The state of a deposit is written in its own item only, and *superseded* nowhere: it is read from
//! what counts. So a judgement, a confirmation, a withdrawal each touch the deposit and one list,
//! however many deposits are replaced or come back.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, ConditionCheck, KeySchemaElement, KeyType,
    KeysAndAttributes, Put, ScalarAttributeType, TransactWriteItem, Update,
};
use domain::upload::{
    Asked, Counting, Dataset, Declaration, Deposit, Judged, Mode, State, counting, counting_after,
};
use domain::validate::Counts;
use domain::vocabulary::{Day, Organisation, SchoolYear};

use crate::calls::Meter;
use crate::config::{Config, http_client};
use crate::error::{Error, Result};

mod notes;

pub use notes::{ProposedNote, PublicNote};

/// Partition of the reference datasets.
const REFERENCES: &str = "referentiel";

type Item = HashMap<String, AttributeValue>;

/// Most items of one `BatchGetItem`.
const BATCH: usize = 100;

/// The table, behind one client.
#[derive(Debug, Clone)]
pub struct Index {
    client: Client,
    table: String,
}

/// What a deposit key may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyScope {
    /// For whom.
    pub organisations: Vec<Organisation>,
    /// What.
    pub datasets: Vec<Dataset>,
}

/// A deposit key, as the operator sees it: never the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositKey {
    /// Short name, to revoke it by.
    pub id: String,
    /// SHA-256 of the key, in hexadecimal.
    pub sha256: String,
    /// What it may send.
    pub scope: KeyScope,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// When it was revoked, RFC 3339; `None` while it works.
    pub revoked_at: Option<String>,
}

/// The deposits that count for one organisation and school year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// Who sent them.
    pub organisation: Organisation,
    /// School year of the lists.
    pub school_year: SchoolYear,
    /// In the order they were opened. Empty once all were withdrawn.
    pub deposits: Vec<Counting>,
    /// Grows by one with each change.
    pub revision: u64,
    /// Day of the first file ever accepted for this year, among those not withdrawn.
    pub first_day: Day,
    /// Day of the last one.
    pub last_day: Day,
}

/// The version of a reference dataset that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentReference {
    /// Which dataset.
    pub dataset: Dataset,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// The deposit it came with; empty when it was put in place without one.
    pub deposit: String,
    /// Grows by one with each change.
    pub revision: u64,
}

/// What became of a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It stands there now.
    Now(State),
    /// Somebody moved it before, there: nothing changed.
    Already(State),
}

impl Index {
    pub(crate) fn new(config: &Config, meter: &Meter) -> Self {
        let credentials = Credentials::new(
            &config.access_key_id,
            &config.secret_access_key,
            config.session_token.clone(),
            None,
            "environment",
        );
        let mut builder = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(config.region.clone()))
            .credentials_provider(credentials)
            .http_client(http_client(config))
            .interceptor(meter.clone());
        builder.set_endpoint_url(config.dynamodb_endpoint.clone());
        Self { client: Client::from_conf(builder.build()), table: config.index_table.clone() }
    }

    /// Makes the table where no template makes it: on one machine and in the tests.
    pub async fn create_table(&self) -> Result<()> {
        let failed = |error| Error::unavailable("create the index", error);
        let attribute = |name: &str| {
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S)
                .build()
                .map_err(|error| Error::unavailable("create the index", error))
        };
        let key = |name: &str, kind: KeyType| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .map_err(|error| Error::unavailable("create the index", error))
        };
        let sent = self
            .client
            .create_table()
            .table_name(&self.table)
            .attribute_definitions(attribute("pk")?)
            .attribute_definitions(attribute("sk")?)
            .key_schema(key("pk", KeyType::Hash)?)
            .key_schema(key("sk", KeyType::Range)?)
            .billing_mode(BillingMode::PayPerRequest)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) if error.err().is_resource_in_use_exception() => {
                Ok(())
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Writes down a deposit that is about to be sent.
    pub async fn open(&self, deposit: &Deposit) -> Result<()> {
        let declaration = &deposit.declaration;
        let listed = item(
            &format!("organisme#{}", declaration.organisation),
            &format!("depot#{}", deposit.id),
            [
                ("opened_at", text(&deposit.opened_at)),
                ("dataset", text(declaration.dataset.as_str())),
                ("school_year", text(&declaration.school_year.to_string())),
            ],
        );
        let new = deposit_item(deposit);
        self.transact("open a deposit", vec![self.put_new(new)?, self.put_new(listed)?]).await
    }

    /// The deposit, if it was ever opened.
    pub async fn deposit(&self, id: &str) -> Result<Option<Deposit>> {
        let action = format!("read deposit {id}");
        let found = self.find(&action, &format!("depot#{id}"), "depot").await?;
        found
            .map(|item| read_deposit(&item).ok_or_else(|| Error::corrupt(action, "its item")))
            .transpose()
    }

    /// The last deposits of an organisation, newest first; those opened before `before` when it is
    /// given.
    pub async fn history(
        &self,
        organisation: Organisation,
        before: Option<&str>,
        most: usize,
    ) -> Result<Vec<Deposit>> {
        // Digits and letters come before `~`: it ends any list of deposit numbers.
        let before = before.unwrap_or("~");
        let listed = self.listed(organisation, "depot#", before, most + 1).await?;
        let ids = listed.iter().filter_map(|item| id_of(item)).filter(|id| *id != before);
        self.deposits(ids.take(most)).await
    }

    /// The deposits that were judged and hold the same bytes for the same purpose, newest first.
    pub async fn same_content(&self, declaration: &Declaration) -> Result<Vec<Deposit>> {
        let prefix = content(declaration);
        let listed = self.listed(declaration.organisation, &prefix, "~", BATCH).await?;
        self.deposits(listed.iter().filter_map(id_of)).await
    }

    /// Every good deposit of an organisation's year, in the order they were opened.
    async fn good(&self, declaration: &Declaration) -> Result<Vec<Deposit>> {
        let (dataset, year) = (declaration.dataset.as_str(), declaration.school_year.to_string());
        let listed = self.listed(declaration.organisation, "depot#", "~", usize::MAX).await?;
        let of_the_year = listed.iter().filter(|item| {
            string(item, "dataset").as_deref() == Some(dataset)
                && string(item, "school_year").as_ref() == Some(&year)
        });
        let mut deposits = self.deposits(of_the_year.filter_map(id_of)).await?;
        deposits.retain(|deposit| deposit.state.is_good());
        deposits.reverse();
        Ok(deposits)
    }

    /// Items of an organisation whose sort key is between `{prefix}` and `{prefix}{last}`, the last
    /// first.
    async fn listed(
        &self,
        organisation: Organisation,
        prefix: &str,
        last: &str,
        most: usize,
    ) -> Result<Vec<Item>> {
        let action = "list the deposits of an organisation";
        let mut items = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .scan_index_forward(false)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", text(&format!("organisme#{organisation}")))
            .expression_attribute_values(":first", text(prefix))
            .expression_attribute_values(":last", text(&format!("{prefix}{last}")))
            .set_limit(i32::try_from(most).ok())
            .into_paginator()
            .items()
            .send();
        let mut list = Vec::new();
        while list.len() < most
            && let Some(found) = items.next().await
        {
            list.push(found.map_err(|error| Error::unavailable(action, error))?);
        }
        Ok(list)
    }

    /// These deposits, in the same order.
    async fn deposits<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Result<Vec<Deposit>> {
        let action = "read deposits";
        let ids: Vec<&str> = ids.collect();
        let mut found = HashMap::new();
        for batch in ids.chunks(BATCH) {
            let key = |id: &&str| {
                HashMap::from([
                    ("pk".to_owned(), text(&format!("depot#{id}"))),
                    ("sk".to_owned(), text("depot")),
                ])
            };
            let mut keys: Vec<_> = batch.iter().map(key).collect();
            while !keys.is_empty() {
                let asked = KeysAndAttributes::builder()
                    .set_keys(Some(keys))
                    .consistent_read(true)
                    .build()
                    .map_err(|error| Error::unavailable(action, error))?;
                let request = self.client.batch_get_item().request_items(&self.table, asked);
                let answer =
                    request.send().await.map_err(|error| Error::unavailable(action, error))?;
                for item in answer.responses.iter().flat_map(HashMap::values).flatten() {
                    let deposit =
                        read_deposit(item).ok_or_else(|| Error::corrupt(action, "an item"))?;
                    found.insert(deposit.id.clone(), deposit);
                }
                let left = answer.unprocessed_keys.unwrap_or_default().remove(&self.table);
                keys = left.map(|left| left.keys).unwrap_or_default();
            }
        }
        Ok(ids.into_iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Writes down that a deposit was judged bad. `for_good` is false when the same bytes deserve
    /// another try.
    pub async fn refuse(
        &self,
        deposit: &Deposit,
        judged: &Judged,
        for_good: bool,
    ) -> Result<Outcome> {
        let mut writes = vec![self.judge(deposit, State::Refused, judged, None)?];
        if for_good {
            writes.push(self.put(content_item(deposit))?);
        }
        self.move_to(deposit, State::Refused, "refuse a deposit", writes).await
    }

    /// Writes down that a good deposit waits for its sender to confirm, if what counts is still what
    /// it was compared with. Nothing else moves.
    pub async fn ask_to_confirm(
        &self,
        deposit: &Deposit,
        judged: &Judged,
        seen: &Current,
    ) -> Result<Outcome> {
        let action = "ask to confirm a deposit";
        let (pk, sk) = current_key(&deposit.declaration);
        let unmoved = ConditionCheck::builder()
            .table_name(&self.table)
            .key("pk", text(&pk))
            .key("sk", text(&sk))
            .condition_expression("revision = :seen")
            .expression_attribute_values(":seen", AttributeValue::N(seen.revision.to_string()))
            .build()
            .map_err(|error| Error::unavailable(action, error))?;
        let writes = vec![
            self.judge(deposit, State::ToConfirm, judged, None)?,
            self.put(content_item(deposit))?,
            TransactWriteItem::builder().condition_check(unmoved).build(),
        ];
        self.move_to(deposit, State::ToConfirm, action, writes).await
    }

    /// Makes a good deposit count, in one transaction: its state and the list of what counts, if it
    /// is still the one `seen`. Only the first judgement of a deposit counts, and a deposit older
    /// than the last complete list is superseded as it arrives.
    pub async fn accept(
        &self,
        deposit: &Deposit,
        judged: &Judged,
        seen: Option<&Current>,
        confirmed: Option<&Asked>,
    ) -> Result<Outcome> {
        let declaration = &deposit.declaration;
        let before = seen.map_or(&[][..], |current| &current.deposits);
        let after = counting_after(before, &deposit.as_counting());
        let state = if after.contains(&deposit.as_counting()) {
            State::Validated
        } else {
            State::Superseded
        };
        // Once everything was withdrawn, the days of the year are those of no file.
        let known = seen.filter(|current| !current.deposits.is_empty());
        // Written even when the deposit comes superseded: it was transmitted, and whatever the
        // order in which deposits are judged, the item ends the same.
        let current = Current {
            organisation: declaration.organisation,
            school_year: declaration.school_year,
            deposits: after,
            revision: seen.map_or(0, |current| current.revision) + 1,
            first_day: known.map_or(judged.day, |current| current.first_day.min(judged.day)),
            last_day: known.map_or(judged.day, |current| current.last_day.max(judged.day)),
        };
        let writes = vec![
            self.judge(deposit, State::Validated, judged, confirmed)?,
            self.put(content_item(deposit))?,
            self.put_current(declaration, &current)?,
        ];
        self.move_to(deposit, state, "accept a deposit", writes).await
    }

    /// Takes a deposit back. When it was good, what counts is worked out anew from all the other
    /// good deposits of the year, in the same transaction: as if it had never been sent.
    pub async fn withdraw(&self, deposit: &Deposit, asked: &Asked) -> Result<Outcome> {
        let action = "withdraw a deposit";
        let update = self
            .change_state(
                deposit,
                State::Withdrawn,
                "SET #state = :to, withdrawn_at = :at, withdrawn_by = :by",
            )
            .expression_attribute_values(":at", text(&asked.at))
            .expression_attribute_values(":by", text(&asked.by));
        let mut writes = vec![transact_update(action, update)?];
        if deposit.state.is_good() {
            let declaration = &deposit.declaration;
            // Read before the history: whatever makes a deposit good or bad moves its revision.
            let seen = self.current_of(declaration).await?;
            let seen = seen.ok_or_else(|| Error::corrupt(action, "nothing counts"))?;
            let mut good = self.good(declaration).await?;
            good.retain(|one| one.id != deposit.id);
            let days = || good.iter().filter_map(|one| one.judged.as_ref().map(|it| it.day));
            let current = Current {
                deposits: counting(good.iter().map(Deposit::as_counting)),
                revision: seen.revision + 1,
                first_day: days().min().unwrap_or(seen.first_day),
                last_day: days().max().unwrap_or(seen.last_day),
                ..seen
            };
            writes.push(self.put_current(declaration, &current)?);
        }
        self.move_to(deposit, State::Withdrawn, action, writes).await
    }

    /// Does it all, or finds that somebody moved the deposit before.
    /// [`crate::Kind::Conflict`] when somebody moved what counts instead: read again, decide again.
    async fn move_to(
        &self,
        deposit: &Deposit,
        state: State,
        action: &str,
        writes: Vec<TransactWriteItem>,
    ) -> Result<Outcome> {
        match self.transact(action, writes).await {
            Ok(()) => Ok(Outcome::Now(state)),
            Err(error) if error.kind() == crate::Kind::Conflict => {
                match self.deposit(&deposit.id).await? {
                    Some(found) if found.state != deposit.state => {
                        Ok(Outcome::Already(found.state))
                    }
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Makes a version of a reference dataset count, in one transaction with the state of the
    /// deposit it came with. A deposit older than the one that counts is superseded as it arrives.
    pub async fn accept_reference(
        &self,
        deposit: &Deposit,
        judged: &Judged,
        sha256: &str,
    ) -> Result<Outcome> {
        let dataset = deposit.declaration.dataset;
        let seen = self.reference(dataset).await?;
        let newer = seen.as_ref().is_none_or(|seen| seen.deposit < deposit.id);
        let state = if newer { State::Validated } else { State::Superseded };
        let mut writes = vec![self.judge(deposit, State::Validated, judged, None)?];
        if newer {
            let revision = seen.as_ref().map_or(0, |seen| seen.revision);
            writes.push(self.put_new_reference(dataset, sha256, &deposit.id, revision)?);
        }
        self.move_to(deposit, state, "accept a reference dataset", writes).await
    }

    /// The deposit whose version of a reference dataset counts.
    pub async fn counting_reference(&self, dataset: Dataset) -> Result<Vec<Counting>> {
        let current = self.reference(dataset).await?;
        Ok(current.map(|it| Counting { id: it.deposit, complete: true }).into_iter().collect())
    }

    /// Makes a version of a reference dataset count, without a deposit.
    pub async fn set_reference(&self, dataset: Dataset, sha256: &str) -> Result<()> {
        let seen = self.reference(dataset).await?;
        if seen.as_ref().is_some_and(|seen| seen.sha256 == sha256) {
            return Ok(());
        }
        let revision = seen.as_ref().map_or(0, |seen| seen.revision);
        // The deposit it replaces keeps its place in the order: a late worker must not win.
        let deposit = seen.map(|seen| seen.deposit).unwrap_or_default();
        let write = self.put_new_reference(dataset, sha256, &deposit, revision)?;
        self.transact("set a reference dataset", vec![write]).await
    }

    /// The versions of the reference datasets that count, in order of their names.
    pub async fn references(&self) -> Result<Vec<CurrentReference>> {
        self.partition("list the reference datasets", REFERENCES, read_current_reference).await
    }

    async fn reference(&self, dataset: Dataset) -> Result<Option<CurrentReference>> {
        let action = "read which reference dataset counts";
        let found = self.find(action, REFERENCES, dataset.as_str()).await?;
        let read =
            |item| read_current_reference(&item).ok_or_else(|| Error::corrupt(action, "its item"));
        found.map(read).transpose()
    }

    fn put_new_reference(
        &self,
        dataset: Dataset,
        sha256: &str,
        deposit: &str,
        seen: u64,
    ) -> Result<TransactWriteItem> {
        let new = item(
            REFERENCES,
            dataset.as_str(),
            [("sha256", text(sha256)), ("deposit", text(deposit))],
        );
        self.put_revision("write a reference", new, seen + 1)
    }

    /// Everything that counts, in order of school year and organisation.
    pub async fn current(&self, dataset: Dataset) -> Result<Vec<Current>> {
        self.partition("list what counts", &format!("courant#{dataset}"), read_current).await
    }

    /// The deposit key whose SHA-256, in hexadecimal, is this. `None` when it does not exist or was
    /// revoked.
    pub async fn key(&self, sha256: &str) -> Result<Option<DepositKey>> {
        let found = self.find("read a deposit key", &format!("cle#{sha256}"), "cle").await?;
        Ok(found.as_ref().and_then(read_key).filter(|key| key.revoked_at.is_none()))
    }

    /// Writes down a new deposit key.
    pub async fn put_key(&self, key: &DepositKey) -> Result<()> {
        let attributes = || {
            let organisations = key.scope.organisations.iter().map(|o| text(&o.to_string()));
            let datasets = key.scope.datasets.iter().map(|dataset| text(dataset.as_str()));
            [
                ("id", text(&key.id)),
                ("sha256", text(&key.sha256)),
                ("organisations", AttributeValue::L(organisations.collect())),
                ("datasets", AttributeValue::L(datasets.collect())),
                ("created_at", text(&key.created_at)),
            ]
        };
        let by_hash = item(&format!("cle#{}", key.sha256), "cle", attributes());
        let listed = item("cles", &key.id, attributes());
        self.transact("write a deposit key", vec![self.put_new(by_hash)?, self.put_new(listed)?])
            .await
    }

    /// Every deposit key, in order of its short name.
    pub async fn keys(&self) -> Result<Vec<DepositKey>> {
        self.partition("list the deposit keys", "cles", read_key).await
    }

    /// Stops a deposit key from working, at once. `false` when there is no such key.
    pub async fn revoke_key(&self, id: &str, at: &str) -> Result<bool> {
        let action = "revoke a deposit key";
        let Some(listed) = self.find(action, "cles", id).await? else { return Ok(false) };
        let sha256 = string(&listed, "sha256").ok_or_else(|| Error::corrupt(action, "its item"))?;
        let revoke = |pk: &str, sk: &str| {
            let update = self
                .update(pk, sk)
                .update_expression("SET revoked_at = if_not_exists(revoked_at, :at)")
                .expression_attribute_values(":at", text(at));
            transact_update(action, update)
        };
        let writes = vec![revoke("cles", id)?, revoke(&format!("cle#{sha256}"), "cle")?];
        self.transact(action, writes).await?;
        Ok(true)
    }

    /// What counts for the organisation, dataset and school year of a declaration.
    pub async fn current_of(&self, declaration: &Declaration) -> Result<Option<Current>> {
        let action = "read what counts";
        let (pk, sk) = current_key(declaration);
        let found = self.find(action, &pk, &sk).await?;
        found
            .map(|item| read_current(&item).ok_or_else(|| Error::corrupt(action, "its item")))
            .transpose()
    }

    /// Moves a deposit from where it was seen to what its judgement says, and writes that down.
    fn judge(
        &self,
        deposit: &Deposit,
        to: State,
        judged: &Judged,
        confirmed: Option<&Asked>,
    ) -> Result<TransactWriteItem> {
        let mut set =
            "SET #state = :to, judged_on = :day, report = :report, #rows = :rows".to_owned();
        if confirmed.is_some() {
            set += ", confirmed_at = :at, confirmed_by = :by";
        }
        let Counts { read, accepted, set_aside, corrected, advised } = judged.rows;
        let rows = [read, accepted, set_aside, corrected, advised];
        let rows = rows.map(|count| AttributeValue::N(count.to_string()));
        let mut update = self
            .change_state(deposit, to, &set)
            .expression_attribute_names("#rows", "rows")
            .expression_attribute_values(":day", text(&judged.day.to_string()))
            .expression_attribute_values(":report", text(&judged.report))
            .expression_attribute_values(":rows", AttributeValue::L(rows.to_vec()));
        if let Some(Asked { at, by }) = confirmed {
            update = update
                .expression_attribute_values(":at", text(at))
                .expression_attribute_values(":by", text(by));
        }
        transact_update("judge a deposit", update)
    }

    /// An update of a deposit, if it still stands where it was seen.
    fn change_state(
        &self,
        deposit: &Deposit,
        to: State,
        set: &str,
    ) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        self.update(&format!("depot#{}", deposit.id), "depot")
            .update_expression(set)
            .condition_expression("#state = :from")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":to", text(to.as_str()))
            .expression_attribute_values(":from", text(deposit.state.as_str()))
    }

    /// Writes what counts, if it is still the revision before this one.
    fn put_current(
        &self,
        declaration: &Declaration,
        current: &Current,
    ) -> Result<TransactWriteItem> {
        let deposits = current.deposits.iter().map(|deposit| {
            let mode = if deposit.complete { Mode::Complete } else { Mode::Additions };
            text(&format!("{}#{}", deposit.id, mode.as_str()))
        });
        let (pk, sk) = current_key(declaration);
        let new = item(
            &pk,
            &sk,
            [
                ("deposits", AttributeValue::L(deposits.collect())),
                ("first_day", text(&current.first_day.to_string())),
                ("last_day", text(&current.last_day.to_string())),
            ],
        );
        self.put_revision("write what counts", new, current.revision)
    }

    /// Writes a list that others move too, if it still is at the revision before this one.
    fn put_revision(
        &self,
        action: &str,
        mut new: Item,
        revision: u64,
    ) -> Result<TransactWriteItem> {
        new.insert("revision".to_owned(), AttributeValue::N(revision.to_string()));
        let put = Put::builder().table_name(&self.table).set_item(Some(new));
        let put = match revision - 1 {
            0 => put.condition_expression("attribute_not_exists(pk)"),
            seen => put
                .condition_expression("revision = :seen")
                .expression_attribute_values(":seen", AttributeValue::N(seen.to_string())),
        };
        let put = put.build().map_err(|error| Error::unavailable(action, error))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Writes an item that is the same whoever writes it.
    fn put(&self, item: Item) -> Result<TransactWriteItem> {
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = put.build().map_err(|error| Error::unavailable("write an item", error))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn put_new(&self, item: Item) -> Result<TransactWriteItem> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|error| Error::unavailable("write an item", error))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn update(&self, pk: &str, sk: &str) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder().table_name(&self.table).key("pk", text(pk)).key("sk", text(sk))
    }

    /// Every item of a partition, in the order of its sort keys.
    async fn partition<T>(
        &self,
        action: &str,
        pk: &str,
        read: impl Fn(&Item) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut items = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(pk))
            .into_paginator()
            .items()
            .send();
        let mut list = Vec::new();
        while let Some(found) = items.next().await {
            let item = found.map_err(|error| Error::unavailable(action, error))?;
            list.push(read(&item).ok_or_else(|| Error::corrupt(action, "an item"))?);
        }
        Ok(list)
    }

    async fn find(&self, action: &str, pk: &str, sk: &str) -> Result<Option<Item>> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let sent = request.key("pk", text(pk)).key("sk", text(sk)).send().await;
        sent.map(|answer| answer.item).map_err(|error| Error::unavailable(action, error))
    }

    async fn transact(&self, action: &str, writes: Vec<TransactWriteItem>) -> Result<()> {
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(
                    error.err(),
                    TransactWriteItemsError::TransactionCanceledException(_)
                ) =>
            {
                Err(Error::conflict(action))
            }
            Err(error) => Err(Error::unavailable(action, error)),
        }
    }
}

fn transact_update(
    action: &str,
    update: aws_sdk_dynamodb::types::builders::UpdateBuilder,
) -> Result<TransactWriteItem> {
    let update = update.build().map_err(|error| Error::unavailable(action, error))?;
    Ok(TransactWriteItem::builder().update(update).build())
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn item<const N: usize>(pk: &str, sk: &str, attributes: [(&str, AttributeValue); N]) -> Item {
    let keys = [("pk", text(pk)), ("sk", text(sk))];
    keys.into_iter().chain(attributes).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn string(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

fn number(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn strings<T: std::str::FromStr>(item: &Item, name: &str) -> Option<Vec<T>> {
    let list = item.get(name)?.as_l().ok()?;
    list.iter().map(|value| value.as_s().ok()?.parse().ok()).collect()
}

fn deposit_item(deposit: &Deposit) -> Item {
    let Declaration { organisation, dataset, school_year, mode, file_name, size_bytes, sha256 } =
        &deposit.declaration;
    item(
        &format!("depot#{}", deposit.id),
        "depot",
        [
            ("state", text(deposit.state.as_str())),
            ("opened_at", text(&deposit.opened_at)),
            ("organisation", text(&organisation.to_string())),
            ("dataset", text(dataset.as_str())),
            ("school_year", text(&school_year.to_string())),
            ("mode", text(mode.as_str())),
            ("file_name", text(file_name)),
            ("size_bytes", AttributeValue::N(size_bytes.to_string())),
            ("sha256", text(&domain::upload::hex(sha256))),
        ],
    )
}

/// The partition and sort key of what counts.
fn current_key(declaration: &Declaration) -> (String, String) {
    let Declaration { organisation, dataset, school_year, .. } = declaration;
    (format!("courant#{dataset}"), format!("{school_year}#{organisation}"))
}

/// What deposits of the same bytes, for the same purpose, begin their sort key with.
fn content(declaration: &Declaration) -> String {
    let Declaration { dataset, school_year, mode, sha256, .. } = declaration;
    let (mode, sha256) = (mode.as_str(), domain::upload::hex(sha256));
    format!("contenu#{dataset}#{school_year}#{mode}#{sha256}#")
}

/// Finds a judged deposit by what it holds.
fn content_item(deposit: &Deposit) -> Item {
    item(
        &format!("organisme#{}", deposit.declaration.organisation),
        &format!("{}{}", content(&deposit.declaration), deposit.id),
        [],
    )
}

/// The deposit number that ends a sort key.
fn id_of(item: &Item) -> Option<&str> {
    item.get("sk")?.as_s().ok()?.rsplit('#').next()
}

fn read_deposit(item: &Item) -> Option<Deposit> {
    let id = string(item, "pk")?.strip_prefix("depot#")?.to_owned();
    let declaration = Declaration {
        organisation: string(item, "organisation")?.parse().ok()?,
        dataset: string(item, "dataset")?.parse().ok()?,
        school_year: string(item, "school_year")?.parse().ok()?,
        mode: string(item, "mode")?.parse().ok()?,
        file_name: string(item, "file_name")?,
        size_bytes: number(item, "size_bytes")?,
        sha256: domain::upload::sha256_from_hex(&string(item, "sha256")?)?,
    };
    let asked = |at: &str, by: &str| Some(Asked { at: string(item, at)?, by: string(item, by)? });
    Some(Deposit {
        id,
        declaration,
        state: string(item, "state")?.parse().ok()?,
        opened_at: string(item, "opened_at")?,
        judged: read_judged(item),
        confirmed: asked("confirmed_at", "confirmed_by"),
        withdrawn: asked("withdrawn_at", "withdrawn_by"),
    })
}

/// Nothing before the judgement.
fn read_judged(item: &Item) -> Option<Judged> {
    let rows = item.get("rows")?.as_l().ok()?.iter();
    let rows: Vec<u32> =
        rows.map(|value| value.as_n().ok()?.parse().ok()).collect::<Option<_>>()?;
    let [read, accepted, set_aside, corrected, advised] = rows[..] else { return None };
    Some(Judged {
        day: string(item, "judged_on")?.parse().ok()?,
        report: string(item, "report")?,
        rows: Counts { read, accepted, set_aside, corrected, advised },
    })
}

fn read_current(item: &Item) -> Option<Current> {
    let sort = string(item, "sk")?;
    let (school_year, organisation) = sort.split_once('#')?;
    let deposits = strings::<String>(item, "deposits")?;
    let counting = |entry: &String| {
        let (id, mode) = entry.split_once('#')?;
        let mode: Mode = mode.parse().ok()?;
        Some(Counting { id: id.to_owned(), complete: mode == Mode::Complete })
    };
    Some(Current {
        organisation: organisation.parse().ok()?,
        school_year: school_year.parse().ok()?,
        deposits: deposits.iter().map(counting).collect::<Option<_>>()?,
        revision: number(item, "revision")?,
        first_day: string(item, "first_day")?.parse().ok()?,
        last_day: string(item, "last_day")?.parse().ok()?,
    })
}

fn read_current_reference(item: &Item) -> Option<CurrentReference> {
    Some(CurrentReference {
        dataset: string(item, "sk")?.parse().ok()?,
        sha256: string(item, "sha256")?,
        deposit: string(item, "deposit")?,
        revision: number(item, "revision")?,
    })
}

fn read_key(item: &Item) -> Option<DepositKey> {
    Some(DepositKey {
        id: string(item, "id")?,
        sha256: string(item, "sha256")?,
        scope: KeyScope {
            organisations: strings(item, "organisations")?,
            datasets: strings(item, "datasets")?,
        },
        created_at: string(item, "created_at")?,
        revoked_at: string(item, "revoked_at"),
    })
}
