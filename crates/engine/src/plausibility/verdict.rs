//! Which of sources that differ is wrong, and what would be right in its place.

use jiff::civil::Date;
use market::{Bar, Calendar, DisputedClose, Fault, HistoryResult, Price};

use super::closes::{Said, Tolerance, finished, is_near};

/// Whom a third source contradicts that agrees with the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refuted {
    /// The source whose close is disputed.
    Disputed,
    /// The one that disputes it.
    Against,
}

/// What a third source makes of a close that two tell differently: it decides where it
/// says the same as one of them and not as the other.
pub(crate) fn refuted(open: &DisputedClose, third: &Said, within: Tolerance) -> Option<Refuted> {
    let [now, says] = third.closes;
    let agrees_with = |close: Price| is_near([says, close].map(Price::get), within);
    if now != open.close {
        return None;
    }
    match (agrees_with(open.close), agrees_with(open.against_close)) {
        (true, false) => Some(Refuted::Against),
        (false, true) => Some(Refuted::Disputed),
        (true, true) | (false, false) => None,
    }
}

/// The bar of a date that one source has, where it can stand in the history of another:
/// both count in the same and are adjusted for the same, as closes before that date show
/// and, where there are any, after it.
pub(crate) fn fitting(
    history: &HistoryResult,
    other: &HistoryResult,
    date: Date,
    within: Tolerance,
) -> Option<Bar> {
    let bar = finished(other, date).find(|bar| bar.date == date)?;
    let [one, two] = [history, other].map(|it| (&it.series.head.currency, it.series.head.basis));
    let is_near_on = |is_there: fn(&Date, &Date) -> bool| {
        let mut days = common(history, other, within).filter(|(day, _)| is_there(day, &date));
        days.clone().next().map(|_| days.any(|(_, near)| near))
    };
    let fits =
        one == two && is_near_on(Date::lt) == Some(true) && is_near_on(Date::gt) != Some(false);
    fits.then_some(bar)
}

/// The dates of which both have a finished bar, and whether the closes are the same.
fn common<'a>(
    one: &'a HistoryResult,
    other: &'a HistoryResult,
    within: Tolerance,
) -> impl Iterator<Item = (Date, bool)> + Clone + 'a {
    finished(one, Date::MAX).filter_map(move |bar| {
        let beside = finished(other, Date::MAX).find(|it| it.date == bar.date)?;
        Some((bar.date, is_near([bar.close, beside.close].map(Price::get), within)))
    })
}

/// Days of trading that one source has no bar of, between two of which it has, and
/// another has, with the bar of that one. Both must say the same of the days beside the
/// hole.
pub(crate) fn holes(
    history: &HistoryResult,
    other: &HistoryResult,
    until: Date,
    within: Tolerance,
) -> Vec<(Fault, Bar)> {
    let Some(calendar) = Calendar::for_instrument(&history.instrument) else { return Vec::new() };
    let bars: Vec<Bar> = finished(history, until).collect();
    let is_sure = |bar: &Bar| common(history, other, within).any(|it| it == (bar.date, true));
    let missing_between = |before: &Bar, after: &Bar| -> Vec<(Fault, Bar)> {
        let (before, after) = ((before.date, before.close), (after.date, after.close));
        let fault = Fault::Missing { before, after };
        let days = calendar.sessions(before.0, after.0);
        let inside = days.filter(|day| before.0 < *day && *day < after.0);
        let known = inside.filter_map(|day| fitting(history, other, day, within));
        known.map(|bar| (fault.clone(), bar)).collect()
    };
    let beside = bars.windows(2).filter(|two| two.iter().all(is_sure));
    beside.flat_map(|two| missing_between(&two[0], &two[1])).collect()
}

#[cfg(test)]
mod tests;
