//! Cold start of the Lambda `aggregate`.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    aggregate::run().await
}
