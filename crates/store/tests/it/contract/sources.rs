use jiff::civil::date;
use market::{HistoryQuery, HistoryResult, Kept, Saved, Source, Store, StoreError};

use crate::values::{answer, bar, closes, daily, from, second};
use crate::{Backend, Taking as _};

fn asked_of(source: &str) -> HistoryQuery {
    HistoryQuery { source: Some(Source::new(source)), ..daily("EUR/USD", "2025-10-20..2025-10-28") }
}

fn reported_by(source: &str, question: &HistoryQuery, close: f64, seconds: i64) -> HistoryResult {
    from(source, answer(question, vec![bar("2025-10-27", close)], second(seconds)))
}

/// What the store answers in each of its ways.
async fn read(store: &dyn Store, question: &HistoryQuery) -> [Option<HistoryResult>; 3] {
    let (first, last) = (Some(date(2025, 10, 21)), date(2025, 10, 27));
    let found = [
        store.answer(question, None).await.unwrap(),
        store.overlapping(question, first, last, None).await.unwrap(),
        store.covering(question, first, last, second(-99), None).await.unwrap(),
    ];
    found.map(|found| found.map(|found| HistoryResult { kept: Kept::default(), ..found }))
}

pub(crate) async fn a_question_to_one_source_is_answered_by_it_alone(backend: &dyn Backend) {
    let store = backend.open();
    let anybody = HistoryQuery { source: None, ..asked_of("ecb") };
    store.take(&reported_by("ecb", &asked_of("ecb"), 1.2, 0)).await.unwrap();
    store.take(&reported_by("yahoo", &anybody, 1.1, 60)).await.unwrap();
    for (question, expected) in [
        (asked_of("ecb"), Some((1.2, second(0)))),
        (asked_of("yahoo"), Some((1.1, second(60)))),
        (asked_of("kraken"), None),
        (anybody, Some((1.1, second(60)))),
    ] {
        for found in read(&*store, &question).await {
            let reported = found.as_ref().map(|found| (closes(found)[0], found.received_at));
            assert_eq!(reported, expected, "{question}");
            assert!(found.is_none_or(|found| found.query == question));
        }
    }
}

pub(crate) async fn whether_its_source_was_named_makes_no_other_answer(backend: &dyn Backend) {
    let store = backend.open();
    let (named, anybody) = (asked_of("ecb"), HistoryQuery { source: None, ..asked_of("ecb") });
    store.take(&reported_by("ecb", &named, 1.2, 0)).await.unwrap();
    let again = store.take(&reported_by("ecb", &anybody, 1.2, 60)).await.unwrap();
    assert_eq!(again, Saved::default(), "it is the same series");
    for question in [named, anybody] {
        for found in read(&*store, &question).await {
            assert_eq!(found, Some(reported_by("ecb", &question, 1.2, 60)));
        }
    }
}

pub(crate) async fn another_source_than_the_one_asked_is_refused(backend: &dyn Backend) {
    let store = backend.open();
    let wrong = reported_by("yahoo", &asked_of("ecb"), 1.1, 0);
    assert!(matches!(store.take(&wrong).await, Err(StoreError::Refused(_))));
    assert!(matches!(store.take_anew(&wrong).await, Err(StoreError::Refused(_))));
    assert_eq!(read(&*store, &asked_of("yahoo")).await, [None, None, None]);
}
