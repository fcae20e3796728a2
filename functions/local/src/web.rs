//! The one public door: the pages, the API and the signed uploads, on one origin.
//!
//! | Address | Answered by | On AWS |
//! | --- | --- | --- |
//! | `/depots…` | the function `upload`, through an HTTP API event | API Gateway |
//! | `/inbox/…`, `/reports/…` | the S3 endpoint, which checks the signature itself | S3 |
//! | `/v/{version}/…` | that publication, for ever | `CloudFront` |
//! | anything else | the publication that `latest.json` names | `CloudFront` |
//!
//! It decides nothing about deposits and holds no state. It answers only to its own name: a page
//! elsewhere whose name was made to lead here is refused.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};
use store::keys::{Key, Shelf};

use crate::aws::{Cloud, Object};
use crate::runtime::Functions;
use crate::serve::{self, Answer, Body};
use crate::wiring;

/// Largest request of the API: files go to the signed upload.
const MAX_REQUEST_BYTES: usize = 64 * 1024;
/// The same of the form of the drop page, which holds a small file.
const MAX_FORM_BYTES: usize = upload::MAX_FORM_FILE_BYTES as usize + MAX_REQUEST_BYTES;
/// How long a request of the API may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a form may take.
const FORM_TIMEOUT: Duration = Duration::from_mins(1);

const HTML: &str = "text/html; charset=utf-8";
const PROBLEM: &str = "application/problem+json; charset=utf-8";
/// `'wasm-unsafe-eval'` is what compiling WebAssembly asks, and allows nothing else. Each page without an
/// island takes it back in its head, and most take back every script (`site/src/parts/cadre.rs`).
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
                      img-src 'self' data:; object-src 'none'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const HOLDING: &str = include_str!("holding.html");

/// What the door leads to.
#[derive(Debug)]
pub struct Web {
    /// Where the pages and the uploads rest.
    pub cloud: Arc<Cloud>,
    /// Who answers the API.
    pub functions: Functions,
    /// The port it listens on.
    pub port: u16,
}

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
enum Route<'a> {
    Api,
    Storage,
    Pinned { version: &'a str, path: &'a str },
    Current { path: &'a str },
}

fn route(path: &str) -> Route<'_> {
    let below = |prefix: &str| {
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if below("/depots") {
        return Route::Api;
    }
    // What a signed address may name: a file on its way in, an answer on its way out.
    let bucket = path.strip_prefix('/').and_then(|path| path.split_once('/'));
    let signed = [Shelf::Inbox, Shelf::Reports].map(wiring::bucket);
    if bucket.is_some_and(|(bucket, _)| signed.contains(&bucket)) {
        return Route::Storage;
    }
    let pinned = path.strip_prefix("/v/").and_then(|rest| rest.split_once('/'));
    match pinned {
        Some((version, path)) => Route::Pinned { version, path },
        None => Route::Current { path: path.trim_start_matches('/') },
    }
}

impl Web {
    /// Answers one request.
    pub async fn answer(&self, request: Request<Incoming>) -> Answer {
        let Some(host) = host(&request, self.port) else {
            return problem(
                StatusCode::MISDIRECTED_REQUEST,
                "Adresse inconnue",
                "Cette machine ne répond qu'à l'adresse 127.0.0.1.",
            );
        };
        let read = matches!(*request.method(), Method::GET | Method::HEAD);
        let path = request.uri().path().to_owned();
        match route(&path) {
            // Signed uploads name 127.0.0.1: pages are read there too, on one origin.
            Route::Pinned { .. } | Route::Current { .. } if read && host == Host::Localhost => {
                let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
                redirect(
                    StatusCode::TEMPORARY_REDIRECT,
                    &format!("http://127.0.0.1:{}{target}", self.port),
                )
            }
            Route::Api => self.invoke(request).await,
            Route::Storage => self.store(request).await,
            Route::Pinned { version, path } if read => {
                self.page(version, path, &request, true).await
            }
            Route::Current { path } if read => match self.latest().await {
                Ok(Some(version)) => self.page(&version, path, &request, false).await,
                Ok(None) => holding(),
                Err(answer) => *answer,
            },
            _ => {
                let mut answer = problem(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "Cette adresse se lit seulement",
                    "Pour envoyer un fichier, commencez par POST /depots.",
                );
                answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
                answer
            }
        }
    }

