//! The Lambda service on one machine: the Runtime API, and the processes that speak it.
//!
//! Each function is a child process of this binary (`tableau lambda NAME`) that runs the same
//! `run()` as its `main.rs` on AWS. It is started when an invocation needs it, kept warm, killed
//! when it lasts too long, and replaced after a crash. Nothing is retried here: that is the
//! business of whoever invokes ([`crate::pump`]).
//!
//! All children speak to one port; the path says which one is speaking (`/rt/validate.3/…`). They
//! hold a pipe from this process as their standard input, and leave when it closes
//! ([`leave_with_parent`]): even `kill -9` leaves no orphan.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::serve::{self, Answer, Stop};
use crate::wiring::Function;

/// How long a process may take before it asks for its first event, as on AWS.
const INIT: Duration = Duration::from_secs(10);
/// Largest answer of a function, as on AWS.
const MAX_ANSWER_BYTES: usize = 6 * 1024 * 1024;

/// Why an invocation gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// No function of that name.
    #[error("no function is named {0}")]
    Unknown(String),
    /// The process could not be started.
    #[error("the function could not be started")]
    Start(#[source] std::io::Error),
    /// The function answered that it failed.
    #[error("the function failed: {0}")]
    Failed(String),
    /// The process ended before it answered.
    #[error("the function ended before it answered ({0})")]
    Ended(String),
    /// The process was killed: it took too long.
    #[error("the function took more than {} s", .0.as_secs())]
    TimedOut(Duration),
}

/// What a function is started with.
#[derive(Debug)]
pub struct Launch {
    /// The binary of `tableau`.
    pub program: PathBuf,
    /// Where the output of the functions goes.
    pub log: PathBuf,
    /// Every variable of the line; each function is given those it names in [`crate::wiring`].
    pub environment: HashMap<&'static str, String>,
}

/// The functions of the line, ready to be invoked.
#[derive(Debug, Clone)]
pub struct Functions(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    api: SocketAddr,
    launch: Launch,
    pools: HashMap<&'static str, Pool>,
    desks: Mutex<HashMap<String, Arc<Desk>>>,
    born: AtomicU64,
}

/// The processes of one function.
#[derive(Debug)]
struct Pool {
    function: &'static Function,
    permits: Semaphore,
    warm: Mutex<Vec<Worker>>,
}

/// One process, between invocations or at work.
#[derive(Debug)]
struct Worker {
    name: String,
    child: Child,
    /// Held apart: waiting for a child would close it, and the process would leave.
    _lifeline: Option<ChildStdin>,
    events: mpsc::Sender<Invocation>,
    cold: bool,
}

/// Where one process fetches its events and leaves its answers.
#[derive(Debug)]
struct Desk {
    events: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    open: Mutex<Option<(String, Reply)>>,
}

type Reply = oneshot::Sender<Result<Value, String>>;

#[derive(Debug)]
struct Invocation {
    id: String,
    event: Bytes,
    timeout: Duration,
    reply: Reply,
}

impl Functions {
    /// Opens the Runtime API on a free loopback port; no process is started yet.
    pub async fn open(
        functions: &'static [Function],
        launch: Launch,
        stop: Stop,
    ) -> anyhow::Result<Self> {
        for function in functions {
            for &variable in function.environment {
                let known = launch.environment.contains_key(variable);
                anyhow::ensure!(known, "{} reads {variable}, which nobody sets", function.name);
            }
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("open the Runtime API")?;
        let pool = |function: &'static Function| Pool {
            function,
            permits: Semaphore::new(function.concurrency),
            warm: Mutex::default(),
        };
        let shared = Arc::new(Shared {
            api: listener.local_addr().context("open the Runtime API")?,
            launch,
            pools: functions.iter().map(|function| (function.name, pool(function))).collect(),
            desks: Mutex::default(),
            born: AtomicU64::new(0),
        });
        let desks = Arc::clone(&shared);
        tokio::spawn(serve::serve(listener, stop, move |request| {
            let shared = Arc::clone(&desks);
            async move { shared.speak(request).await }
        }));
        Ok(Self(shared))
    }

