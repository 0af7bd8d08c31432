use std::hash::Hash;
use std::io;

use axum::http::HeaderValue;
use axum::http::header::LINK;
use axum::response::Response;
use bytes::Bytes;
use http::reply::{Encoded, piecewise};
use http::{CachePolicy, Problem};
use table::{EncodeError, Form, Table};

use crate::app::App;
use crate::ask::{Ask, version};
use crate::error::ApiError;

/// Rows from which on an answer is sent piece by piece and not cached.
const TOO_LONG_TO_CACHE: usize = 20_000;

/// The answer as it was last sent, while nothing has changed that its bytes
/// depend on: then its table need not be made.
pub(super) fn cached(
    app: &App,
    ask: &Ask,
    depends_on: impl Hash,
    cache: CachePolicy,
) -> Result<Option<Response>, ApiError> {
    let cached = app.replies.cached(&ask.key(ask.form()?), version(depends_on));
    Ok(cached.map(|encoded| encoded.respond(cache, &ask.headers)))
}

/// Answers with a table in the form asked for. `depends_on` is everything that
/// its bytes depend on besides the address and the form; `next` is the address
/// of the rest, if there is more.
pub(super) fn respond(
    app: &App,
    ask: &Ask,
    depends_on: impl Hash,
    cache: CachePolicy,
    table: Table,
    next: Option<&str>,
) -> Result<Response, ApiError> {
    let form = ask.form()?;
    let (key, link) = (ask.key(form), next.and_then(link));
    let table = table.with_fields(ask.params.text("fields"));
    let table = table.map_err(|error| Problem::parameter("fields", error))?;
    if table.rows.len() > TOO_LONG_TO_CACHE {
        let version = version((version(depends_on), key));
        let pieces = begun(&table, form)?;
        let mut response = piecewise(form.content_type(), version, cache, &ask.headers, pieces);
        response.headers_mut().extend(link.map(|link| (LINK, link)));
        return Ok(response);
    }
    let encoded = app.replies.get(&key, version(depends_on), || {
        let body = table.pieces(form).collect::<Result<Vec<_>, EncodeError>>()?.concat();
        let encoded = Encoded::new(form.content_type(), body, app.engine.now());
        Ok::<_, ApiError>(encoded.with_link(link))
    })?;
    Ok(encoded.respond(cache, &ask.headers))
}

fn link(next: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()
}

/// The pieces of an answer. What is wrong from the start is said before any is
/// sent.
fn begun(
    table: &Table,
    form: Form,
) -> Result<impl Iterator<Item = io::Result<Bytes>> + Send + use<>, EncodeError> {
    let mut pieces = table.pieces(form);
    let first = pieces.next().transpose()?;
    Ok(first.map(Ok).into_iter().chain(pieces).map(|piece| piece.map_err(io::Error::other)))
}