    /// The publication that the public reads now.
    async fn latest(&self) -> Result<Option<String>, Box<Answer>> {
        let Some(object) = self.object(&Key::Latest.path()).await? else { return Ok(None) };
        let bytes = object.body.collect().await.map_err(|error| {
            tracing::error!(%error, "the name of the publication could not be read");
            Box::new(unavailable())
        })?;
        let latest: Value = serde_json::from_slice(&bytes.to_bytes()).unwrap_or_default();
        Ok(latest["version"].as_str().map(str::to_owned))
    }

    async fn page(
        &self,
        version: &str,
        path: &str,
        request: &Request<Incoming>,
        pinned: bool,
    ) -> Answer {
        match self.find(version, path, request, pinned).await {
            Ok(answer) => answer,
            Err(answer) => *answer,
        }
    }

    async fn find(
        &self,
        version: &str,
        path: &str,
        request: &Request<Incoming>,
        pinned: bool,
    ) -> Result<Answer, Box<Answer>> {
        let key = |path: &str| {
            Key::Published { version: version.to_owned(), path: path.to_owned() }.path()
        };
        let folder = path.is_empty() || path.ends_with('/');
        let file = if folder { format!("{path}index.html") } else { path.to_owned() };
        if let Some(object) = self.object(&key(&file)).await? {
            let open = pinned || is_data(path);
            let mut answer = published(object, request.headers(), pinned, open);
            // RFC 5829: where what this address holds is up to date.
            let latest = HeaderValue::from_str(&format!("</{path}>; rel=\"latest-version\""));
            if let (true, Ok(latest)) = (pinned, latest) {
                answer.headers_mut().insert(header::LINK, latest);
            }
            return Ok(answer);
        }
        if !folder && self.object(&key(&format!("{path}/index.html"))).await?.is_some() {
            let target = format!("{}/", request.uri().path());
            return Ok(redirect(StatusCode::MOVED_PERMANENTLY, &target));
        }
        let mut answer = match self.object(&key("404.html")).await? {
            Some(page) => published(page, &HeaderMap::new(), false, false),
            None => {
                protected(serve::answer(StatusCode::NOT_FOUND, HTML, "<p>Page introuvable.</p>"))
            }
        };
        *answer.status_mut() = StatusCode::NOT_FOUND;
        Ok(answer)
    }

    async fn object(&self, key: &str) -> Result<Option<Object>, Box<Answer>> {
        self.cloud.object(wiring::bucket(Shelf::Site), key).await.map_err(|error| {
            tracing::error!(
                key,
                error = format!("{error:#}"),
                "a published file could not be read"
            );
            Box::new(unavailable())
        })
    }

    /// Hands a signed upload to the S3 endpoint, which judges it.
    async fn store(&self, request: Request<Incoming>) -> Answer {
        match self.cloud.s3().call(request.map(s3s::Body::from)).await {
            Ok(answer) => answer.map(BodyExt::boxed_unsync),
            Err(error) => {
                tracing::error!(?error, "an upload could not be judged");
                unavailable()
            }
        }
    }

    /// Hands a request to the function `upload` as API Gateway does.
    async fn invoke(&self, request: Request<Incoming>) -> Answer {
        let (head, body) = request.into_parts();
        let is_form = head.uri.path().trim_end_matches('/') == upload::FORM;
        let (most, patience, detail) = if is_form {
            let detail = "Sans JavaScript, un fichier pèse 4 Mo au plus. Activez JavaScript pour la \
                          page de dépôt, ou enregistrez la liste en CSV.";
            (MAX_FORM_BYTES, FORM_TIMEOUT, detail)
        } else {
            let detail = "Cette adresse reçoit la description d'un fichier, en 64 ko au plus. \
                          Le fichier lui-même s'envoie à l'adresse signée qu'elle donne.";
            (MAX_REQUEST_BYTES, BODY_TIMEOUT, detail)
        };
        let body = Limited::new(body, most).collect();
        let body = match tokio::time::timeout(patience, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return problem(StatusCode::PAYLOAD_TOO_LARGE, "Demande trop longue", detail);
            }
            Ok(Err(_)) | Err(_) => {
                return problem(
                    StatusCode::REQUEST_TIMEOUT,
                    "Demande incomplète",
                    "La demande s'est arrêtée avant la fin. Vous pouvez la renvoyer.",
                );
            }
        };
        let event = http_event(&head, &body);
        match self.functions.invoke("upload", &event).await {
            Ok(answer) => protected(proxied(&answer)),
            Err(error) => {
                tracing::error!(%error, "upload gave no answer");
                unavailable()
            }
        }
    }
}

