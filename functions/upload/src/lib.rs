//! A CFA asks to send a file; it gets a deposit and a signed upload for exactly that file.
//!
//! | | |
//! | --- | --- |
//! | wakes on | the HTTP API, payload 2.0: the routes below |
//! | reads | the deposit key, the deposits of its organisations, what counts, the reports |
//! | leaves | a deposit, *opened*; or a request about one, whose arrival wakes `validate` |
//! | run twice | opens a new deposit, an unused one expires; a request is written once |
//! | fails when | the store fails; a bad request is an answer (RFC 9457) |
//!
//! | route | answer |
//! | --- | --- |
//! | `POST /depots` | 201, a signed upload; 200, the deposit that holds the same file and still stands, unless `"again": true` |
//! | `GET /depots?organisme=UAI-SIRET` | the deposits of an organisation, newest first, a page at a time |
//! | `GET /depots/{id}` | the deposit, its report, where its answer is |
//! | `DELETE /depots/{id}` | 202, it will be withdrawn; 200, it is |
//! | `POST /depots/{id}/confirmation` | 202, it will count; 200, it does |
//! | `GET`, `PUT`, `DELETE /depots/note?organisme=UAI-SIRET` | the public note of an organisation: 200; 202, proposed to the operator |
//! | `POST /depots/formulaire`, `POST /depots/reponse` | a page: the form of the drop page, without JavaScript |
//!
//! It moves nothing itself: `validate` is the only one that moves what counts.

mod form;
mod note;
mod problem;
mod request;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::http::HeaderMap;
use domain::upload::{
    Counting, Dataset, Declaration, Deposit, Reply, Request, State, UPLOAD_SECONDS, hex,
};
use domain::vocabulary::SchoolYear;
use futures_util::FutureExt as _;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Config, DepositKey, Key, KeyScope, Shelf, Store};

pub use form::{FORM, MAX_FORM_FILE_BYTES};
use problem::Problem;

/// Starts on AWS, or as a child of the local runner.
pub async fn run() -> anyhow::Result<()> {
    lambda_runtime::tracing::init_default_subscriber();
    let config =
        Config::from_env(&[Shelf::Inbox, Shelf::Reports], |name| std::env::var(name).ok())?;
    let store = Store::new(&config);
    // Opens a connection to the index: the key of the first request is read through it.
    let read = store.index.counting_reference(Dataset::Organismes).boxed();
    store::before_the_first_event(read).await;
    let serve = |event: LambdaEvent<ApiGatewayV2httpRequest>| {
        let store = &store;
        async move {
            let before = store.calls();
            let answer = handle(store, &event.payload).await;
            let at_ms = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
            let (calls, function) =
                (store.calls() - before, &event.context.env_config.function_name);
            let line = store::metrics_line(function, &[], &calls.metrics(), "calls", at_ms);
            store::say_metric(&line);
            answer
        }
    };
    lambda_runtime::run(service_fn(serve)).await.map_err(anyhow::Error::from_boxed)
}

/// Answers one request. The moment is the one the gateway wrote in it.
pub async fn handle(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
) -> anyhow::Result<ApiGatewayV2httpResponse> {
    // Boxed: the futures of the SDK are too deep for the compiler to lay out in one piece.
    if request.request_context.http.method == "POST"
        && let Some(asked) = form::Asked::at(path(request))
    {
        return form::answer(store, request, asked).boxed().await;
    }
    Ok(match route(store, request).boxed().await? {
        Ok((status, body)) => respond(status, "application/json", body.to_string()),
        Err(problem) => {
            respond(problem.status, "application/problem+json", problem.body().to_string())
        }
    })
}

fn path(request: &ApiGatewayV2httpRequest) -> &str {
    request.raw_path.as_deref().unwrap_or_default().trim_end_matches('/')
}

/// What the query string of a request says of this.
fn query<'a>(request: &'a ApiGatewayV2httpRequest, name: &str) -> Option<&'a str> {
    let query = request.raw_query_string.as_deref().unwrap_or_default();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// What a person may read of an answer, and the name of its file: see `validate::answer`.
const ANSWERS: &[(&str, &str)] =
    &[("page", "report.html"), ("annotated", "annote.xlsx"), ("set_aside", "mises-de-cote.xlsx")];

