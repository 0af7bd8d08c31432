use jiff::Timestamp;
use jiff::civil::{Date, date};
use market::{
    Action, ActionKind, Bar, Basis, HistoryQuery, HistoryResult, Interval, Source, Store,
};

use crate::Backend;
use crate::values::{answer, at, bar, closes, daily, from, second};

/// What was known after so many seconds, of any day.
async fn known(store: &dyn Store, seconds: i64) -> Option<HistoryResult> {
    let ever = (None, date(2025, 12, 31));
    store.as_known(&asked(), ever, &sources(["yahoo"]), second(seconds)).await.unwrap()
}

fn asked() -> HistoryQuery {
    daily("AAPL", "1y")
}

fn sources<const N: usize>(names: [&str; N]) -> [Source; N] {
    names.map(Source::new)
}

fn october(day: i8) -> Date {
    date(2025, 10, day)
}

fn days(closes: &[(i8, f64)]) -> Vec<Bar> {
    closes.iter().map(|&(day, close)| bar(&october(day).to_string(), close)).collect()
}

fn reported(closes: &[(i8, f64)], seconds: i64) -> HistoryResult {
    answer(&daily("AAPL", "5d"), days(closes), second(seconds))
}

/// Closes, when the newest of them became known, and whether their basis was
/// replaced by then.
fn read(answer: Option<HistoryResult>) -> Option<(Vec<f64>, Timestamp, bool)> {
    answer.map(|answer| (closes(&answer), answer.received_at, answer.superseded))
}

fn as_of(closes: &[f64], seconds: i64) -> (Vec<f64>, Timestamp, bool) {
    (closes.to_vec(), second(seconds), false)
}

pub(crate) async fn bars_are_given_as_they_were_known(backend: &dyn Backend) {
    let store = backend.open();
    store.persist_answer(&reported(&[(27, 1.0)], 0)).await.unwrap();
    store.persist_answer(&reported(&[(27, 2.0), (28, 3.0)], 60)).await.unwrap();
    store.persist_answer(&reported(&[(27, 2.0), (28, 3.0)], 90)).await.unwrap();
    store.persist_answer(&reported(&[(24, 0.5), (28, 4.0)], 120)).await.unwrap();
    drop(store);
    let store = backend.open();
    for (seconds, expected) in [
        (-1, None),
        (0, Some(as_of(&[1.0], 0))),
        (59, Some(as_of(&[1.0], 0))),
        (60, Some(as_of(&[2.0, 3.0], 60))),
        (119, Some(as_of(&[2.0, 3.0], 60))),
        (120, Some(as_of(&[0.5, 2.0, 4.0], 120))),
        (1_000_000, Some(as_of(&[0.5, 2.0, 4.0], 120))),
    ] {
        assert_eq!(read(known(&*store, seconds).await), expected, "after {seconds} s");
    }
}

pub(crate) async fn a_bar_that_was_provisional_then_is_given_so(backend: &dyn Backend) {
    let store = backend.open();
    let last = bar("2025-10-28", 269.0);
    let running = Bar { provisional: true, volume: None, ..last };
    for (seconds, bar) in [(0, running), (60, last)] {
        store.persist_answer(&answer(&asked(), vec![bar], second(seconds))).await.unwrap();
    }
    for (seconds, bar) in [(59, running), (60, last)] {
        let known = known(&*store, seconds).await.unwrap();
        assert_eq!(known.series.bars().collect::<Vec<_>>(), [bar]);
    }
}

