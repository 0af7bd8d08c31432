//! What is known of instruments, and what outlives a restart.

use std::time::Duration;

use jiff::civil::date;
use market::{Action, ActionKind, Identity, Saved, Source, Spending};

use crate::values::{answer, bar, bare_quote, daily, quote, second};
use crate::{Backend, Taking as _};

pub(crate) async fn instruments_are_listed_once_as_described_last(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    let mut described = answer(&question, vec![], second(60));
    described.instrument.name = "Apple Inc.".into();
    store.take(&described).await.unwrap();
    store.take_quote(&quote("AAPL", 1.0, second(0))).await.unwrap();
    let euro = quote("EUR/USD", 1.1, second(0));
    store.take_quote(&euro).await.unwrap();
    assert_eq!(store.instruments().await.unwrap(), [described.instrument, euro.instrument]);
}

pub(crate) async fn where_an_instrument_is_listed_comes_back(backend: &dyn Backend) {
    let store = backend.open();
    let question = daily("AAPL", "5d");
    for (seconds, mic, first_trade) in [
        (0, Some("XNAS"), Some(date(1980, 12, 12))),
        (60, Some("XNYS"), Some(date(1898, 5, 26))),
        (120, None, None),
    ] {
        let mut quote = quote("AAPL", 1.0, second(seconds));
        quote.instrument.mic = mic.map(str::to_owned);
        quote.instrument.first_trade = first_trade;
        let mut stored = answer(&question, vec![bar("2025-10-27", 1.0)], second(seconds));
        stored.instrument = quote.instrument.clone();
        store.take_quote(&quote).await.unwrap();
        store.take(&stored).await.unwrap();
        assert_eq!(store.instruments().await.unwrap(), [quote.instrument.clone()]);
        assert_eq!(store.quotes().await.unwrap(), [quote]);
        assert_eq!(store.last(&question).await.unwrap(), Some(stored));
    }
}

pub(crate) async fn what_is_left_of_a_budget_outlives_a_restart(backend: &dyn Backend) {
    let spending = |upstream, left, at| {
        let pause = Duration::from_millis(1_500);
        Spending { upstream: Source::new(upstream), left, pause, at: second(at) }
    };
    let store = backend.open();
    assert_eq!(store.spendings().await.unwrap(), []);
    for (upstream, left, at) in [("yahoo", 59.5, 0), ("ecb", 6.0, 1), ("yahoo", 58.25, 2)] {
        store.persist_spending(&spending(upstream, left, at)).await.unwrap();
    }
    drop(store);
    let mut kept = backend.open().spendings().await.unwrap();
    kept.sort_by(|one, other| one.upstream.cmp(&other.upstream));
    assert_eq!(kept, [spending("ecb", 6.0, 1), spending("yahoo", 58.25, 2)]);
}

pub(crate) async fn what_an_instrument_is_called_elsewhere_is_as_brought_in_last(
    backend: &dyn Backend,
) {
    let store = backend.open();
    assert_eq!(store.identities().await.unwrap(), []);
    let bare = |symbol: &str| Identity::of(symbol.parse().unwrap());
    let whole = Identity {
        isin: "US0378331005".parse().ok(),
        mic: Some("XNAS".into()),
        figi: "BBG000B9Y5X2".parse().ok(),
        composite_figi: "BBG000B9XRY4".parse().ok(),
        share_class_figi: "BBG001S5N8V8".parse().ok(),
        ..bare("AAPL")
    };
    let first = Identity { isin: "US5949181045".parse().ok(), ..bare("MSFT") };
    store.persist_identities(&[whole.clone(), first]).await.unwrap();
    store.persist_identities(&[bare("MSFT")]).await.unwrap();
    drop(store);
    assert_eq!(backend.open().identities().await.unwrap(), [whole, bare("MSFT")]);
}

pub(crate) async fn a_restart_forgets_nothing(backend: &dyn Backend) {
    let question = daily("AAPL", "5d");
    let mut stored = answer(&question, vec![bar("2025-10-27", 1.0)], second(0));
    stored.actions =
        vec![Action { ex_date: date(2025, 10, 27), kind: ActionKind::Dividend(0.26.into()) }];
    let quote = quote("EUR/USD", 1.1446, second(0));
    let store = backend.open();
    store.take(&stored).await.unwrap();
    store.take_quote(&quote).await.unwrap();
    let instruments = store.instruments().await.unwrap();
    drop(store);

    let store = backend.open();
    assert_eq!(store.last(&question).await.unwrap().as_ref(), Some(&stored));
    assert_eq!(store.quotes().await.unwrap(), [quote]);
    assert_eq!(store.instruments().await.unwrap(), instruments);
    assert_eq!(store.take(&stored).await.unwrap(), Saved::default());
}

pub(crate) async fn a_sound_store_passes_the_check(backend: &dyn Backend) {
    let store = backend.open();
    store.check().await.unwrap();
    for i in 0..3 {
        let bars = vec![bar("2025-10-27", 1.0), bar("2025-10-28", f64::from(i))];
        let received_at = second(i64::from(i));
        store.take(&answer(&daily("AAPL", "5d"), bars, received_at)).await.unwrap();
    }
    store.take_quote(&bare_quote("AAPL", second(0))).await.unwrap();
    store.check().await.unwrap();
}
