//! Quotes come back, and the newest of them counts.

use crate::values::{bare_quote, quote, second};
use crate::{Backend, Taking as _};

pub(crate) async fn a_quote_comes_back_whole(backend: &dyn Backend) {
    let store = backend.open();
    let (one, other) = (quote("AAPL", 269.7, second(0)), quote("EUR/USD", 1.1446, second(1)));
    store.take_quote(&other).await.unwrap();
    store.take_quote(&one).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [one, other]);
}

pub(crate) async fn a_quote_of_a_source_that_says_little_stays_so(backend: &dyn Backend) {
    let store = backend.open();
    let bare = bare_quote("CAPIO.ST", second(0));
    store.take_quote(&quote("CAPIO.ST", 58.0, second(-9))).await.unwrap();
    store.take_quote(&bare).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [bare], "nothing of the older one shines through");
}

pub(crate) async fn a_quote_gives_way_to_a_newer_one_only(backend: &dyn Backend) {
    let store = backend.open();
    let (old, new) = (quote("AAPL", 268.0, second(0)), quote("AAPL", 269.0, second(60)));
    for quote in [&old, &new, &old] {
        store.take_quote(quote).await.unwrap();
    }
    assert_eq!(store.quotes().await.unwrap(), [new]);
}

pub(crate) async fn of_several_sources_the_quote_received_last_counts(backend: &dyn Backend) {
    let store = backend.open();
    let mut ecb = quote("EUR/USD", 1.1446, second(30));
    ecb.source = market::Source::new("ecb");
    ecb.instrument.name = "US dollar per euro".into();
    store.take_quote(&ecb).await.unwrap();
    store.take_quote(&quote("EUR/USD", 1.1450, second(0))).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [ecb]);
    let newest = quote("EUR/USD", 1.1460, second(60));
    store.take_quote(&newest).await.unwrap();
    assert_eq!(store.quotes().await.unwrap(), [newest]);
}
