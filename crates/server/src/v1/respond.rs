use std::hash::Hash;
use std::io;
use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::header::{ACCEPT, LINK};
use axum::response::Response;
use bytes::Bytes;
use http::reply::{Encoded, piecewise};
use http::{CachePolicy, accept};
use table::{Column, EncodeError, Form, Table};

use crate::api::params;
use crate::app::App;
use crate::ask::{Asked, version};
use face::ApiError;

/// Rows from which on an answer is sent piece by piece and not cached.
const TOO_LONG_TO_CACHE: usize = 20_000;

/// How a table is to be written: for which request, in which form, and with which
/// of its columns.
pub(super) struct Writing<'a> {
    request: &'a Asked,
    form: Form,
    fields: Option<String>,
    is_for_all: bool,
}

impl<'a> Writing<'a> {
    /// Checks it. To be called before anybody is asked for what is to be written: a
    /// question that cannot be answered costs nobody anything, and is refused whatever
    /// else stands in its way.
    ///
    /// # Errors
    ///
    /// A field that is none of these columns, or no form that the client accepts.
    pub(super) fn new(
        request: &'a Asked,
        form: Option<Form>,
        fields: Option<String>,
        columns: &[Column],
    ) -> Result<Self, ApiError> {
        let accept = request.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        let form = accept::form(form, accept)?;
        let checked = fields.as_deref().map(|fields| table::places(columns, fields)).transpose();
        checked.map_err(|error| params::FIELDS.refused(error))?;
        Ok(Self { request, form, fields, is_for_all: false })
    }

    /// The same, where what is to be written may be the same for all who ask: nobody of
    /// them would have an upstream asked.
    pub(super) fn for_all(self, is_for_all: bool) -> Self {
        Self { is_for_all, ..self }
    }

    fn respond(&self, encoded: &Arc<Encoded>, cache: CachePolicy) -> Response {
        let asked = &self.request.headers;
        if self.is_for_all {
            encoded.respond_to_all(cache, asked)
        } else {
            encoded.respond(cache, asked)
        }
    }
}

/// Cuts what was found to so many rows. The number of the last of them where there are
/// more, from which the rest is asked for.
pub(super) fn cut<T>(found: &mut Vec<T>, most: usize, number: fn(&T) -> u64) -> Option<u64> {
    let has_more = found.len() > most;
    found.truncate(most);
    found.last().map(number).filter(|_| has_more)
}

/// The answer as it was last sent, while nothing has changed that its bytes
/// depend on: then its table need not be made.
pub(super) fn cached(
    app: &App,
    writing: &Writing,
    depends_on: impl Hash,
    cache: CachePolicy,
) -> Option<Response> {
    let key = writing.request.key(writing.form);
    let cached = app.replies.cached(&key, version(depends_on));
    cached.map(|encoded| writing.respond(&encoded, cache))
}

/// Answers with a table in the form asked for. `depends_on` is everything that
/// its bytes depend on besides the address and the form; `next` is the address
/// of the rest, if there is more.
pub(super) fn respond(
    app: &App,
    writing: &Writing,
    depends_on: impl Hash,
    cache: CachePolicy,
    table: Table,
    next: Option<&str>,
) -> Result<Response, ApiError> {
    let (form, headers) = (writing.form, &writing.request.headers);
    let (key, link) = (writing.request.key(form), next.and_then(link));
    let table = table.with_fields(writing.fields.as_deref());
    let table = table.map_err(|error| params::FIELDS.refused(error))?;
    if table.rows.len() > TOO_LONG_TO_CACHE {
        let version = version((version(depends_on), key));
        let room = app.long_answers.room(table.rows.len())?;
        let pieces = begun(&table, form)?.inspect(move |_| {
            // Given back when the last piece has been taken.
            let _ = &room;
        });
        let mut response = piecewise(form.content_type(), version, cache, headers, pieces);
        response.headers_mut().extend(link.map(|link| (LINK, link)));
        return Ok(response);
    }
    let encoded = app.replies.get(&key, version(depends_on), || {
        let body = table.pieces(form).collect::<Result<Vec<_>, EncodeError>>()?.concat();
        let encoded = Encoded::new(form.content_type(), body, app.engine.now());
        Ok::<_, ApiError>(encoded.beside(link.map(|link| (LINK, link))))
    })?;
    Ok(writing.respond(&encoded, cache))
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
