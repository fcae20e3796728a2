//! The form of the drop page, for a browser without JavaScript: one small file comes in the request,
//! and the answer is a page. What is declared, stored and judged is what the interface would have.
//!
//! | route | fields, as `multipart/form-data` |
//! | --- | --- |
//! | `POST /depots/formulaire` | `cle`, `annee`, `mode`, `organisme`, `fichier` |
//! | `POST /depots/reponse` | `cle`, `depot`; `demande`, to confirm it |

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::Cursor;
use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use base64::Engine as _;
use bytes::Bytes;
use domain::upload::{Dataset, Deposit, Request, State, hex};
use futures_util::stream;
use multer::{Constraints, Multipart, SizeLimit};
use quick_xml::escape::escape;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{DepositKey, Key, Store};
use tokio::time::{Instant, sleep};

use crate::problem::Problem;
use crate::request;

/// Largest file that the form takes, in bytes. A request of a Lambda holds six megabytes, and the
/// gateway writes its bytes in base64.
pub const MAX_FORM_FILE_BYTES: u64 = 4_000_000;
/// Where the form of the drop page is sent.
pub const FORM: &str = "/depots/formulaire";
/// Longest text of a field, in bytes.
const MAX_TEXT_BYTES: u64 = 1024;
/// How long the answer is waited for: nearly every file is judged by then.
const PATIENCE: Duration = Duration::from_secs(6);
/// How often it is looked for.
const POLL: Duration = Duration::from_millis(250);

/// What a form asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To take a file.
    Deposit,
    /// The answer to one, or its confirmation.
    Answer,
}

impl Asked {
    /// What is asked at an address.
    pub(crate) fn at(path: &str) -> Option<Self> {
        match path {
            FORM => Some(Self::Deposit),
            "/depots/reponse" => Some(Self::Answer),
            _ => None,
        }
    }
}

/// Answers a form with a page.
pub(crate) async fn answer(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    asked: Asked,
) -> anyhow::Result<ApiGatewayV2httpResponse> {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(problem) => return Ok(refused(&problem)),
    };
    let Some(key) = crate::key_of(store, form.text("cle")).await? else {
        return Ok(refused(&Problem::unknown_key()));
    };
    let taken = match asked {
        Asked::Deposit => take(store, request, form, &key).await?,
        Asked::Answer => follow(store, request, &form, &key).await?,
    };
    match taken {
        Ok((deposit, leaving)) => wait(store, request, deposit, leaving).await,
        Err(problem) => Ok(refused(&problem)),
    }
}

/// A deposit, and the state that it leaves once its answer is there.
type Taken = Result<(Deposit, State), Problem>;

/// Opens a deposit and stores its file; the last one of the same file, where its answer still holds.
async fn take(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    form: Form,
    key: &DepositKey,
) -> anyhow::Result<Taken> {
    let mut declared = json!({ "dataset": Dataset::Effectifs.as_str() });
    for (field, name) in [("annee", "school_year"), ("mode", "mode"), ("organisme", "organisme")] {
        if let Some(text) = form.text(field) {
            declared[name] = text.into();
        }
    }
    let (name, bytes) = match <[_; 1]>::try_from(form.files) {
        Ok([file]) => file,
        Err(files) => return Ok(Err(Problem::one_file(files.len()))),
    };
    declared["file_name"] = name.into();
    declared["size_bytes"] = bytes.len().into();
    declared["sha256"] = hex(&Sha256::digest(&bytes)).into();
    let (declaration, _) = match request::declared(&declared, request, &key.scope) {
        Ok(declared) => declared,
        Err(problem) => return Ok(Err(problem)),
    };
    if let Some(known) = crate::already_answered(store, &declaration).await? {
        return Ok(Ok((known, State::Opened)));
    }
    let deposit = crate::new_deposit(request, declaration)?;
    store.index.open(&deposit).await?;
    let place = Key::Deposit { id: deposit.id.clone() };
    let (size, sha256) = (deposit.declaration.size_bytes, deposit.declaration.sha256);
    let open = move || Ok(Cursor::new(bytes.clone()));
    store.objects.put_exactly(&place, size, &sha256, open).await?;
    tracing::info!(deposit.id, size_bytes = size, "deposit received by the form");
    Ok(Ok((deposit, State::Opened)))
}