type Answer = Result<(i64, Value), Problem>;

/// How many deposits a page of history lists.
const PAGE: usize = 20;

async fn route(store: &Store, request: &ApiGatewayV2httpRequest) -> anyhow::Result<Answer> {
    let method = request.request_context.http.method.as_str();
    let Some(below) = path(request).strip_prefix("/depots") else {
        return Ok(Err(Problem::not_found()));
    };
    let (id, below) = match below.strip_prefix('/').map(|rest| rest.split_once('/')) {
        None if below.is_empty() => (None, None),
        None => return Ok(Err(Problem::not_found())),
        Some(None) => (below.strip_prefix('/'), None),
        Some(Some((id, rest))) => (Some(id), Some(rest)),
    };
    match (method, id, below) {
        ("POST", None, None) => open(store, request).await,
        ("GET", None, None) => list(store, request).await,
        ("GET" | "PUT" | "DELETE", Some(note::NOTE), None) => note::answer(store, request).await,
        ("GET", Some(id), None) => show(store, request, id).await,
        ("DELETE", Some(id), None) => ask(store, request, id, Request::Withdrawal).await,
        ("POST", Some(id), Some("confirmation")) => {
            ask(store, request, id, Request::Confirmation).await
        }
        (_, _, None | Some("confirmation")) => Ok(Err(Problem::method_not_allowed())),
        (_, _, Some(_)) => Ok(Err(Problem::not_found())),
    }
}

async fn open(store: &Store, request: &ApiGatewayV2httpRequest) -> anyhow::Result<Answer> {
    let Some(key) = key(store, &request.headers).await? else {
        return Ok(Err(Problem::unknown_key()));
    };
    let (declaration, again) = match request::declaration(request, &key.scope) {
        Ok(declared) => declared,
        Err(problem) => return Ok(Err(problem)),
    };
    if !again && let Some(known) = already_answered(store, &declaration).await? {
        tracing::info!(deposit.id = known.id, "same file, same answer");
        return Ok(Ok((
            200,
            json!({
                "deposit": known.id,
                "state": known.state.as_str(),
                "opened_at": known.opened_at,
                "report": format!("/depots/{}", known.id),
            }),
        )));
    }
    let (now, now_ms) = moment(request);
    let expires_ms = now_ms + i64::try_from(UPLOAD_SECONDS * 1000)?;
    let expires_at = store::rfc3339(expires_ms).context("the event has no time")?;

    let deposit = new_deposit(request, declaration)?;
    let upload = store.objects.sign_upload(&deposit, now).await?;
    store.index.open(&deposit).await?;
    tracing::info!(deposit.id, size_bytes = deposit.declaration.size_bytes, "deposit opened");

    let headers: serde_json::Map<_, _> =
        upload.headers.into_iter().map(|(name, value)| (name, value.into())).collect();
    let id = &deposit.id;
    let body = json!({
        "deposit": id,
        "state": deposit.state.as_str(),
        "upload": {
            "method": upload.method,
            "url": upload.url,
            "headers": headers,
            "expires_at": expires_at,
        },
        "report": format!("/depots/{id}"),
    });
    Ok(Ok((201, body)))
}

/// A deposit of this moment, not yet in the index.
fn new_deposit(
    request: &ApiGatewayV2httpRequest,
    declaration: Declaration,
) -> anyhow::Result<Deposit> {
    let (now, now_ms) = moment(request);
    let opened_at = store::rfc3339(now_ms).context("the event has no time")?;
    let id = ulid::Ulid::from_datetime(now).to_string();
    Ok(Deposit::opened(id, declaration, opened_at))
}

/// The last deposit of the same bytes, for the same purpose, whose answer still holds.
async fn already_answered(
    store: &Store,
    declaration: &Declaration,
) -> anyhow::Result<Option<Deposit>> {
    let same = store.index.same_content(declaration).await?;
    if same.is_empty() {
        return Ok(None);
    }
    let counting = counting(store, declaration).await?;
    let standing = same.into_iter().map(|deposit| {
        let state = deposit.standing(&counting);
        Deposit { state, ..deposit }
    });
    Ok(standing.into_iter().find(|deposit| deposit.state.still_stands()))
}

