use jiff::{SignedDuration, Timestamp};
use market::{Action, ActionKind, Bar, HistoryResult, Overlap};

use super::limits::forbids;
use super::{CLOCK_SLACK, Doubt, is_hundredfold};

/// What is wrong with an answer about history in itself, or beside what is held,
/// if anything: `before` is the last answer to the same question, `held` all
/// that is known of the same series, and `found` how that overlaps.
pub(crate) fn doubt_of_history(
    before: Option<&HistoryResult>,
    held: Option<&HistoryResult>,
    found: Overlap,
    new: &HistoryResult,
    now: Timestamp,
) -> Option<Doubt> {
    let kind = new.instrument.kind;
    if new.series.closes().iter().any(|close| forbids(kind, *close)) {
        return Some(Doubt::NotPositive);
    }
    if new.series.last().is_some_and(|last| is_from_the_future(&last, now)) {
        return Some(Doubt::InFuture);
    }
    if before.is_some_and(|before| has_shrunk(before, new)) {
        return Some(Doubt::Shrunk);
    }
    held.and_then(|held| changed_currency(held, new)).or_else(|| changed_unit(found, new))
}

/// A bar that has not begun.
fn is_from_the_future(last: &Bar, now: Timestamp) -> bool {
    last.open_time.duration_since(now) > CLOCK_SLACK
}

/// Where a stretch begins moves with time, and a little with weekends.
const MOVES_BY: SignedDuration = SignedDuration::from_hours(5 * 24);

/// Time does not go back: what reached further once reaches as far again. Nor
/// does the beginning of a stretch move faster than time.
fn has_shrunk(before: &HistoryResult, new: &HistoryResult) -> bool {
    let end = |answer: &HistoryResult| answer.series.last().map(|last| last.open_time);
    let begin = |answer: &HistoryResult| answer.series.get(0).map(|first| first.open_time);
    let passed = new.received_at.duration_since(before.received_at);
    let moved = begin(before).zip(begin(new)).map(|(before, new)| new.duration_since(before));
    let lacks_the_beginning = moved.is_some_and(|moved| moved > passed + MOVES_BY);
    !before.superseded && (end(new) < end(before) || lacks_the_beginning)
}

fn changed_currency(held: &HistoryResult, new: &HistoryResult) -> Option<Doubt> {
    let was = held.series.head.currency.as_ref()?;
    let is = new.series.head.currency.as_ref()?;
    (was != is).then(|| Doubt::Currency { was: was.clone(), is: is.clone() })
}

/// All earlier prices a hundred times what they were, and no split that says so.
fn changed_unit(found: Overlap, new: &HistoryResult) -> Option<Doubt> {
    let Overlap::Rebased(factor) = found else { return None };
    let explains = |action: &Action| match action.kind {
        ActionKind::Split { numerator, denominator } => is_hundredfold(numerator / denominator),
        _ => false,
    };
    (is_hundredfold(factor) && !new.actions.iter().any(explains)).then_some(Doubt::HundredFold)
}
