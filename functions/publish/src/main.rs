//! Cold start of the Lambda `publish`.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    publish::run().await
}
