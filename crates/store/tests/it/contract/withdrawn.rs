//! What a source takes back, moves or stamps anew.

use jiff::civil::{Date, date};
use market::{Action, ActionKind, Bar, Saved, Slot, Speaks, Store};

use crate::values::{answer, at, bar, closes, daily, second};
use crate::{Backend, Taking as _};

fn october(day: i8) -> Date {
    date(2025, 10, day)
}

/// Bars on these days of October 2025, each closing at its day.
fn bars(days: &[i8]) -> Vec<Bar> {
    days.iter().map(|day| bar(&october(*day).to_string(), f64::from(*day))).collect()
}

async fn told(store: &dyn Store, span: &str, days: &[i8], seconds: i64) -> Saved {
    store.take(&answer(&daily("AAPL", span), bars(days), second(seconds))).await.unwrap()
}

async fn read(store: &dyn Store, span: &str, seconds: i64) -> Vec<f64> {
    closes(&store.answer(&daily("AAPL", span), Some(second(seconds))).await.unwrap().unwrap())
}

pub(crate) async fn a_withdrawn_bar_ends_and_was_known_until_then(backend: &dyn Backend) {
    let store = backend.open();
    told(&*store, "1mo", &[20, 21, 22], 0).await;
    told(&*store, "5d", &[21, 22], 1).await;
    let saved = told(&*store, "1mo", &[20, 22], 60).await;
    assert_eq!(saved, Saved { withdrawn: 1, ..Saved::default() });
    assert_eq!(read(&*store, "1mo", 60).await, [20.0, 22.0]);
    assert_eq!(read(&*store, "5d", 60).await, [22.0], "to any question about it");
    assert_eq!(read(&*store, "1mo", 59).await, [20.0, 21.0, 22.0]);
    assert_eq!(told(&*store, "1mo", &[20, 21, 22], 120).await.new, 1, "and it can come back");
    assert_eq!(read(&*store, "1mo", 120).await, [20.0, 21.0, 22.0]);
}

pub(crate) async fn a_half_answer_withdraws_nothing_at_first(backend: &dyn Backend) {
    let store = backend.open();
    told(&*store, "1mo", &[20, 21, 22, 23, 24], 0).await;
    assert_eq!(told(&*store, "1mo", &[20, 24], 60).await, Saved::default());
    assert_eq!(told(&*store, "1mo", &[20, 24], 61).await, Saved::default(), "the same moment");
    assert_eq!(read(&*store, "1mo", 61).await, [20.0, 21.0, 22.0, 23.0, 24.0]);
    assert_eq!(told(&*store, "1mo", &[20, 24], 120).await.withdrawn, 3);
    assert_eq!(read(&*store, "1mo", 120).await, [20.0, 24.0]);
}

pub(crate) async fn a_half_answer_says_nothing_of_the_days_between_what_it_missed(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let question = daily("AAPL", "1mo");
    let thin = async |seconds| {
        let told = store.answer(&question, Some(second(seconds))).await.unwrap().unwrap();
        let last = told.kept.askings.iter().max_by_key(|it| it.at).unwrap();
        (told.kept.thin, last.thin)
    };
    let steps = [
        (&[20, 21, 22, 23, 24][..], 0, None),
        (&[20, 24], 60, Some((october(21), october(23)))),
        (&[20, 21, 22, 24], 100_000, None),
        (&[20, 21, 22, 24], 200_000, None),
    ];
    for (days, seconds, _) in steps {
        told(&*store, "1mo", days, seconds).await;
    }
    for (_, seconds, expected) in steps {
        assert_eq!(thin(seconds).await.0, expected, "after {seconds} s");
    }
    let half = Some((october(21), october(23)));
    assert_eq!(thin(100_000).await.1, half, "what it says of the look before");
    assert_eq!(thin(200_000).await.1, None);
}

pub(crate) async fn a_whole_answer_after_a_half_one_begins_anew(backend: &dyn Backend) {
    let store = backend.open();
    for (days, seconds) in [
        (&[20, 21, 22, 23, 24][..], 0),
        (&[20, 24], 60),
        (&[20, 21, 22, 23, 24], 120),
        (&[20, 24], 180),
    ] {
        assert_eq!(told(&*store, "1mo", days, seconds).await.withdrawn, 0);
    }
}

pub(crate) async fn dates_in_the_past_are_spoken_for_to_their_edges(backend: &dyn Backend) {
    let store = backend.open();
    told(&*store, "1mo", &[20, 21, 22, 23], 0).await;
    told(&*store, "2025-10-20..2025-10-23", &[21, 22], 60).await;
    assert_eq!(
        closes(
            &store
                .overlapping(&daily("AAPL", "1y"), None, october(31), None)
                .await
                .unwrap()
                .unwrap()
        ),
        [21.0, 22.0]
    );
}

