use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{Action, Currency, HistoryResult, Span, series_freshness};
use serde::Serialize;

use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::format::{Constant, Head};
use crate::rows;
use crate::tabular::{Table, respond};

/// What is said once about all actions.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct ActionsHead<'a> {
    symbol: &'a str,
    name: &'a str,
    currency: Option<&'a str>,
    source: &'a str,
    received_at: Timestamp,
    freshness: &'static str,
    simulated: bool,
}

/// `GET /marketpulse/v1/actions/{symbol}`
pub(crate) async fn actions(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::ACTIONS)?;
    let symbol = app.engine.canonical(&ask.symbol()?);
    let (from, to) = between_days(&ask)?;
    let told = app.engine.actions(&symbol).await.map_err(|failures| {
        let near = app.engine.near(&symbol);
        ApiError::no_history(symbol.clone(), failures, near)
    })?;
    let head = head(&told, app.engine.now());
    let table = Table {
        constants: constants(&head),
        next: None,
        head: Head::of(&head),
        name: "actions",
        rows: Arc::new(rows::actions::actions(&between(&told.actions, from, to))),
    };
    respond(&app, &ask, (told.received_at, head.freshness), CachePolicy::Revalidate, table)
}

/// The ex-dates asked for, either of which may be open.
fn between_days(ask: &Ask) -> Result<(Option<Date>, Option<Date>), ApiError> {
    let (from, to) = (ask.params.date("from")?, ask.params.date("to")?);
    if let Some((from, to)) = from.zip(to) {
        Span::dates(from, to).map_err(|error| ApiError::parameter("from", error.to_string()))?;
    }
    Ok((from, to))
}

fn between(actions: &[Action], from: Option<Date>, to: Option<Date>) -> Vec<&Action> {
    let inside = |action: &&Action| {
        from.is_none_or(|from| from <= action.ex_date) && to.is_none_or(|to| action.ex_date <= to)
    };
    actions.iter().filter(inside).collect()
}

fn head(told: &HistoryResult, now: Timestamp) -> ActionsHead<'_> {
    ActionsHead {
        symbol: told.question.symbol.as_str(),
        name: &told.instrument.name,
        currency: told.series.head.currency.as_ref().map(Currency::as_str),
        source: told.series.head.source.as_str(),
        received_at: told.received_at,
        freshness: series_freshness(told, now).as_str(),
        simulated: told.simulated,
    }
}

fn constants(head: &ActionsHead<'_>) -> Vec<(&'static str, Constant)> {
    vec![
        ("symbol", Constant::text(head.symbol)),
        ("currency", Constant::Text(head.currency.map(Arc::from))),
        ("source", Constant::text(head.source)),
        ("received_at", Constant::Instant(Some(head.received_at))),
        ("freshness", Constant::text(head.freshness)),
        ("simulated", Constant::Flag(head.simulated)),
    ]
}
