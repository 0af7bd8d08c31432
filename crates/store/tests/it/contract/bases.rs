use jiff::Timestamp;
use jiff::civil::date;
use market::{Bar, HistoryQuery, HistoryResult, Saved, Store, StoreError};

use crate::values::{answer, bar, closes, daily, from, second};
use crate::{Backend, Taking as _};

/// Two days before a split of 2 for 1, and the day of it.
fn before_the_split() -> Vec<Bar> {
    vec![bar("2025-10-27", 100.0), bar("2025-10-28", 102.0), bar("2025-10-29", 51.5)]
}

/// The same days as reported after it: the last one is as it was.
fn after_the_split() -> Vec<Bar> {
    vec![bar("2025-10-27", 50.0), bar("2025-10-28", 51.0), bar("2025-10-29", 51.5)]
}

async fn read(store: &dyn Store, question: &HistoryQuery) -> (Vec<f64>, Timestamp, bool) {
    reported(&store.last(question).await.unwrap().unwrap())
}

fn reported(answer: &HistoryResult) -> (Vec<f64>, Timestamp, bool) {
    (closes(answer), answer.received_at, answer.superseded)
}

pub(crate) async fn bars_of_two_bases_are_never_read_together(backend: &dyn Backend) {
    let store = backend.open();
    let (long, short) = (daily("AAPL", "max"), daily("AAPL", "5d"));
    store.take(&answer(&long, before_the_split(), second(0))).await.unwrap();
    let reported_anew = answer(&short, after_the_split()[1..].to_vec(), second(60));
    let saved = store.take_anew(&reported_anew).await.unwrap();
    assert_eq!(
        saved,
        Saved { new: 2, revised: 0, ..Saved::default() },
        "nothing was known of this basis"
    );
    assert_eq!(store.last(&short).await.unwrap(), Some(reported_anew));
    assert_eq!(read(&*store, &long).await, (vec![100.0, 102.0, 51.5], second(0), true));

    store.take(&answer(&long, after_the_split(), second(90))).await.unwrap();
    assert_eq!(read(&*store, &long).await, (vec![50.0, 51.0, 51.5], second(90), false));
    drop(store);
    let store = backend.open();
    assert_eq!(read(&*store, &long).await, (vec![50.0, 51.0, 51.5], second(90), false));
    store.check().await.unwrap();
}

pub(crate) async fn a_bar_like_one_of_the_old_basis_is_known_of_the_new_one(backend: &dyn Backend) {
    let store = backend.open();
    let (long, day) = (daily("AAPL", "max"), daily("AAPL", "2025-10-27..2025-10-27"));
    let newest = daily("AAPL", "1d");
    store.take(&answer(&long, before_the_split(), second(0))).await.unwrap();
    store.take_anew(&answer(&day, after_the_split()[..1].to_vec(), second(60))).await.unwrap();
    let unchanged = answer(&newest, after_the_split()[2..].to_vec(), second(90));
    assert_eq!(
        store.take(&unchanged).await.unwrap(),
        Saved { new: 1, revised: 0, ..Saved::default() }
    );
    assert_eq!(store.last(&newest).await.unwrap(), Some(unchanged));
    let all = store.overlapping(&long, None, date(2025, 12, 31), None).await.unwrap().unwrap();
    assert_eq!(
        reported(&all),
        (vec![50.0, 51.5], second(90), false),
        "what was not reported is a hole"
    );
}

pub(crate) async fn the_same_rebase_twice_adds_nothing(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "max");
    store.take(&answer(&question, before_the_split(), second(0))).await.unwrap();
    let reported_anew = answer(&question, after_the_split(), second(60));
    store.take_anew(&reported_anew).await.unwrap();
    assert_eq!(store.take_anew(&reported_anew).await.unwrap(), Saved::default());
    assert_eq!(store.last(&question).await.unwrap(), Some(reported_anew));
}

pub(crate) async fn each_split_begins_another_basis(backend: &dyn Backend) {
    let store = backend.open();
    let questions = [daily("AAPL", "max"), daily("AAPL", "1y"), daily("AAPL", "5d")];
    let scaled = |by: f64| vec![bar("2025-10-27", 100.0 * by), bar("2025-10-28", 102.0 * by)];
    store.take(&answer(&questions[0], scaled(1.0), second(0))).await.unwrap();
    store.take_anew(&answer(&questions[1], scaled(0.5), second(60))).await.unwrap();
    store.take_anew(&answer(&questions[2], scaled(0.25), second(120))).await.unwrap();
    let expected =
        [(vec![100.0, 102.0], true), (vec![50.0, 51.0], true), (vec![25.0, 25.5], false)];
    for (question, (closes, superseded)) in questions.iter().zip(expected) {
        let (read, _, is_superseded) = read(&*store, question).await;
        assert_eq!((read, is_superseded), (closes, superseded), "{question}");
    }
}

