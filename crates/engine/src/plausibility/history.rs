use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Unit};
use market::{
    Action, Bar, CLOCK_SLACK, Calendar, Catalog, Element, HistoryResult, Impossible, Overlap,
    SetAside, Slot,
};

use super::judge::units;
use super::{Rejection, is_hundredfold, not_of_pair};

/// What a result about history is compared with.
pub(crate) struct Earlier<'a> {
    /// The last result of the same query.
    pub(crate) of_query: Option<&'a HistoryResult>,
    /// What is stored of the same series, as far as it matters.
    pub(crate) of_series: Option<&'a HistoryResult>,
    /// How that overlaps.
    pub(crate) overlap: Overlap,
}

/// What becomes of a result about history.
#[derive(Debug, PartialEq)]
pub(super) enum Judged {
    /// Nothing speaks against it.
    Believed,
    /// By so much it differs from what was believed, and nothing decides which is
    /// true. It takes the place of what is held, and is not fresh.
    Disputed(f64),
    /// It is not believed, unless it is told again.
    Doubted(Rejection),
    /// It is not believed.
    Rejected(Rejection),
}

/// Judges a result about history as a whole, beside earlier ones. What is wrong with
/// one bar concerns that bar alone and is set aside before.
pub(super) fn judge_history(earlier: &Earlier<'_>, new: &HistoryResult) -> Judged {
    match (rejection_of_history(earlier, new), earlier.overlap) {
        // Nothing held says which of the two is off.
        (None, Overlap::None | Overlap::Unproven) if contradicts_itself(new) => {
            Judged::Rejected(Rejection::HundredFold)
        }
        (None, _) => Judged::Believed,
        (Some(reason @ Rejection::Shrunk), _) => by_calendar(earlier, new, reason),
        (Some(Rejection::HundredFold), Overlap::Rebased(by)) if !contradicts_itself(new) => {
            Judged::Disputed(by)
        }
        (Some(reason), _) => Judged::Rejected(reason),
    }
}

/// Whether days of trading are missing at the end of a result, which were told
/// before: then it is not whole, however often it comes, until there is a newer day. If
/// there was no trading on those days, it takes back what was false. Without a
/// calendar, and of its beginning, that cannot be known.
fn by_calendar(earlier: &Earlier<'_>, new: &HistoryResult, reason: Rejection) -> Judged {
    let calendar = Calendar::for_instrument(&new.instrument);
    let Some((before, calendar)) = earlier.of_query.zip(calendar) else {
        return Judged::Doubted(reason);
    };
    let end = new.series.last().map(|last| last.open_time);
    let lacking = before.series.bars().filter(|bar| Some(bar.open_time) > end);
    let (interval, by) = (new.series.head.interval, new.received_at);
    let is_traded = |bar: Bar| calendar.has_traded(interval, bar.date, by) != Some(false);
    let traded: Vec<bool> = lacking.map(is_traded).collect();
    match traded[..] {
        [] => Judged::Doubted(reason),
        _ if traded.contains(&true) => Judged::Rejected(reason),
        _ => Judged::Believed,
    }
}

/// What is wrong with a result, if anything.
fn rejection_of_history(earlier: &Earlier<'_>, new: &HistoryResult) -> Option<Rejection> {
    if let Some(is) = not_of_pair(&new.query.symbol, new.series.head.currency.as_ref()) {
        return Some(Rejection::NotOfPair { is });
    }
    if is_ahead(new) {
        return Some(Rejection::Impossible(Impossible::InFuture));
    }
    if earlier.of_query.is_some_and(|before| has_shrunk(before, new)) {
        return Some(Rejection::Shrunk);
    }
    let overlap = earlier.overlap;
    let relabelled = |held: &HistoryResult| held.series.head.currency != new.series.head.currency;
    match earlier.of_series.filter(|held| relabelled(held)) {
        // Where the label explains the numbers, no split has to.
        Some(held) => changed_currency(held, overlap, new),
        None => changed_unit(overlap, new),
    }
}

/// From one session to the next, in days.
const A_LONG_WEEKEND: i32 = 4;

/// Whether its source takes a day for the present one that has not begun, and has
/// bars of it or of the session before, which has not begun either: not one stamp is
/// wrong then but its clock, or ours, and with it where its stretches begin and end.
fn is_ahead(new: &HistoryResult) -> bool {
    let Some(session) = new.session else { return false };
    let present = session.regular.start.to_zoned(new.instrument.zone()).date();
    let is_near = |date: Date| date <= present && days_between(date, present) <= A_LONG_WEEKEND;
    let is_of_it =
        |it: &SetAside| it.reason == Impossible::InFuture && it.date.is_some_and(is_near);
    let has_begun = session.begins().duration_since(new.received_at) <= CLOCK_SLACK;
    !has_begun && new.set_aside.iter().any(is_of_it)
}

fn days_between(one: Date, other: Date) -> i32 {
    one.until((Unit::Day, other)).map_or(i32::MAX, |span| span.get_days())
}

/// Where a stretch begins moves with time, and a little with weekends.
const MOVES_BY: SignedDuration = SignedDuration::from_hours(5 * 24);

