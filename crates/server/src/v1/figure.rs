//! One figure alone, for a cell of a spreadsheet: no heading, no quotes, no line
//! end. What JSON says beside it stands in headers. Where there is no figure the
//! answer is an error, which the cell shows as one: never empty, never 0.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use engine::Entry;
use http::reply::Encoded;
use http::{CachePolicy, Problem};
use query::{NO_VALUE, PriceView, records};

use crate::api::params;
use crate::app::App;
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
    Ok(bare(app, request, cache, figure, &beside))
}

/// A figure as it is sent.
pub(super) fn bare(
    app: &App,
    request: &Asked,
    cache: CachePolicy,
    figure: String,
    beside: &[(&str, Option<String>)],
) -> Response {
    let encoded = Encoded::new(TEXT, figure.into_bytes(), app.engine.now());
    let mut response = encoded.respond(cache, &request.headers);
    response.headers_mut().extend(beside.iter().filter_map(|(name, said)| {
        let name = HeaderName::try_from(format!("x-{}", name.replace('_', "-"))).ok()?;
        Some((name, HeaderValue::try_from(said.as_deref()?).ok()?))
    }));
    response
}

fn unknown(detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, NO_VALUE, "No value can be had", detail)
}
