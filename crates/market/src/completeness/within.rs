//! How much of a day of trading its bars of minutes and hours cover.
//!
//! Which minutes a share was traded in no calendar tells, so a missing bar says
//! nothing. What says something is a stretch that is long for the day and for how
//! often the answer has bars elsewhere: half an answer looks like that.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::published::traded_until;
use crate::{Asking, Calendar, HistoryResult, Trading, TradingPeriod};

/// Shorter than this part of a day of trading is no large gap.
const PART_OF_A_DAY: i32 = 5;

/// Nor is what so few bars would fill.
const FEW_BARS: i32 = 2;

/// Nor is what is shorter than so many usual distances between two bars.
const USUAL_DISTANCES: i32 = 4;

/// A large part of a day of trading without a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gap {
    pub(super) date: Date,
    /// Whether its source was asked since the bars of it must have been published.
    pub(super) was_asked: bool,
    /// Whether it was asked twice.
    pub(super) is_settled: bool,
}

/// The days of an answer that lack a large part, oldest first.
pub(super) fn gaps(answer: &HistoryResult, calendar: &Calendar) -> Vec<Gap> {
    let usual = usual_distance(answer);
    let mut opens = answer.series.open_times();
    let days = answer.series.dates().chunk_by(|one, other| one == other);
    let gap = |day: &[Date]| {
        let of_day;
        (of_day, opens) = opens.split_at(day.len());
        let trading = calendar.session(*day.first()?)?;
        Day { answer, trading: as_stated(answer, trading), usual }.largest_gap(of_day)
    };
    days.filter_map(gap).collect()
}

/// What its source states of the day wins over the calendar: trading may end early.
fn as_stated(answer: &HistoryResult, mut trading: Trading) -> Trading {
    let date = |at: Timestamp| at.to_zoned(answer.instrument.zone()).date();
    let stated = answer.session.as_ref().map(|it| it.regular);
    let Some(stated) = stated.filter(|it| date(it.start) == trading.date) else { return trading };
    trading.open = trading.open.max(stated.start);
    trading.close = trading.close.min(stated.end);
    trading
}

/// The median of the distances between two bars of a day that follow each other.
fn usual_distance(answer: &HistoryResult) -> SignedDuration {
    let (dates, opens) = (answer.series.dates(), answer.series.open_times());
    let neighbours = dates.windows(2).zip(opens.windows(2));
    let distance = |(dates, opens): (&[Date], &[Timestamp])| match (dates, opens) {
        ([date, same], [open, next]) if date == same => Some(next.duration_since(*open)),
        _ => None,
    };
    let mut distances: Vec<_> = neighbours.filter_map(distance).collect();
    distances.sort_unstable();
    distances.get(distances.len() / 2).copied().unwrap_or_else(|| length_of_a_bar(answer))
}

fn length_of_a_bar(answer: &HistoryResult) -> SignedDuration {
    SignedDuration::from_secs(answer.series.head.interval.seconds())
}

/// One day of trading, and how an answer has it.
struct Day<'a> {
    answer: &'a HistoryResult,
    trading: Trading,
    usual: SignedDuration,
}

impl Day<'_> {
    /// The largest gap between bars that open at these instants, if it is large.
    fn largest_gap(&self, opens: &[Timestamp]) -> Option<Gap> {
        let length = length_of_a_bar(self.answer);
        let until = self.trading.close.min(traded_until(self.answer.received_at));
        let begins = opens.iter().map(|open| open.checked_add(length).unwrap_or(*open));
        let begins = std::iter::once(self.trading.open).chain(begins);
        let ends = opens.iter().copied().chain([until]);
        let between =
            begins.zip(ends).map(|(start, end)| TradingPeriod { start, end: end.min(until) });
        let largest = between.max_by_key(|it| self.traded(*it))?;
        self.is_large(largest).then(|| self.gap(largest))
    }

    fn gap(&self, without: TradingPeriod) -> Gap {
        let (kept, received_at) = (&self.answer.kept, self.answer.received_at);
        let shows = |it: &&Asking| self.is_of_the_day(it) && self.is_seen_at(it.at, without);
        let is_earlier = |it: &&Asking| received_at.duration_since(it.at) >= Asking::APART_IN_A_DAY;
        let is_told = !kept.is_part || kept.askings.iter().any(|it| shows(&it));
        let was_asked = is_told && !kept.is_thin_on(self.trading.date);
        let is_settled = was_asked && kept.askings.iter().filter(is_earlier).any(|it| shows(&it));
        Gap { date: self.trading.date, was_asked, is_settled }
    }

    fn is_of_the_day(&self, asking: &Asking) -> bool {
        asking.covers(self.trading.date, self.trading.date)
    }

    /// Whether an answer that came at an instant shows the gap: what has passed since
    /// is not large by itself.
    fn is_seen_at(&self, at: Timestamp, gap: TradingPeriod) -> bool {
        !self.is_large(TradingPeriod { start: gap.start.max(traded_until(at)), ..gap })
    }

    fn is_large(&self, gap: TradingPeriod) -> bool {
        let day = TradingPeriod { start: self.trading.open, end: self.trading.close };
        let traded = self.traded(gap);
        let few = length_of_a_bar(self.answer) * FEW_BARS;
        traded > few
            && traded >= self.traded(day) / PART_OF_A_DAY
            && traded >= self.usual * USUAL_DISTANCES
    }

    /// How long there was trading in a stretch of the day.
    fn traded(&self, stretch: TradingPeriod) -> SignedDuration {
        let within = |it: TradingPeriod| {
            let (start, end) = (it.start.max(stretch.start), it.end.min(stretch.end));
            end.duration_since(start).max(SignedDuration::ZERO)
        };
        let rested = self.trading.all_rests().map(within);
        rested.fold(within(stretch), |traded, rest| traded - rest)
    }
}