    /// Gives an event to a function and waits for its answer, at most its time-out.
    pub async fn invoke(&self, name: &str, event: &Value) -> Result<Value, InvokeError> {
        let shared = &*self.0;
        let pool = shared.pools.get(name).ok_or_else(|| InvokeError::Unknown(name.to_owned()))?;
        let Ok(_permit) = pool.permits.acquire().await else {
            return Err(InvokeError::Ended("the line is closing".to_owned()));
        };
        let mut worker = match pool.take_warm() {
            Some(worker) => worker,
            None => shared.start(pool.function).map_err(InvokeError::Start)?,
        };
        let outcome = worker.work(pool.function.timeout, event).await;
        match outcome {
            Ok(_) | Err(InvokeError::Failed(_)) => lock(&pool.warm).push(worker),
            Err(_) => {
                shared.dismiss(worker).await;
            }
        }
        outcome
    }

    /// Ends every process that is not at work, and takes no more invocations.
    pub async fn close(&self) {
        for pool in self.0.pools.values() {
            pool.permits.close();
            let workers = std::mem::take(&mut *lock(&pool.warm));
            for worker in workers {
                self.0.dismiss(worker).await;
            }
        }
    }
}

impl Pool {
    fn take_warm(&self) -> Option<Worker> {
        let mut warm = lock(&self.warm);
        while let Some(mut worker) = warm.pop() {
            if matches!(worker.child.try_wait(), Ok(None)) {
                return Some(worker);
            }
        }
        None
    }
}

impl Worker {
    async fn work(&mut self, timeout: Duration, event: &Value) -> Result<Value, InvokeError> {
        let (reply, answer) = oneshot::channel();
        let invocation = Invocation {
            id: ulid::Ulid::new().to_string(),
            event: event.to_string().into(),
            timeout,
            reply,
        };
        if self.events.send(invocation).await.is_err() {
            return Err(InvokeError::Ended("its desk is closed".to_owned()));
        }
        let allowed = if std::mem::take(&mut self.cold) { INIT + timeout } else { timeout };
        tokio::select! {
            biased;
            answer = answer => match answer {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(message)) => Err(InvokeError::Failed(message)),
                Err(_) => Err(InvokeError::Ended("it asked for another event first".to_owned())),
            },
            status = self.child.wait() => Err(InvokeError::Ended(match status {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            })),
            () = tokio::time::sleep(allowed) => Err(InvokeError::TimedOut(timeout)),
        }
    }
}

impl Shared {
    fn start(&self, function: &'static Function) -> Result<Worker, std::io::Error> {
        let number = self.born.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.{number}", function.name);
        let log = File::options().create(true).append(true).open(&self.launch.log)?;
        let given = function.environment.iter().filter_map(|name| {
            self.launch.environment.get(name).map(|value| (*name, value.as_str()))
        });
        let mut child = Command::new(&self.launch.program)
            .args(["lambda", function.name])
            .env_clear()
            .envs(given)
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{}/rt/{name}", self.api))
            .env("AWS_LAMBDA_FUNCTION_NAME", function.name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string())
            .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name))
            .env("AWS_LAMBDA_LOG_STREAM_NAME", &name)
            // Kept open by this process alone: see `leave_with_parent`.
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C is for the line, which lets its functions finish.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let (events, inbox) = mpsc::channel(1);
        let desk = Desk { events: tokio::sync::Mutex::new(inbox), open: Mutex::default() };
        lock(&self.desks).insert(name.clone(), Arc::new(desk));
        let lifeline = child.stdin.take();
        Ok(Worker { name, child, _lifeline: lifeline, events, cold: true })
    }

    async fn dismiss(&self, mut worker: Worker) {
        lock(&self.desks).remove(&worker.name);
        if let Err(error) = worker.child.kill().await {
            tracing::warn!(worker = worker.name, %error, "a function could not be ended");
        }
    }

    /// The routes of the Runtime API: next, response, error, init error.
    async fn speak(&self, request: Request<Incoming>) -> Answer {
        let path = request.uri().path().to_owned();
        let route = path.strip_prefix("/rt/").and_then(|rest| rest.split_once('/'));
        let Some((worker, route)) = route else { return plain(StatusCode::NOT_FOUND) };
        let Some(desk) = lock(&self.desks).get(worker).cloned() else {
            return plain(StatusCode::GONE);
        };
        let Some(route) = route.strip_prefix("2018-06-01/runtime/") else {
            return plain(StatusCode::NOT_FOUND);
        };
        if (request.method(), route) == (&Method::GET, "invocation/next") {
            return desk.next(worker).await;
        }
        if request.method() != Method::POST {
            return plain(StatusCode::NOT_FOUND);
        }
        let body = match Limited::new(request.into_body(), MAX_ANSWER_BYTES).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => return plain(StatusCode::PAYLOAD_TOO_LARGE),
        };
        if route == "init/error" {
            tracing::warn!(worker, reason = reason(&body), "a function could not start");
            return plain(StatusCode::ACCEPTED);
        }
        let Some((id, kind)) = route.strip_prefix("invocation/").and_then(|r| r.split_once('/'))
        else {
            return plain(StatusCode::NOT_FOUND);
        };
        let outcome = match kind {
            "response" => match serde_json::from_slice(&body) {
                Ok(answer) => Ok(answer),
                Err(_) => Err("its answer is not JSON".to_owned()),
            },
            "error" => Err(reason(&body)),
            _ => return plain(StatusCode::NOT_FOUND),
        };
        desk.settle(id, outcome)
    }
}

