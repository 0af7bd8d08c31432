//! One figure alone, for a cell of a spreadsheet: no heading, no quotes, no line
//! end. What JSON says beside it stands in headers. Where there is no figure the
//! answer is an error, which the cell shows as one: never empty, never 0.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use engine::Entry;
use http::reply::{Encoded, JSON};
use http::{CachePolicy, Problem};
use query::{NO_VALUE, PriceView, records};

use crate::api::params;
use crate::app::App;
use crate::as_of::is_for_all;
use crate::ask::Asked;
use face::ApiError;

const TEXT: &str = "text/plain; charset=utf-8";

/// What is said beside a figure, in the header `x-` and its name.
const BESIDE: [&str; 6] = ["freshness", "source", "currency", "as_of", "simulated", "reason"];

/// A figure of one quote.
pub(super) fn of_quote(
    app: &App,
    request: &Asked,
    view: PriceView,
    entry: &Arc<Entry>,
    (field, cache): (&str, CachePolicy),
) -> Result<Response, ApiError> {
    let table = records::quote::quotes(std::slice::from_ref(entry), view.now(&app.engine))?;
    let figure = table.figure(field).map_err(|error| params::VALUE_FIELD.refused(error))?;
    let symbol = &entry.instrument.symbol;
    let figure = figure.ok_or_else(|| unknown(&format!("{field} of {symbol} is not known")))?;
    let beside = BESIDE.map(|name| (name, table.figure(name).ok().flatten()));
    let is_for_all = is_for_all(view, entry.freshness(view.now(&app.engine)), cache);
    Ok(Answer { request, cache, is_for_all }.figure(app, figure, &beside))
}

/// How one value is sent that is small enough to be made for each request.
#[derive(Clone, Copy)]
pub(super) struct Answer<'a> {
    pub(super) request: &'a Asked,
    pub(super) cache: CachePolicy,
    /// It is the same for all who ask for it at a time.
    pub(super) is_for_all: bool,
}

impl Answer<'_> {
    /// A figure as it is sent.
    pub(super) fn figure(
        &self,
        app: &App,
        figure: String,
        beside: &[(&str, Option<String>)],
    ) -> Response {
        let encoded = Encoded::new(TEXT, figure.into_bytes(), app.engine.now());
        self.respond(encoded.beside(beside.iter().filter_map(|(name, said)| {
            let name = HeaderName::try_from(format!("x-{}", name.replace('_', "-"))).ok()?;
            Some((name, HeaderValue::try_from(said.as_deref()?).ok()?))
        })))
    }

    /// A record as it is sent.
    pub(super) fn record(&self, app: &App, body: Vec<u8>) -> Response {
        self.respond(Encoded::new(JSON, body, app.engine.now()))
    }

    fn respond(&self, encoded: Encoded) -> Response {
        let asked = &self.request.headers;
        if self.is_for_all {
            Arc::new(encoded).respond_to_all(self.cache, asked)
        } else {
            encoded.respond(self.cache, asked)
        }
    }
}

fn unknown(detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, NO_VALUE, "No value can be had", detail)
}
