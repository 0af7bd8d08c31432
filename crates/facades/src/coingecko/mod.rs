//! The protocol of CoinGecko: latest and past prices of coins for programs that let one
//! set the vendor's address. Any key is accepted.

mod chart;
mod prices;
mod question;
mod refusal;
mod shape;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{any, get};
use http::{CachePolicy, Problem, Routes};
use serde::Serialize;

use self::question::Coin;
pub(crate) use self::refusal::Refused;
use self::shape::{CoinRow, Ping};
use super::asked::Asked;
use super::beside::Beside;
use super::reply;
use crate::Served;
use face::ApiError;

/// Where its addresses begin.
pub(crate) const AT: &str = "/vendors/api/v3";

/// Headers in which its clients send the keys of its two plans, ...
pub(crate) const KEY_HEADERS: [&str; 2] = ["x-cg-demo-api-key", "x-cg-pro-api-key"];

/// ... and parameters in which they may.
pub(crate) const KEY_PARAMS: [&str; 2] = ["x_cg_demo_api_key", "x_cg_pro_api_key"];

/// Its routes, at its own paths below those of all keyed vendors.
pub(crate) fn routes() -> Routes<Served> {
    let vendor = Routes::new()
        .route("/ping", get(ping))
        .route("/simple/price", get(prices::price))
        .route("/simple/supported_vs_currencies", get(currencies))
        .route("/coins/list", get(list))
        .route("/coins/{id}/market_chart", get(chart::market_chart))
        .fallback(no_such_address)
        .method_not_allowed_fallback(async || Refused::from(Problem::method()));
    Routes::new().nest(AT, vendor).route(&format!("{AT}/"), any(no_such_address))
}

async fn no_such_address() -> Refused {
    ApiError::no_such_page().into()
}

/// `GET /ping`
async fn ping(State(served): State<Served>, asked: Asked) -> Response {
    plain(&served, &asked, &Ping { gecko_says: "here, by another name" })
}

/// `GET /coins/list`: those whose ids are known here.
async fn list(State(served): State<Served>, asked: Asked) -> Response {
    plain(&served, &asked, &Coin::all().map(CoinRow::from).collect::<Vec<_>>())
}

/// `GET /simple/supported_vs_currencies`: coins, and currencies with reference rates,
/// into which any price can be converted.
async fn currencies(State(served): State<Served>, asked: Asked) -> Response {
    let rates = served.engine.reference_rate_facts();
    let set = rates.into_iter().flat_map(|rates| rates.currencies.iter().chain([&rates.base]));
    let codes = Coin::all().map(|coin| coin.code).chain(set.copied());
    plain(&served, &asked, &codes.map(str::to_ascii_lowercase).collect::<Vec<_>>())
}

/// An answer that depends on no price.
fn plain(served: &Served, asked: &Asked, answer: &impl Serialize) -> Response {
    reply::json(served, &asked.headers, CachePolicy::Revalidate, answer, &Beside::default())
}
