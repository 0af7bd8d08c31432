use jiff::{SignedDuration, Timestamp};
use market::{Action, ActionKind, Bar, HistoryResult, Overlap};

use super::limits::forbids;
use super::{CLOCK_SLACK, Rejection, is_hundredfold, not_of_pair};

/// What a result about history is compared with.
pub(crate) struct Earlier<'a> {
    /// The last result of the same query.
    pub(crate) of_query: Option<&'a HistoryResult>,
    /// What is stored of the same series, as far as it matters.
    pub(crate) of_series: Option<&'a HistoryResult>,
    /// How that overlaps.
    pub(crate) overlap: Overlap,
}

/// What is wrong with a result about history in itself, or beside earlier ones,
/// if anything.
pub(super) fn rejection_of_history(
    earlier: &Earlier<'_>,
    new: &HistoryResult,
    now: Timestamp,
) -> Option<Rejection> {
    if let Some(is) = not_of_pair(&new.question.symbol, new.series.head.currency.as_ref()) {
        return Some(Rejection::NotOfPair { is });
    }
    let kind = new.instrument.kind;
    if new.series.closes().iter().any(|close| forbids(kind, *close)) {
        return Some(Rejection::NotPositive);
    }
    if new.series.last().is_some_and(|last| is_from_the_future(&last, now)) {
        return Some(Rejection::InFuture);
    }
    if earlier.of_query.is_some_and(|before| has_shrunk(before, new)) {
        return Some(Rejection::Shrunk);
    }
    let was_other = earlier.of_series.and_then(|held| changed_currency(held, new));
    was_other.or_else(|| changed_unit(earlier.overlap, new))
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

fn changed_currency(held: &HistoryResult, new: &HistoryResult) -> Option<Rejection> {
    let was = held.series.head.currency.as_ref()?;
    let is = new.series.head.currency.as_ref()?;
    (was != is).then(|| Rejection::Currency { was: was.clone(), is: is.clone() })
}

/// All earlier prices a hundred times what they were, and no split that says so.
fn changed_unit(overlap: Overlap, new: &HistoryResult) -> Option<Rejection> {
    let Overlap::Rebased(factor) = overlap else { return None };
    let explains = |action: &Action| match action.kind {
        ActionKind::Split { numerator, denominator } => is_hundredfold(numerator / denominator),
        _ => false,
    };
    (is_hundredfold(factor) && !new.actions.iter().any(explains)).then_some(Rejection::HundredFold)
}
