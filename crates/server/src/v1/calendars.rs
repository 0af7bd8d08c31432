use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use http::{CachePolicy, Problem};
use jiff::ToSpan;
use jiff::civil::Date;
use market::{Bound, Calendar, Span};
use query::records::calendar;

use super::columns;
use super::respond::{Writing, respond};
use crate::api::params;
use crate::api::requests::{CalendarParams, CalendarsParams};
use crate::app::App;
use crate::ask::Ask;
use face::ApiError;

/// `GET /marketpulse/v1/calendars`
pub(crate) async fn calendars(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<CalendarsParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::CALENDARS)?;
    request.has_no_figures();
    respond(&app, &writing, (), CachePolicy::Revalidate, calendar::calendars()?, None)
}

/// `GET /marketpulse/v1/calendars/{mic}`
pub(crate) async fn calendar(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<CalendarParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::SESSIONS)?;
    request.has_no_figures();
    let found = Calendar::of(&params.mic).ok_or_else(|| unknown(&params.mic))?;
    let date = |bound: Bound| bound.date(|at| found.date(at));
    let (from, to) = (params.from.map(date), params.to.map(date));
    let dates = dates(found.date(app.engine.now()), from, to)?;
    let table = calendar::sessions(found, dates)?;
    respond(&app, &writing, dates, CachePolicy::Revalidate, table, None)
}

/// From today at the exchange, for a month, where nothing else is asked.
fn dates(today: Date, from: Option<Date>, to: Option<Date>) -> Result<(Date, Date), Problem> {
    let from = from.unwrap_or_else(|| to.map_or(today, |to| today.min(to)));
    let to = to.unwrap_or_else(|| from.saturating_add(1.month()));
    let checked = Span::dates(from, to).map_err(|error| params::FROM.refused(error));
    checked.map(|_| (from, to))
}

fn unknown(mic: &str) -> Problem {
    let detail = format!("no calendar of {mic} is known; /marketpulse/v1/calendars lists all");
    Problem::plain(StatusCode::NOT_FOUND, "No such calendar", detail)
}
