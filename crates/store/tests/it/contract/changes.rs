//! Every version can be listed with why it is so, and what changed since an instant.

use jiff::civil::{Date, date};
use market::{
    Action, ActionKind, Bar, Change, ChangesQuery, HistoryResult, Interval, Source, Store, Why,
};

use crate::values::{answer, at, bar, daily, from, second};
use crate::{Backend, Taking as _};

fn october(day: i8) -> Date {
    date(2025, 10, day)
}

/// An answer with bars on these days of October 2025, received after so many seconds.
fn reported(bars: &[(i8, f64)], seconds: i64) -> HistoryResult {
    let bars = bars.iter().map(|(day, close)| bar(&october(*day).to_string(), *close)).collect();
    answer(&daily("AAPL", "1mo"), bars, second(seconds))
}

/// What is told of the bars of a day: the close, since when, until when, and why.
async fn told(store: &dyn Store, day: i8) -> Vec<(Option<f64>, i64, Option<i64>, Why)> {
    let (symbol, day) = ("AAPL".parse().unwrap(), october(day));
    let found = store.bar_versions(&symbol, Interval::D1, None, Some(day), day).await.unwrap();
    let after = |at: jiff::Timestamp| at.as_second() - second(0).as_second();
    let told = found.into_iter().map(|it| {
        assert_eq!(it.date, day);
        let known = it.known;
        let close = it.bar.map(|bar| bar.close.get());
        (close, after(known.from), known.until.map(after), known.why)
    });
    told.collect()
}

async fn since(store: &dyn Store, seconds: i64) -> Vec<Change> {
    let query = ChangesQuery { since: second(seconds), after: 0, symbol: None, most: usize::MAX };
    store.changes(&query).await.unwrap()
}

/// Why, from which day to which.
fn outline(changes: &[Change]) -> Vec<(Why, i8, i8)> {
    changes.iter().map(|it| (it.why, it.first.day(), it.last.day())).collect()
}

pub(crate) async fn every_version_of_a_bar_says_why_it_is_so(backend: &dyn Backend) {
    let store = backend.open();
    let running = Bar { provisional: true, ..bar("2025-10-22", 1.0) };
    store.take(&answer(&daily("AAPL", "1mo"), vec![running], second(0))).await.unwrap();
    store.take(&reported(&[(22, 2.0)], 60)).await.unwrap();
    store.take(&reported(&[(21, 7.0), (22, 3.0), (23, 7.0)], 120)).await.unwrap();
    store.take(&reported(&[(21, 7.0), (23, 7.0)], 180)).await.unwrap();
    store.take(&reported(&[(21, 7.0), (22, 3.0), (23, 7.0)], 240)).await.unwrap();
    let expected = [
        (Some(1.0), 0, Some(60), Why::First),
        (Some(2.0), 60, Some(120), Why::Continued),
        (Some(3.0), 120, Some(180), Why::Corrected),
        (None, 180, Some(240), Why::Withdrawn),
        (Some(3.0), 240, None, Why::Corrected),
    ];
    assert_eq!(told(&*store, 22).await, expected);
    assert_eq!(told(&*store, 21).await, [(Some(7.0), 120, None, Why::First)]);
    let mut restamped = reported(&[(21, 7.0)], 300);
    let stamped = Bar { open_time: at("2025-10-21T13:30:07Z"), ..restamped.series.get(0).unwrap() };
    restamped.series = market::Series::new(restamped.series.head.clone(), vec![stamped]);
    store.take(&restamped).await.unwrap();
    assert_eq!(told(&*store, 21).await[1], (Some(7.0), 300, None, Why::Restamped));
    let changes = [(Why::Corrected, 22, 22), (Why::Withdrawn, 22, 22), (Why::Corrected, 22, 22)];
    assert_eq!(outline(&since(&*store, 0).await)[..3], changes);
    assert_eq!(outline(&since(&*store, 241).await), [(Why::Restamped, 21, 21)]);
}

