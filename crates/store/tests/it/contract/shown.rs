//! What was shown of an instrument at any instant can be read again.

use jiff::{SignedDuration, Timestamp};
use market::{
    Quote, QuoteVersionsQuery, Showing, Shown, ShownFrom, Store, StoreError, Symbol, WhyShown,
};

use crate::Backend;
use crate::values::{answer, bar, bare_quote, daily, quote, second};

/// A quote with those of others beside it.
pub(super) fn shown(quote: &Quote, rivals: &[Quote]) -> Shown {
    let symbol = quote.instrument.symbol.clone();
    Shown {
        symbol,
        showing: Showing::Quote(Box::new(quote.clone())),
        rivals: rivals.to_vec(),
        believed: None,
    }
}

/// Persists what is shown from one instant on.
pub(crate) async fn persist(
    store: &dyn Store,
    shown: &[Shown],
    at: Timestamp,
) -> Result<(), StoreError> {
    let from = |shown: &Shown| ShownFrom { shown: shown.clone(), at, unkept_since: None };
    store.persist_shown(&shown.iter().map(from).collect::<Vec<_>>(), at).await
}

async fn at(store: &dyn Store, seconds: i64) -> Vec<Shown> {
    store.shown_at(&symbols(), second(seconds)).await.unwrap()
}

pub(crate) async fn what_was_shown_is_known_until_the_next(backend: &dyn Backend) {
    let store = backend.open();
    let first = shown(&quote("AAPL", 268.0, second(0)), &[]);
    let other = shown(&bare_quote("EUR/USD", second(0)), &[]);
    let second_one = shown(&quote("AAPL", 269.0, second(60)), &[]);
    persist(&*store, &[other.clone(), first.clone()], second(0)).await.unwrap();
    persist(&*store, std::slice::from_ref(&second_one), second(60)).await.unwrap();
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
        persist(&*store, std::slice::from_ref(&again), second(seconds)).await.unwrap();
        persist(&*store, std::slice::from_ref(&again), second(seconds + 1)).await.unwrap();
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
        persist(&*store, std::slice::from_ref(step), second(seconds)).await.unwrap();
    }
    for (step, seconds) in steps.into_iter().zip([29, 59, 89, 99]) {
        assert_eq!(at(&*store, seconds).await, [step]);
    }
}

pub(crate) async fn nothing_made_up_is_shown_from_the_store(backend: &dyn Backend) {
    let store = backend.open();
    let made_up = Quote { simulated: true, ..quote("AAPL", 268.0, second(0)) };
    let refused = persist(&*store, &[shown(&made_up, &[])], second(0)).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))));
    assert_eq!(at(&*store, 0).await, []);
}

pub(crate) async fn a_quote_handed_over_late_is_known_with_the_last(backend: &dyn Backend) {
    let store = backend.open();
    let late = SignedDuration::from_millis(400);
    let other = shown(&bare_quote("EUR/USD", second(1)), &[]);
    let told = shown(&quote("AAPL", 268.0, second(1) - late), &[]);
    persist(&*store, std::slice::from_ref(&other), second(1)).await.unwrap();
    persist(&*store, std::slice::from_ref(&told), second(1) - late).await.unwrap();
    assert_eq!(at(&*store, 1).await, [told, other]);
    let between = store.shown_at(&symbols(), second(1) - SignedDuration::from_millis(300)).await;
    assert!(matches!(between, Err(StoreError::NotKept { .. })), "it was shown by then");
}

pub(crate) async fn what_is_not_kept_is_never_reported_as_another(backend: &dyn Backend) {
    let store = backend.open();
    let ms = |ms: i64| second(0) + SignedDuration::from_millis(ms);
    let of = |price: f64, at: i64| ShownFrom {
        shown: shown(&quote("AAPL", price, ms(at)), &[]),
        at: ms(at),
        unkept_since: None,
    };
    let thinned = |since: i64, it: ShownFrom| ShownFrom { unkept_since: Some(ms(since)), ..it };
    let all = [
        of(268.0, 0),
        thinned(1_200, of(270.0, 1_900)),
        thinned(2_300, of(270.0, 2_800)),
        of(271.0, 3_500),
    ];
    store.persist_shown(&all, ms(3_500)).await.unwrap();
    let symbol = [all[0].shown.symbol.clone()];
    let told = |at: i64| store.shown_at(&symbol, ms(at));
    for (at, then) in [(1_199, 0), (1_900, 1), (2_299, 1), (2_800, 2), (3_499, 2), (3_500, 3)] {
        assert_eq!(told(at).await.unwrap(), [all[then].shown.clone()], "{at} ms");
    }
    for (at, (since, until)) in [(1_200, (1_200, 1_900)), (2_799, (2_300, 2_800))] {
        let refused = told(at).await.unwrap_err();
        let StoreError::NotKept { from, until: then, .. } = refused else { panic!("{refused}") };
        assert_eq!((from, then), (ms(since), ms(until)));
    }
}

