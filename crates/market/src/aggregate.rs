use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::{Bar, Interval, Price, Series, SeriesHead};

#[cfg(test)]
mod tests;

/// Bars that cannot be put together from those there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{to} bars cannot be put together from {from} bars; {}", Choices(*.from))]
pub struct AggregateError {
    from: Interval,
    to: Interval,
}

/// What can be put together from an interval, in words.
struct Choices(Interval);

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Interval::ALL.into_iter().filter(|to| divides(self.0, *to));
        let names: Vec<_> = names.map(Interval::as_str).collect();
        if names.is_empty() {
            return f.write_str("ask for shorter ones");
        }
        write!(f, "use one of {}", names.join(" "))
    }
}

impl Series {
    /// Longer bars put together from these: first open, highest high, lowest
    /// low, last close and adjusted close, volumes added up.
    ///
    /// Intraday bars begin anew with each trading date. They are counted from
    /// `session_start`, a time of day in `zone` on that date (`None`: midnight),
    /// and open when their place in that count begins, whether or not a shorter
    /// bar is there. Only where the bar before still ran at that instant, since
    /// clocks changed or the date did, do they open with their first part.
    /// Longer bars open with their first part and carry the date of the day,
    /// Monday, month or quarter.
    ///
    /// An open is `None` where the first part has none, a high or low where no
    /// part has one, a volume where none is known. A bar is provisional if a
    /// part is: whether a bar of finished parts has itself ended only a caller
    /// with a clock can tell.
    ///
    /// # Errors
    ///
    /// Where bars of `to` are no longer than these, or no multiple of them:
    /// weeks, for one, do not fill months.
    pub fn aggregated(
        &self,
        to: Interval,
        zone: &TimeZone,
        session_start: Option<Time>,
    ) -> Result<Self, AggregateError> {
        let from = self.head.interval;
        if !divides(from, to) {
            return Err(AggregateError { from, to });
        }
        let grid = Grid { to, zone, session_start: session_start.unwrap_or_default() };
        let head = SeriesHead { interval: to, ..self.head.clone() };
        Ok(Self::new(head, grid.fill(self.bars())))
    }
}

/// Whether bars of one interval fill those of another.
fn divides(from: Interval, to: Interval) -> bool {
    let whole = match (from, to) {
        (Interval::Wk1, _) => false,
        _ if to.is_intraday() => to.seconds() % from.seconds() == 0,
        _ => true,
    };
    from < to && whole
}

/// Where longer bars begin.
struct Grid<'a> {
    to: Interval,
    zone: &'a TimeZone,
    session_start: Time,
}

/// The longer bar that a shorter one is part of: its date, and where its place
/// begins if it is an intraday one.
type Place = (Date, Option<Timestamp>);

impl Grid<'_> {
    fn fill(&self, parts: impl Iterator<Item = Bar>) -> Vec<Bar> {
        let placed: Vec<(Place, Bar)> = parts.map(|part| (self.place(&part), part)).collect();
        let mut before = None;
        let mut bars = Vec::new();
        for parts in placed.chunk_by(|(place, _), (next, _)| place == next) {
            bars.extend(joined(parts, before));
            before = parts.last().map(|(_, part)| part.open_time);
        }
        bars
    }

    fn place(&self, part: &Bar) -> Place {
        if self.to.is_intraday() {
            return (part.date, Some(self.start(part)));
        }
        (self.to.first_date(part.date), None)
    }

    /// Counted by the clocks of the moment, so that bars after a change of
    /// clocks begin at the times of day at which they always do.
    fn start(&self, part: &Bar) -> Timestamp {
        let clocks = self.zone.to_offset(part.open_time);
        let session = part.date.to_datetime(self.session_start);
        let start = clocks.to_timestamp(session).and_then(|session| {
            let since = part.open_time.as_second() - session.as_second();
            let into = since.rem_euclid(self.to.seconds());
            Timestamp::from_second(part.open_time.as_second() - into)
        });
        // Only the first and last day of the calendar have no such instant.
        start.unwrap_or(part.open_time)
    }
}

/// One bar of all parts in one place; `before` is when the part before them opened.
fn joined(parts: &[(Place, Bar)], before: Option<Timestamp>) -> Option<Bar> {
    let ((date, start), first) = *parts.first()?;
    let (_, last) = *parts.last()?;
    let free = start.filter(|start| before.is_none_or(|before| before < *start));
    let bars = || parts.iter().map(|(_, part)| part);
    Some(Bar {
        open_time: free.unwrap_or(first.open_time),
        date,
        open: first.open,
        high: outermost(bars(), |bar| bar.high, f64::max),
        low: outermost(bars(), |bar| bar.low, f64::min),
        close: last.close,
        adj_close: last.adj_close,
        volume: bars().filter_map(|bar| bar.volume).reduce(|sum, volume| sum + volume),
        provisional: bars().any(|bar| bar.provisional),
    })
}

/// The outermost of the prices that `known` finds, if any, and of all closes:
/// a part of which only the close is known went at least that far.
fn outermost<'a>(
    bars: impl Iterator<Item = &'a Bar> + Clone,
    known: impl Fn(&Bar) -> Option<Price>,
    outer: impl Fn(f64, f64) -> f64,
) -> Option<Price> {
    let found = bars.clone().filter_map(known).map(Price::get).reduce(&outer)?;
    Price::new(bars.map(|bar| bar.close.get()).fold(found, outer))
}
