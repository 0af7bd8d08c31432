//! Yahoo Finance's protocol at its own paths: charts, quotes, sparks, searches, the
//! state of markets, and the streamer.
//!
//! Clients written for it need another host and nothing else. `OHLC` is adjusted for
//! splits, `adjclose` for dividends too. What a price came from and how fresh it is
//! stands in `meta.marketpulse`, and nowhere among rows and events: clients take every
//! key there for a column. What this service does not model is passed on as the original
//! said it, where that is switched on; the rest is refused in the envelope of its path.

mod chart;
mod cookie;
mod elsewhere;
mod hits;
mod instrument;
mod lookup;
mod market_times;
mod passage;
mod places;
mod question;
mod quotes;
mod refusal;
mod row;
mod search;
mod spark;
mod streamer;
mod stretch;
mod summary;
mod symbols;
mod words;

use axum::routing::{any, get};
use http::Routes;

use crate::Served;

pub use elsewhere::away;
pub(crate) use elsewhere::refused;
pub(crate) use passage::POSTED;
/// Whose clients these are, for people.
pub const LED: &str = "Yahoo Finance";
/// The hosts whose clients find all of this where they look for it, once they are led here.
pub use providers::yahoo::HOSTS;

/// The source that speaks this protocol itself.
const PROTOCOL: &str = "yahoo";

/// Where the protocol's addresses begin.
const PATHS: [&str; 10] =
    ["/v1", "/v2", "/v6", "/v7", "/v8", "/v10", "/v11", "/ws", "/xhr", "/calendar"];

/// Whether an address is one of the protocol's.
pub(super) fn owns(path: &str) -> bool {
    PATHS.iter().any(|prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/')))
}

/// The routes of the protocol. What lies beside them is answered in its words too.
pub(crate) fn routes() -> Routes<Served> {
    let routes = Routes::new()
        .route("/", get(streamer::root))
        .route("/v8/finance/chart/{symbol}", get(chart::chart))
        .route("/v8/finance/spark", get(spark::by_symbol))
        .route("/v7/finance/spark", get(spark::in_a_list))
        .route("/v7/finance/quote", get(quotes::quotes))
        .route("/v6/finance/quote", get(quotes::quotes))
        .route("/v1/finance/search", get(search::search))
        .route("/v1/finance/lookup", get(lookup::lookup))
        .route("/v6/finance/quote/marketSummary", get(summary::summary))
        .route("/v6/finance/markettime", get(market_times::market_times))
        .route("/v1/test/getcrumb", get(cookie::crumb))
        .route("/quote/{*page}", get(cookie::page));
    let routes = routes.method_not_allowed_fallback(elsewhere::method);
    let passed_on = |routes: Routes<_>, prefix: &&str| {
        routes.route(&format!("{prefix}/{{*rest}}"), any(passage::passed_on))
    };
    PATHS.iter().fold(routes, passed_on)
}
