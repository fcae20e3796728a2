//! The public note of an organisation, its right of reply: read, proposed and taken back with its key.
//! It is public once the operator has read it.

use anyhow::Context as _;
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use domain::upload::Asked;
use domain::vocabulary::{LONGEST_NOTE, Note, Organisation};
use serde_json::{Value, json};
use store::{ProposedNote, Store};

use crate::problem::Problem;
use crate::{Answer, key, moment, query, request};

/// Its path below `/depots/`.
pub(crate) const NOTE: &str = "note";

pub(crate) async fn answer(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
) -> anyhow::Result<Answer> {
    let Some(key) = key(store, &request.headers).await? else {
        return Ok(Err(Problem::unknown_key()));
    };
    let organisation = match request::organisation(query(request, "organisme"), &key.scope) {
        Ok(organisation) => organisation,
        Err(problem) => return Ok(Err(problem)),
    };
    let status = match request.request_context.http.method.as_str() {
        "PUT" => {
            let body = request::body(request);
            let written = body.as_ref().and_then(|body| body["note"].as_str());
            let note: Note = match written.unwrap_or_default().parse() {
                Ok(note) => note,
                Err(why) => return Ok(Err(Problem::note(why))),
            };
            let at = store::rfc3339(moment(request).1).context("the event has no time")?;
            let asked = Asked { at, by: key.id };
            let proposed = ProposedNote { organisation, note, asked, refused: None };
            store.index.propose_note(&proposed).await?;
            tracing::info!(%organisation, "note proposed");
            202
        }
        "DELETE" => {
            store.index.remove_note(organisation).await?;
            tracing::info!(%organisation, "note removed");
            200
        }
        _ => 200,
    };
    Ok(Ok((status, told(store, organisation).await?)))
}

/// Where the note of an organisation stands.
async fn told(store: &Store, organisation: Organisation) -> anyhow::Result<Value> {
    let public = store.index.public_note(organisation).await?;
    let proposed = store.index.proposed_note(organisation).await?;
    Ok(json!({
        "organisme": organisation.to_string(),
        "longest": LONGEST_NOTE,
        "public": public.map(|it| it.note.to_string()),
        "proposed": proposed.map(|it| json!({
            "note": it.note.to_string(),
            "at": it.asked.at,
            "refused": it.refused,
        })),
    }))
}
