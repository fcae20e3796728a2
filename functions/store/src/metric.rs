//! A line of the log that is also a metric, in the embedded metric format.

use serde_json::{Map, Value, json};

use crate::Calls;

/// One thing measured: its name, its unit as `CloudWatch` calls it, how much.
pub type Metric = (&'static str, &'static str, f64);

/// One more of something that an alarm of the stack listens to, and what it was.
pub fn metric_line(name: &'static str, function: &str, message: &str, at_ms: u128) -> String {
    metrics_line(function, &[], &[(name, "Count", 1.0)], message, at_ms)
}

/// Several measures of one event, for each value of these dimensions and of none.
///
/// Each measure under each value of a dimension is one metric, and billed as such: dimensions have a
/// few values, never an organisation or a deposit.
pub fn metrics_line(
    function: &str,
    dimensions: &[(&str, &str)],
    metrics: &[Metric],
    message: &str,
    at_ms: u128,
) -> String {
    let names: Vec<Value> =
        metrics.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let mut under: Vec<&str> = vec!["FunctionName"];
    under.extend(dimensions.iter().map(|(name, _)| *name));
    let mut line = Map::from_iter([
        (
            "_aws".to_owned(),
            json!({
                "Timestamp": at_ms as u64,
                "CloudWatchMetrics": [{
                    "Namespace": "Tableau",
                    "Dimensions": [under],
                    "Metrics": names,
                }],
            }),
        ),
        ("FunctionName".to_owned(), function.into()),
        ("message".to_owned(), message.into()),
    ]);
    line.extend(dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())));
    line.extend(metrics.iter().map(|(name, _, value)| ((*name).to_owned(), number(*value))));
    Value::Object(line).to_string()
}

/// Whole where it is: `1`, not `1.0`.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}

impl Calls {
    /// What drives the cost of a step.
    pub fn metrics(self) -> [Metric; 4] {
        [
            ("StoragePuts", "Count", self.puts as f64),
            ("StorageGets", "Count", self.gets as f64),
            ("IndexWriteUnits", "Count", self.write_units),
            ("IndexReadUnits", "Count", self.read_units),
        ]
    }
}

/// Writes such a line where Lambda reads it: on the standard output, as it is.
#[expect(clippy::print_stdout, reason = "a line of the embedded metric format is read from stdout")]
pub fn say_metric(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads() {
        let metrics = [("Deposits", "Count", 1.0), ("IndexReadUnits", "Count", 2.5)];
        let line = metrics_line("validate", &[("Outcome", "refused")], &metrics, "file judged", 7);
        let line: Value = serde_json::from_str(&line).unwrap();
        let expected = json!({
            "_aws": { "Timestamp": 7, "CloudWatchMetrics": [{
                "Namespace": "Tableau",
                "Dimensions": [["FunctionName", "Outcome"]],
                "Metrics": [
                    { "Name": "Deposits", "Unit": "Count" },
                    { "Name": "IndexReadUnits", "Unit": "Count" },
                ],
            }]},
            "FunctionName": "validate", "Outcome": "refused", "message": "file judged",
            "Deposits": 1, "IndexReadUnits": 2.5,
        });
        assert_eq!(line, expected);
    }
}