pub(crate) async fn a_late_answer_stays_with_the_basis_it_was_received_in(backend: &dyn Backend) {
    let store = backend.open();
    let (long, late) = (daily("AAPL", "max"), daily("AAPL", "5d"));
    store.take_anew(&answer(&long, after_the_split(), second(60))).await.unwrap();
    store.take(&answer(&late, before_the_split(), second(30))).await.unwrap();
    assert_eq!(read(&*store, &long).await, (vec![50.0, 51.0, 51.5], second(60), false));
    assert_eq!(read(&*store, &late).await, (vec![100.0, 102.0, 51.5], second(30), true));
    store.take(&answer(&long, before_the_split(), second(30))).await.unwrap();
    assert_eq!(read(&*store, &long).await, (vec![50.0, 51.0, 51.5], second(60), false));
}

pub(crate) async fn a_basis_concerns_its_own_series_only(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "max");
    let other_symbol = answer(&daily("MSFT", "max"), before_the_split(), second(0));
    let weekly = HistoryQuery { interval: market::Interval::Wk1, ..daily("AAPL", "5d") };
    let other_interval = answer(&weekly, before_the_split(), second(0));
    let mut other_currency = answer(&daily("AAPL", "1y"), before_the_split(), second(0));
    other_currency.series.head.currency = None;
    let other_source = from("ecb", answer(&daily("AAPL", "3mo"), before_the_split(), second(0)));
    let others = [other_symbol, other_interval, other_currency, other_source];
    for other in &others {
        store.take(other).await.unwrap();
    }
    store.take_anew(&answer(&question, after_the_split(), second(60))).await.unwrap();
    for other in others {
        assert_eq!(store.last(&other.query).await.unwrap(), Some(other));
    }
}

pub(crate) async fn the_old_basis_is_a_fallback_where_the_new_has_nothing(backend: &dyn Backend) {
    let store = backend.open();
    let (asked, end) = (daily("AAPL", "3mo"), date(2025, 12, 31));
    store.take(&answer(&daily("AAPL", "max"), before_the_split(), second(0))).await.unwrap();
    store
        .take_anew(&answer(&daily("AAPL", "1d"), vec![bar("2025-10-30", 52.0)], second(60)))
        .await
        .unwrap();
    let all = store.overlapping(&asked, None, end, None).await.unwrap().unwrap();
    assert_eq!(reported(&all), (vec![52.0], second(60), false));
    let old = store.overlapping(&asked, None, date(2025, 10, 29), None).await.unwrap().unwrap();
    assert_eq!(reported(&old), (vec![100.0, 102.0, 51.5], second(0), true));
}

pub(crate) async fn of_two_sources_the_one_whose_basis_is_in_force_answers(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let other = from("ecb", answer(&question, after_the_split(), second(-60)));
    store.take(&other).await.unwrap();
    store.take(&answer(&question, before_the_split(), second(0))).await.unwrap();
    store.take_anew(&answer(&daily("AAPL", "max"), after_the_split(), second(60))).await.unwrap();
    assert_eq!(store.last(&question).await.unwrap(), Some(other));
}

pub(crate) async fn what_is_never_stored_is_no_new_basis_either(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let right = answer(&question, after_the_split(), second(60));
    store.take(&answer(&question, before_the_split(), second(0))).await.unwrap();
    let mut other_series = right.clone();
    other_series.series.head.symbol = "MSFT".parse().unwrap();
    let simulated = HistoryResult { simulated: true, ..right.clone() };
    let superseded = HistoryResult { superseded: true, ..right };
    for wrong in [other_series, simulated, superseded] {
        assert!(matches!(store.take_anew(&wrong).await, Err(StoreError::Refused(_))));
        assert!(matches!(store.take(&wrong).await, Err(StoreError::Refused(_))));
    }
    assert_eq!(read(&*store, &question).await, (vec![100.0, 102.0, 51.5], second(0), false));
}
