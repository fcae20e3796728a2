//! A line of the log that is also a metric.

use serde_json::json;

/// In the embedded metric format, one more of something that an alarm of the stack listens to, and
/// what it was.
pub fn metric_line(name: &str, function: &str, message: &str, at_ms: u128) -> String {
    let line = json!({
        "_aws": {
            "Timestamp": at_ms as u64,
            "CloudWatchMetrics": [{
                "Namespace": "Tableau",
                "Dimensions": [["FunctionName"]],
                "Metrics": [{ "Name": name, "Unit": "Count" }],
            }],
        },
        "FunctionName": function,
        name: 1,
        "message": message,
    });
    line.to_string()
}
