use jiff::civil::{Date, date};
use market::{Action, ActionKind, Bar, HistoryQuery, HistoryResult, Interval, Store};

use crate::values::{answer, at, bar, closes, daily, from, second};
use crate::{Backend, Taking as _};

/// What answers for these trading dates of October 2025, by what was received
/// at any time.
async fn covering(store: &dyn Store, days: (Option<i8>, i8)) -> Option<HistoryResult> {
    let (first, last) = (days.0.map(october), october(days.1));
    let covering = store.covering(&asked(), first, last, second(-1_000_000), None).await.unwrap();
    if let Some(answer) = &covering {
        assert_eq!(answer.query, asked());
        assert!(!answer.superseded);
    }
    covering
}

fn asked() -> HistoryQuery {
    daily("AAPL", "1y")
}

fn october(day: i8) -> Date {
    date(2025, 10, day)
}

/// Bars on these days of October 2025, each closing at its day.
fn bars(days: &[i8]) -> Vec<Bar> {
    days.iter().map(|day| bar(&october(*day).to_string(), f64::from(*day))).collect()
}

async fn persist(store: &dyn Store, span: &str, days: &[i8]) {
    store.take(&answer(&daily("AAPL", span), bars(days), second(0))).await.unwrap();
}

pub(crate) async fn an_answer_covers_every_stretch_within_its_own(backend: &dyn Backend) {
    let store = backend.open();
    assert_eq!(covering(&*store, (Some(1), 31)).await, None);
    persist(&*store, "2025-10-06..2025-10-24", &[6, 7, 10, 20]).await;
    for (days, expected) in [
        ((Some(6), 24), Some(vec![6.0, 7.0, 10.0, 20.0])),
        ((Some(7), 10), Some(vec![7.0, 10.0])),
        ((Some(8), 9), Some(vec![])),
        ((Some(21), 24), Some(vec![])),
        ((Some(5), 10), None),
        ((Some(6), 25), None),
        ((None, 10), None),
    ] {
        let covering = covering(&*store, days).await;
        assert_eq!(covering.as_ref().map(closes), expected, "{days:?}");
        assert!(covering.is_none_or(|answer| answer.received_at == second(0)), "{days:?}");
    }
}

pub(crate) async fn an_answer_without_bars_covers_too(backend: &dyn Backend) {
    let store = backend.open();
    persist(&*store, "2025-10-06..2025-10-24", &[]).await;
    let hole = covering(&*store, (Some(6), 24)).await.unwrap();
    assert!(hole.series.is_empty() && hole.actions.is_empty());
    assert_eq!(covering(&*store, (Some(6), 25)).await, None);
}

pub(crate) async fn a_period_covers_back_from_the_day_it_was_received(backend: &dyn Backend) {
    let store = backend.open();
    // Received on 29 October.
    persist(&*store, "2wk", &[20, 28]).await;
    assert!(covering(&*store, (Some(15), 29)).await.is_some(), "to the day, bars or none");
    assert_eq!(covering(&*store, (Some(14), 29)).await, None);
    assert_eq!(covering(&*store, (Some(15), 30)).await, None);
    assert_eq!(covering(&*store, (None, 29)).await, None);
    persist(&*store, "max", &[20, 28]).await;
    assert_eq!(closes(&covering(&*store, (None, 29)).await.unwrap()), [20.0, 28.0]);
    assert!(covering(&*store, (Some(1), 29)).await.is_some());
    assert_eq!(covering(&*store, (None, 30)).await, None);
}

pub(crate) async fn the_day_is_that_of_the_instruments_zone(backend: &dyn Backend) {
    let store = backend.open();
    let mut stored = answer(&daily("AAPL", "max"), bars(&[28]), at("2025-10-29T23:30:00Z"));
    stored.instrument.time_zone = "Asia/Tokyo".into();
    store.take(&stored).await.unwrap();
    assert!(covering(&*store, (Some(28), 30)).await.is_some());
    stored.instrument.time_zone = "Mars/Olympus".into();
    stored.received_at = at("2025-10-29T23:31:00Z");
    store.take(&stored).await.unwrap();
    assert_eq!(covering(&*store, (Some(28), 28)).await, None, "nobody knows which day it was");
}

