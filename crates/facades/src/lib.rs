//! Faces that speak another service's protocol, so that its clients work with this
//! service without a changed line. Each folder translates onto `query` and holds no
//! logic of its own.

mod asked;
mod beside;
mod coingecko;
mod frankfurter;
mod lacking;
mod named;
mod openbb;
mod patient;
mod reply;
mod searched;
mod served;
mod twelvedata;
mod udf;
mod yahoo;

use axum::response::{IntoResponse, Response};
use http::{Problem, Routes};

pub use openbb::ORIGINS as TRUSTED;
pub use served::Served;
pub use yahoo::{HOSTS, LED, away};

/// The routes of all facades.
pub fn routes<S: Clone + Send + Sync + 'static>(served: Served) -> Routes<S> {
    coingecko::routes()
        .merge(frankfurter::routes())
        .merge(openbb::routes())
        .merge(twelvedata::routes())
        .merge(udf::routes())
        .merge(yahoo::routes())
        .with_state(served)
}

/// Headers in which clients of these services send a key.
pub const KEY_HEADERS: [&str; 2] = coingecko::KEY_HEADERS;

/// Parameters in which they do.
pub const KEY_PARAMS: [&str; 3] = {
    let [demo, pro] = coingecko::KEY_PARAMS;
    [demo, pro, twelvedata::KEY_PARAM]
};

/// Addresses of questions that are sent as a body, whose routes bound them.
pub const READING: [&str; 3] = yahoo::POSTED;

/// Addresses of whose answers no part is a source's: what a client reads first, and lists of
/// names.
pub fn has_no_figures(path: &str) -> bool {
    const NONE: [&str; 16] = [
        "/udf/config",
        "/udf/time",
        "/udf/symbols",
        "/udf/symbol_info",
        "/vendors/api/v3/ping",
        "/vendors/api/v3/simple/supported_vs_currencies",
        "/vendors/api/v3/coins/list",
        "/vendors/technical_indicators",
        "/openbb/",
        "/openbb/widgets.json",
        "/openbb/apps.json",
        "/frankfurter/",
        "/frankfurter/v1/currencies",
        "/frankfurter/v2/currencies",
        "/frankfurter/v2/providers",
        "/v1/test/getcrumb",
    ];
    NONE.contains(&path)
}

/// Says why a request is refused that no route was asked for, as the clients of its
/// address understand it.
pub fn refused(path: &str, why: Problem) -> Response {
    let is_below = |folder: &str| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if is_below(udf::AT) {
        udf::Refused::from(why).into_response()
    } else if is_below(coingecko::AT) {
        coingecko::Refused::from(why).into_response()
    } else if is_below(twelvedata::AT) {
        twelvedata::Refused::from(why).into_response()
    } else if is_below(frankfurter::AT) {
        frankfurter::refused(path, why)
    } else if is_below(openbb::AT) {
        openbb::Refused::from(why).into_response()
    } else if yahoo::owns(path) {
        yahoo::refused(path, why)
    } else {
        why.into_response()
    }
}
