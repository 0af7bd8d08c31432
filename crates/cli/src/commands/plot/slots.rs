use jiff::Unit;
use jiff::civil::{Date, Weekday};
use market::{Bar, Interval, Series};

/// Where each bar stands along the axis of time: one slot for every bar that
/// is there or could be. So nights and weekends take no room, and a hole does.
///
/// A weekday without a bar counts as a hole, since nothing here tells a holiday.
pub(super) fn slots(series: &Series) -> Vec<usize> {
    let never_closes = series.dates().iter().any(|date| date.weekday() == Weekday::Saturday);
    let missing =
        |before: &Bar, after: &Bar| missing(before, after, series.head.interval, never_closes);
    let mut slots: Vec<usize> = Vec::with_capacity(series.len());
    let mut before: Option<Bar> = None;
    for bar in series.bars() {
        let slot = match (&before, slots.last()) {
            (Some(before), Some(slot)) => slot + 1 + missing(before, &bar),
            _ => 0,
        };
        slots.push(slot);
        before = Some(bar);
    }
    slots
}

/// How many bars could stand between two neighbours.
fn missing(before: &Bar, after: &Bar, interval: Interval, never_closes: bool) -> usize {
    let days = || days_between(before.date, after.date, never_closes);
    match interval {
        Interval::Wk1 => steps(before, after, Unit::Week).saturating_sub(1),
        Interval::Mo1 => steps(before, after, Unit::Month).saturating_sub(1),
        Interval::Mo3 => (steps(before, after, Unit::Month) / 3).saturating_sub(1),
        _ if !interval.is_intraday() => days(),
        _ if never_closes || before.date == after.date => {
            let apart = after.open_time.as_second() - before.open_time.as_second();
            let intervals = (apart as f64 / interval.seconds() as f64).round() as usize;
            intervals.saturating_sub(1)
        }
        // How long the night is nobody tells; a whole day without bars shows.
        _ => days(),
    }
}

fn steps(before: &Bar, after: &Bar, unit: Unit) -> usize {
    let apart = before.date.until((unit, after.date));
    apart.map_or(0, |span| match unit {
        Unit::Week => usize::try_from(span.get_weeks()).unwrap_or(0),
        _ => usize::try_from(span.get_months()).unwrap_or(0),
    })
}

/// Days between two dates on which there could have been trading.
fn days_between(before: Date, after: Date, never_closes: bool) -> usize {
    let is_open = |date: &Date| {
        never_closes || !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
    };
    let days = before.series(jiff::Span::new().days(1)).skip(1);
    days.take_while(|date| *date < after).filter(is_open).count()
}