impl Desk {
    async fn next(&self, worker: &str) -> Answer {
        let Some(invocation) = self.events.lock().await.recv().await else {
            return plain(StatusCode::GONE);
        };
        let deadline = SystemTime::now() + invocation.timeout;
        let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let function = worker.split('.').next().unwrap_or_default();
        let arn = format!("arn:aws:lambda:{}:000000000000:function:{function}", crate::aws::REGION);
        let headers = [
            ("lambda-runtime-aws-request-id", invocation.id.clone()),
            ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
            ("lambda-runtime-invoked-function-arn", arn),
        ];
        let mut answer = serve::answer(StatusCode::OK, "application/json", invocation.event);
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer.headers_mut().insert(name, value);
            }
        }
        *lock(&self.open) = Some((invocation.id, invocation.reply));
        answer
    }

    fn settle(&self, id: &str, outcome: Result<Value, String>) -> Answer {
        let mut open = lock(&self.open);
        match open.take_if(|(current, _)| current == id) {
            Some((_, reply)) => {
                // Nobody waits any more when the invocation was given up in between.
                let _ = reply.send(outcome);
                plain(StatusCode::ACCEPTED)
            }
            None => plain(StatusCode::BAD_REQUEST),
        }
    }
}

/// Ends this process when its standard input closes, which the parent's death does too.
pub fn leave_with_parent() {
    std::thread::spawn(|| {
        let mut nothing = [0; 64];
        while matches!(std::io::stdin().read(&mut nothing), Ok(1..)) {}
        std::process::exit(0);
    });
}

/// What a function says of its failure.
fn reason(body: &[u8]) -> String {
    let error: Value = serde_json::from_slice(body).unwrap_or_default();
    error["errorMessage"].as_str().unwrap_or("it did not say why").to_owned()
}

fn plain(status: StatusCode) -> Answer {
    serve::answer(status, "application/json", "{}")
}

