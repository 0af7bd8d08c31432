use engine::Engine;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{Bar, Bound, HistoryQuery, Symbol};
use query::newest::{existing_bars, newest, over, widest};
use query::{Bars, Order, PriceView};

use super::question::SeriesParams;
use super::refusal::Refused;
use super::time::Moment;
use crate::lacking::{refuse_lack, refuse_part};

/// The bars that are asked for, in the order asked for: the newest of the stretch where
/// it has more than may be given.
pub(super) async fn bars(
    engine: &Engine,
    symbol: &Symbol,
    params: &SeriesParams,
) -> Result<(Bars, Vec<Bar>), Refused> {
    let view = PriceView::of_all(params.adjust, None);
    let (of, count) = ((symbol, params.interval), params.most());
    let ends = Ends::of(engine, symbol, params).await;
    let (bars, series) = match ends {
        Ends { from: None, to: None } => newest(engine, of, view, count).await?,
        Ends { from: None, to: Some(to) } => {
            let (bars, series) = over(engine, of, view, widest(params.interval)).await?;
            let kept = series.bars().filter(|bar| is_by(bar, to)).collect();
            (bars, market::Series::new(series.head.clone(), kept).into())
        }
        Ends { from, to } => {
            let view = view.between((from, to), params.interval);
            let span = view.span(engine, symbol, (None, (from, to)), widest(params.interval))?;
            let (symbol, interval) = (symbol.clone(), params.interval);
            let question = HistoryQuery { symbol, interval, span, source: None };
            existing_bars(engine, &question, view).await?
        }
    };
    let left_out = series.len().saturating_sub(count);
    let given = series.bars().skip(left_out);
    match series.dates().get(left_out) {
        Some(first) => {
            let (begin, end) = ends.dates(&bars.answer.instrument.zone());
            let begin = begin.filter(|_| left_out == 0).unwrap_or(*first);
            refuse_part(&bars, begin.min(*first), end.unwrap_or(Date::MAX))?;
        }
        None => refuse_lack(bars.lack())?,
    }
    Ok((bars, in_order(given, params.order)))
}

fn in_order(bars: impl DoubleEndedIterator<Item = Bar>, order: Order) -> Vec<Bar> {
    match order {
        Order::OldestFirst => bars.collect(),
        Order::NewestFirst => bars.rev().collect(),
    }
}

fn is_by(bar: &Bar, last: Bound) -> bool {
    match last {
        Bound::Date(date) => bar.date <= date,
        Bound::Instant(at) => bar.open_time <= at,
    }
}

/// The ends of the stretch asked for, as far as they are given.
#[derive(Clone, Copy)]
struct Ends {
    from: Option<Bound>,
    to: Option<Bound>,
}

impl Ends {
    /// Times of day are told where the instrument trades, or where else is said.
    async fn of(engine: &Engine, symbol: &Symbol, params: &SeriesParams) -> Self {
        if let Some(day) = params.day {
            return Self { from: Some(Bound::Date(day)), to: Some(Bound::Date(day)) };
        }
        let zone: TimeZone = params.zone.of(zone(engine, symbol, params).await);
        let bound = |moment: Moment| moment.bound(&zone);
        Self { from: params.start.map(bound), to: params.end.map(bound) }
    }

    /// The dates that they are of in a zone.
    fn dates(self, zone: &TimeZone) -> (Option<Date>, Option<Date>) {
        let date = |bound: Bound| match bound {
            Bound::Date(date) => date,
            Bound::Instant(at) => at.to_zoned(zone.clone()).date(),
        };
        (self.from.map(date), self.to.map(date))
    }
}

/// The zone where an instrument trades, where that matters: its source may have to say.
async fn zone(engine: &Engine, symbol: &Symbol, params: &SeriesParams) -> TimeZone {
    let is_time = |moment: &Moment| matches!(moment, Moment::Time(_));
    if !params.start.iter().chain(&params.end).any(is_time) {
        return TimeZone::UTC;
    }
    let entry = engine.quotes(std::slice::from_ref(symbol)).await.into_iter().next();
    entry.map_or(TimeZone::UTC, |entry| entry.instrument.zone())
}
