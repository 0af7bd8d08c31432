//! What is passed on as the original said it: company facts, statements, options,
//! screeners, news. Whether a question is one of those that are, and where it is asked,
//! is its source's to say; a client's cookie, crumb and key stay here.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AGE, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{GivenDocument, NoDocument};
use http::reply::{Encoded, JSON};
use http::{CachePolicy, Caller};
use jiff::SignedDuration;
use market::DocumentQuery;
use percent_encoding::percent_decode_str;
use serde::de::IgnoredAny;
use tokio::time::timeout;

use super::elsewhere::{envelope, not_served};
use super::refusal::Refused;
use super::symbols::own_source;
use crate::Served;
use crate::beside::Beside;
use crate::patient::{OTHER, patient};

/// Addresses whose questions are sent as a body.
pub(crate) const POSTED: [&str; 3] =
    ["/v1/finance/screener", "/v1/finance/visualization", "/xhr/ncp"];

/// So much may a question have, in bytes: a screener names some dozen conditions.
const LONGEST_BODY: usize = 32 << 10;

/// Within this time it is here as a whole.
const SLOWEST_BODY: Duration = Duration::from_secs(30);

/// Any address of the protocol that is not answered out of what this service models.
pub(super) async fn passed_on(
    State(served): State<Served>,
    caller: Caller,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let given = match question(&parts, body).await {
        Ok(question) => {
            let engine = patient(&served, &caller, OTHER);
            let given = engine.document(&own_source(), &question).await;
            given.map_err(|nothing| refusal(nothing, path))
        }
        Err(refused) => Err(refused),
    };
    match given {
        Ok(given) => reply(&given, &parts.headers),
        Err(refused) => refused.answer(envelope(path)),
    }
}

/// The question that a request puts.
async fn question(parts: &Parts, body: Body) -> Result<DocumentQuery, Refused> {
    let path = parts.uri.path().trim_matches('/').split('/');
    let path: Option<Vec<_>> = path.map(unescaped).collect();
    let path = path.ok_or_else(|| not_served(parts.uri.path()))?;
    let parameters = parts.uri.query().unwrap_or_default().as_bytes();
    let question = DocumentQuery::new(path, url::form_urlencoded::parse(parameters).into_owned());
    match parts.method {
        Method::GET => Ok(question),
        Method::POST if POSTED.contains(&parts.uri.path()) => {
            Ok(question.with_body(read(body).await?))
        }
        _ => Err(not_served(parts.uri.path())),
    }
}

fn unescaped(segment: &str) -> Option<String> {
    percent_decode_str(segment).decode_utf8().ok().map(String::from)
}

async fn read(body: Body) -> Result<Vec<u8>, Refused> {
    let Ok(read) = timeout(SLOWEST_BODY, to_bytes(body, LONGEST_BODY)).await else {
        return Err(Refused::bad_request("the body did not arrive in time"));
    };
    let Ok(bytes) = read else {
        return Err(Refused::too_large(format!("a body has at most {LONGEST_BODY} bytes")));
    };
    if serde_json::from_slice::<IgnoredAny>(&bytes).is_err() {
        return Err(Refused::bad_request("the body is no JSON"));
    }
    Ok(bytes.to_vec())
}

fn refusal(nothing: NoDocument, path: &str) -> Refused {
    match nothing {
        NoDocument::NotOffered => not_served(path),
        NoDocument::SwitchedOff => {
            let asked = table::text::short(path);
            Refused::not_served(format!(
                "{asked} is switched off here: start the service with MARKETPULSE_DOCUMENTS=True to have it passed on"
            ))
        }
        NoDocument::Failed(failures) => Refused::away(&failures),
    }
}

/// The answer, with what is to be said of it in headers: nothing of ours stands in it.
fn reply(given: &GivenDocument, asked: &HeaderMap) -> Response {
    let left = SignedDuration::try_from(given.current_for).unwrap_or(SignedDuration::MAX);
    let cache = if left.is_zero() { CachePolicy::Revalidate } else { CachePolicy::For(left) };
    let body = given.document.body.to_vec();
    let mut response = if given.document.is_success() {
        Encoded::new(JSON, body, given.received_at).respond(cache, asked)
    } else {
        // Why there is no answer: of no use to anybody later.
        let status = StatusCode::from_u16(given.document.status).unwrap_or(StatusCode::NOT_FOUND);
        let kind = [(CONTENT_TYPE, HeaderValue::from_static(JSON))];
        (status, CachePolicy::Never, kind, body).into_response()
    };
    response.headers_mut().insert(AGE, HeaderValue::from(given.age.as_secs()));
    Beside::of_document(given).add_to(response.headers_mut());
    response
}