pub(crate) async fn days_that_were_not_asked_for_are_not_spoken_for(backend: &dyn Backend) {
    let store = backend.open();
    let told = async |span: &str, bars, seconds| {
        let mut told = answer(&daily("AAPL", span), bars, second(seconds));
        told.instrument.mic = Some("XNAS".into());
        store.take(&told).await.unwrap();
        read(&*store, "1mo", seconds).await
    };
    let mut held = bars(&[20, 21, 25, 29]);
    held[3].provisional = true;
    let all = [20.0, 21.0, 25.0, 29.0];
    assert_eq!(told("1mo", held, 0).await, all);
    let before = told("2025-10-20..2025-10-21", bars(&[20, 21]), 60).await;
    assert_eq!(before, all, "neither a Saturday nor the running day");
    assert_eq!(told("5d", bars(&[20, 21]), 120).await, [20.0, 21.0]);
}

pub(crate) async fn a_file_speaks_for_no_bar_but_its_own(backend: &dyn Backend) {
    let store = backend.open();
    told(&*store, "1mo", &[20, 21, 22], 0).await;
    let file = answer(&daily("AAPL", "1mo"), bars(&[20, 22]), second(60));
    let saved = store.persist_answer(&file, Speaks::OfItsBars, second(60)).await.unwrap();
    assert_eq!(saved, Saved::default());
    assert_eq!(read(&*store, "1mo", 60).await, [20.0, 21.0, 22.0]);
}

pub(crate) async fn a_day_stamped_anew_is_one_bar(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    for (i, stamp) in (0_i64..).zip(["10:00:01", "11:00:02", "13:30:00"]) {
        let open_time = at(&format!("2025-10-29T{stamp}Z"));
        let live = Bar { open_time, ..bar("2025-10-29", f64::from(u8::try_from(i).unwrap())) };
        let bars = vec![bar("2025-10-28", 9.0), live];
        let told = answer(&question, bars, second(i));
        store.take(&told).await.unwrap();
        let slots: Vec<_> =
            told.series.bars().map(|bar| Slot::of(question.interval, &bar)).collect();
        assert!(slots.is_sorted());
        assert_eq!(store.last(&question).await.unwrap(), Some(told));
    }
}

pub(crate) async fn a_moved_ex_date_is_one_end_and_one_beginning(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "1mo");
    let on = |day, kind| Action { ex_date: october(day), kind };
    let paid = || ActionKind::Dividend(0.2.into());
    let split = || ActionKind::Split { numerator: 2.0, denominator: 1.0 };
    let steps = [
        (0, vec![on(21, split()), on(22, paid())]),
        (60, vec![on(20, split()), on(23, paid())]),
        (120, vec![on(20, split())]),
    ];
    for (seconds, actions) in &steps {
        let mut told = answer(&question, bars(&[20, 21, 22, 23]), second(*seconds));
        told.actions.clone_from(actions);
        store.take(&told).await.unwrap();
    }
    let yahoo = market::Source::new("yahoo");
    for (seconds, actions) in steps {
        let at = Some(second(seconds));
        assert_eq!(store.actions(&question.symbol, &yahoo, at).await.unwrap(), actions);
        let known = store.answer(&question, at).await.unwrap().unwrap();
        assert_eq!(known.actions, actions);
    }
}

pub(crate) async fn an_answer_without_any_action_is_doubted_once(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "1mo");
    let paid = Action { ex_date: october(22), kind: ActionKind::Dividend(0.2.into()) };
    let once = std::slice::from_ref(&paid);
    let told = async |actions, seconds| {
        let mut told = answer(&question, bars(&[20, 21, 22, 23]), second(seconds));
        told.actions = actions;
        store.take(&told).await.unwrap();
        store.last(&question).await.unwrap().unwrap().actions
    };
    assert_eq!(told(vec![paid.clone()], 0).await, once);
    assert_eq!(told(vec![], 60).await, once);
    assert_eq!(told(vec![paid.clone()], 120).await, once);
    assert_eq!(told(vec![], 180).await, once);
    assert_eq!(told(vec![], 240).await, []);
}

pub(crate) async fn a_split_that_left_the_prices_is_withdrawn_with_its_basis(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let question = daily("AAPL", "1mo");
    let mut split = answer(&question, bars(&[20, 21]), second(0));
    split.actions = vec![Action {
        ex_date: october(21),
        kind: ActionKind::Split { numerator: 3.0, denominator: 1.0 },
    }];
    store.take_anew(&split).await.unwrap();
    let right =
        answer(&question, vec![bar("2025-10-20", 60.0), bar("2025-10-21", 63.0)], second(60));
    store.take_anew(&right).await.unwrap();
    assert_eq!(store.last(&question).await.unwrap(), Some(right));
    let known = store.answer(&question, Some(second(59))).await.unwrap().unwrap();
    assert_eq!((closes(&known), known.actions), (vec![20.0, 21.0], split.actions));
}

pub(crate) async fn a_half_answer_lacks_what_another_reported_before_it(backend: &dyn Backend) {
    let store = backend.open();
    told(&*store, "2025-10-06..2025-10-24", &[6, 7, 8, 9, 20], 0).await;
    told(&*store, "1mo", &[20, 28], 60).await;
    let half = store.answer(&daily("AAPL", "1mo"), None).await.unwrap().unwrap();
    let slot = |day: i8| Slot::of_date(market::Interval::D1, october(day));
    assert_eq!(closes(&half), [20.0, 28.0]);
    assert_eq!(half.kept.withdrawn, [6, 7, 8, 9].map(slot));
}
