//! What was told at an instant can be read again.

use jiff::civil::{Date, date};
use market::{Bar, HistoryQuery, HistoryResult, Kept, Store};

use crate::values::{answer, at, bar, closes, daily, from, second};
use crate::{Backend, Taking as _};

fn asked() -> HistoryQuery {
    daily("AAPL", "1y")
}

fn october(day: i8) -> Date {
    date(2025, 10, day)
}

/// An answer with bars on these days of October 2025, received after so many seconds.
fn reported(bars: &[(i8, f64)], seconds: i64) -> HistoryResult {
    let bars = bars.iter().map(|(day, close)| bar(&october(*day).to_string(), *close)).collect();
    answer(&asked(), bars, second(seconds))
}

async fn known(store: &dyn Store, seconds: i64) -> Option<HistoryResult> {
    let known = store.answer(&asked(), Some(second(seconds))).await.unwrap();
    known.map(|known| HistoryResult { kept: Kept::default(), ..known })
}

pub(crate) async fn each_answer_is_known_until_the_next(backend: &dyn Backend) {
    let store = backend.open();
    let steps = [
        reported(&[(27, 1.0), (28, 2.0)], 0),
        reported(&[(27, 1.0), (28, 2.0)], 60),
        reported(&[(27, 1.5), (28, 2.0), (29, 3.0)], 120),
        reported(&[(28, 2.0), (29, 3.5)], 180),
    ];
    for step in &steps {
        store.take(step).await.unwrap();
    }
    assert_eq!(known(&*store, -1).await, None, "nothing was known");
    for (step, seconds) in steps.iter().zip([[0, 59], [60, 119], [120, 179], [180, 9_999]]) {
        for seconds in seconds {
            assert_eq!(known(&*store, seconds).await.as_ref(), Some(step), "after {seconds} s");
        }
    }
}

pub(crate) async fn a_bar_that_was_provisional_then_is_given_so(backend: &dyn Backend) {
    let store = backend.open();
    let last = bar("2025-10-28", 269.0);
    let running = Bar { provisional: true, ..last };
    for (seconds, bar) in [(0, running), (60, last)] {
        store.take(&answer(&asked(), vec![bar], second(seconds))).await.unwrap();
    }
    for (seconds, bar) in [(59, running), (60, last)] {
        let known = known(&*store, seconds).await.unwrap();
        assert_eq!(known.series.bars().collect::<Vec<_>>(), [bar]);
    }
}

pub(crate) async fn before_a_new_basis_the_old_one_was_known(backend: &dyn Backend) {
    let store = backend.open();
    let before = reported(&[(27, 100.0), (28, 102.0), (29, 51.5)], 0);
    let after = reported(&[(27, 50.0), (28, 51.0), (29, 51.5)], 60);
    store.take(&before).await.unwrap();
    store.take_anew(&after).await.unwrap();
    assert_eq!(known(&*store, 59).await, Some(before));
    assert_eq!(known(&*store, 60).await, Some(after));
}

pub(crate) async fn the_stand_in_that_answered_then_is_given(backend: &dyn Backend) {
    let store = backend.open();
    let stand_in = from("ecb", reported(&[(27, 1.2)], 0));
    store.take(&stand_in).await.unwrap();
    store.take(&reported(&[(27, 1.1)], 60)).await.unwrap();
    assert_eq!(known(&*store, 59).await, Some(stand_in));
    assert_eq!(closes(&known(&*store, 60).await.unwrap()), [1.1]);
}

pub(crate) async fn stretches_of_other_questions_are_given_as_they_were(backend: &dyn Backend) {
    let store = backend.open();
    let other = daily("AAPL", "3mo");
    store.take(&reported(&[(27, 1.0), (28, 2.0)], 0)).await.unwrap();
    store.take(&reported(&[(27, 1.0), (28, 2.5)], 60)).await.unwrap();
    for (seconds, close) in [(59, 2.0), (60, 2.5)] {
        let at = Some(second(seconds));
        let found = store.overlapping(&other, None, october(31), at).await.unwrap().unwrap();
        assert_eq!(closes(&found), [1.0, close]);
        let dates = (Some(october(28)), october(28));
        let found = store.covering(&other, dates.0, dates.1, second(-99), at).await.unwrap();
        assert_eq!(closes(&found.unwrap()), [close]);
    }
}

pub(crate) async fn instants_between_two_milliseconds_are_cut_off(backend: &dyn Backend) {
    let store = backend.open();
    let received_at = at("2025-10-29T12:00:00.0009Z");
    let told = answer(&asked(), vec![bar("2025-10-27", 1.0)], received_at);
    store.take(&told).await.unwrap();
    for (instant, is_known) in
        [("2025-10-29T11:59:59.9999Z", false), ("2025-10-29T12:00:00.0009Z", true)]
    {
        let known = store.answer(&asked(), Some(at(instant))).await.unwrap();
        assert_eq!(known.is_some(), is_known, "{instant}");
    }
}