/// Whether an address is one of the data: programs elsewhere may read it.
fn is_data(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with("donnees/")
        || name.starts_with("donnees.")
        || ["flux.atom", "calendrier.ics"].contains(&name)
}

/// The event of an HTTP API, payload format 2.0.
fn http_event(head: &http::request::Parts, body: &Bytes) -> Value {
    let mut headers = serde_json::Map::new();
    for name in head.headers.keys() {
        let values = head.headers.get_all(name).iter();
        let values: Vec<_> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        headers.insert(name.as_str().to_owned(), values.join(",").into());
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let path = head.uri.path();
    let (body, encoded) = match std::str::from_utf8(body) {
        Ok("") => (Value::Null, false),
        Ok(text) => (text.into(), false),
        Err(_) => (BASE64.encode(body).into(), true),
    };
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": head.uri.query().unwrap_or_default(),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": headers.get("host"),
            "domainPrefix": "local",
            "http": {
                "method": head.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent"),
            },
            "requestId": ulid::Ulid::new().to_string(),
            "routeKey": "$default",
            "stage": "$default",
            "time": jiff::Timestamp::now().strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": u64::try_from(now.as_millis()).unwrap_or_default(),
        },
        "headers": headers,
        "body": body,
        "isBase64Encoded": encoded,
    })
}

