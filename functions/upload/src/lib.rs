//! A CFA asks to send a file; it gets a deposit and a signed upload for exactly that file.
//!
//! | | |
//! | --- | --- |
//! | wakes on | `POST /depots`, `GET /depots/{id}` (HTTP API, payload 2.0) |
//! | reads | the deposit key, the deposit, its report |
//! | leaves | a deposit, *opened* |
//! | run twice | opens a new deposit; an unused one expires |
//! | fails when | the store fails; a bad request is an answer (RFC 9457) |

mod problem;
mod request;

use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::http::HeaderMap;
use domain::upload::{Declaration, Deposit, State, UPLOAD_SECONDS, hex};
use futures_util::FutureExt as _;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Config, Key, KeyScope, Shelf, Store};

use problem::Problem;

/// Starts on AWS, or as a child of the local runner.
pub async fn run() -> anyhow::Result<()> {
    lambda_runtime::tracing::init_default_subscriber();
    let config =
        Config::from_env(&[Shelf::Inbox, Shelf::Reports], |name| std::env::var(name).ok())?;
    let store = Store::new(&config);
    let serve = |event: LambdaEvent<ApiGatewayV2httpRequest>| {
        let store = &store;
        async move { handle(store, &event.payload).await }
    };
    lambda_runtime::run(service_fn(serve)).await.map_err(anyhow::Error::from_boxed)
}

/// Answers one request. The moment is the one the gateway wrote in it.
pub async fn handle(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
) -> anyhow::Result<ApiGatewayV2httpResponse> {
    // Boxed: the futures of the SDK are too deep for the compiler to lay out in one piece.
    let answer = match route(store, request).boxed().await? {
        Ok((status, body)) => response(status, "application/json", &body),
        Err(problem) => response(problem.status, "application/problem+json", &problem.body()),
    };
    Ok(answer)
}

/// What a person may read of an answer, and the name of its file: see `validate::answer`.
const ANSWERS: &[(&str, &str)] =
    &[("page", "report.html"), ("annotated", "annote.xlsx"), ("set_aside", "mises-de-cote.xlsx")];

type Answer = Result<(i64, Value), Problem>;

async fn route(store: &Store, request: &ApiGatewayV2httpRequest) -> anyhow::Result<Answer> {
    let method = request.request_context.http.method.as_str();
    let path = request.raw_path.as_deref().unwrap_or_default().trim_end_matches('/');
    let id = path.strip_prefix("/depots/");
    match (method, path, id) {
        ("POST", "/depots", _) => open(store, request).await,
        ("GET", _, Some(id)) => show(store, request, id).await,
        (_, "/depots", _) | (_, _, Some(_)) => Ok(Err(Problem::method_not_allowed())),
        _ => Ok(Err(Problem::not_found())),
    }
}

async fn open(store: &Store, request: &ApiGatewayV2httpRequest) -> anyhow::Result<Answer> {
    let Some(scope) = scope(store, &request.headers).await? else {
        return Ok(Err(Problem::unknown_key()));
    };
    let declaration = match request::declaration(request, &scope) {
        Ok(declaration) => declaration,
        Err(problem) => return Ok(Err(problem)),
    };
    let now_ms = request.request_context.time_epoch;
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(now_ms.unsigned_abs());
    let opened_at = store::rfc3339(now_ms).context("the event has no time")?;
    let expires_ms = now_ms + i64::try_from(UPLOAD_SECONDS * 1000)?;
    let expires_at = store::rfc3339(expires_ms).context("the event has no time")?;

    let id = ulid::Ulid::from_datetime(now).to_string();
    let deposit = Deposit { id, declaration, state: State::Opened, opened_at };
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

async fn show(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    id: &str,
) -> anyhow::Result<Answer> {
    let Some(scope) = scope(store, &request.headers).await? else {
        return Ok(Err(Problem::unknown_key()));
    };
    if ulid::Ulid::from_string(id).is_err() {
        return Ok(Err(Problem::no_such_deposit()));
    }
    let deposit = store.index.deposit(id).await?;
    let entitled = |deposit: &Deposit| allows(&scope, &deposit.declaration);
    // Somebody else's deposit is told apart from no deposit by nobody.
    let Some(deposit) = deposit.filter(entitled) else {
        return Ok(Err(Problem::no_such_deposit()));
    };
    let report = match deposit.state {
        State::Opened => None,
        _ => store.objects.find(&Key::Report { id: id.to_owned() }).await?,
    };
    let report: Option<Value> = report
        .map(|bytes| serde_json::from_slice(&bytes).context("the report is not JSON"))
        .transpose()?;
    let now_ms = request.request_context.time_epoch;
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(now_ms.unsigned_abs());
    let mut answer = serde_json::Map::new();
    if report.is_some() {
        for (what, name) in ANSWERS {
            let key = Key::Answer { id: id.to_owned(), name: (*name).to_owned() };
            if let Some(url) = store.objects.sign_download(&key, now).await? {
                answer.insert((*what).to_owned(), url.into());
            }
        }
    }
    let Declaration { organisation, dataset, school_year, mode, file_name, .. } =
        &deposit.declaration;
    let body = json!({
        "deposit": deposit.id,
        "state": deposit.state.as_str(),
        "opened_at": deposit.opened_at,
        "organisme": organisation.to_string(),
        "dataset": dataset.as_str(),
        "school_year": school_year.to_string(),
        "mode": mode.as_str(),
        "file_name": file_name,
        "report": report,
        "answer": answer,
    });
    Ok(Ok((200, body)))
}

fn allows(scope: &KeyScope, declaration: &Declaration) -> bool {
    scope.organisations.contains(&declaration.organisation)
        && scope.datasets.contains(&declaration.dataset)
}

/// What the bearer of the request's key may send; `None` without a key that works.
async fn scope(store: &Store, headers: &HeaderMap) -> anyhow::Result<Option<KeyScope>> {
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
    let key = bearer.and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(None) };
    Ok(store.index.key_scope(&key_hash(key)).await?)
}

/// What the index keeps of a deposit key: its SHA-256 in hexadecimal. The keys we make hold 256
/// random bits, so a plain hash says nothing of them.
pub fn key_hash(key: &str) -> String {
    hex(&Sha256::digest(key.as_bytes()))
}

fn response(status: i64, content_type: &'static str, body: &Value) -> ApiGatewayV2httpResponse {
    use aws_lambda_events::http::HeaderValue;
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = status;
    response.headers = headers;
    response.body = Some(body.to_string().into());
    response
}
