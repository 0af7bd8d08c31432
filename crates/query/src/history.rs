//! Price history as it is asked for.

use std::sync::Arc;

use engine::Engine;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{HistoryQuery, HistoryResult, Instrument, Kind, Period, Span, Symbol};

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

/// The stretch that a period or two dates ask for. `today` ends one that has a
/// beginning only.
///
/// # Errors
///
/// Parts that contradict each other, or need one that is missing.
pub fn span(
    period: Option<Period>,
    (from, to): (Option<Date>, Option<Date>),
    default: Period,
    today: impl FnOnce() -> Date,
) -> Result<Span, Refusal> {
    match (period, from, to) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            Err(Refusal::invalid("period", "use either period, or from and to, not both"))
        }
        (None, None, Some(_)) => {
            Err(Refusal::invalid("to", "needs from as well, such as from=2024-01-01"))
        }
        (None, Some(from), to) => Span::dates(from, to.unwrap_or_else(today))
            .map_err(|error| Refusal::invalid("from", error)),
        (period, None, None) => Ok(Span::Period(period.unwrap_or(default))),
    }
}

/// Has those instruments described of which nobody has said yet where they trade,
/// for dates that end today: what day it is there cannot be known before. Where
/// nobody answers, UTC goes on standing for their zone.
pub async fn locate(engine: &Engine, symbols: &[Symbol], dates: (Option<Date>, Option<Date>)) {
    if !matches!(dates, (Some(_), None)) {
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

/// The present date where the instrument trades, as far as that is known
/// ([`locate`]).
pub fn today(engine: &Engine, symbol: &Symbol) -> Date {
    date(engine, symbol, engine.now())
}

/// The date where the instrument trades, at an instant.
pub(crate) fn date(engine: &Engine, symbol: &Symbol, at: Timestamp) -> Date {
    at.to_zoned(engine.instrument(symbol).zone()).date()
}
