//! Quotes of instruments that nobody watches.

use jiff::SignedDuration;

use crate::fakes::{World, failing, symbol, unknown};

#[tokio::test(start_paused = true)]
async fn many_readers_of_an_instrument_cost_one_call_in_an_interval() {
    let world = World::new();
    let engine = world.engine().await;
    let asked = [symbol("USD/JPY")];
    let readers = (0..50).map(|_| engine.quotes(&asked));
    for entries in futures_util::future::join_all(readers).await {
        assert!(entries[0].quote.is_some());
    }
    world.clock.advance(SignedDuration::from_secs(30));
    engine.quotes(&asked).await;
    assert_eq!(world.yahoo.calls(), 1);
    world.clock.advance(SignedDuration::from_secs(31));
    engine.refresh_due().await;
    let before = world.yahoo.calls();
    engine.quotes(&asked).await;
    let until_asked = world.yahoo.calls() - before;
    assert!(until_asked <= 1, "it is refreshed when somebody asks, and not otherwise");
}

#[tokio::test(start_paused = true)]
async fn one_that_cannot_be_had_does_not_fail_the_rest() {
    let world = World::new();
    world.yahoo.does(unknown("ZZZ"));
    let engine = world.engine().await;
    let entries = engine.quotes(&[symbol("ZZZ"), symbol("BTC/USD")]).await;
    assert!(entries[0].quote.is_none());
    assert_eq!(entries[0].failures.reason(), "unknown_symbol");
    assert_eq!(entries[1].quote.as_ref().unwrap().source.as_str(), "coingecko");
}

#[tokio::test(start_paused = true)]
async fn what_was_known_is_given_at_once_after_a_restart_without_upstreams() {
    let world = World::new();
    world.engine().await.quotes(&[symbol("USD/JPY")]).await;
    for source in [&world.yahoo, &world.er_api] {
        source.does(failing());
    }
    let engine = world.engine().await;
    let held = engine.quotes(&[symbol("JPY=X")]).await;
    assert!(held[0].quote.is_some(), "under any of its names");
    assert!(engine.board().entries.iter().all(|it| it.instrument.symbol != symbol("USD/JPY")));
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_waits_is_told_when_it_has_come_to_nothing() {
    let world = World::new();
    world.yahoo.does(failing());
    let engine = world.engine().await;
    #[expect(clippy::disallowed_methods, reason = "the runtime's waits are measured")]
    let begun = tokio::time::Instant::now();
    let entries = engine.quotes(&[symbol("AAPL")]).await;
    assert_eq!(entries[0].failures.reason(), "upstream_failing");
    assert!(begun.elapsed() < std::time::Duration::from_secs(2), "not the longest wait");
}
