//! The index: one `DynamoDB` table that says which deposits exist, who may send and what counts.
//! It holds no learner.
//!
//! | partition | sort | item |
//! | --- | --- | --- |
//! | `depot#{id}` | `depot` | a deposit and its state |
//! | `organisme#{UAI-SIRET}` | `depot#{id}` | the deposits of an organisation |
//! | `courant#{dataset}` | `{year}#{UAI-SIRET}` | the deposits that count, and a revision |
//! | `cle#{sha256}` | `cle` | a deposit key, by its hash, and what it may send |
//! | `cles` | `{id}` | the same, listed for the operator |

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, Put,
    ScalarAttributeType, TransactWriteItem, Update,
};
use domain::upload::{Counting, Dataset, Declaration, Deposit, Mode, State, counting_after};
use domain::vocabulary::{Day, Organisation, SchoolYear};

use crate::config::{Config, http_client};
use crate::error::{Error, Result};

type Item = HashMap<String, AttributeValue>;

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
    /// In the order they were opened.
    pub deposits: Vec<Counting>,
    /// Grows by one with each change.
    pub revision: u64,
    /// Day of the first file ever accepted for this year.
    pub first_day: Day,
    /// Day of the last file accepted.
    pub last_day: Day,
}

/// What became of a judged deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its records count, from now on.
    Counts,
    /// It is good, but a newer complete list was judged before it.
    Superseded,
    /// It had been judged before: nothing changed.
    AlreadyJudged(State),
}

