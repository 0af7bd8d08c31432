//! What one question brought may serve another.

use jiff::civil::date;
use market::{Action, ActionKind, Basis, HistoryResult, Source};

use crate::values::{answer, bar, closes, daily, from, quote, second};
use crate::{Backend, Taking as _};

pub(crate) async fn bars_of_other_questions_fill_the_stretch(backend: &dyn Backend) {
    let store = backend.open();
    let (long, short) = (daily("AAPL", "max"), daily("AAPL", "2025-10-28..2025-10-28"));
    let hole = vec![bar("2025-10-27", 1.0), bar("2025-10-29", 3.0)];
    store.take(&answer(&long, hole, second(0))).await.unwrap();
    let filling = vec![bar("2025-10-28", 2.0), bar("2025-10-29", 3.5), bar("2025-10-30", 4.0)];
    store.take(&answer(&short, filling, second(60))).await.unwrap();
    let read = store.last(&long).await.unwrap().unwrap();
    assert_eq!(closes(&read), [1.0, 2.0, 3.5], "nothing beyond the stretch it answered");
    assert_eq!(read.received_at, second(0));
}

pub(crate) async fn a_source_that_changes_currency_or_basis_begins_another_series(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let (question, other) = (daily("OCDO.L", "max"), daily("OCDO.L", "1d"));
    let mut pence =
        answer(&question, vec![bar("2025-10-27", 230.0), bar("2025-10-28", 231.0)], second(0));
    pence.series.head.currency = "GBp".parse().ok();
    let mut pounds = answer(&other, vec![bar("2025-10-28", 2.31)], second(60));
    pounds.series.head.currency = None;
    let mut traded = answer(&daily("OCDO.L", "5d"), vec![bar("2025-10-28", 462.0)], second(90));
    traded.series.head =
        market::SeriesHead { basis: Basis::Unadjusted, ..pence.series.head.clone() };
    for stored in [&pence, &pounds, &traded] {
        store.take(stored).await.unwrap();
    }
    for stored in [pence, pounds, traded] {
        assert_eq!(store.last(&stored.query).await.unwrap(), Some(stored));
    }
}

pub(crate) async fn of_several_sources_the_one_asked_last_answers(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("EUR/USD", "5d");
    let yahoo = answer(&question, vec![bar("2025-10-27", 1.1)], second(0));
    let ecb = from("ecb", answer(&question, vec![bar("2025-10-27", 1.2)], second(60)));
    store.take(&ecb).await.unwrap();
    store.take(&yahoo).await.unwrap();
    assert_eq!(store.last(&question).await.unwrap(), Some(ecb));
}

/// The clock is a day ahead while one source stands in, and is then set right.
pub(crate) async fn what_was_dated_ahead_is_not_the_last_for_a_day(backend: &dyn Backend) {
    let store = backend.open();
    let (question, tomorrow) = (daily("EUR/USD", "5d"), 86_400);
    let day = || vec![bar("2025-10-27", 1.1)];
    let ahead = from("ecb", answer(&question, day(), second(tomorrow)));
    store.take(&ahead).await.unwrap();
    let mut stood_in = quote("EUR/USD", 1.2, second(tomorrow));
    stood_in.source = Source::new("ecb");
    stood_in.instrument.name = "as it was called tomorrow".into();
    store.take_quote(&stood_in).await.unwrap();

    let right = answer(&question, day(), second(100));
    store.take(&right).await.unwrap();
    assert_eq!(store.last(&question).await.unwrap(), Some(right.clone()));
    let euro = quote("EUR/USD", 1.1, second(100));
    store.take_quote(&euro).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), std::slice::from_ref(&euro));
    assert_eq!(store.instruments().await.unwrap(), [euro.instrument]);

    let again = HistoryResult { received_at: second(200), ..ahead.clone() };
    store.take(&again).await.unwrap();
    assert_eq!(store.last(&question).await.unwrap(), Some(again), "asked last, and confirmed");
    let then = store.answer(&question, Some(second(tomorrow))).await.unwrap();
    assert_eq!(then.unwrap().received_at, second(200), "of instants that passed twice the second");
}

pub(crate) async fn bars_of_other_questions_are_a_fallback(backend: &dyn Backend) {
    let store = backend.open();
    let asked = daily("AAPL", "3mo");
    let overlapping = async |from, to| store.overlapping(&asked, from, to, None).await.unwrap();
    assert_eq!(overlapping(None, date(2025, 12, 31)).await, None);

    let early = vec![bar("2025-10-27", 1.0), bar("2025-10-28", 2.0)];
    let mut stored = answer(&daily("AAPL", "5d"), early, second(0));
    stored.actions =
        vec![Action { ex_date: date(2025, 10, 28), kind: ActionKind::Dividend(0.26.into()) }];
    store.take(&stored).await.unwrap();
    let late = vec![bar("2025-10-29", 3.0)];
    store.take(&answer(&daily("AAPL", "1d"), late, second(60))).await.unwrap();

    let all = overlapping(None, date(2025, 12, 31)).await.unwrap();
    assert_eq!((closes(&all), all.received_at), (vec![1.0, 2.0, 3.0], second(60)));
    assert_eq!((&all.query, &all.actions), (&asked, &stored.actions));
    let some = overlapping(Some(date(2025, 10, 28)), date(2025, 10, 28)).await.unwrap();
    assert_eq!((closes(&some), some.received_at), (vec![2.0], second(0)), "as old as its last bar");
    assert_eq!(overlapping(Some(date(2025, 10, 30)), date(2025, 12, 31)).await, None);

    // The question that brought the first bars now has another answer.
    let moved = vec![bar("2025-11-05", 9.0)];
    store.take(&answer(&daily("AAPL", "5d"), moved, second(900))).await.unwrap();
    let some = overlapping(None, date(2025, 10, 28)).await.unwrap();
    assert_eq!((closes(&some), some.received_at), (vec![1.0, 2.0], second(0)));
}

pub(crate) async fn the_fallback_is_of_the_source_that_has_bars(backend: &dyn Backend) {
    let store = backend.open();
    let yahoo = vec![bar("2025-10-27", 1.1), bar("2025-10-28", 1.1)];
    let ecb = vec![bar("2025-10-28", 1.2)];
    store.take(&answer(&daily("EUR/USD", "5d"), yahoo, second(0))).await.unwrap();
    let last = from("ecb", answer(&daily("EUR/USD", "1d"), ecb, second(60)));
    store.take(&last).await.unwrap();
    let asked = daily("EUR/USD", "3mo");
    let both = store.overlapping(&asked, None, date(2025, 12, 31), None).await.unwrap().unwrap();
    assert_eq!(closes(&both), [1.2], "sources are not mixed, and the one asked last comes first");
    let first = store.overlapping(&asked, None, date(2025, 10, 27), None).await.unwrap().unwrap();
    assert_eq!(closes(&first), [1.1]);
}