pub(crate) async fn versions_are_of_the_source_that_is_asked_for(backend: &dyn Backend) {
    let store = backend.open();
    store.take(&from("ecb", reported(&[(22, 2.0)], 0))).await.unwrap();
    store.take(&from("import", reported(&[(22, 3.0)], 60))).await.unwrap();
    let (symbol, ecb) = ("AAPL".parse().unwrap(), Source::new("ecb"));
    let of = async |source| {
        let found = store.bar_versions(&symbol, Interval::D1, source, None, october(31));
        let found = found.await.unwrap().into_iter();
        found.map(|it| (it.source.to_string(), it.known.why)).collect::<Vec<_>>()
    };
    let (first, imported) = (("ecb".to_owned(), Why::First), ("import".to_owned(), Why::Imported));
    assert_eq!(of(None).await, [first.clone(), imported]);
    assert_eq!(of(Some(&ecb)).await, [first]);
    assert!(since(&*store, 0).await.is_empty(), "first tellings are no change");
}

pub(crate) async fn a_new_basis_ends_all_versions_of_the_old_one(backend: &dyn Backend) {
    let store = backend.open();
    store.take(&reported(&[(20, 100.0), (22, 102.0)], 0)).await.unwrap();
    let saved = store.rebase(&reported(&[(22, 51.0), (23, 52.0)], 60), second(60)).await.unwrap();
    assert_eq!(outline(&saved.changes), [(Why::Rebased, 20, 22)]);
    assert_eq!(told(&*store, 20).await, [(Some(100.0), 0, Some(60), Why::First)]);
    let expected = [(Some(102.0), 0, Some(60), Why::First), (Some(51.0), 60, None, Why::Rebased)];
    assert_eq!(told(&*store, 22).await, expected);
    assert_eq!(told(&*store, 23).await, [(Some(52.0), 60, None, Why::First)]);
    assert_eq!(since(&*store, 60).await, saved.changes);
}

pub(crate) async fn a_moved_action_is_reported_as_such(backend: &dyn Backend) {
    let store = backend.open();
    let paid = |day, amount: f64, seconds| {
        let kind = ActionKind::Dividend(amount.into());
        let actions = vec![Action { ex_date: october(day), kind }];
        HistoryResult { actions, ..reported(&[(20, 1.0), (24, 1.0)], seconds) }
    };
    store.take(&paid(21, 0.5, 0)).await.unwrap();
    store.take(&paid(22, 0.5, 60)).await.unwrap();
    store.take(&paid(22, 0.6, 120)).await.unwrap();
    let symbol = "AAPL".parse().unwrap();
    let found = store.action_versions(&symbol, None, october(31)).await.unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|it| {
            let amount = it.terms.as_ref().map(|terms| terms.payment().unwrap().amount);
            let is_in_force = it.known.until.is_none();
            (it.ex_date.day(), it.kind, amount, is_in_force, it.known.why)
        })
        .collect();
    let expected = [
        (21, "dividend", Some(0.5), false, Why::First),
        (21, "dividend", None, true, Why::Moved),
        (22, "dividend", Some(0.5), false, Why::Moved),
        (22, "dividend", Some(0.6), true, Why::Corrected),
    ];
    assert_eq!(found, expected);
    let changes = since(&*store, 0).await;
    assert_eq!(outline(&changes), [(Why::Moved, 21, 22), (Why::Corrected, 22, 22)]);
    assert!(changes.iter().all(|it| it.interval.is_none()));
    let later = store.action_versions(&symbol, Some(october(22)), october(22)).await.unwrap();
    assert_eq!(later.len(), 2);
}

pub(crate) async fn changes_are_reported_from_an_instant_on_in_pages(backend: &dyn Backend) {
    let store = backend.open();
    for (seconds, close) in [(0, 1.0), (60, 2.0), (120, 3.0), (180, 4.0)] {
        store.take(&reported(&[(22, close)], seconds)).await.unwrap();
    }
    let all = since(&*store, -99).await;
    assert_eq!(all.iter().map(|it| it.at).collect::<Vec<_>>(), [60, 120, 180].map(second));
    assert_eq!(since(&*store, 120).await, all[1..], "an instant is part of what follows it");
    assert_eq!(since(&*store, 121).await, all[2..]);
    let query = |after, symbol: &str, most| ChangesQuery {
        since: second(0),
        after,
        symbol: symbol.parse().ok(),
        most,
    };
    assert_eq!(store.changes(&query(0, "AAPL", 2)).await.unwrap(), all[..2]);
    assert_eq!(store.changes(&query(all[1].number, "AAPL", 2)).await.unwrap(), all[2..]);
    assert_eq!(store.changes(&query(0, "MSFT", 2)).await.unwrap(), []);
}