/// The HTTP answer that a function describes.
fn proxied(answer: &Value) -> Answer {
    let text = answer["body"].as_str().unwrap_or_default();
    let body = if answer["isBase64Encoded"].as_bool().unwrap_or(false) {
        BASE64.decode(text).unwrap_or_default()
    } else {
        text.as_bytes().to_vec()
    };
    let status = answer["statusCode"].as_u64().and_then(|code| u16::try_from(code).ok());
    let status = StatusCode::from_u16(status.unwrap_or(200)).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = serve::answer(status, "application/json", body);
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::try_from(name.as_str());
        let value = value.as_str().map(HeaderValue::from_str);
        if let (Ok(name), Some(Ok(value))) = (name, value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn published(object: Object, asked: &HeaderMap, pinned: bool, open: bool) -> Answer {
    let tag = object.etag;
    let known = asked.get_all(header::IF_NONE_MATCH).iter().any(|tags| {
        tags.to_str().is_ok_and(|tags| {
            tags.split(',').any(|known| {
                let known = known.trim();
                known == "*" || known.trim_start_matches("W/") == tag
            })
        })
    });
    let mut answer = if known {
        let mut answer = Answer::new(Body::default());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        answer
    } else {
        let mut answer = Answer::new(object.body.boxed_unsync());
        let kind = object.content_type.as_deref().unwrap_or("application/octet-stream");
        if let Ok(kind) = HeaderValue::from_str(kind) {
            answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        answer.headers_mut().insert(header::CONTENT_LENGTH, object.size.into());
        answer
    };
    let headers = answer.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    let cache = if pinned { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if open {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    protected(answer)
}

fn holding() -> Answer {
    let mut answer = serve::answer(StatusCode::SERVICE_UNAVAILABLE, HTML, HOLDING);
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    protected(answer)
}

fn redirect(status: StatusCode, target: &str) -> Answer {
    let mut answer = serve::answer(status, HTML, Bytes::new());
    if let Ok(target) = HeaderValue::from_str(target) {
        answer.headers_mut().insert(header::LOCATION, target);
    }
    protected(answer)
}

fn unavailable() -> Answer {
    problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "Service momentanément indisponible",
        "Votre demande n'a pas abouti et rien n'est perdu. Réessayez dans un instant.",
    )
}

/// RFC 9457.
fn problem(status: StatusCode, title: &str, detail: &str) -> Answer {
    let problem = json!({
        "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail,
    });
    protected(serve::answer(status, PROBLEM, problem.to_string()))
}

fn protected(mut answer: Answer) -> Answer {
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

#[derive(Debug, PartialEq, Eq)]
enum Host {
    Loopback,
    Localhost,
}

/// Under which of its names this server was asked, if under any.
fn host<B>(request: &Request<B>, port: u16) -> Option<Host> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (host, None) = (hosts.next()?.to_str().ok()?, hosts.next()) else { return None };
    let name = match host.rsplit_once(':') {
        Some((name, given)) if given.parse() == Ok(port) => name,
        None if port == 80 => host,
        _ => return None,
    };
    match name {
        "127.0.0.1" => Some(Host::Loopback),
        "localhost" => Some(Host::Localhost),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
    use store::Store;
    use tempfile::TempDir;
    use tokio::net::TcpListener;
    use tokio::sync::watch;

    use super::*;
    use crate::line;
    use crate::runtime::Launch;
    use crate::state::State;

    #[test]
    fn addresses_lead_where_they_should() {
        assert_eq!(route("/depots"), Route::Api);
        assert_eq!(route("/depots/01J"), Route::Api);
        assert_eq!(route("/depotsx"), Route::Current { path: "depotsx" });
        assert_eq!(route("/inbox/depots/01J"), Route::Storage);
        assert_eq!(route("/inbox"), Route::Current { path: "inbox" });
        assert_eq!(route("/v/ab/region/53/"), Route::Pinned { version: "ab", path: "region/53/" });
        assert_eq!(route("/"), Route::Current { path: "" });
    }

    #[test]
    fn the_function_receives_what_api_gateway_sends() {
        let request = Request::post("/depots?a=1")
            .header("Host", "127.0.0.1:8080")
            .header("Authorization", "Bearer x")
            .body(())
            .unwrap();
        let (head, ()) = request.into_parts();
        let event = http_event(&head, &Bytes::from_static(b"{}"));
        let event: ApiGatewayV2httpRequest = serde_json::from_value(event).unwrap();
        assert_eq!(event.raw_path.as_deref(), Some("/depots"));
        assert_eq!(event.raw_query_string.as_deref(), Some("a=1"));
        assert_eq!(event.headers["authorization"], "Bearer x");
        assert_eq!(event.body.as_deref(), Some("{}"));
        assert_eq!(event.request_context.http.method, Method::POST);
        assert!(event.request_context.time_epoch > 1_600_000_000_000);
    }

    #[test]
    fn the_answer_of_the_function_becomes_an_answer() {
        let answer = proxied(&json!({
            "statusCode": 201, "headers": { "Content-Type": "text/plain" }, "body": "b3Vp",
            "isBase64Encoded": true,
        }));
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.headers()["content-type"], "text/plain");
        assert_eq!(proxied(&json!({ "statusCode": 9999 })).status(), 502);
    }

    struct Door {
        port: u16,
        store: Store,
        _stop: watch::Sender<bool>,
        _folder: TempDir,
    }

    impl Door {
        async fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let state = State::open(folder.path()).unwrap();
            let secrets = state.secrets().unwrap();
            let cloud = line::open_cloud(&state, &secrets).unwrap();
            let store = line::store(&cloud, &secrets);
            let (stop, stopping) = watch::channel(false);
            let launch =
                Launch { program: "x".into(), log: state.path("log"), environment: HashMap::new() };
            let functions = Functions::open(&[], launch, stopping.clone()).await.unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let web = Arc::new(Web { cloud, functions, port });
            tokio::spawn(serve::serve(listener, stopping, move |request| {
                let web = Arc::clone(&web);
                async move { web.answer(request).await }
            }));
            Self { port, store, _stop: stop, _folder: folder }
        }

        async fn publish(&self, version: &str, files: &[(&str, &str)]) {
            for (path, text) in files {
                let key = Key::Published { version: version.into(), path: (*path).into() };
                self.store.objects.put(&key, (*text).to_owned()).await.unwrap();
            }
            let latest = format!(r#"{{"version":"{version}"}}"#);
            self.store.objects.put(&Key::Latest, latest).await.unwrap();
        }

        async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Asked {
            let uri = format!("http://127.0.0.1:{}{path}", self.port);
            let mut request = Request::builder().method(method).uri(uri);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = request.body(()).unwrap();
            tokio::task::spawn_blocking(move || {
                let config = ureq::Agent::config_builder()
                    .http_status_as_error(false)
                    .allow_non_standard_methods(true)
                    .max_redirects(0);
                let agent = ureq::Agent::from(config.build());
                let mut answer = agent.run(request).unwrap();
                let body = answer.body_mut().read_to_string().unwrap();
                Asked { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
            })
            .await
            .unwrap()
        }
    }

    struct Asked {
        status: u16,
        headers: HeaderMap,
        body: String,
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_public_reads_the_latest_publication() {
        let door = Door::open().await;
        let early = door.ask("GET", "/", &[]).await;
        assert_eq!((early.status, early.headers["retry-after"].to_str().unwrap()), (503, "5"));

        let files = [
            ("index.html", "accueil"),
            ("region/53/index.html", "Bretagne"),
            ("donnees/taux.csv", "a,b"),
            ("region/53/donnees.json", "{}"),
            ("404.html", "rien ici"),
        ];
        door.publish("one", &files).await;
        let home = door.ask("GET", "/", &[]).await;
        assert_eq!((home.status, home.body.as_str()), (200, "accueil"));
        assert_eq!(home.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(home.headers["cache-control"], "no-cache");
        assert!(home.headers.contains_key("content-security-policy"));
        assert!(!home.headers.contains_key("access-control-allow-origin"));
        assert_eq!(door.ask("GET", "/region/53/", &[]).await.body, "Bretagne");
        let bare = door.ask("GET", "/region/53", &[]).await;
        assert_eq!((bare.status, bare.headers["location"].to_str().unwrap()), (301, "/region/53/"));
        for path in ["/donnees/taux.csv", "/region/53/donnees.json"] {
            let data = door.ask("GET", path, &[]).await;
            assert_eq!(data.headers["access-control-allow-origin"], "*", "{path}");
            assert!(data.headers.contains_key("etag"), "{path}");
        }
        let lost = door.ask("GET", "/nulle-part", &[]).await;
        assert_eq!((lost.status, lost.body.as_str()), (404, "rien ici"));

        door.publish("two", &[("index.html", "accueil deux")]).await;
        assert_eq!(door.ask("GET", "/", &[]).await.body, "accueil deux");
        let pinned = door.ask("GET", "/v/one/", &[]).await;
        assert_eq!(pinned.body, "accueil");
        assert!(pinned.headers["cache-control"].to_str().unwrap().contains("immutable"));
        let old = door.ask("GET", "/v/one/region/53/", &[]).await;
        assert_eq!(old.headers["link"], "</region/53/>; rel=\"latest-version\"");
        assert!(!door.ask("GET", "/", &[]).await.headers.contains_key("link"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_already_known_is_not_sent_again() {
        let door = Door::open().await;
        door.publish("one", &[("index.html", "accueil")]).await;
        let tag = door.ask("GET", "/", &[]).await.headers["etag"].to_str().unwrap().to_owned();
        let known = door.ask("GET", "/", &[("if-none-match", &tag)]).await;
        assert_eq!((known.status, known.body.as_str()), (304, ""));
        let head = door.ask("HEAD", "/", &[]).await;
        assert_eq!((head.status, head.headers["content-length"].to_str().unwrap()), (200, "7"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_answers_to_its_own_name_only() {
        let door = Door::open().await;
        door.publish("one", &[("index.html", "accueil")]).await;
        for stranger in ["exemple.fr", "exemple.fr:8080", "127.0.0.1:1", "127.0.0.1.exemple.fr"] {
            assert_eq!(door.ask("GET", "/", &[("host", stranger)]).await.status, 421, "{stranger}");
        }
        let localhost = format!("localhost:{}", door.port);
        let moved = door.ask("GET", "/region/53/?a", &[("host", &localhost)]).await;
        let target = format!("http://127.0.0.1:{}/region/53/?a", door.port);
        assert_eq!((moved.status, moved.headers["location"].to_str().unwrap()), (307, &*target));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_not_signed_is_not_stored_and_a_dead_function_is_said_kindly() {
        let door = Door::open().await;
        assert_eq!(door.ask("PUT", "/inbox/depots/x", &[]).await.status, 403);
        assert_eq!(door.ask("GET", "/inbox/depots/x", &[]).await.status, 403);
        assert_eq!(door.ask("DELETE", "/region/53/", &[]).await.status, 405);
        let down = door.ask("GET", "/depots/01J", &[]).await;
        assert_eq!(down.status, 503);
        assert!(down.body.contains("rien n'est perdu"), "{}", down.body);
    }
}
