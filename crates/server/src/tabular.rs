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

/// Answers with a table in the form asked for. `depends_on` is everything that
/// its bytes depend on besides the address.
pub(crate) fn respond(
    app: &App,
    ask: &Ask,
    depends_on: impl Hash,
    cache: CachePolicy,
    table: Table,
) -> Result<Response, ApiError> {
    let format = ask.format()?;
    let version = version((depends_on, ask.uri.to_string(), format.as_str()));
    let next = table.next.clone();
    let mut response = formed(app, ask, format, version, cache, table)?;
    if let Some(link) =
        next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok())
    {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

fn formed(
    app: &App,
    ask: &Ask,
    format: Format,
    version: u64,
    cache: CachePolicy,
    table: Table,
) -> Result<Response, ApiError> {
    let table = table.with_fields(ask.params.text("fields"))?;
    if table.rows.len() > TOO_LONG_TO_KEEP {
        let pieces = table.pieces(format)?;
        return Ok(piecewise(format.content_type(), version, cache, &ask.headers, pieces));
    }
    let encoded = app.hot.get(&ask.key(format), version, || {
        let body = table.pieces(format)?.collect::<io::Result<Vec<_>>>();
        let body = body.map_err(|error| broken(&error))?.concat();
        Ok::<_, ApiError>(Encoded::new(format.content_type(), body, app.engine.now()))
    })?;
    Ok(encoded.respond(cache, &ask.headers))
}

impl Table {
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