/// The deposit of which an answer is wanted; asks for its confirmation first, where that is wanted.
async fn follow(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    form: &Form,
    key: &DepositKey,
) -> anyhow::Result<Taken> {
    let id = form.text("depot").unwrap_or_default();
    let Some(deposit) = crate::visible(store, key, id).await? else {
        return Ok(Err(Problem::no_such_deposit()));
    };
    if form.text("demande") != Some(Request::Confirmation.as_str()) {
        return Ok(Ok((deposit, State::Opened)));
    }
    let asked = crate::write_down(store, request, key, &deposit, Request::Confirmation).await?;
    Ok(asked.map(|_| (deposit, State::ToConfirm)))
}

/// The page of a deposit once it has left a state, or after a while.
async fn wait(
    store: &Store,
    request: &ApiGatewayV2httpRequest,
    mut deposit: Deposit,
    leaving: State,
) -> anyhow::Result<ApiGatewayV2httpResponse> {
    let until = Instant::now() + PATIENCE;
    while deposit.state == leaving && Instant::now() < until {
        sleep(POLL).await;
        deposit = store.index.deposit(&deposit.id).await?.unwrap_or(deposit);
    }
    if deposit.state == leaving {
        let said = "Sa lecture prend un peu plus longtemps. Elle continue sans vous\u{a0}: demandez la réponse dans un instant.";
        let ask = ask_again(&deposit.id, None, "Voir la réponse");
        return Ok(page(202, "Votre fichier est bien arrivé", &format!("<p>{said}</p>{ask}")));
    }
    let shown = crate::shown(store, request, &deposit).await?;
    let title = match deposit.state {
        State::Refused => "Le fichier demande une reprise",
        State::ToConfirm => "Le fichier attend votre accord",
        State::Withdrawn => "Ce fichier a été retiré",
        State::Opened | State::Validated | State::Superseded => "Le fichier est accepté",
    };
    let mut body = String::new();
    if let Some(sentence) = shown["report"]["sentence"].as_str() {
        let class = match deposit.state {
            State::Validated | State::Superseded => "verdict accepte",
            _ => "verdict",
        };
        body += &format!("<p class=\"{class}\">{}</p>", escape(sentence));
    }
    if shown["state"] == State::Superseded.as_str() {
        body += "<p>Une liste plus récente est déjà arrivée\u{a0}: c’est elle qui compte.</p>";
    }
    let links: Vec<String> = LINKS
        .iter()
        .filter_map(|(what, label)| {
            let address = shown["answer"][*what].as_str()?;
            Some(format!("<li><a href=\"{}\">{label}</a></li>", escape(address)))
        })
        .collect();
    if !links.is_empty() {
        body += &format!(
            "<ul>{}</ul><p class=\"note\">Ces adresses sont pour vous seul et valent une heure. Le même fichier, déposé de nouveau, en donne d’autres.</p>",
            links.concat()
        );
    }
    if deposit.state == State::ToConfirm {
        body += "<p>Ce fichier retirerait beaucoup de jeunes de votre liste. S’il est bien complet, confirmez-le avec votre clé\u{a0}; sinon, il n’y a rien à faire\u{a0}: il ne compte pas.</p>";
        body += &ask_again(&deposit.id, Some(Request::Confirmation), "Confirmer ce fichier");
    }
    body += &format!("<p class=\"note\">Dépôt n°\u{a0}{}.</p>", escape(&deposit.id));
    Ok(page(200, title, &body))
}

/// What a person may read of an answer, as links.
const LINKS: [(&str, &str); 3] = [
    ("page", "Lire la réponse, ligne par ligne"),
    ("annotated", "Télécharger votre liste annotée (xlsx)"),
    ("set_aside", "Télécharger les seules lignes mises de côté (xlsx)"),
];

