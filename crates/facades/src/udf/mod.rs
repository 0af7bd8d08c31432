//! The protocol of charting libraries (Universal Data Feed): instruments, bars by page,
//! prices, and marks of dividends and splits.

mod answers;
mod marks;
mod page;
mod price;
mod question;
mod quotes;
mod refusal;
mod session;
mod shape;

use axum::routing::{any, get};
use http::{Problem, Routes};

pub(crate) use self::refusal::Refused;
use crate::Served;
use face::ApiError;

/// Where its addresses begin.
pub(crate) const AT: &str = "/udf";

/// Its routes.
pub(crate) fn routes() -> Routes<Served> {
    let feed = Routes::new()
        .route("/config", get(answers::config))
        .route("/time", get(answers::time))
        .route("/symbols", get(answers::symbols))
        .route("/search", get(answers::search))
        .route("/history", get(answers::history))
        .route("/quotes", get(quotes::quotes))
        .route("/marks", get(marks::on_bars))
        .route("/timescale_marks", get(marks::on_timescale))
        .fallback(no_such_address)
        .method_not_allowed_fallback(async || Refused::from(Problem::method()));
    Routes::new().nest(AT, feed).route(&format!("{AT}/"), any(no_such_address))
}

async fn no_such_address() -> Refused {
    ApiError::no_such_page().into()
}
