//! The protocol of Twelve Data: bars, prices, rates and search for programs that let one
//! set the vendor's address. Any key is accepted.

mod answers;
mod bars;
mod csv;
mod question;
mod refusal;
mod series;
mod shape;
mod time;

use axum::routing::{any, get};
use http::{Problem, Routes};

pub(crate) use self::refusal::Refused;
use crate::Served;
use face::ApiError;

/// Where its addresses begin.
pub(crate) const AT: &str = "/vendors";

/// The parameter in which its clients send a key.
pub(crate) const KEY_PARAM: &str = "apikey";

/// Its routes, where those of all keyed vendors are: a program that takes the address of
/// several has them below one.
pub(crate) fn routes() -> Routes<Served> {
    let vendor = Routes::new()
        .route("/time_series", get(answers::time_series))
        .route("/price", get(answers::price))
        .route("/quote", get(answers::quote))
        .route("/exchange_rate", get(answers::exchange_rate))
        .route("/symbol_search", get(answers::symbol_search))
        .route("/technical_indicators", get(answers::technical_indicators))
        .fallback(no_such_address)
        .method_not_allowed_fallback(async || Refused::from(Problem::method()));
    Routes::new().nest(AT, vendor).route(&format!("{AT}/"), any(no_such_address))
}

async fn no_such_address() -> Refused {
    ApiError::no_such_page().into()
}
