//! Every version of a bar is stored, and the latest is in force.

use jiff::civil::date;
use market::{Action, ActionKind, Bar, Saved};

use crate::values::{answer, at, bar, closes, daily, price, second};
use crate::{Backend, Taking as _};

pub(crate) async fn the_same_answer_twice_adds_nothing(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let mut stored =
        answer(&question, vec![bar("2025-10-27", 1.0), bar("2025-10-28", 2.0)], second(0));
    assert_eq!(
        store.take(&stored).await.unwrap(),
        Saved { new: 2, revised: 0, ..Saved::default() }
    );
    assert_eq!(store.take(&stored).await.unwrap(), Saved::default());
    stored.received_at = second(600);
    assert_eq!(store.take(&stored).await.unwrap(), Saved::default());
    assert_eq!(store.last(&question).await.unwrap(), Some(stored), "with the later time");
}

pub(crate) async fn a_correction_counts_and_the_latest_version_is_read(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    for (i, close) in (0_i64..).zip([2.0, 2.5, 2.0]) {
        let bars = vec![bar("2025-10-27", 1.0), bar("2025-10-28", close)];
        let saved = store.take(&answer(&question, bars, second(i))).await.unwrap();
        let expected = if i == 0 {
            Saved { new: 2, revised: 0, ..Saved::default() }
        } else {
            Saved { new: 0, revised: 1, ..Saved::default() }
        };
        assert_eq!(saved, expected);
        let read = store.last(&question).await.unwrap().unwrap();
        assert_eq!(closes(&read), [1.0, close], "each open time once");
    }
}

pub(crate) async fn bars_of_many_versions_are_each_read_once(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    for i in 0..25_i32 {
        let close = |every: i32| f64::from(i / every);
        let bars = vec![
            bar("2025-10-24", -1.0),
            bar("2025-10-27", close(1)),
            bar("2025-10-28", close(3)),
            bar("2025-10-29", close(2)),
            bar("2025-10-30", close(1)),
        ];
        store.take(&answer(&question, bars, second(i64::from(i)))).await.unwrap();
        let read = store.last(&question).await.unwrap().unwrap();
        assert_eq!(closes(&read), [-1.0, close(1), close(3), close(2), close(1)]);
    }
}

pub(crate) async fn a_wobble_of_the_adjusted_close_is_no_correction(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let first = bar("2025-10-27", 100.0);
    let persist = async |received_at: i64, adj_close: Option<f64>| {
        let bar = Bar { adj_close: adj_close.map(price), ..first };
        store.take(&answer(&question, vec![bar], second(received_at))).await.unwrap().revised
    };
    persist(0, Some(90.0)).await;
    assert_eq!(persist(1, Some(90.000_08)).await, 0);
    assert_eq!(persist(2, Some(90.000_1)).await, 1, "a wobble is counted from what is stored");
    assert_eq!(persist(3, None).await, 1, "and none at all is no wobble");
}

pub(crate) async fn a_bar_that_becomes_final_is_a_new_version(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "1d");
    let last = bar("2025-10-28", 269.0);
    let provisional = Bar { provisional: true, ..last };
    store.take(&answer(&question, vec![provisional], second(0))).await.unwrap();
    let saved = store.take(&answer(&question, vec![last], second(1))).await.unwrap();
    assert_eq!(saved, Saved { new: 0, revised: 1, ..Saved::default() });
    let read = store.last(&question).await.unwrap().unwrap();
    assert_eq!(read.series.bars().collect::<Vec<_>>(), [last]);
}

pub(crate) async fn an_answer_that_was_overtaken_changes_nothing(backend: &dyn Backend) {
    let store = backend.open();
    let (question, other) = (daily("AAPL", "5d"), daily("AAPL", "1mo"));
    let persist = async |question, received_at: i64, close: f64| {
        let bars = vec![bar("2025-10-27", close)];
        store.take(&answer(question, bars, second(received_at))).await.unwrap()
    };
    persist(&question, 30, 3.0).await;
    assert_eq!(persist(&question, 20, 2.0).await, Saved::default());
    assert_eq!(persist(&other, 10, 1.0).await, Saved::default());
    let read = store.last(&question).await.unwrap().unwrap();
    assert_eq!((closes(&read), read.received_at), (vec![3.0], second(30)));
    assert_eq!(closes(&store.last(&other).await.unwrap().unwrap()), [3.0]);
    assert_eq!(persist(&other, 40, 4.0).await, Saved { revised: 1, ..Saved::default() });
}

pub(crate) async fn after_the_clock_was_set_back_the_last_answer_counts(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    for (received_at, close) in [(86_400, 1.0), (0, 2.0), (10, 3.0)] {
        let told = answer(&question, vec![bar("2025-10-27", close)], second(received_at));
        store.take(&told).await.unwrap();
        assert_eq!(store.last(&question).await.unwrap(), Some(told));
    }
    for (at, close) in [(0, 2.0), (9, 2.0), (10, 3.0), (86_400, 3.0)] {
        let known = store.answer(&question, Some(second(at))).await.unwrap().unwrap();
        assert_eq!(closes(&known), [close], "after {at} s");
    }
}

pub(crate) async fn nothing_is_overtaken_by_what_came_before_a_clock_was_set_back(
    backend: &dyn Backend,
) {
    let store = backend.open();
    for (span, received_at, close) in
        [("1mo", 25, 1.0), ("5d", 3_600, 2.0), ("5d", 0, 3.0), ("1mo", 5, 4.0)]
    {
        let question = daily("AAPL", span);
        let told = answer(&question, vec![bar("2025-10-27", close)], second(received_at));
        store.take(&told).await.unwrap();
        assert_eq!(store.last(&question).await.unwrap(), Some(told));
    }
}

pub(crate) async fn two_answers_of_one_millisecond_are_both_stored(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let persist = async |received_at, close: f64| {
        let mut stored = answer(&question, vec![bar("2025-10-27", close)], received_at);
        stored.actions =
            vec![Action { ex_date: date(2025, 10, 27), kind: ActionKind::Dividend(close.into()) }];
        store.take(&stored).await.unwrap().revised
    };
    let read = async || {
        let read = store.last(&question).await.unwrap().unwrap();
        (closes(&read), read.actions.iter().map(|action| action.kind.clone()).collect::<Vec<_>>())
    };
    let instant = at("2025-10-29T12:00:00.500Z");
    persist(instant, 1.0).await;
    assert_eq!(persist(instant, 2.0).await, 1);
    assert_eq!(read().await, (vec![2.0], vec![ActionKind::Dividend(2.0.into())]));
    assert_eq!(persist(instant, 2.0).await, 0, "the same again adds nothing");
}
