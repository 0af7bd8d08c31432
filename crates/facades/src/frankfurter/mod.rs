//! The protocol of Frankfurter, both versions, by the reference rates of one central
//! bank.

mod first;
mod group;
mod question;
mod refusal;
mod second;
mod shape;

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{CachePolicy, Problem, Routes};
use jiff::SignedDuration;
use jiff::civil::Date;
use market::{Freshness, ReferenceRates};
use query::Refusal;
use query::reference::ReferenceTable;
use serde_json::{Value, json};

use self::refusal::{FirstRefused, Refused, not_acceptable, not_found};
use super::asked::Asked;
use super::beside::Beside;
use super::lacking::refuse_lack;
use super::reply;
use crate::Served;
use face::ApiError;

/// For how long others may keep the rates of days that are over.
const SETTLED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Where its addresses begin, and where those of its first version do.
pub(crate) const AT: &str = "/frankfurter";
const FIRST_AT: &str = "/frankfurter/v1/";

/// Its routes.
pub(crate) fn routes() -> Routes<Served> {
    let first = Routes::new()
        .route("/", get(first_root))
        .route("/latest", get(first::latest))
        .route("/current", get(first::latest))
        .route("/currencies", get(first::currencies))
        .route("/{when}", get(first::when))
        .fallback(async || FirstRefused::from(not_found()))
        .method_not_allowed_fallback(async || FirstRefused::from(Problem::method()));
    let second = Routes::new()
        .route("/", get(second_root))
        .route("/rates", get(second::rates))
        .route("/rates.csv", get(second::rates_csv))
        .route("/rate/{base}/{quote}", get(second::rate))
        .route("/currencies", get(second::currencies))
        .route("/currency/{code}", get(second::currency))
        .route("/providers", get(second::providers))
        .fallback(no_such_address)
        .method_not_allowed_fallback(async || Refused::from(Problem::method()));
    let both = Routes::new()
        .route("/", get(root))
        .nest("/v1", first)
        .nest("/v2", second)
        .fallback(no_such_address)
        .method_not_allowed_fallback(async || Refused::from(Problem::method()));
    let refused = async || Refused::from(Problem::method());
    Routes::new()
        .nest(AT, both)
        .route("/frankfurter/", get(root).fallback(refused))
        .route("/frankfurter/v1/", get(first_root).fallback(refused))
        .route("/frankfurter/v2/", get(second_root).fallback(refused))
}

/// Says why no route was asked for.
pub(crate) fn refused(path: &str, why: Problem) -> Response {
    if path.starts_with(FIRST_AT) {
        FirstRefused::from(why).into_response()
    } else {
        Refused::from(why).into_response()
    }
}

async fn root(State(served): State<Served>, asked: Asked) -> Response {
    let versions = json!({
        "v1": { "base": "/v1", "status": "frozen" },
        "v2": { "base": "/v2", "status": "current" },
    });
    plain(&served, &asked, &json!({ "name": "Frankfurter", "versions": versions }))
}

async fn first_root(State(served): State<Served>, asked: Asked) -> Response {
    plain(&served, &asked, &json!({ "version": "v1", "status": "frozen" }))
}

async fn second_root(State(served): State<Served>, asked: Asked) -> Response {
    plain(&served, &asked, &json!({ "version": "v2", "status": "current" }))
}

fn plain(served: &Served, asked: &Asked, answer: &Value) -> Response {
    reply::json(served, &asked.headers, CachePolicy::Revalidate, answer, &Beside::default())
}

async fn no_such_address(uri: Uri) -> Response {
    let is_csv = uri.path().rsplit('.').next() == Some("csv");
    Refused::from(if is_csv { not_acceptable() } else { not_found() }).into_response()
}

/// What is known of the reference rates that are served.
///
/// # Errors
///
/// Nobody sets such rates.
fn facts(served: &Served) -> Result<&'static ReferenceRates, ApiError> {
    let nobody = || Refusal::invalid("providers", "nobody sets reference rates here");
    served.engine.reference_rate_facts().ok_or_else(|| nobody().into())
}

/// What is said beside rates.
fn beside(table: &ReferenceTable) -> Beside {
    Beside::of_table(table)
}

/// That there is nothing of a day or currency, unless it may only not be held.
fn absent(table: &ReferenceTable) -> ApiError {
    refuse_lack(table.lack.clone()).err().unwrap_or_else(not_found)
}

/// Rates of days that are over stay; the newest may be set at any time, and what is
/// not fresh is soon replaced.
fn cache(served: &Served, table: &ReferenceTable, last: Date) -> CachePolicy {
    let is_over = last < served.engine.reference_day() && table.freshness == Freshness::Fresh;
    if is_over { CachePolicy::For(SETTLED_FOR) } else { CachePolicy::Revalidate }
}
