use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::{Calendar, HistoryResult, Kind, Learned, Slot, open_limit};

/// A figure that is set once a day comes so long after that day's trading at the
/// latest.
const SET_WITHIN: SignedDuration = SignedDuration::from_hours(36);

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
    /// The slots that a calendar tells of.
    judged: (Slot, Slot),
}

impl Expected {
    /// The slots of an answer's bars, as they are counted here: of shorter bars than
    /// a day those of their dates.
    pub(super) fn slots_of(&self, answer: &HistoryResult) -> Vec<Slot> {
        let interval = counted(answer);
        let dates = answer.series.dates().iter();
        let mut slots: Vec<Slot> = dates.map(|date| Slot::of_date(interval, *date)).collect();
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
    let begun = last_expected(answer, calendar);
    let first = from.max(calendar.first_day());
    let last = begun.map(|begun| to.min(begun)).filter(|last| first <= *last);
    let sessions = last.into_iter().flat_map(|last| calendar.sessions(first, last));
    let is_partial = answer.kept.is_part && from < calendar.first_day();
    Some(made_of(answer, sessions, (first, to), calendar.mic(), is_partial))
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
    let is_intraday = answer.question.interval.is_intraday();
    Expected { days, calendar, is_partial, is_intraday, judged: (slot(from), slot(to)) }
}

/// The interval by which bars are counted: days of shorter ones.
fn counted(answer: &HistoryResult) -> crate::Interval {
    answer.series.head.interval.max(crate::Interval::D1)
}

/// The newest day of trading that must have a bar.
fn last_expected(answer: &HistoryResult, calendar: &Calendar) -> Option<Date> {
    let received_at = answer.received_at;
    if is_set_once_a_day(answer) {
        return calendar.over(earlier(received_at, SET_WITHIN)).map(|day| day.date);
    }
    // Its first price may be published with a delay.
    calendar.begun(earlier(received_at, open_limit(Kind::Equity))).map(|day| day.date)
}

/// Funds are, and rates that have no price but their last.
fn is_set_once_a_day(answer: &HistoryResult) -> bool {
    let is_bare = |bar: crate::Bar| bar.open.is_none() && bar.high.is_none();
    answer.instrument.kind == Kind::Fund || answer.series.last().is_some_and(is_bare)
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
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