/// A form that asks for the answer of a deposit, or for something first. The key is typed again: no page
/// of ours holds one.
fn ask_again(id: &str, what: Option<Request>, button: &str) -> String {
    let what = what.map(|what| {
        format!("<input type=\"hidden\" name=\"demande\" value=\"{}\">", what.as_str())
    });
    format!(
        "<form class=\"depot\" method=\"post\" action=\"/depots/reponse\" enctype=\"multipart/form-data\">\
         <input type=\"hidden\" name=\"depot\" value=\"{}\">{}\
         <div class=\"champ\"><label for=\"cle\">Votre clé de dépôt</label>\
         <input id=\"cle\" name=\"cle\" type=\"password\" autocomplete=\"off\" required></div>\
         <p><button type=\"submit\" class=\"bouton\">{button}</button></p></form>",
        escape(id),
        what.unwrap_or_default(),
    )
}

fn refused(problem: &Problem) -> ApiGatewayV2httpResponse {
    let body = format!("<p class=\"verdict\">{}</p>", escape(problem.detail()));
    page(problem.status, problem.title(), &body)
}

/// A page in the style of the site, that nothing keeps and that allows itself no script.
fn page(status: i64, title: &str, body: &str) -> ApiGatewayV2httpResponse {
    let title = escape(title);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} – Tableau de bord de l’apprentissage</title>\n\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n\
         <body>\n<header class=\"bandeau\"><a class=\"marque\" href=\"/\">Tableau de bord <span>de l’apprentissage</span></a></header>\n\
         <main id=\"contenu\"><div class=\"prose depot\">\n<header class=\"titre\"><h1>{title}</h1></header>\n{body}\n\
         <p><a href=\"/deposer/\">Déposer un autre fichier</a></p>\n</div></main>\n</body>\n</html>\n"
    );
    crate::respond(status, "text/html; charset=utf-8", html)
}

/// The fields of a form.
#[derive(Debug, Default)]
struct Form {
    texts: HashMap<String, String>,
    /// Names and contents of the files that were chosen.
    files: Vec<(String, Bytes)>,
}

impl Form {
    async fn read(request: &ApiGatewayV2httpRequest) -> Result<Self, Problem> {
        let kind = request.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok());
        let body = request.body.as_deref().unwrap_or_default();
        let body: Bytes = if request.is_base64_encoded {
            let decoded = base64::engine::general_purpose::STANDARD.decode(body);
            decoded.map_err(|_| Problem::unreadable_form())?.into()
        } else {
            body.to_owned().into()
        };
        let boundary = boundary.ok_or_else(Problem::unreadable_form)?;
        let sizes = SizeLimit::new().per_field(MAX_TEXT_BYTES).for_field(FILE, MAX_FORM_FILE_BYTES);
        let parts = stream::iter([Ok::<_, Infallible>(body)]);
        let parts =
            Multipart::with_constraints(parts, boundary, Constraints::new().size_limit(sizes));
        Self::of(parts).await.map_err(|error| match error {
            multer::Error::FieldSizeExceeded { field_name: Some(name), .. } if name == FILE => {
                Problem::too_large_for_the_form(MAX_FORM_FILE_BYTES)
            }
            _ => Problem::unreadable_form(),
        })
    }

    async fn of(mut parts: Multipart<'_>) -> multer::Result<Self> {
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                // What a browser sends where no file was chosen.
                Some(file) if file.is_empty() => {}
                Some(file) if name == FILE => form.files.push((file, part.bytes().await?)),
                _ => {
                    form.texts.insert(name, part.text().await?);
                }
            }
        }
        Ok(form)
    }

    /// What was typed in a field; none where it is left empty.
    fn text(&self, field: &str) -> Option<&str> {
        self.texts.get(field).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

/// The field of the file.
const FILE: &str = "fichier";
