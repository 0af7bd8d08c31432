use jiff::Timestamp;
use jiff::tz::TimeZone;
use market::{Action, ActionKind, Answer, Bar, Overlap};

use super::limits::forbids;
use super::{CLOCK_SLACK, Doubt, is_hundredfold};

/// What is wrong with an answer about history in itself, or beside what is held
/// of the same series, if anything. `found` is how the two overlap.
pub(crate) fn doubt_of_history(
    held: Option<&Answer>,
    found: Overlap,
    new: &Answer,
    now: Timestamp,
) -> Option<Doubt> {
    let kind = new.instrument.kind;
    if new.series.closes().iter().any(|close| forbids(kind, *close)) {
        return Some(Doubt::NotPositive);
    }
    if new.series.last().is_some_and(|last| is_from_the_future(new, &last, now)) {
        return Some(Doubt::InFuture);
    }
    held.and_then(|held| changed_currency(held, new)).or_else(|| changed_unit(found, new))
}

/// Bars of a day or longer are dated by their exchange's calendar.
fn is_from_the_future(answer: &Answer, last: &Bar, now: Timestamp) -> bool {
    if answer.question.interval.is_intraday() {
        return last.open_time.duration_since(now) > CLOCK_SLACK;
    }
    let zone = TimeZone::get(&answer.instrument.time_zone).unwrap_or(TimeZone::UTC);
    last.date > now.to_zoned(zone).date()
}

fn changed_currency(held: &Answer, new: &Answer) -> Option<Doubt> {
    let was = held.series.head.currency.as_ref()?;
    let is = new.series.head.currency.as_ref()?;
    (was != is).then(|| Doubt::Currency { was: was.clone(), is: is.clone() })
}

/// All earlier prices a hundred times what they were, and no split that says so.
fn changed_unit(found: Overlap, new: &Answer) -> Option<Doubt> {
    let Overlap::Rebased(factor) = found else { return None };
    let explains = |action: &Action| match action.kind {
        ActionKind::Split { numerator, denominator } => is_hundredfold(numerator / denominator),
        _ => false,
    };
    (is_hundredfold(factor) && !new.actions.iter().any(explains)).then_some(Doubt::HundredFold)
}
