use jiff::civil::Date;

use crate::{Calendar, HistoryResult, Interval, Period, Span};

/// A named period may begin so many days of trading before its source's first
/// bar: its source counts it in hours, or we do.
const BEGINS_WITHIN: usize = 2;

/// The days asked for, as far as there can have been bars; `None` where it is not
/// known how far back that is.
pub(super) fn asked(answer: &HistoryResult) -> Option<(Date, Date)> {
    let today = answer.received_at.to_zoned(answer.instrument.zone()).date();
    let (from, to) = match answer.query.span {
        Span::Dates { from, to } => (Some(from), to.min(today)),
        Span::Period(period) => (begun(answer, period, today), today),
    };
    let from = match (from, listed(answer)) {
        (Some(from), Some(listed)) => Some(from.max(listed)),
        (from, listed) => from.or(listed),
    };
    from.map(|from| (from, to))
}

/// The first day of a named period.
fn begun(answer: &HistoryResult, period: Period, today: Date) -> Option<Date> {
    let first = answer.series.dates().first().copied();
    let by_count = match period {
        Period::Days(n) => day_back(answer, n.into(), today),
        Period::Max => first_day(answer),
        period => period.first_day(today),
    };
    let Some(by_count) = by_count else {
        // All there is, from its source itself, begins where it begins.
        return first.filter(|_| !answer.kept.is_part);
    };
    let begins_there = first.filter(|first| {
        let late = sessions(answer, by_count, *first).take(BEGINS_WITHIN + 1).count();
        *first > by_count && late <= BEGINS_WITHIN
    });
    begins_there.or(Some(by_count))
}

/// The first day of all there is, where that is known: what lacks it may be half an
/// answer. Of weeks and months some sources have fewer than of days.
fn first_day(answer: &HistoryResult) -> Option<Date> {
    let is_daily = answer.series.head.interval == Interval::D1;
    listed(answer).filter(|_| is_daily)
}

/// The day of its first trade. What began before its source says so did begin earlier.
fn listed(answer: &HistoryResult) -> Option<Date> {
    let listed = answer.instrument.first_trade?;
    Some(answer.series.dates().first().map_or(listed, |first| listed.min(*first)))
}

/// The first of so many days of trading.
fn day_back(answer: &HistoryResult, n: usize, today: Date) -> Option<Date> {
    let mut dates = answer.series.dates().to_vec();
    dates.dedup();
    if dates.len() >= n {
        return dates.len().checked_sub(n).and_then(|i| dates.get(i)).copied();
    }
    let calendar = Calendar::for_instrument(&answer.instrument)?;
    (1..n).try_fold(today, |day, _| calendar.previous_session(day))
}

/// Days of trading from one date to before another.
fn sessions(answer: &HistoryResult, from: Date, before: Date) -> impl Iterator<Item = Date> + '_ {
    let calendar = Calendar::for_instrument(&answer.instrument);
    let last = before.yesterday().unwrap_or(before);
    calendar.into_iter().flat_map(move |calendar| calendar.sessions(from, last))
}
