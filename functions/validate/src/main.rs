//! Cold start of the Lambda `validate`.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    validate::run().await
}
