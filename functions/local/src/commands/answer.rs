//! A report, on a terminal: the sentence, then the causes, the gravest and most frequent first.

use std::io::{self, Write};

use serde_json::Value;

/// Of how many organisations it is printed what the public would read.
const PREVIEWS: usize = 5;
/// How many causes are printed.
const CAUSES: usize = 10;

/// Prints a report given as its JSON.
pub(super) fn print(out: &mut impl Write, report: &Value) -> io::Result<()> {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    writeln!(out, "{}", text(report, "sentence"))?;
    if let Some(changes) = report["changes"]["sentence"].as_str() {
        writeln!(out, "{changes}")?;
    }
    let previews = report["preview"]["organisations"].as_array().map_or(&[][..], Vec::as_slice);
    for own in previews.iter().take(PREVIEWS) {
        writeln!(
            out,
            "{} : {} apprentis, {} sans contrat, {} contrats rompus, {} sorties. Le public ne lira pas les nombres de un à quatre.",
            text(own, "nom"),
            own["apprentis"],
            own["inscrits_sans_contrat"],
            own["rupturants"],
            own["abandons"],
        )?;
    }
    let causes = report["summary"].as_array().map_or(&[][..], Vec::as_slice);
    for cause in causes.iter().take(CAUSES) {
        let place = match cause["column"].as_str() {
            Some(column) => format!("{column} : "),
            None => String::new(),
        };
        writeln!(out, "- {place}{}", text(cause, "message"))?;
        let lines: Vec<String> = cause["lines"]
            .as_array()
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .map(ToString::to_string)
            .collect();
        match (cause["count"].as_u64(), lines.as_slice()) {
            (_, []) => {}
            (Some(1) | None, [line, ..]) => writeln!(out, "  Ligne {line}.")?,
            (Some(count), lines) if count > lines.len() as u64 => {
                writeln!(out, "  {count} lignes, dont {}.", lines.join(", "))?;
            }
            (Some(count), lines) => writeln!(out, "  {count} lignes : {}.", lines.join(", "))?,
        }
        let fix = text(cause, "fix");
        if !fix.is_empty() {
            writeln!(out, "  {fix}")?;
        }
    }
    match causes.len().saturating_sub(CAUSES) {
        0 => Ok(()),
        1 => writeln!(out, "Et un autre point, dans le rapport complet."),
        more => writeln!(out, "Et {more} autres points, dans le rapport complet."),
    }
}