/// The deposits that count for an organisation's year.
async fn counting(store: &Store, declaration: &Declaration) -> anyhow::Result<Vec<Counting>> {
    if declaration.dataset.is_reference() {
        return Ok(store.index.counting_reference(declaration.dataset).await?);
    }
    let current = store.index.current_of(declaration).await?;
    Ok(current.map(|current| current.deposits).unwrap_or_default())
}

async fn list(store: &Store, request: &ApiGatewayV2httpRequest) -> anyhow::Result<Answer> {
    let Some(key) = key(store, &request.headers).await? else {
        return Ok(Err(Problem::unknown_key()));
    };
    let organisation = match request::organisation(query(request, "organisme"), &key.scope) {
        Ok(organisation) => organisation,
        Err(problem) => return Ok(Err(problem)),
    };
    let before = query(request, "avant").filter(|before| ulid::Ulid::from_string(before).is_ok());
    let mut found = store.index.history(organisation, before, PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| format!("/depots?organisme={organisation}&avant={}", last.id));
    // Several deposits of one year are compared with one list.
    let mut known: HashMap<(Dataset, SchoolYear), Vec<Counting>> = HashMap::new();
    let mut deposits = Vec::new();
    for deposit in found.iter().filter(|deposit| allows(&key.scope, &deposit.declaration)) {
        let declaration = &deposit.declaration;
        let year = (declaration.dataset, declaration.school_year);
        let counting = match known.entry(year) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(counting(store, declaration).await?),
        };
        deposits.push(described(deposit, deposit.standing(counting)));
    }
    let organisation = organisation.to_string();
    Ok(Ok((200, json!({ "organisme": organisation, "depots": deposits, "next": next }))))
}

/// What the interface says of a deposit.
fn described(deposit: &Deposit, state: State) -> Value {
    let Declaration { organisation, dataset, school_year, mode, file_name, .. } =
        &deposit.declaration;
    let rows = deposit.judged.as_ref().map(|judged| {
        let rows = judged.rows;
        json!({ "read": rows.read, "accepted": rows.accepted, "set_aside": rows.set_aside })
    });
    json!({
        "deposit": deposit.id,
        "state": state.as_str(),
        "opened_at": deposit.opened_at,
        "confirmed_at": deposit.confirmed.as_ref().map(|asked| &asked.at),
        "withdrawn_at": deposit.withdrawn.as_ref().map(|asked| &asked.at),
        "organisme": organisation.to_string(),
        "dataset": dataset.as_str(),
        "school_year": school_year.to_string(),
        "mode": mode.as_str(),
        "file_name": file_name,
        "rows": rows,
    })
}

/// The deposit of this number, if the bearer may know of it.
async fn entitled(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    id: &str,
) -> anyhow::Result<Result<(DepositKey, Deposit), Problem>> {
    let Some(key) = key(store, &request.headers).await? else {
        return Ok(Err(Problem::unknown_key()));
    };
    match visible(store, &key, id).await? {
        Some(deposit) => Ok(Ok((key, deposit))),
        None => Ok(Err(Problem::no_such_deposit())),
    }
}

/// The deposit of this number; somebody else's is told apart from none by nobody.
async fn visible(store: &Store, key: &DepositKey, id: &str) -> anyhow::Result<Option<Deposit>> {
    if ulid::Ulid::from_string(id).is_err() {
        return Ok(None);
    }
    let deposit = store.index.deposit(id).await?;
    Ok(deposit.filter(|deposit| allows(&key.scope, &deposit.declaration)))
}

async fn show(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    id: &str,
) -> anyhow::Result<Answer> {
    Ok(match entitled(store, request, id).await? {
        Ok((_, deposit)) => Ok((200, shown(store, request, &deposit).await?)),
        Err(problem) => Err(problem),
    })
}