impl Index {
    pub(crate) fn new(config: &Config) -> Self {
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
            .http_client(http_client(config));
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
            [("opened_at", text(&deposit.opened_at))],
        );
        let new = deposit_item(deposit);
        self.transact("open a deposit", vec![self.put_new(new)?, self.put_new(listed)?]).await
    }

    /// The deposit, if it was ever opened.
    pub async fn deposit(&self, id: &str) -> Result<Option<Deposit>> {
        let action = format!("read deposit {id}");
        let found = self.find(&action, &format!("depot#{id}"), "depot").await?;
        found
            .map(|item| read_deposit(id, &item).ok_or_else(|| Error::corrupt(action, "its item")))
            .transpose()
    }

    /// Writes down that a deposit was judged bad. Only the first judgement counts.
    pub async fn refuse(&self, id: &str) -> Result<Outcome> {
        let change = self.change_state(id, State::Refused, Some(State::Opened))?;
        match self.transact("refuse a deposit", vec![change]).await {
            Ok(()) => Ok(Outcome::Counts),
            Err(error) => self.already_judged(id, error).await,
        }
    }

    /// Makes a good deposit count, in one transaction: its state, the list of what counts, and the
    /// state of what it replaces. Only the first judgement of a deposit counts, and a deposit older
    /// than the last complete list is superseded as it arrives.
    pub async fn accept(&self, deposit: &Deposit, day: Day) -> Result<Outcome> {
        let declaration = &deposit.declaration;
        let arrived =
            Counting { id: deposit.id.clone(), complete: declaration.mode == Mode::Complete };
        let seen = self.current_of(declaration).await?;
        let before = seen.as_ref().map(|current| current.deposits.clone()).unwrap_or_default();
        let after = counting_after(&before, &arrived);
        let state = if after.contains(&arrived) { State::Validated } else { State::Superseded };

        let mut writes = vec![self.change_state(&deposit.id, state, Some(State::Opened))?];
        for replaced in before.iter().filter(|old| !after.contains(old)) {
            writes.push(self.change_state(&replaced.id, State::Superseded, None)?);
        }
        // Written even when the deposit comes superseded: it was transmitted, and whatever the
        // order in which deposits are judged, the item ends the same.
        let revision = seen.as_ref().map_or(0, |current| current.revision);
        let current = Current {
            organisation: declaration.organisation,
            school_year: declaration.school_year,
            deposits: after,
            revision: revision + 1,
            first_day: seen.as_ref().map_or(day, |current| current.first_day.min(day)),
            last_day: seen.as_ref().map_or(day, |current| current.last_day.max(day)),
        };
        writes.push(self.put_current(declaration.dataset, &current, revision)?);
        match self.transact("accept a deposit", writes).await {
            Ok(()) if state == State::Superseded => Ok(Outcome::Superseded),
            Ok(()) => Ok(Outcome::Counts),
            Err(error) => self.already_judged(&deposit.id, error).await,
        }
    }

    /// Everything that counts, in order of school year and organisation.
    pub async fn current(&self, dataset: Dataset) -> Result<Vec<Current>> {
        let action = "list what counts";
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(&format!("courant#{dataset}")))
            .into_paginator()
            .items()
            .send();
        let mut list = Vec::new();
        while let Some(found) = pages.next().await {
            let item = found.map_err(|error| Error::unavailable(action, error))?;
            list.push(read_current(&item).ok_or_else(|| Error::corrupt(action, "an item"))?);
        }
        Ok(list)
    }

    /// What a deposit key may send, by the SHA-256 of the key in hexadecimal. `None` when it does
    /// not exist or was revoked.
    pub async fn key_scope(&self, sha256: &str) -> Result<Option<KeyScope>> {
        let found = self.find("read a deposit key", &format!("cle#{sha256}"), "cle").await?;
        let key = found.as_ref().and_then(read_key);
        Ok(key.filter(|key| key.revoked_at.is_none()).map(|key| key.scope))
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
        let action = "list the deposit keys";
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text("cles"))
            .into_paginator()
            .items()
            .send();
        let mut keys = Vec::new();
        while let Some(found) = pages.next().await {
            let item = found.map_err(|error| Error::unavailable(action, error))?;
            keys.push(read_key(&item).ok_or_else(|| Error::corrupt(action, "an item"))?);
        }
        Ok(keys)
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

    async fn current_of(&self, declaration: &Declaration) -> Result<Option<Current>> {
        let action = "read what counts";
        let pk = format!("courant#{}", declaration.dataset);
        let sk = format!("{}#{}", declaration.school_year, declaration.organisation);
        let found = self.find(action, &pk, &sk).await?;
        found
            .map(|item| read_current(&item).ok_or_else(|| Error::corrupt(action, "its item")))
            .transpose()
    }

    /// After a cancelled transaction: somebody judged this very deposit, or another one moved what
    /// counts, and the caller must decide again.
    async fn already_judged(&self, id: &str, error: Error) -> Result<Outcome> {
        if error.kind() != crate::Kind::Conflict {
            return Err(error);
        }
        match self.deposit(id).await? {
            Some(deposit) if deposit.state != State::Opened => {
                Ok(Outcome::AlreadyJudged(deposit.state))
            }
            _ => Err(error),
        }
    }

    fn change_state(&self, id: &str, to: State, from: Option<State>) -> Result<TransactWriteItem> {
        let mut update = self
            .update(&format!("depot#{id}"), "depot")
            .update_expression("SET #state = :to")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":to", text(to.as_str()));
        if let Some(from) = from {
            update = update
                .condition_expression("#state = :from")
                .expression_attribute_values(":from", text(from.as_str()));
        }
        transact_update("change the state of a deposit", update)
    }

    fn put_current(
        &self,
        dataset: Dataset,
        current: &Current,
        seen: u64,
    ) -> Result<TransactWriteItem> {
        let deposits = current.deposits.iter().map(|deposit| {
            let mode = if deposit.complete { Mode::Complete } else { Mode::Additions };
            text(&format!("{}#{}", deposit.id, mode.as_str()))
        });
        let new = item(
            &format!("courant#{dataset}"),
            &format!("{}#{}", current.school_year, current.organisation),
            [
                ("deposits", AttributeValue::L(deposits.collect())),
                ("revision", AttributeValue::N(current.revision.to_string())),
                ("first_day", text(&current.first_day.to_string())),
                ("last_day", text(&current.last_day.to_string())),
            ],
        );
        let put = Put::builder().table_name(&self.table).set_item(Some(new));
        let put = if seen == 0 {
            put.condition_expression("attribute_not_exists(pk)")
        } else {
            put.condition_expression("revision = :seen")
                .expression_attribute_values(":seen", AttributeValue::N(seen.to_string()))
        };
        let put = put.build().map_err(|error| Error::unavailable("write what counts", error))?;
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

fn read_deposit(id: &str, item: &Item) -> Option<Deposit> {
    let declaration = Declaration {
        organisation: string(item, "organisation")?.parse().ok()?,
        dataset: string(item, "dataset")?.parse().ok()?,
        school_year: string(item, "school_year")?.parse().ok()?,
        mode: string(item, "mode")?.parse().ok()?,
        file_name: string(item, "file_name")?,
        size_bytes: number(item, "size_bytes")?,
        sha256: domain::upload::sha256_from_hex(&string(item, "sha256")?)?,
    };
    let state = string(item, "state")?.parse().ok()?;
    Some(Deposit { id: id.to_owned(), declaration, state, opened_at: string(item, "opened_at")? })
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
