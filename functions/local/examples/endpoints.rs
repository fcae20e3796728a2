//! The embedded S3 and `DynamoDB` on two ports, for any client or test suite, until the end of the
//! standard input or Ctrl-C.
//!
//! `cargo run -p local --example endpoints -- [S3 PORT] [DYNAMODB PORT] [FOLDER]`
//!
//! Port 0 is any free port; without a folder, everything is forgotten at the end.

use std::path::PathBuf;

use anyhow::Context;
use local::aws::{Cloud, Credentials};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut port = || arguments.next().map_or(Ok(0), |port| port.parse::<u16>()).context("a port");
    let s3 = TcpListener::bind(("127.0.0.1", port()?)).await?;
    let dynamodb = TcpListener::bind(("127.0.0.1", port()?)).await?;

    let temporary = tempfile::tempdir()?;
    let folder = arguments.next().map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let credentials = Credentials { access_key: "local".into(), secret_key: "localsecret".into() };
    let cloud = Cloud::open(&folder, &credentials, &[], Vec::new(), Vec::new())?;

    eprintln!("S3        http://{}  (key local, secret localsecret)", s3.local_addr()?);
    eprintln!("DynamoDB  http://{}  (any key)", dynamodb.local_addr()?);

    let (stop_s3, s3_stopped) = oneshot::channel::<()>();
    let (stop_dynamodb, dynamodb_stopped) = oneshot::channel::<()>();
    let stop = async {
        let mut ignored = Vec::new();
        let mut input = tokio::io::stdin();
        tokio::select! {
            _ = input.read_to_end(&mut ignored) => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        drop((stop_s3, stop_dynamodb));
        Ok(())
    };
    tokio::try_join!(
        cloud.serve_s3(s3, async { drop(s3_stopped.await) }),
        cloud.serve_dynamodb(dynamodb, async { drop(dynamodb_stopped.await) }),
        stop,
    )?;
    // The thread that reads the standard input may still be waiting for it.
    std::process::exit(0)
}