pub(crate) async fn trading_days_cover_back_to_their_first_bar(backend: &dyn Backend) {
    let store = backend.open();
    persist(&*store, "5d", &[]).await;
    assert_eq!(covering(&*store, (Some(29), 29)).await, None, "nobody knows how far back");
    persist(&*store, "5d", &[22, 24, 27]).await;
    assert_eq!(closes(&covering(&*store, (Some(22), 29)).await.unwrap()), [22.0, 24.0, 27.0]);
    assert_eq!(covering(&*store, (Some(21), 29)).await, None);
}

pub(crate) async fn the_last_answer_since_then_covers(backend: &dyn Backend) {
    let store = backend.open();
    let covered_since = async |since: i64| {
        let covering =
            store.covering(&asked(), Some(october(7)), october(8), second(since), None).await;
        covering.unwrap().map(|answer| (closes(&answer), answer.received_at))
    };
    let persist = async |span: &str, received_at: i64, close: f64| {
        let bars = vec![bar("2025-10-07", close), bar("2025-10-10", close)];
        store.take(&answer(&daily("AAPL", span), bars, second(received_at))).await.unwrap();
    };
    persist("2025-10-01..2025-10-10", 0, 1.0).await;
    persist("2025-10-07..2025-10-20", 60, 2.0).await;
    persist("2025-10-08..2025-10-20", 90, 3.0).await;
    assert_eq!(covered_since(60).await, Some((vec![3.0], second(60))), "each bar as known last");
    assert_eq!(covered_since(0).await, Some((vec![3.0], second(60))));
    assert_eq!(covered_since(61).await, None);
}

pub(crate) async fn bars_reported_later_are_no_part_of_what_covers(backend: &dyn Backend) {
    let store = backend.open();
    persist(&*store, "max", &[27, 28]).await;
    let later = answer(&daily("AAPL", "1d"), bars(&[29]), second(60));
    store.take(&later).await.unwrap();
    let covering = covering(&*store, (Some(27), 29)).await.unwrap();
    assert_eq!((closes(&covering), covering.received_at), (vec![27.0, 28.0], second(0)));
}

pub(crate) async fn only_a_whole_answer_of_the_same_bars_covers(backend: &dyn Backend) {
    let store = backend.open();
    // Side by side these do, alone none.
    persist(&*store, "2025-10-06..2025-10-10", &[6]).await;
    persist(&*store, "2025-10-11..2025-10-24", &[20]).await;
    let weekly = HistoryQuery { interval: Interval::Wk1, ..daily("AAPL", "max") };
    let weekly = answer(&weekly, bars(&[6]), second(0));
    store.take(&weekly).await.unwrap();
    store.take(&answer(&daily("MSFT", "max"), bars(&[6]), second(0))).await.unwrap();
    assert_eq!(covering(&*store, (Some(6), 24)).await, None);
    let ecb = from("ecb", answer(&daily("AAPL", "max"), bars(&[7]), second(0)));
    store.take(&ecb).await.unwrap();
    let covering = covering(&*store, (Some(6), 24)).await.unwrap();
    assert_eq!((closes(&covering), covering.series.head), (vec![7.0], ecb.series.head));
}

pub(crate) async fn actions_of_a_covered_stretch_are_in_it(backend: &dyn Backend) {
    let store = backend.open();
    let on = |day, amount: f64| Action {
        ex_date: october(day),
        kind: ActionKind::Dividend(amount.into()),
    };
    let mut stored = answer(&daily("AAPL", "max"), bars(&[6, 7, 10]), second(0));
    stored.actions = vec![on(6, 1.0), on(7, 2.0), on(10, 3.0)];
    store.take(&stored).await.unwrap();
    let actions = |answer: Option<HistoryResult>| answer.unwrap().actions;
    assert_eq!(actions(covering(&*store, (Some(7), 9)).await), [on(7, 2.0)]);
    assert_eq!(actions(covering(&*store, (None, 29)).await), stored.actions);
    assert_eq!(actions(covering(&*store, (Some(8), 9)).await), []);
}

pub(crate) async fn what_is_of_an_old_basis_covers_nothing(backend: &dyn Backend) {
    let store = backend.open();
    persist(&*store, "max", &[6, 7, 10]).await;
    let reported_anew =
        answer(&daily("AAPL", "2025-10-07..2025-10-10"), bars(&[7, 10]), second(60));
    store.take_anew(&reported_anew).await.unwrap();
    assert_eq!(covering(&*store, (Some(6), 10)).await, None);
    assert_eq!(closes(&covering(&*store, (Some(7), 10)).await.unwrap()), [7.0, 10.0]);
}