/// A deposit, its report and where its answer is.
async fn shown(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    deposit: &Deposit,
) -> anyhow::Result<Value> {
    let id = &deposit.id;
    let version = deposit.judged.as_ref().map(|judged| judged.report.clone());
    let report: Option<Value> = match &version {
        Some(version) => {
            let key = Key::Report { id: id.to_owned(), version: version.clone() };
            let found = store.objects.find(&key).await?;
            found
                .map(|bytes| serde_json::from_slice(&bytes).context("the report is not JSON"))
                .transpose()?
        }
        None => None,
    };
    let (now, _) = moment(request);
    let mut answer = serde_json::Map::new();
    if let (Some(version), Some(_)) = (version, &report) {
        for (what, name) in ANSWERS {
            let (id, version, name) = (id.to_owned(), version.clone(), (*name).to_owned());
            let key = Key::Answer { id, version, name };
            if let Some(url) = store.objects.sign_download(&key, now).await? {
                answer.insert((*what).to_owned(), url.into());
            }
        }
    }
    let mut body = described(deposit, standing(store, deposit).await?);
    body["report"] = report.into();
    body["answer"] = answer.into();
    Ok(body)
}

/// Where a deposit stands. What counts is read after it: one that does not count is read again, for it may
/// have been withdrawn in between rather than superseded.
async fn standing(store: &Store, deposit: &Deposit) -> anyhow::Result<State> {
    if deposit.state != State::Validated {
        return Ok(deposit.state);
    }
    let state = deposit.standing(&counting(store, &deposit.declaration).await?);
    if state != State::Superseded {
        return Ok(state);
    }
    let again = store.index.deposit(&deposit.id).await?.map(|again| again.state);
    Ok(again.filter(|again| *again != State::Validated).unwrap_or(state))
}

/// Writes down what is asked of a deposit; its arrival wakes `validate`, which does it.
async fn ask(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    id: &str,
    what: Request,
) -> anyhow::Result<Answer> {
    let (key, deposit) = match entitled(store, request, id).await? {
        Ok(found) => found,
        Err(problem) => return Ok(Err(problem)),
    };
    let status = match write_down(store, request, &key, &deposit, what).await? {
        Ok(status) => status,
        Err(problem) => return Ok(Err(problem)),
    };
    let body = json!({
        "deposit": id,
        "state": deposit.state.as_str(),
        "asked": what.as_str(),
        "report": format!("/depots/{id}"),
    });
    Ok(Ok((status, body)))
}

/// Writes down what the bearer of a key asks of a deposit, where that makes sense: 202, or 200 when it is
/// done already.
async fn write_down(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    key: &DepositKey,
    deposit: &Deposit,
    what: Request,
) -> anyhow::Result<Result<i64, Problem>> {
    let id = &deposit.id;
    Ok(match deposit.reply_to(what) {
        Reply::Granted => {
            let at = store::rfc3339(moment(request).1).context("the event has no time")?;
            let body = json!({ "deposit": id, "at": at, "by": key.id }).to_string();
            store.objects.put_once(&Key::Request { id: id.to_owned(), what }, body).await?;
            tracing::info!(deposit.id = id, %what, "asked");
            Ok(202)
        }
        Reply::AlreadyDone => Ok(200),
        Reply::Pointless => Err(Problem::pointless(what, deposit)),
    })
}

/// The moment that the gateway wrote in the request.
fn moment(request: &ApiGatewayV2httpRequest) -> (SystemTime, i64) {
    let now_ms = request.request_context.time_epoch;
    (SystemTime::UNIX_EPOCH + Duration::from_millis(now_ms.unsigned_abs()), now_ms)
}

fn allows(scope: &KeyScope, declaration: &Declaration) -> bool {
    scope.organisations.contains(&declaration.organisation)
        && scope.datasets.contains(&declaration.dataset)
}

/// The key of the request's bearer; `None` without a key that works.
async fn key(store: &Store, headers: &HeaderMap) -> anyhow::Result<Option<DepositKey>> {
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
    let key = bearer.and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    key_of(store, key.filter(|key| !key.is_empty())).await
}

/// What the index knows of a key that works.
async fn key_of(store: &Store, key: Option<&str>) -> anyhow::Result<Option<DepositKey>> {
    Ok(match key {
        Some(key) => store.index.key(&key_hash(key)).await?,
        None => None,
    })
}

/// What the index keeps of a deposit key: its SHA-256 in hexadecimal. The keys we make hold 256
/// random bits, so a plain hash says nothing of them.
pub fn key_hash(key: &str) -> String {
    hex(&Sha256::digest(key.as_bytes()))
}

fn respond(status: i64, content_type: &'static str, body: String) -> ApiGatewayV2httpResponse {
    use aws_lambda_events::http::HeaderValue;
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = status;
    response.headers = headers;
    response.body = Some(body.into());
    response
}
