//! Cold start of the Lambda `upload`.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    upload::run().await
}
