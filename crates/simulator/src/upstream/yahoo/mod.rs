//! Yahoo's chart, spark and search, and what wants a cookie and a token beside.

mod chart;
mod documents;
mod meta;
mod question;
mod refusal;
mod rows;
mod search;
mod spark;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};

use super::shared::Shared;
use super::streams::is_symbol;

pub(super) use documents::cookie;

type Parameters = HashMap<String, String>;

pub(super) fn routes() -> Router<Arc<Shared>> {
    let routes = Router::new()
        .route("/v1/test/getcrumb", get(documents::crumb))
        .route("/v8/finance/chart/{symbol}", get(chart::chart))
        .route("/v7/finance/spark", get(spark::spark))
        .route("/v1/finance/search", get(search::search));
    let with_documents = |routes: Router<_>, prefix: &&str| {
        routes.route(&format!("{prefix}/{{*rest}}"), any(documents::document))
    };
    documents::PATHS.iter().fold(routes, with_documents)
}

/// Whether Yahoo would know the symbol: not one declared unknown, nor a text
/// that cannot be one.
fn knows(shared: &Shared, symbol: &str) -> bool {
    is_symbol(symbol) && !shared.is_unknown(symbol)
}

/// Yahoo keeps prices in single precision and prints them as doubles.
fn widened(price: f64) -> f64 {
    f64::from(price as f32)
}