/// Time does not go back: what reached further once reaches as far again, as far as it
/// is asked for still: this year is over at its end. Nor does the beginning of a stretch
/// move faster than time, but from one bar to the next at once, and to where it is asked
/// for.
fn has_shrunk(before: &HistoryResult, new: &HistoryResult) -> bool {
    // By what a bar is about, as its stamp may move back.
    let slot = |bar: Bar| Slot::of(new.series.head.interval, &bar);
    let last_session = |answer: &HistoryResult| last_traded(answer, new.received_at);
    let end = |answer: &HistoryResult| last_session(answer).map(slot);
    let passed = new.received_at.duration_since(before.received_at).max(SignedDuration::ZERO);
    let asked = asked_from(new);
    let begins_late = |begun: &Date| asked.is_none_or(|asked| *begun > asked);
    let begun = before.series.dates().first().zip(could_begin(new).filter(begins_late));
    let moved = begun.map(|(before, new)| new.duration_since(*before));
    let bar = SignedDuration::from_secs(new.series.head.interval.seconds());
    let lacks_the_beginning = moved.is_some_and(|moved| moved > passed + MOVES_BY + bar);
    let is_asked = |bar: &Bar| asked.is_none_or(|asked| bar.date >= asked);
    let end_before = last_session(before).filter(is_asked).map(slot);
    let lacks_the_end = end(new) < end_before && !ends_in_a_hole(before, new);
    !before.superseded && (lacks_the_end || lacks_the_beginning)
}

/// The first date that a result is about, as its period is counted here.
fn asked_from(answer: &HistoryResult) -> Option<Date> {
    let today = answer.received_at.to_zoned(answer.instrument.zone()).date();
    let (from, _) = answer.query.span.days(today);
    from.map(|from| answer.series.head.interval.first_date(from))
}

/// The first date that the stretch may have begun with: before its first bar there
/// may be a long rest.
fn could_begin(answer: &HistoryResult) -> Option<Date> {
    let first = *answer.series.dates().first()?;
    let calendar = Calendar::for_instrument(&answer.instrument);
    let before = calendar.and_then(|it| it.previous_session(first));
    before.and_then(|before| before.tomorrow().ok()).or(Some(first))
}

/// The last bar in which there was trading by an instant, as far as that is known: one
/// of another day may be taken back, and so may the week or month that it began.
fn last_traded(answer: &HistoryResult, by: Timestamp) -> Option<Bar> {
    let calendar = Calendar::for_instrument(&answer.instrument);
    let interval = answer.series.head.interval;
    let is_idle =
        |bar: &Bar| calendar.is_some_and(|it| it.has_traded(interval, bar.date, by) == Some(false));
    answer.series.bars().rev().find(|bar| !is_idle(bar))
}

/// Whether a bar that was set aside stood where the earlier result ended, or later:
/// the source did say it.
fn ends_in_a_hole(before: &HistoryResult, new: &HistoryResult) -> bool {
    let end = before.series.dates().last().copied();
    new.set_aside.iter().any(|it| it.element == Element::Bar && it.date >= end)
}

/// Another label is believed where the numbers changed with it, as from pence to
/// pounds, or where it is the currency that the instrument is known to trade in.
fn changed_currency(
    held: &HistoryResult,
    overlap: Overlap,
    new: &HistoryResult,
) -> Option<Rejection> {
    let was = held.series.head.currency.as_ref()?;
    let is = new.series.head.currency.as_ref()?;
    let known = || Catalog::new().instrument(&new.query.symbol).currency;
    if was == is || known().as_ref() == Some(is) {
        return None;
    }
    let ratio = ratio(held, overlap, new)?;
    let is_explained = units(was, is).is_some_and(|units| (ratio * units - 1.0).abs() <= NEAR);
    (!is_explained).then(|| Rejection::Currency { was: was.clone(), is: is.clone() })
}

/// How far a price may move where nothing newer tells, or older, relatively.
const NEAR: f64 = 0.25;

/// How many times the held prices the new ones are.
fn ratio(held: &HistoryResult, overlap: Overlap, new: &HistoryResult) -> Option<f64> {
    match overlap {
        Overlap::Rebased(factor) => Some(factor),
        Overlap::Same | Overlap::Corrected => Some(1.0),
        Overlap::None | Overlap::Unproven => {
            Some(new.series.last()?.close.get() / held.series.last()?.close.get())
        }
    }
}

/// All earlier prices a hundred times what they were, and no split that says so.
fn changed_unit(overlap: Overlap, new: &HistoryResult) -> Option<Rejection> {
    let Overlap::Rebased(factor) = overlap else { return None };
    let explains = |action: &Action| action.split_factor().is_some_and(is_hundredfold);
    (is_hundredfold(factor) && !new.actions.iter().any(explains)).then_some(Rejection::HundredFold)
}

/// Whether the answer's own latest price contradicts its last bars.
fn contradicts_itself(new: &HistoryResult) -> bool {
    let is_price = |it: &SetAside| it.element == Element::Quote;
    new.set_aside.iter().any(|it| is_price(it) && it.reason == Impossible::OffNeighbours)
}
