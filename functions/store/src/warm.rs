//! What is done before the first event: it costs no caller anything.

use std::time::Duration;

/// How long a start may wait for the world. Past that the first event finds it as it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads something that the first event will need, or something small: a connection opened now is
/// one that the first event does not wait for, and its handshake is the longest part of a cold start.
/// When it fails, the first event will say so.
pub async fn before_the_first_event<T, E: std::fmt::Display>(
    read: impl Future<Output = Result<T, E>>,
) {
    match tokio::time::timeout(PATIENCE, read).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "nothing could be read before the first event"),
        Err(_) => tracing::warn!("storage was slow before the first event"),
    }
}
