//! The ECB's euro reference rates: working days only, about 16:00 in Frankfurt.

mod columns;
mod files;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use jiff::civil::{Date, Weekday, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::fault::Holes;
use super::shared::Shared;
use crate::listing::before;
use columns::COLUMNS;

/// The first day with reference rates.
const FIRST: Date = date(1999, 1, 4);

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/stats/eurofxref/eurofxref-daily.xml", get(daily))
        .route("/stats/eurofxref/eurofxref-hist-90d.xml", get(ninety_days))
        .route("/stats/eurofxref/eurofxref-hist.zip", get(history))
}

/// One day's rates, in the order of `COLUMNS`; `None` where there is none.
struct Day {
    date: Date,
    rates: Vec<Option<f64>>,
}

async fn daily(State(shared): State<Arc<Shared>>, Extension(holes): Extension<Holes>) -> Response {
    let latest = latest(shared.now());
    xml(&days(&shared, latest, latest, holes))
}

async fn ninety_days(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
) -> Response {
    let latest = latest(shared.now());
    let first = latest.checked_sub(89.days()).unwrap_or(latest);
    xml(&days(&shared, first, latest, holes))
}

async fn history(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
) -> Response {
    // Twenty-five years of forty currencies: too much for the thread that serves.
    let packed = tokio::task::spawn_blocking(move || {
        files::zipped(&files::csv(&days(&shared, FIRST, latest(shared.now()), holes)))
    });
    match packed.await {
        Ok(Ok(bytes)) => ([(CONTENT_TYPE, "application/zip")], bytes).into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn xml(days: &[Day]) -> Response {
    ([(CONTENT_TYPE, "text/xml")], files::xml(days)).into_response()
}

/// Newest first.
fn days(shared: &Shared, first: Date, last: Date, holes: Holes) -> Vec<Day> {
    let dates = std::iter::successors(Some(last), |date| Some(before(*date)));
    let dates: Vec<Date> =
        dates.take_while(|date| *date >= first).filter(|date| is_working_day(*date)).collect();
    let columns: Vec<_> = COLUMNS.iter().map(|column| column.rates(shared, &dates)).collect();
    let rates = |row: usize| {
        let cells = columns.iter().enumerate();
        cells.map(|(n, column)| column[row].filter(|_| !holes.at(n))).collect()
    };
    dates.iter().enumerate().map(|(row, date)| Day { date: *date, rates: rates(row) }).collect()
}

/// The last working day whose rates have been published.
fn latest(now: Timestamp) -> Date {
    let zone = TimeZone::get("Europe/Berlin").expect("the bundled database knows Berlin");
    let local = now.to_zoned(zone);
    let today = local.date();
    let mut date = if local.time() < time(16, 0, 0, 0) { before(today) } else { today };
    while !is_working_day(date) {
        date = before(date);
    }
    date
}

fn is_working_day(date: Date) -> bool {
    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    !weekend && !matches!((date.month(), date.day()), (1, 1) | (12, 25))
}
