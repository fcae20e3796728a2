//! What a Lambda does before its first event: its own binary, as it is packaged, from the start of its
//! process to the first time it asks the Runtime API for work. Storage and the index answer here, so
//! the connections that it opens meanwhile are counted.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener as Listener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use acceptance::World;
use acceptance::files::ORGANISATIONS;
use local::wiring::LINE;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Most time on a processor from the start of the process to its first question. By the clock it is the same
/// on a machine with nothing else to do; on a busy one that would tell of its neighbours.
const COLD: Duration = Duration::from_millis(20);
/// Most memory it then has, in megabytes: the smallest function has 256.
const MEGABYTES: f64 = 48.0;
/// Each is started that often, and the quickest start is the one that tells.
const STARTS: usize = 20;

/// The binary of a function, beside this test.
fn binary(function: &str) -> PathBuf {
    let here = std::env::current_exe().expect("this test");
    here.parent().and_then(|deps| deps.parent()).expect("a target folder").join(function)
}

/// What one start took.
struct Start {
    by_the_clock: Duration,
    on_a_processor: Duration,
    megabytes: f64,
}

/// The time that the threads of a process were on a processor, as Linux counts it.
fn on_a_processor(process: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("it lives");
    let nanoseconds = threads.map(|thread| {
        let counted = std::fs::read_to_string(thread.expect("a thread").path().join("schedstat"));
        let counted = counted.expect("Linux counts");
        counted.split(' ').next().and_then(|first| first.parse::<u64>().ok()).expect("a number")
    });
    Duration::from_nanos(nanoseconds.sum())
}

fn start(function: &str, environment: &[(&str, String)]) -> Start {
    let api = Listener::bind("127.0.0.1:0").expect("a port");
    let address = api.local_addr().expect("an address").to_string();
    let began = Instant::now();
    let mut process = Command::new(binary(function))
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .env("AWS_LAMBDA_FUNCTION_NAME", function)
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .stdout(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{function} is built first, by cargo build: {error}"));
    let (mut asked, _) = api.accept().expect("the function asks");
    let mut line = String::new();
    BufReader::new(&asked).read_line(&mut line).expect("a request");
    let (by_the_clock, on_a_processor) = (began.elapsed(), on_a_processor(process.id()));
    assert!(line.starts_with("GET /2018-06-01/runtime/invocation/next"), "{function}: {line}");
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()));
    let status = status.expect("it lives");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    let kilobytes: f64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    let _ = asked.write_all(b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n");
    process.kill().expect("it ends");
    process.wait().expect("it ended");
    Start { by_the_clock, on_a_processor, megabytes: kilobytes / 1024.0 }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_function_asks_for_work_within_twenty_milliseconds() {
    let world = World::new(ORGANISATIONS).await;
    let (stop, stopping) = watch::channel(false);
    let listen = async || TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (s3, dynamodb) = (listen().await, listen().await);
    let url = |listener: &TcpListener| format!("http://{}", listener.local_addr().expect("bound"));
    let environment = world.environment(&url(&s3), &url(&dynamodb));
    let (cloud, mut halted) = (world.cloud.clone(), stopping.clone());
    tokio::spawn(async move {
        cloud.serve_s3(s3, async { drop(halted.changed().await) }).await.expect("S3");
    });
    let (cloud, mut halted) = (world.cloud.clone(), stopping);
    tokio::spawn(async move {
        let halted = async move { drop(halted.changed().await) };
        cloud.serve_dynamodb(dynamodb, halted).await.expect("DynamoDB");
    });

    for function in &LINE {
        let given: Vec<(&str, String)> =
            function.environment.iter().map(|name| (*name, environment[name].clone())).collect();
        let name = function.name;
        let starts = tokio::task::spawn_blocking(move || {
            (0..STARTS).map(|_| start(name, &given)).collect::<Vec<_>>()
        });
        let starts = starts.await.expect("measured");
        let clock = starts.iter().map(|one| one.by_the_clock).min().unwrap_or_default();
        let quickest = starts.iter().map(|one| one.on_a_processor).min().unwrap_or_default();
        let peak = starts.iter().map(|one| one.megabytes).fold(0.0, f64::max);
        eprintln!(
            "{name:10} asks for work after {clock:.1?}, {quickest:.1?} on a processor, {peak:.0} MB"
        );
        if !cfg!(debug_assertions) {
            assert!(quickest <= COLD, "{name}: {quickest:?}");
        }
        assert!(peak <= MEGABYTES, "{name}: {peak} MB");
    }
    drop(stop);
}