pub(crate) async fn only_these_dates_are_given_as_known(backend: &dyn Backend) {
    let store = backend.open();
    let weekly = HistoryQuery { interval: Interval::Wk1, ..asked() };
    store
        .persist_answer(&reported(&[(24, 0.0), (27, 1.0), (28, 2.0), (29, 3.0)], 0))
        .await
        .unwrap();
    store.persist_answer(&reported(&[(24, 0.5), (29, 3.5)], 60)).await.unwrap();
    let known = async |from, to, question: &HistoryQuery| {
        let known = store.as_known(question, (from, to), &sources(["yahoo"]), second(90)).await;
        read(known.unwrap())
    };
    let (first, last) = (Some(october(27)), october(28));
    assert_eq!(
        known(first, last, &asked()).await,
        Some(as_of(&[1.0, 2.0], 0)),
        "as new as its own bars"
    );
    assert_eq!(known(None, last, &asked()).await, Some(as_of(&[0.5, 1.0, 2.0], 60)));
    assert_eq!(known(Some(october(25)), october(26), &asked()).await, None);
    for other in [daily("MSFT", "1y"), weekly] {
        assert_eq!(known(None, last, &other).await, None, "{other}");
    }
}

pub(crate) async fn before_a_new_basis_the_old_one_was_known(backend: &dyn Backend) {
    let store = backend.open();
    store.persist_answer(&reported(&[(27, 100.0), (28, 102.0), (29, 51.5)], 0)).await.unwrap();
    store.rebase(&reported(&[(28, 51.0), (29, 51.5)], 60)).await.unwrap();
    store.persist_answer(&reported(&[(27, 50.0), (28, 51.0), (29, 51.5)], 90)).await.unwrap();
    store.rebase(&reported(&[(27, 10.0)], 120)).await.unwrap();
    for (seconds, expected) in [
        (-1, None),
        (59, Some(as_of(&[100.0, 102.0, 51.5], 0))),
        (60, Some(as_of(&[51.0, 51.5], 60))),
        (90, Some(as_of(&[50.0, 51.0, 51.5], 90))),
        (119, Some(as_of(&[50.0, 51.0, 51.5], 90))),
        (120, Some(as_of(&[10.0], 120))),
    ] {
        assert_eq!(read(known(&*store, seconds).await), expected, "after {seconds} s");
    }
}

pub(crate) async fn where_the_new_basis_had_no_bar_the_old_one_is_known_as_such(
    backend: &dyn Backend,
) {
    let store = backend.open();
    store.persist_answer(&reported(&[(27, 100.0), (28, 102.0)], 0)).await.unwrap();
    store.rebase(&reported(&[], 30)).await.unwrap();
    assert_eq!(read(known(&*store, 29).await), Some(as_of(&[100.0, 102.0], 0)));
    assert_eq!(read(known(&*store, 30).await), Some((vec![100.0, 102.0], second(0), true)));
    store.persist_answer(&reported(&[(28, 51.0)], 60)).await.unwrap();
    assert_eq!(read(known(&*store, 60).await), Some(as_of(&[51.0], 60)), "a hole is a hole");
}

pub(crate) async fn actions_are_given_as_they_were_known(backend: &dyn Backend) {
    let store = backend.open();
    let on = |day, kind| Action { ex_date: october(day), kind };
    let first = || on(28, ActionKind::Dividend(0.25.into()));
    let mended = || on(28, ActionKind::Dividend(0.26.into()));
    let split = || on(30, ActionKind::Split { numerator: 4.0, denominator: 1.0 });
    for (seconds, actions) in
        [(0, vec![]), (60, vec![first()]), (120, vec![mended()]), (180, vec![split()])]
    {
        let reported = reported(&[(27, 1.0), (28, 2.0)], seconds);
        store.persist_answer(&HistoryResult { actions, ..reported }).await.unwrap();
    }
    for (seconds, actions, newest) in [
        (59, vec![], 0),
        (60, vec![first()], 60),
        (119, vec![first()], 60),
        (179, vec![mended()], 120),
        (180, vec![mended(), split()], 180),
    ] {
        let known = known(&*store, seconds).await.unwrap();
        assert_eq!(known.actions, actions, "after {seconds} s");
        assert_eq!(known.received_at, second(newest), "after {seconds} s");
    }
    let early = (None, october(28));
    let known = store.as_known(&asked(), early, &sources(["yahoo"]), second(180)).await.unwrap();
    assert_eq!(known.map(|known| known.actions), Some(vec![mended()]));
}

