//! The newest bars of an instrument, however many are wanted.

use std::sync::Arc;

use engine::Engine;
use market::{HistoryQuery, Interval, Period, Series, Span, Symbol};

use crate::bars::Bars;
use crate::existing::{existing, is_known};
use crate::refusal::Refusal;
use crate::view::PriceView;

/// Periods that people ask for, with how many bars each holds at least, holidays and
/// all, of an instrument that is old enough: shortest first.
const OF_DAYS: [(usize, Period); 4] = [
    (15, Period::Months(1)),
    (55, Period::Months(3)),
    (230, Period::Years(1)),
    (1_150, Period::Years(5)),
];
const OF_WEEKS: [(usize, Period); 2] = [(50, Period::Years(1)), (255, Period::Years(5))];
const OF_MONTHS: [(usize, Period); 2] = [(11, Period::Years(1)), (59, Period::Years(5))];

/// The longest stretch of bars that one question can be about.
///
/// All that is read backwards, page by page, is cut out of its answer: pages of several
/// questions might be answered by several sources, and would not fit together.
pub fn widest(interval: Interval) -> Period {
    match interval {
        Interval::M1 => Period::Days(7),
        Interval::M2
        | Interval::M5
        | Interval::M10
        | Interval::M15
        | Interval::M30
        | Interval::M90 => Period::Days(60),
        // Two years are two days too many where one of them is a leap year.
        Interval::H1 | Interval::H2 | Interval::H4 => Period::Months(23),
        Interval::D1 | Interval::Wk1 | Interval::Mo1 | Interval::Mo3 => Period::Max,
    }
}

/// So many of the newest bars, at least if there are so many. A period that people ask
/// for anyway is likely to be held; it is asked for again where it has fewer than usual.
/// Expects a canonical symbol.
///
/// # Errors
///
/// Why there are none.
pub async fn newest(
    engine: &Engine,
    (symbol, interval): (&Symbol, Interval),
    view: PriceView,
    count: usize,
) -> Result<(Bars, Arc<Series>), Refusal> {
    for period in periods(interval, count) {
        let (bars, series) = over(engine, (symbol, interval), view, period).await?;
        if series.len() >= count {
            return Ok((bars, series));
        }
    }
    over(engine, (symbol, interval), view, widest(interval)).await
}

/// The bars of a period, likewise.
///
/// # Errors
///
/// Why there are none.
pub async fn over(
    engine: &Engine,
    (symbol, interval): (&Symbol, Interval),
    view: PriceView,
    period: Period,
) -> Result<(Bars, Arc<Series>), Refusal> {
    let (symbol, span) = (symbol.clone(), Span::Period(period));
    let question = HistoryQuery { symbol, interval, span, source: None };
    existing_bars(engine, &question, view).await
}

/// Bars of an instrument that exists: in development the simulator makes some up for
/// any symbol.
///
/// # Errors
///
/// Why there are none.
pub async fn existing_bars(
    engine: &Engine,
    question: &HistoryQuery,
    view: PriceView,
) -> Result<(Bars, Arc<Series>), Refusal> {
    let bars = Bars::ask(engine, question, view).await?;
    are_existing(engine, &bars).await?;
    let series = bars.series(engine).await?;
    Ok((bars, series))
}

/// Whether bars are of an instrument that exists.
///
/// # Errors
///
/// Why there are no others than those that are made up.
pub async fn are_existing(engine: &Engine, bars: &Bars) -> Result<(), Refusal> {
    let symbol = &bars.answer.query.symbol;
    if bars.answer.simulated && !is_known(engine, symbol) {
        // That the price says, which is asked of the same sources.
        existing(engine, symbol).await?;
    }
    Ok(())
}

/// The periods that are likely to hold so many bars, shorter than the longest.
fn periods(interval: Interval, count: usize) -> impl Iterator<Item = Period> {
    let all: &[(usize, Period)] = match interval {
        Interval::D1 => &OF_DAYS,
        Interval::Wk1 => &OF_WEEKS,
        Interval::Mo1 => &OF_MONTHS,
        _ => &[],
    };
    all.iter().filter(move |(holds, _)| *holds >= count).map(|(_, period)| *period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_bars_are_no_reason_to_ask_for_all_there_are() {
        let first = |interval, count| periods(interval, count).next();
        assert_eq!(first(Interval::D1, 5), Some(Period::Months(1)));
        assert_eq!(first(Interval::D1, 30), Some(Period::Months(3)));
        assert_eq!(first(Interval::D1, 5_000), None);
        assert_eq!(first(Interval::Wk1, 51), Some(Period::Years(5)));
        assert_eq!(first(Interval::M5, 1), None);
    }
}
