use std::hash::Hash;
use std::io;
use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::header::LINK;
use axum::response::Response;
use bytes::Bytes;

use crate::app::App;
use crate::ask::{Ask, version};
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::format::{self, Constant, EncodeError, Format, Head, Picked, Rows};
use crate::reply::{Encoded, piecewise};

/// Rows from which on an answer is sent piece by piece and not kept.
const TOO_LONG_TO_KEEP: usize = 20_000;

/// An answer made of rows, before it takes a form.
pub(crate) struct Table {
    /// What is said once about all rows.
    pub(crate) head: Result<Head, EncodeError>,
    /// What the rows are called in JSON.
    pub(crate) name: &'static str,
    /// The rows.
    pub(crate) rows: Arc<dyn Rows>,
    /// What of the head each row must repeat where there is no head: a file that
    /// was saved must still say where its numbers are from.
    pub(crate) constants: Vec<(&'static str, Constant)>,
    /// Where the rest is, if there is more.
    pub(crate) next: Option<String>,
}

/// The answer as it was last sent, while nothing has changed that its bytes
/// depend on: then its table need not be made.
pub(crate) fn kept(
    app: &App,
    ask: &Ask,
    depends_on: impl Hash,
    cache: CachePolicy,
) -> Result<Option<Response>, ApiError> {
    let kept = app.hot.kept(&ask.key(ask.format()?), version(depends_on));
    Ok(kept.map(|encoded| encoded.respond(cache, &ask.headers)))
}

/// Answers with a table in the form asked for. `depends_on` is everything that
/// its bytes depend on besides the address and the form.
pub(crate) fn respond(
    app: &App,
    ask: &Ask,
    depends_on: impl Hash,
    cache: CachePolicy,
    table: Table,
) -> Result<Response, ApiError> {
    let format = ask.format()?;
    let (key, link) = (ask.key(format), table.link());
    let table = table.with_fields(ask.params.text("fields"))?;
    if table.rows.len() > TOO_LONG_TO_KEEP {
        let version = version((version(depends_on), key));
        let pieces = table.pieces(format)?;
        let mut response = piecewise(format.content_type(), version, cache, &ask.headers, pieces);
        response.headers_mut().extend(link.map(|link| (LINK, link)));
        return Ok(response);
    }
    let encoded = app.hot.get(&key, version(depends_on), || {
        let body = table.pieces(format)?.collect::<io::Result<Vec<_>>>();
        let body = body.map_err(|error| broken(&error))?.concat();
        let encoded = Encoded::new(format.content_type(), body, app.engine.now());
        Ok::<_, ApiError>(encoded.with_link(link))
    })?;
    Ok(encoded.respond(cache, &ask.headers))
}

impl Table {
    fn link(&self) -> Option<HeaderValue> {
        let link = self.next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
        link.and_then(|link| HeaderValue::try_from(link).ok())
    }

    fn with_fields(mut self, fields: Option<&str>) -> Result<Self, ApiError> {
        if let Some(fields) = fields {
            let picked = Picked::new(Arc::clone(&self.rows), fields);
            let picked =
                picked.map_err(|error| ApiError::parameter("fields", error.to_string()))?;
            self.rows = Arc::new(picked);
        }
        Ok(self)
    }

    /// The answer's bytes. What is wrong from the start is said before any is sent.
    fn pieces(
        &self,
        format: Format,
    ) -> Result<impl Iterator<Item = io::Result<Bytes>> + Send + use<>, ApiError> {
        let head = self.head.as_ref().map_err(broken)?;
        let rows = Arc::clone(&self.rows);
        let mut pieces = format::encode(format, head, self.name, rows, &self.constants);
        let first = pieces.next().transpose().map_err(|error| broken(&error))?;
        let all = first.map(Ok).into_iter().chain(pieces);
        Ok(all.map(|piece| piece.map_err(io::Error::other)))
    }
}

/// Writes the cause to the log: to the one who asks it means nothing.
fn broken(error: &impl std::fmt::Display) -> ApiError {
    tracing::error!(%error, "an answer cannot be encoded");
    ApiError::Internal
}