pub(crate) async fn the_first_source_that_had_any_then_is_given(backend: &dyn Backend) {
    let store = backend.open();
    let ecb = from("ecb", reported(&[(28, 1.2)], 0));
    store.persist_answer(&ecb).await.unwrap();
    store.persist_answer(&reported(&[(27, 1.1)], 60)).await.unwrap();
    let known = async |names: &[&str], from, seconds| {
        let sources: Vec<_> = names.iter().map(|name| Source::new(name)).collect();
        let dates = (from, october(31));
        let known = store.as_known(&asked(), dates, &sources, second(seconds)).await.unwrap();
        known.map(|known| (closes(&known), known.series.head.source.to_string()))
    };
    let (of_ecb, of_yahoo) = (Some((vec![1.2], "ecb".into())), Some((vec![1.1], "yahoo".into())));
    let both = ["yahoo", "ecb"];
    assert_eq!(known(&both, None, 59).await, of_ecb);
    assert_eq!(known(&both, None, 60).await, of_yahoo);
    assert_eq!(known(&both, Some(october(28)), 60).await, of_ecb);
    assert_eq!(known(&["ecb", "yahoo"], None, 60).await, of_ecb);
    assert_eq!(known(&["kraken", "yahoo"], None, 60).await, of_yahoo);
    assert_eq!(known(&["yahoo"], None, 59).await, None);
    assert_eq!(known(&[], None, 60).await, None);
}

pub(crate) async fn of_two_currencies_the_one_reported_then_is_known(backend: &dyn Backend) {
    let store = backend.open();
    let in_pence = |closes: &[(i8, f64)], seconds| {
        let mut answer = reported(closes, seconds);
        answer.series.head.currency = "GBp".parse().ok();
        answer
    };
    store.persist_answer(&in_pence(&[(24, 229.0), (27, 230.0)], 0)).await.unwrap();
    let mut once = reported(&[(24, 2.29), (27, 2.3)], 60);
    (once.series.head.currency, once.series.head.basis) = (None, Basis::Unadjusted);
    store.persist_answer(&once).await.unwrap();
    store.persist_answer(&in_pence(&[(24, 229.0), (27, 230.0), (28, 231.0)], 120)).await.unwrap();
    for (seconds, expected) in [(0, 229.0), (59, 229.0), (60, 2.29), (119, 2.29), (120, 229.0)] {
        let first = (None, october(24));
        let known = store.as_known(&asked(), first, &sources(["yahoo"]), second(seconds)).await;
        let known = known.unwrap().unwrap();
        assert_eq!(closes(&known), [expected], "after {seconds} s");
        assert_eq!(known.series.head.currency.is_some(), expected > 100.0);
    }
}

pub(crate) async fn what_is_handed_over_late_is_known_since_it_was_received(backend: &dyn Backend) {
    let store = backend.open();
    for (seconds, close) in [(10, 1.0), (30, 1.0), (20, 2.0)] {
        store.persist_answer(&reported(&[(27, close)], seconds)).await.unwrap();
    }
    store.rebase(&reported(&[(27, 0.5)], 60)).await.unwrap();
    store.persist_answer(&reported(&[(27, 3.0)], 50)).await.unwrap();
    for (seconds, close) in [(19, 1.0), (20, 2.0), (29, 2.0), (30, 1.0), (50, 3.0), (60, 0.5)] {
        assert_eq!(closes(&known(&*store, seconds).await.unwrap()), [close], "after {seconds} s");
    }
}

pub(crate) async fn instants_between_two_milliseconds_are_cut_off(backend: &dyn Backend) {
    let store = backend.open();
    let received_at = at("2025-10-29T12:00:00.0009Z");
    store.persist_answer(&answer(&asked(), days(&[(27, 1.0)]), received_at)).await.unwrap();
    let ever = (None, october(31));
    for (instant, is_known) in
        [("2025-10-29T11:59:59.9999Z", false), ("2025-10-29T12:00:00.0009Z", true)]
    {
        let known = store.as_known(&asked(), ever, &sources(["yahoo"]), at(instant)).await;
        assert_eq!(known.unwrap().is_some(), is_known, "{instant}");
    }
}
