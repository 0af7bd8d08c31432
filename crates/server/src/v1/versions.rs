use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use http::CachePolicy;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use market::{ChangesQuery, Instrument, Known, QuoteVersionsQuery, Symbol};
use query::history::Bounds;
use query::{Opened, Refusal, records};

use super::columns;
use super::respond::{Writing, cut, respond};
use crate::api::params;
use crate::api::requests::{
    ActionVersionsParams, BarVersionsParams, ChangesParams, QuoteVersionsParams,
};
use crate::app::App;
use crate::ask::Ask;
use face::ApiError;

/// Changes in one answer, or versions of a quote, unless another number is asked for.
const MOST: u32 = 10_000;

/// `GET /marketpulse/v1/quotes/{symbol}/versions`
pub(crate) async fn quote_versions(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<QuoteVersionsParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::QUOTE_VERSIONS)?;
    let symbol = app.engine.canonical(&params.symbol);
    let bounds = (params.from, params.to);
    let (from, to) = dates(&request.engine(&app), &symbol, params.date, bounds).await?;
    let instrument = app.engine.instrument(&symbol);
    let most = params.limit.unwrap_or(MOST) as usize;
    let query = QuoteVersionsQuery {
        symbol,
        from: from.and_then(|from| begins(from, &instrument)),
        to: to.tomorrow().ok().and_then(|after| begins(after, &instrument)).map(just_before),
        after: u64::from(params.cursor.unwrap_or_default()),
        most: most + 1,
    };
    let mut found = request.engine(&app).quote_versions(&query).await.map_err(Refusal::from)?;
    let next = cut(&mut found, most, |it| it.number);
    let next = next.map(|last| request.with(&params::VERSIONS_CURSOR, &last.to_string()));
    let table = records::shown::table(&instrument, &found, next.clone())?;
    let depends_on: Vec<_> = found.iter().map(|it| (it.number, it.until)).collect();
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, next.as_deref())
}

/// When a day begins where an instrument trades.
fn begins(date: Date, instrument: &Instrument) -> Option<Timestamp> {
    date.to_zoned(instrument.zone()).ok().map(|begins| begins.timestamp())
}

/// The last instant before another that can be told from it.
fn just_before(at: Timestamp) -> Timestamp {
    at.checked_sub(SignedDuration::from_millis(1)).unwrap_or(at)
}

/// `GET /marketpulse/v1/bars/{symbol}/versions`
pub(crate) async fn bar_versions(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<BarVersionsParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::BAR_VERSIONS)?;
    let (symbol, interval) = (app.engine.canonical(&params.symbol), params.interval);
    let bounds = (params.from, params.to);
    let engine = request.engine(&app);
    let dates = dates(&engine, &symbol, params.date, bounds).await?;
    let found = engine.bar_versions(&symbol, interval, params.source.as_ref(), dates).await;
    let mut found = found.map_err(Refusal::from)?;
    let opened = Opened::between(bounds, interval);
    found.retain(|it| opened.takes(it.open_time));
    let table = records::version::bars(&app.engine.instrument(&symbol), interval, &found)?;
    let depends_on = state(found.iter().map(|it| it.known));
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, None)
}

/// `GET /marketpulse/v1/actions/{symbol}/versions`
pub(crate) async fn action_versions(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<ActionVersionsParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::ACTION_VERSIONS)?;
    let symbol = app.engine.canonical(&params.symbol);
    let engine = request.engine(&app);
    let dates = dates(&engine, &symbol, params.date, (params.from, params.to)).await?;
    let found = engine.action_versions(&symbol, dates).await.map_err(Refusal::from)?;
    let table = records::version::actions(&app.engine.instrument(&symbol), &found)?;
    let depends_on = state(found.iter().map(|it| it.known));
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, None)
}

/// One date, or those between two bounds, either of which may be open.
async fn dates(
    engine: &Engine,
    symbol: &Symbol,
    date: Option<Date>,
    bounds: Bounds,
) -> Result<(Option<Date>, Date), ApiError> {
    match (date, bounds) {
        (None, bounds) => {
            let (from, to) = super::actions::dates(engine, symbol, bounds).await?;
            Ok((from, to.unwrap_or(Date::MAX)))
        }
        (Some(date), (None, None)) => Ok((Some(date), date)),
        (Some(_), _) => Err(params::DATE.refused("give either a date, or from and to").into()),
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
    let writing = Writing::new(&request, params.form, params.fields, &columns::CHANGES)?;
    let most = params.limit.unwrap_or(MOST) as usize;
    let query = ChangesQuery {
        since: params.since.unwrap_or(Timestamp::MIN),
        after: u64::from(params.cursor.unwrap_or_default()),
        symbol: params.symbol.map(|symbol| app.engine.canonical(&symbol)),
        most: most + 1,
    };
    let mut found = request.engine(&app).changes(&query).await.map_err(Refusal::from)?;
    let next = cut(&mut found, most, |it| it.number);
    let next = next.map(|last| request.with(&params::CHANGES_CURSOR, &last.to_string()));
    let table = records::change::table(&found, next.clone())?;
    let depends_on = (found.len(), found.last().map(|it| it.number), next.is_some());
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