/// A panic under this lock would leave whole values: poison says nothing here.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt;

    use serde_json::json;
    use tempfile::TempDir;
    use tokio::sync::watch;

    use super::*;
    use crate::wiring::Wake;

    static ECHO: [Function; 1] = [Function {
        name: "echo",
        wake: Wake::Http,
        timeout: Duration::from_millis(300),
        memory_mb: 128,
        concurrency: 1,
        environment: &["GREETING"],
    }];

    /// Functions whose process is this script; the tests speak in its name.
    async fn functions(script: &str) -> (TempDir, watch::Sender<bool>, Functions) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        let mut file =
            File::options().create_new(true).write(true).mode(0o700).open(&program).unwrap();
        std::io::Write::write_all(&mut file, format!("#!/bin/sh\n{script}\n").as_bytes()).unwrap();
        drop(file);
        let launch = Launch {
            program,
            log: folder.path().join("log"),
            environment: HashMap::from([("GREETING", "bonjour".to_owned())]),
        };
        let (stop, stopping) = watch::channel(false);
        (folder, stop, Functions::open(&ECHO, launch, stopping).await.unwrap())
    }

    /// One turn of a process: takes an event, gives an answer.
    async fn turn(functions: &Functions, worker: &str, route: &'static str, body: &str) -> Value {
        let base = format!("http://{}/rt/{worker}/2018-06-01/runtime/invocation", functions.0.api);
        let body = body.to_owned();
        tokio::task::spawn_blocking(move || {
            // The process may not be registered yet.
            let agent = ureq::Agent::new_with_defaults();
            let mut next = (0..100)
                .find_map(|_| {
                    std::thread::sleep(Duration::from_millis(5));
                    agent.get(format!("{base}/next")).call().ok()
                })
                .unwrap();
            let id = next.headers()["lambda-runtime-aws-request-id"].to_str().unwrap().to_owned();
            assert!(next.headers().contains_key("lambda-runtime-deadline-ms"));
            let event = next.body_mut().read_json().unwrap();
            let wrong = agent.post(format!("{base}/another/response")).send("{}");
            assert!(wrong.is_err(), "only the open invocation is answered");
            agent.post(format!("{base}/{id}/{route}")).send(body).unwrap();
            event
        })
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn an_event_is_given_and_its_answer_returned_by_a_process_kept_warm() {
        let (_folder, _stop, functions) = functions("exec /bin/sleep 60").await;
        for round in 0..2 {
            let event = json!({ "round": round });
            let (answer, seen) = tokio::join!(
                functions.invoke("echo", &event),
                turn(&functions, "echo.0", "response", r#"{"ok":true}"#),
            );
            assert_eq!(seen, event);
            assert_eq!(answer.unwrap(), json!({ "ok": true }));
        }
        let event = Value::Null;
        let (answer, _) = tokio::join!(
            functions.invoke("echo", &event),
            turn(&functions, "echo.0", "error", r#"{"errorMessage":"the store is down"}"#),
        );
        assert_eq!(answer.unwrap_err().to_string(), "the function failed: the store is down");
        functions.close().await;
    }

    #[tokio::test]
    async fn a_process_that_ends_is_replaced() {
        let (folder, _stop, functions) = functions("echo $GREETING $HOME; exit 3").await;
        for _ in 0..2 {
            let error = functions.invoke("echo", &Value::Null).await.unwrap_err();
            assert!(matches!(error, InvokeError::Ended(_)), "{error}");
        }
        let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
        assert_eq!(log, "bonjour\nbonjour\n", "it has its own variables and no other");
        assert!(lock(&functions.0.desks).is_empty());
    }

    #[tokio::test]
    async fn a_process_that_lasts_too_long_is_killed() {
        let (_folder, _stop, functions) = functions("exec /bin/sleep 60").await;
        let event = Value::Null;
        // The first turn makes the process warm: a cold one has time to start.
        let (first, _) = tokio::join!(
            functions.invoke("echo", &event),
            turn(&functions, "echo.0", "response", "1")
        );
        assert_eq!(first.unwrap(), json!(1));
        let error = functions.invoke("echo", &event).await.unwrap_err();
        assert!(matches!(error, InvokeError::TimedOut(_)), "{error}");
        assert!(lock(&functions.0.desks).is_empty());
    }

    #[tokio::test]
    async fn a_variable_that_nobody_sets_stops_the_line() {
        let launch = Launch { program: "x".into(), log: "x".into(), environment: HashMap::new() };
        let (_stop, stopping) = watch::channel(false);
        let error = Functions::open(&ECHO, launch, stopping).await.unwrap_err();
        assert_eq!(error.to_string(), "echo reads GREETING, which nobody sets");
    }
}