pub(crate) async fn each_version_of_a_quote_says_why_it_was_shown(backend: &dyn Backend) {
    let store = backend.open();
    let of = |price: f64, true_at: i64, now: i64| Quote {
        as_of: Some(second(true_at)),
        ..quote("AAPL", price, second(now))
    };
    let plain = |price, true_at, now| shown(&of(price, true_at, now), &[]);
    let other = Quote { source: market::Source::new("ecb"), ..of(2_690.0, 70, 70) };
    let believed = Some(Box::new(of(269.0, 60, 60)));
    let steps = [
        (WhyShown::First, plain(268.0, 0, 0)),
        (WhyShown::Corrected, plain(268.5, 0, 30)),
        (WhyShown::Newer, plain(269.0, 60, 60)),
        (WhyShown::Disputed, Shown { believed, ..plain(2_690.0, 65, 65) }),
        (WhyShown::Settled, plain(2_690.0, 65, 66)),
        (WhyShown::OtherSource, shown(&other, &[])),
        (WhyShown::MadeUp, Shown { showing: Showing::MadeUp, ..plain(1.0, 0, 0) }),
        (WhyShown::Withdrawn, Shown { showing: Showing::Nothing, ..plain(1.0, 0, 0) }),
        (WhyShown::First, plain(269.0, 80, 80)),
    ];
    for (n, (_, step)) in (0_i64..).zip(&steps) {
        persist(&*store, std::slice::from_ref(step), second(n * 10)).await.unwrap();
        persist(&*store, &[shown(&bare_quote("EUR/USD", second(n * 10)), &[])], second(n * 10))
            .await
            .unwrap();
    }
    let query = QuoteVersionsQuery {
        symbol: steps[0].1.symbol.clone(),
        from: None,
        to: None,
        after: 0,
        most: usize::MAX,
    };
    let all = store.quote_versions(&query).await.unwrap();
    assert_eq!(all.len(), steps.len());
    for ((n, version), (why, step)) in (0_i64..).zip(&all).zip(&steps) {
        assert_eq!((version.why, &version.from.shown), (*why, step), "{n}");
        assert_eq!(version.from.at, second(n * 10));
        let next = (n < 8).then(|| second(n * 10 + 10));
        assert_eq!(version.until, next);
    }
    let from_to = QuoteVersionsQuery { from: Some(second(15)), to: Some(second(30)), ..query };
    assert_eq!(store.quote_versions(&from_to).await.unwrap(), all[1..=3]);
    let page = QuoteVersionsQuery { after: all[1].number, most: 1, ..from_to };
    assert_eq!(store.quote_versions(&page).await.unwrap(), all[2..=2]);
}

fn symbols() -> [Symbol; 2] {
    ["AAPL", "EUR/USD"].map(|symbol| symbol.parse().unwrap())
}

pub(crate) async fn how_an_instrument_was_described_is_known_too(backend: &dyn Backend) {
    let store = backend.open();
    let named = |name: &str, price, seconds| {
        let mut quote = quote("AAPL", price, second(seconds));
        quote.instrument.name = name.into();
        shown(&quote, &[])
    };
    let (first, next) = (named("Apple", 268.0, 0), named("Apple Inc.", 269.0, 60));
    persist(&*store, std::slice::from_ref(&first), second(0)).await.unwrap();
    let answer = answer(&daily("AAPL", "1mo"), vec![bar("2025-10-29", 268.0)], second(30));
    store.persist_answer(&answer, market::Speaks::OfItsStretch, second(30)).await.unwrap();
    persist(&*store, std::slice::from_ref(&next), second(60)).await.unwrap();
    assert_eq!(at(&*store, 29).await, [first]);
    assert_eq!(at(&*store, 60).await, [next]);
    let known = store.answer(&answer.query, Some(second(59))).await.unwrap().unwrap();
    assert_eq!(known.instrument, answer.instrument);
    store.check().await.unwrap();
}
