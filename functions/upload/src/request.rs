//! The body of `POST /depots`, parsed once into a [`Declaration`].
//!
//! With `"again": true` a file that was answered before is judged anew.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use domain::upload::{Dataset, Declaration, Format, Mode, sha256_from_hex};
use domain::vocabulary::{Organisation, SchoolYear};
use serde_json::Value;
use store::KeyScope;

use crate::problem::Problem;

/// Longest body we read, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Longest file name we keep, in characters.
const MAX_NAME_CHARS: usize = 255;

pub(crate) fn declaration(
    request: &ApiGatewayV2httpRequest,
    scope: &KeyScope,
) -> Result<(Declaration, bool), Problem> {
    let body = body(request).ok_or_else(Problem::unreadable)?;
    declared(&body, request, scope)
}

/// What an object declares, at the moment of a request.
pub(crate) fn declared(
    body: &Value,
    request: &ApiGatewayV2httpRequest,
    scope: &KeyScope,
) -> Result<(Declaration, bool), Problem> {
    let text = |field: &str| body.get(field).and_then(Value::as_str).map(str::trim);

    let dataset: Dataset = text("dataset").and_then(|text| text.parse().ok()).ok_or_else(|| {
        let known = Dataset::ALL.map(Dataset::as_str).join(", ");
        Problem::field("dataset", &format!("un jeu de données parmi : {known}"))
    })?;
    if !scope.datasets.contains(&dataset) {
        return Err(Problem::dataset_not_covered(dataset.as_str()));
    }
    let organisation = organisation(text("organisme"), scope)?;
    // A reference dataset is whole, and of no year: it counts from the day it lands.
    let today = store::paris_day(request.request_context.time_epoch);
    let this_year = today.filter(|_| dataset.is_reference()).map(SchoolYear::containing);
    let school_year: SchoolYear =
        text("school_year")
            .map_or(this_year, |text| text.parse().ok())
            .ok_or_else(|| Problem::field("school_year", "une année scolaire s'écrit 2026-2027"))?;
    let whole = dataset.is_reference().then_some(Mode::Complete);
    let mode: Mode = text("mode").map_or(whole, |text| text.parse().ok()).ok_or_else(|| {
        Problem::field(
            "mode",
            "« complete » pour toute la liste de l'année, « additions » pour un ajout",
        )
    })?;
    let file_name = text("file_name")
        .filter(|name| !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS)
        .ok_or_else(|| {
            Problem::field("file_name", "le nom du fichier, de 255 caractères au plus")
        })?;
    let format = Format::of_name(file_name).ok_or_else(Problem::format)?;
    let size_bytes = body
        .get("size_bytes")
        .and_then(Value::as_u64)
        .ok_or_else(|| Problem::field("size_bytes", "la taille du fichier, en octets"))?;
    if size_bytes == 0 {
        return Err(Problem::empty());
    }
    if size_bytes > format.max_bytes() {
        return Err(Problem::too_large(size_bytes, format.max_bytes()));
    }
    let sha256 = text("sha256").and_then(sha256_from_hex).ok_or_else(|| {
        Problem::field("sha256", "le SHA-256 du fichier, en 64 chiffres hexadécimaux")
    })?;

    let again = body.get("again").and_then(Value::as_bool).unwrap_or(false);
    let file_name = file_name.to_owned();
    let declaration =
        Declaration { organisation, dataset, school_year, mode, file_name, size_bytes, sha256 };
    Ok((declaration, again))
}

/// The organisation named, or the only one of the key.
pub(crate) fn organisation(named: Option<&str>, scope: &KeyScope) -> Result<Organisation, Problem> {
    match (named, scope.organisations.as_slice()) {
        (Some(named), allowed) => {
            let organisation: Organisation = named
                .parse()
                .map_err(|_| Problem::field("organisme", "un organisme s'écrit UAI-SIRET"))?;
            if !allowed.contains(&organisation) {
                return Err(Problem::not_entitled(named));
            }
            Ok(organisation)
        }
        (None, [only]) => Ok(*only),
        (None, several) => {
            let list: Vec<String> = several.iter().take(20).map(ToString::to_string).collect();
            Err(Problem::which_organisation(&list))
        }
    }
}

/// The object that a request carries.
pub(crate) fn body(request: &ApiGatewayV2httpRequest) -> Option<Value> {
    let body = request.body.as_deref().filter(|body| body.len() <= MAX_BODY_BYTES)?;
    let parsed: Value = if request.is_base64_encoded {
        let bytes = base64::engine::general_purpose::STANDARD.decode(body).ok()?;
        serde_json::from_slice(&bytes).ok()?
    } else {
        serde_json::from_str(body).ok()?
    };
    parsed.is_object().then_some(parsed)
}
