//! What was shown of an instrument at any instant can be read again.

use jiff::SignedDuration;
use market::{Quote, Showing, Shown, Store, StoreError};

use crate::Backend;
use crate::values::{bare_quote, quote, second};

fn shown(quote: &Quote, rivals: &[Quote]) -> Shown {
    let symbol = quote.instrument.symbol.clone();
    Shown {
        symbol,
        showing: Showing::Quote(Box::new(quote.clone())),
        rivals: rivals.to_vec(),
        believed: None,
    }
}

async fn at(store: &dyn Store, seconds: i64) -> Vec<Shown> {
    let symbols = ["AAPL", "EUR/USD"].map(|symbol| symbol.parse().unwrap());
    store.shown_at(&symbols, second(seconds)).await.unwrap()
}

pub(crate) async fn what_was_shown_is_known_until_the_next(backend: &dyn Backend) {
    let store = backend.open();
    let first = shown(&quote("AAPL", 268.0, second(0)), &[]);
    let other = shown(&bare_quote("EUR/USD", second(0)), &[]);
    let second_one = shown(&quote("AAPL", 269.0, second(60)), &[]);
    store.persist_shown(&[other.clone(), first.clone()], second(0)).await.unwrap();
    store.persist_shown(std::slice::from_ref(&second_one), second(60)).await.unwrap();
    assert_eq!(at(&*store, -1).await, [], "nothing was shown");
    assert_eq!(at(&*store, 0).await, [first.clone(), other.clone()]);
    assert_eq!(at(&*store, 59).await, [first, other.clone()]);
    assert_eq!(at(&*store, 60).await, [second_one, other]);
    assert_eq!(store.quotes().await.unwrap().len(), 2, "and a restart shows it");
    store.check().await.unwrap();
}

pub(crate) async fn a_quote_received_again_is_another_time_only(backend: &dyn Backend) {
    let store = backend.open();
    for seconds in [0, 60, 120] {
        let again = shown(&quote("AAPL", 268.0, second(seconds)), &[]);
        store.persist_shown(std::slice::from_ref(&again), second(seconds)).await.unwrap();
        store.persist_shown(std::slice::from_ref(&again), second(seconds + 1)).await.unwrap();
        assert_eq!(at(&*store, seconds + 59).await, [again]);
    }
    let first = shown(&quote("AAPL", 268.0, second(0)), &[]);
    assert_eq!(at(&*store, 59).await, [first]);
}

pub(crate) async fn what_stood_beside_a_quote_is_known_too(backend: &dyn Backend) {
    let store = backend.open();
    let told = quote("AAPL", 268.0, second(0));
    let rival = Quote { source: market::Source::new("ecb"), ..quote("AAPL", 300.0, second(30)) };
    let steps = [
        shown(&told, &[]),
        shown(&told, &[rival]),
        Shown { showing: Showing::Nothing, ..shown(&told, &[]) },
        Shown { showing: Showing::MadeUp, ..shown(&told, &[]) },
    ];
    for (step, seconds) in steps.iter().zip([0, 30, 60, 90]) {
        store.persist_shown(std::slice::from_ref(step), second(seconds)).await.unwrap();
    }
    for (step, seconds) in steps.into_iter().zip([29, 59, 89, 99]) {
        assert_eq!(at(&*store, seconds).await, [step]);
    }
}

pub(crate) async fn nothing_made_up_is_shown_from_the_store(backend: &dyn Backend) {
    let store = backend.open();
    let made_up = Quote { simulated: true, ..quote("AAPL", 268.0, second(0)) };
    let refused = store.persist_shown(&[shown(&made_up, &[])], second(0)).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))));
    assert_eq!(at(&*store, 0).await, []);
}

pub(crate) async fn a_quote_handed_over_late_is_known_with_the_last(backend: &dyn Backend) {
    let store = backend.open();
    let late = SignedDuration::from_millis(400);
    let other = shown(&bare_quote("EUR/USD", second(1)), &[]);
    let told = shown(&quote("AAPL", 268.0, second(1) - late), &[]);
    store.persist_shown(std::slice::from_ref(&other), second(1)).await.unwrap();
    store.persist_shown(std::slice::from_ref(&told), second(1) - late).await.unwrap();
    assert_eq!(at(&*store, 1).await, [told, other]);
}
