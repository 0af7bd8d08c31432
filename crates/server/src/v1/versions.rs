use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, Problem};
use jiff::Timestamp;
use jiff::civil::Date;
use market::{ChangesQuery, Known, Span};
use query::{Refusal, records};

use super::respond::{Writing, respond};
use crate::api::params;
use crate::api::requests::{ActionVersionsParams, BarVersionsParams, ChangesParams};
use crate::app::App;
use crate::ask::Ask;
use crate::error::ApiError;

/// Changes in one answer, unless another number is asked for.
const MOST_CHANGES: u32 = 10_000;

/// `GET /marketpulse/v1/bars/{symbol}/versions`
pub(crate) async fn bar_versions(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<BarVersionsParams>,
) -> Result<Response, ApiError> {
    let dates = dates(params.date, (params.from, params.to))?;
    let (symbol, interval) = (app.engine.canonical(&params.symbol), params.interval);
    let found = app.engine.bar_versions(&symbol, interval, params.source.as_ref(), dates).await;
    let found = found.map_err(Refusal::Store)?;
    let table = records::version::bars(&app.engine.instrument(&symbol), interval, &found)?;
    let depends_on = state(found.iter().map(|it| it.known));
    let writing = Writing::new(&request, params.form, params.fields);
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, None)
}

/// `GET /marketpulse/v1/actions/{symbol}/versions`
pub(crate) async fn action_versions(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<ActionVersionsParams>,
) -> Result<Response, ApiError> {
    let dates = dates(params.date, (params.from, params.to))?;
    let symbol = app.engine.canonical(&params.symbol);
    let found = app.engine.action_versions(&symbol, dates).await.map_err(Refusal::Store)?;
    let table = records::version::actions(&app.engine.instrument(&symbol), &found)?;
    let depends_on = state(found.iter().map(|it| it.known));
    let writing = Writing::new(&request, params.form, params.fields);
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, None)
}

/// One date, or those between two, either of which may be open.
fn dates(
    date: Option<Date>,
    between: (Option<Date>, Option<Date>),
) -> Result<(Option<Date>, Date), Problem> {
    match (date, between) {
        (None, (Some(from), Some(to))) => {
            let checked = Span::dates(from, to).map_err(|error| params::FROM.refused(error));
            checked.map(|_| (Some(from), to))
        }
        (None, (from, to)) => Ok((from, to.unwrap_or(Date::MAX))),
        (Some(date), (None, None)) => Ok((Some(date), date)),
        (Some(_), _) => Err(params::DATE.refused("give either a date, or from and to")),
    }
}

/// What tells versions from all that there ever will be: when each began and ended,
/// which a clock set back may have before it began.
fn state(known: impl Iterator<Item = Known>) -> Vec<(Timestamp, Option<Timestamp>)> {
    known.map(|it| (it.from, it.until)).collect()
}

/// `GET /marketpulse/v1/changes?since=`
pub(crate) async fn changes(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<ChangesParams>,
) -> Result<Response, ApiError> {
    let most = params.limit.unwrap_or(MOST_CHANGES) as usize;
    let query = ChangesQuery {
        since: params.since,
        after: u64::from(params.cursor.unwrap_or_default()),
        symbol: params.symbol.map(|symbol| app.engine.canonical(&symbol)),
        most: most + 1,
    };
    let mut found = app.engine.changes(&query).await.map_err(Refusal::Store)?;
    let has_more = found.len() > most;
    found.truncate(most);
    let last = found.last().map(|it| it.number);
    let next = last.filter(|_| has_more);
    let next = next.map(|last| request.with(&params::CHANGES_CURSOR, &last.to_string()));
    let table = records::change::table(&found, next.clone())?;
    let depends_on = (found.len(), last, has_more);
    let writing = Writing::new(&request, params.form, params.fields);
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, next.as_deref())
}

#[cfg(test)]
mod tests {
    use market::Why;

    use super::*;

    #[test]
    fn a_version_that_ends_while_a_clock_is_back_is_another_answer() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let known = |until| Known { from: at("2025-10-29T12:00:00Z"), until, why: Why::First };
        let before = state([known(None)].into_iter());
        let after = state([known(Some(at("2025-10-29T11:05:00Z")))].into_iter());
        assert_ne!(before, after);
    }
}
