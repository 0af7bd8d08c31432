//! How much of what is stored is read to compare a new result with.
//!
//! A series may hold millions of bars, and each new result is compared with it.
//! So only a part is read, chosen so that comparing with it says what comparing
//! with everything would.

use futures_util::future::BoxFuture;
use jiff::civil::Date;
use jiff::{Span as Length, ToSpan};
use market::{HistoryResult, Series, StoreError, is_conclusive};

/// How many days back the last stored bars are looked for, before everything is
/// read: the last seven days have some, except of rare bars.
const BACK: [i32; 3] = [7, 60, 700];

/// Gives the stored bars between two trading dates, both included.
pub(super) type Read<'a> = dyn Fn(Option<Date>, Date) -> BoxFuture<'a, Result<Option<HistoryResult>, StoreError>>
    + Send
    + Sync
    + 'a;

/// As much of what is stored of a result's series as a comparison needs: the bars
/// of its stretch, and the newest, which tell the currency and when the basis was
/// last confirmed. Where a split is news and no bar from before it is in both, also
/// the last bars from before the stretch.
///
/// `read` gives bars in the basis in force.
pub(super) async fn enough_of(
    read: &Read<'_>,
    new: &HistoryResult,
) -> Result<Option<HistoryResult>, StoreError> {
    let today = new.received_at.to_zoned(new.instrument.zone()).date();
    let Some(newest) = last_bars(read, today, Date::MAX).await? else { return Ok(None) };
    let Some((first, last)) = stretch(new) else { return Ok(Some(newest)) };
    let held = joined(read(Some(first), last).await?, newest);
    if is_conclusive(&held, new) {
        return Ok(Some(held));
    }
    // Up to `last`, because actions of the stretch are only read with bars.
    let before = last_bars(read, first, first.yesterday().unwrap_or(Date::MIN)).await?;
    let known = last_bars(read, first, last).await?;
    Ok(Some(joined(before, joined(known, held))))
}

/// The first and last date that the new bars and actions are of.
fn stretch(new: &HistoryResult) -> Option<(Date, Date)> {
    let actions = new.actions.iter().map(|action| action.ex_date);
    let dates = || new.series.dates().iter().copied().chain(actions.clone());
    dates().min().zip(dates().max())
}

/// The last stored bars up to a date, counted back from `day`, and some before.
async fn last_bars(
    read: &Read<'_>,
    day: Date,
    to: Date,
) -> Result<Option<HistoryResult>, StoreError> {
    for days in BACK {
        let back: Length = days.days();
        let Ok(from) = day.checked_sub(back) else { break };
        if let Some(found) = read(Some(from), to).await? {
            return Ok(Some(found));
        }
    }
    read(None, to).await
}

/// Two parts of one series as one. What is in another currency, or adjusted for
/// something else, is left out: the newest decides.
fn joined(part: Option<HistoryResult>, newest: HistoryResult) -> HistoryResult {
    let Some(part) = part.filter(|part| part.series.head == newest.series.head) else {
        return newest;
    };
    let bars = part.series.bars().chain(newest.series.bars()).collect();
    let mut actions = part.actions;
    let more = newest.actions.iter().filter(|it| !actions.contains(it)).cloned();
    let more: Vec<_> = more.collect();
    actions.extend(more);
    HistoryResult { series: Series::new(newest.series.head.clone(), bars), actions, ..newest }
}

#[cfg(test)]
mod tests;
