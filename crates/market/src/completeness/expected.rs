use jiff::civil::Date;

use super::published::{set_until, traded_until};
use super::within::{Gap, gaps};
use crate::{Calendar, Element, HistoryResult, Kind, Learned, Slot};

/// The bars that there ought to be.
pub(super) struct Expected {
    /// Their slots, oldest first, with the first day of trading of each.
    pub(super) days: Vec<(Slot, Date)>,
    /// By which calendar.
    pub(super) calendar: &'static str,
    /// Some of what was asked for lies before the first day that a calendar tells
    /// of, and nobody was asked for it.
    pub(super) is_partial: bool,
    is_intraday: bool,
    /// Days that lack a large part of their bars, oldest first: of shorter bars than
    /// a day alone.
    gaps: Vec<Gap>,
    /// The slots that a calendar tells of.
    judged: (Slot, Slot),
}

impl Expected {
    /// The gap within a day, if it has a large one.
    pub(super) fn gap(&self, date: Date) -> Option<&Gap> {
        let found = self.gaps.binary_search_by_key(&date, |gap| gap.date);
        found.ok().and_then(|i| self.gaps.get(i))
    }

    /// The slots of an answer's bars, as they are counted here: of shorter bars than
    /// a day those of the dates that have no large gap.
    pub(super) fn slots_of(&self, answer: &HistoryResult) -> Vec<Slot> {
        let interval = counted(answer);
        let days = answer.series.dates().chunk_by(|one, other| one == other);
        let days = days.filter_map(|day| day.first()).filter(|day| self.gap(**day).is_none());
        let mut slots: Vec<Slot> = days.map(|day| Slot::of_date(interval, *day)).collect();
        slots.dedup();
        debug_assert!(self.is_intraday || slots.is_sorted());
        slots
    }

    /// Whether a bar is one that is not expected.
    pub(super) fn is_extra(&self, slot: Slot) -> bool {
        let (first, last) = self.judged;
        (first..=last).contains(&slot)
            && self.days.binary_search_by_key(&slot, |(slot, _)| *slot).is_err()
    }
}

/// The bars of a stretch that there ought to have been when an answer was received;
/// `None` where no calendar tells, and too few bars are there to learn one.
pub(super) fn expected(answer: &HistoryResult, (from, to): (Date, Date)) -> Option<Expected> {
    let calendar = Calendar::for_instrument(&answer.instrument);
    let Some(calendar) = calendar.filter(|it| from <= it.last_day()) else {
        return learned(answer, (from, to));
    };
    let begun =
        last_expected(answer, calendar).map(|begun| end_of_trading(answer, calendar, begun));
    let first = from.max(calendar.first_day());
    let last = begun.map(|begun| to.min(begun)).filter(|last| first <= *last);
    let sessions = last.into_iter().flat_map(|last| calendar.sessions(first, last));
    let is_partial = answer.kept.is_part && from < calendar.first_day();
    let known = made_of(answer, sessions, (first, to), calendar.mic(), is_partial);
    let gaps = if known.is_intraday { gaps(answer, calendar) } else { Vec::new() };
    Some(Expected { gaps, ..known })
}

fn made_of(
    answer: &HistoryResult,
    sessions: impl Iterator<Item = Date>,
    (from, to): (Date, Date),
    calendar: &'static str,
    is_partial: bool,
) -> Expected {
    let interval = counted(answer);
    let slot = |date| Slot::of_date(interval, date);
    let mut days: Vec<_> = sessions.map(|date| (slot(date), date)).collect();
    days.dedup_by_key(|(slot, _)| *slot);
    let is_intraday = answer.query.interval.is_intraday();
    let (judged, gaps) = ((slot(from), slot(to)), Vec::new());
    Expected { days, calendar, is_partial, is_intraday, gaps, judged }
}

/// The interval by which bars are counted: days of shorter ones.
fn counted(answer: &HistoryResult) -> crate::Interval {
    answer.series.head.interval.max(crate::Interval::D1)
}

/// The newest day of trading that must have a bar.
fn last_expected(answer: &HistoryResult, calendar: &Calendar) -> Option<Date> {
    let received_at = answer.received_at;
    if is_set_once_a_day(answer) {
        return calendar.over(set_until(received_at)).map(|day| day.date);
    }
    calendar.begun(traded_until(received_at)).map(|day| day.date)
}

/// What its source has had no bar of for so many days of trading is traded no more:
/// nothing is missing after its last one. That it is not the present is a matter of
/// freshness.
const TRADED_NO_MORE: usize = 30;

fn end_of_trading(answer: &HistoryResult, calendar: &Calendar, begun: Date) -> Date {
    let set_aside = answer.set_aside.iter().filter(|it| it.element == Element::Bar);
    let told = set_aside.filter_map(|it| it.date).max();
    let last = answer.series.dates().last().copied().max(told).filter(|_| !answer.kept.is_part);
    let is_over = |last: &Date| {
        let next = last.tomorrow().unwrap_or(*last);
        calendar.sessions(next, begun).take(TRADED_NO_MORE + 1).count() > TRADED_NO_MORE
    };
    last.filter(is_over).unwrap_or(begun)
}

/// Funds are, and rates that have no price but their last.
fn is_set_once_a_day(answer: &HistoryResult) -> bool {
    let is_bare = |bar: crate::Bar| bar.open.is_none() && bar.high.is_none();
    answer.instrument.kind == Kind::Fund || answer.series.last().is_some_and(is_bare)
}

/// By the days of the week that the bars themselves show. The present day is not
/// expected, as it is not known when it begins.
fn learned(answer: &HistoryResult, (from, to): (Date, Date)) -> Option<Expected> {
    let today = answer.received_at.to_zoned(answer.instrument.zone()).date();
    let week = Learned::from_bars(answer.series.dates().iter().copied(), today)?;
    let last = to.min(today.yesterday().ok()?);
    Some(made_of(answer, week.sessions(from, last), (from, to), LEARNED, false))
}

/// What stands in place of a market identifier code.
const LEARNED: &str = "learned";
