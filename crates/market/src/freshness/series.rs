use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::hours::Hours;
use super::{Freshness, LONGEST_CLOSURE};
use crate::{Bar, CLOCK_SLACK, HistoryResult, Interval, MarketState, Span};

/// A series whose newest days are missing is not the present one. Where what is
/// missing is known, it is said besides.
const MOST_MISSING: usize = 3;

fn hours(answer: &HistoryResult, now: Timestamp) -> Hours<'_> {
    Hours::at(now, &answer.instrument, answer.session.as_ref(), answer.received_at)
}

/// Whether an answer about history may be given without asking anew, as seen at
/// `now`. One that was received later than that was dated by a clock that has been
/// set right since: nobody knows how old it is.
pub fn is_current(answer: &HistoryResult, now: Timestamp) -> bool {
    let age = now.duration_since(answer.received_at);
    -CLOCK_SLACK <= age && age < series_lifetime(answer, now)
}

/// How long an answer about history may be given again without asking anew,
/// counted from when it was received, as seen at `now`.
///
/// What lies in the past changes only when somebody corrects it, or when a split
/// since then puts it on another basis: that must not go unseen for longer than a
/// day. A day that was running when it was received is over as soon as its
/// session is.
pub fn series_lifetime(answer: &HistoryResult, now: Timestamp) -> SignedDuration {
    if answer.simulated {
        return SignedDuration::from_secs(1);
    }
    if answer.superseded || has_ended_since(answer, now) {
        return SignedDuration::ZERO;
    }
    if answer.may_be_whole() {
        return whole_lifetime(answer, now);
    }
    let same_since = answer.kept.same_since.unwrap_or(answer.received_at);
    answer.received_at.duration_since(same_since).clamp(SHORTEST_OF_A_PART, LONGEST_OF_A_PART)
}

/// What lacks something is asked for again soon: what it lacks is shown once its
/// source has it.
const SHORTEST_OF_A_PART: SignedDuration = SignedDuration::from_mins(1);

/// The longer it lacks the same, the less often: what its source will never have must
/// not become a burden to it.
const LONGEST_OF_A_PART: SignedDuration = SignedDuration::from_mins(5);

fn whole_lifetime(answer: &HistoryResult, now: Timestamp) -> SignedDuration {
    if lies_in_the_past(answer) {
        return SignedDuration::from_hours(24);
    }
    let while_open = interval_lifetime(answer.query.interval);
    if was_closed_and_is(answer, now) {
        while_open.max(SignedDuration::from_hours(1))
    } else {
        while_open
    }
}

/// While the market is open: how often its newest bar is worth asking for.
fn interval_lifetime(interval: Interval) -> SignedDuration {
    match interval {
        Interval::M1 | Interval::M2 => SignedDuration::from_secs(60),
        Interval::M5 | Interval::M10 | Interval::M15 | Interval::M30 | Interval::M90 => {
            SignedDuration::from_mins(3)
        }
        Interval::H1 | Interval::H2 | Interval::H4 => SignedDuration::from_mins(5),
        Interval::D1 => SignedDuration::from_mins(10),
        Interval::Wk1 | Interval::Mo1 | Interval::Mo3 => SignedDuration::from_hours(1),
    }
}

/// The day's last bar was running when received, and its day of trading is over now.
fn has_ended_since(answer: &HistoryResult, now: Timestamp) -> bool {
    if !answer.series.last().is_some_and(|last| last.provisional) {
        return false;
    }
    let end = hours(answer, now).end_of_day(answer.received_at);
    end.is_some_and(|end| answer.received_at < end && end <= now)
}

/// The last day asked for was over, and a day more for late corrections, when
/// the answer was received.
fn lies_in_the_past(answer: &HistoryResult) -> bool {
    let Span::Dates { to, .. } = answer.query.span else { return false };
    (date(answer, answer.received_at) - to).get_days() >= 2
}

/// The market was closed when the answer was received and still is.
fn was_closed_and_is(answer: &HistoryResult, now: Timestamp) -> bool {
    let hours = hours(answer, now);
    let closed = |at| hours.state(at) == Some(MarketState::Closed);
    closed(answer.received_at) && closed(now)
}

fn date(answer: &HistoryResult, at: Timestamp) -> Date {
    at.to_zoned(answer.instrument.zone()).date()
}

/// Whether an answer about history may be taken for the present state of it: its
/// [end](end_freshness) may, it holds all there is as far as that is known, and no other
/// source says something else of a close in it.
pub fn series_freshness(answer: &HistoryResult, now: Timestamp) -> Freshness {
    match end_freshness(answer, now) {
        Freshness::Fresh if !answer.may_be_whole() || !answer.disputed.is_empty() => {
            Freshness::Stale
        }
        freshness => freshness,
    }
}

/// Whether the newest bars of an answer may be taken for the present ones, whatever
/// is missing before them.
///
/// It must be within its lifetime. A series that ought to reach to the present
/// must also do so: by the calendar, or where none is known, its last bar may lie
/// back no further than one interval and the longest closure.
pub fn end_freshness(answer: &HistoryResult, now: Timestamp) -> Freshness {
    if answer.simulated {
        return Freshness::Simulated;
    }
    if is_current(answer, now) && reaches_far_enough(answer, now) {
        Freshness::Fresh
    } else {
        Freshness::Stale
    }
}

fn reaches_far_enough(answer: &HistoryResult, now: Timestamp) -> bool {
    let Some(last) = answer.series.last() else { return true };
    let today = date(answer, now);
    let (_, until) = answer.query.span.days(today);
    until < today || few_are_missing(answer, &last, now)
}

fn few_are_missing(answer: &HistoryResult, last: &Bar, now: Timestamp) -> bool {
    let interval = answer.query.interval;
    let Some(calendar) = hours(answer, now).calendar() else {
        let length = SignedDuration::from_secs(interval.seconds());
        return now.duration_since(last.open_time) <= length + LONGEST_CLOSURE;
    };
    let Some(begun) = calendar.begun(now) else { return true };
    let days = i32::try_from(interval.seconds() / (24 * 3600)).unwrap_or(0).max(1);
    let Ok(next) = last.date.checked_add(days.days()) else { return true };
    calendar.sessions(next, begun.date).take(MOST_MISSING + 1).count() <= MOST_MISSING
}

#[cfg(test)]
mod tests;
