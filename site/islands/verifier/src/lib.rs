//! The judgement of the line, `validate`, in the browser: the drop page shows what it finds before
//! anything leaves the computer. `ouvrier.js` calls it, away from the page, which stays alive.
//!
//! It knows neither the sender nor the list of organisations: what depends on them is judged once the
//! file has arrived.

use domain::vocabulary::KeySecret;
use validate::check::{Circumstances, check};
use wasm_bindgen::prelude::wasm_bindgen;

/// The report of a file, as JSON; nothing of it is kept. `jour` is today's date, ISO 8601; `annee` the
/// school year that is declared, `2026-2027`.
#[wasm_bindgen]
pub fn verifier(octets: &[u8], nom: &str, jour: &str, annee: &str) -> Option<String> {
    let circumstances = Circumstances {
        file_name: nom,
        sender: None,
        school_year: annee.parse().ok(),
        today: jour.parse().ok()?,
        // Its keys only tell two learners of this file apart, and are thrown away with them.
        secret: &KeySecret::new(&[0; 32]),
        reference: None,
    };
    let report = check(octets, &circumstances, &mut |_, _| {});
    Some(validate::report::to_json(&report))
}
