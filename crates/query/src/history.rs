//! Price history as it is asked for.

use std::sync::Arc;

use engine::{Engine, SourceFailures};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{Bound, HistoryQuery, HistoryResult, Instrument, Kind, Period, Source, Span, Symbol};

use crate::refusal::Refusal;

/// Asks the engine; an absence becomes what it means to whoever asked.
///
/// # Errors
///
/// Why there is no history.
pub async fn answer(
    engine: &Engine,
    question: &HistoryQuery,
) -> Result<Arc<HistoryResult>, Refusal> {
    engine.history(question).await.map_err(|failures| {
        let symbol = question.symbol.clone();
        let near = engine.near(&symbol);
        Refusal::no_history(symbol, failures, near)
    })
}

/// The same of the first source that tells what was paid and split, however old, for bars
/// that another has told which does not.
///
/// # Errors
///
/// Why that has none.
pub(crate) async fn answer_with_actions(
    engine: &Engine,
    question: &HistoryQuery,
) -> Result<Arc<HistoryResult>, Refusal> {
    let sources = engine.sources_of(&question.symbol).into_iter();
    let telling = sources.filter(|it| it.as_str() != Source::IMPORT && engine.tells_actions(it));
    let mut first = None;
    for source in telling {
        let question = HistoryQuery { source: Some(source), ..question.clone() };
        match answer(engine, &question).await {
            Ok(found) => return Ok(found),
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    let nothing =
        || Refusal::no_history(question.symbol.clone(), SourceFailures::default(), vec![]);
    Err(first.unwrap_or_else(nothing))
}

/// The ends of a stretch, as far as they are given.
pub type Bounds = (Option<Bound>, Option<Bound>);

/// The trading dates that a period or two bounds ask for, seen from `now`, which
/// ends a stretch that has a beginning only. `date_of` says what date an instant is
/// where the instrument trades.
///
/// # Errors
///
/// Parts that contradict each other, or need one that is missing.
pub(crate) fn span(
    period: Option<Period>,
    (from, to): Bounds,
    default: Period,
    now: Timestamp,
    date_of: impl Fn(Timestamp) -> Date,
) -> Result<Span, Refusal> {
    check(period, (from, to))?;
    let Some(from) = from else { return Ok(Span::Period(period.unwrap_or(default))) };
    let to = to.unwrap_or(Bound::Instant(now));
    Span::dates(from.date(&date_of), to.date(&date_of))
        .map_err(|error| Refusal::invalid("from", error))
}

/// Whether a period and two bounds can be meant, wherever an instrument trades: to be
/// called before anybody is asked where that is.
///
/// # Errors
///
/// Parts that contradict each other, or need one that is missing.
pub fn check(period: Option<Period>, bounds: Bounds) -> Result<(), Refusal> {
    match (period, bounds) {
        (Some(_), (Some(_), _) | (_, Some(_))) => {
            Err(Refusal::invalid("period", "use either period, or from and to, not both"))
        }
        (None, (None, Some(_))) => {
            Err(Refusal::invalid("to", "needs from as well, such as from=2024-01-01"))
        }
        _ => check_order(bounds),
    }
}

/// Whether two bounds stand in their order, as far as that can be told without knowing
/// where an instrument trades.
///
/// # Errors
///
/// The first is later than the second.
pub fn check_order(bounds: Bounds) -> Result<(), Refusal> {
    match bounds {
        (Some(Bound::Instant(from)), Some(Bound::Instant(to))) if from > to => {
            let fault = format!("{from} is after {to}; from must not be later than to");
            Err(Refusal::invalid("from", fault))
        }
        (Some(Bound::Date(from)), Some(Bound::Date(to))) => {
            Span::dates(from, to).map(|_| ()).map_err(|error| Refusal::invalid("from", error))
        }
        _ => Ok(()),
    }
}

/// Has those instruments described of which nobody has said yet where they trade,
/// for a stretch that ends now or has an instant as an end: what day it is there
/// cannot be known before. Where nobody answers, UTC goes on standing for their zone.
pub async fn locate(engine: &Engine, symbols: &[Symbol], (from, to): Bounds) {
    let is_instant = |bound: &Bound| bound.instant().is_some();
    let ends_now = from.is_some() && to.is_none();
    if !ends_now && !from.iter().chain(&to).any(is_instant) {
        return;
    }
    let canonical = symbols.iter().map(|symbol| engine.canonical(symbol));
    let nowhere: Vec<Symbol> = canonical.filter(|it| !is_located(&engine.instrument(it))).collect();
    if !nowhere.is_empty() {
        engine.quotes(&nowhere).await;
    }
}

/// Only crypto assets trade by UTC.
fn is_located(instrument: &Instrument) -> bool {
    instrument.kind == Kind::Crypto || instrument.zone() != TimeZone::UTC
}

/// The date where the instrument trades, at an instant, as far as that is known
/// ([`locate`]).
pub fn date(engine: &Engine, symbol: &Symbol, at: Timestamp) -> Date {
    at.to_zoned(engine.instrument(symbol).zone()).date()
}
