use std::sync::atomic::Ordering;

use engine::{Engine, Entry, Rejection, UpstreamState};
use jiff::SignedDuration;
use market::{Freshness, Quote, SourceError, Store, quote_freshness};

use crate::fakes::{Does, World, at, failing, symbol, unknown};

fn entry(engine: &Engine, name: &str) -> Entry {
    let board = engine.board();
    Entry::clone(board.entry(&symbol(name)).unwrap())
}

fn check(engine: &Engine, name: &str, price: f64, source: &str) {
    let quote = entry(engine, name).quote.unwrap();
    let found = (quote.price.get().to_bits(), quote.source.as_str());
    assert_eq!(found, (price.to_bits(), source), "{name}");
}

#[tokio::test(start_paused = true)]
async fn spellings_of_one_instrument_are_watched_once() {
    let engine = World::new().engine().await;
    let names: Vec<String> =
        engine.board().entries.iter().map(|e| e.instrument.symbol.to_string()).collect();
    assert_eq!(names, ["EUR/USD", "CAC40", "BTC/EUR"]);
}

#[tokio::test(start_paused = true)]
async fn each_instrument_is_asked_of_its_first_source_in_one_call() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    check(&engine, "EUR/USD", 1.1, "yahoo");
    check(&engine, "BTC/EUR", 60_000.0, "coingecko");
    assert_eq!((world.yahoo.calls(), world.coingecko.calls(), world.er_api.calls()), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn the_next_source_answers_where_the_first_fails() {
    let world = World::new();
    world.yahoo.does(failing());
    let engine = world.engine().await;
    engine.refresh_due().await;
    check(&engine, "EUR/USD", 1.2, "er_api");
    let cac = entry(&engine, "CAC40");
    assert!(cac.quote.is_none());
    assert_eq!(cac.failures.reason(), "upstream_failing");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_again_before_it_is_due() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    engine.refresh_due().await;
    world.clock.advance(SignedDuration::from_secs(50));
    engine.refresh_due().await;
    assert_eq!(world.yahoo.calls(), 1);
    world.clock.advance(SignedDuration::from_secs(20));
    engine.refresh_due().await;
    assert_eq!(world.yahoo.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_last_good_value_stays_when_every_source_fails() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    world.yahoo.does(failing());
    world.er_api.does(failing());
    world.clock.advance(SignedDuration::from_hours(1));
    engine.refresh_due().await;
    let held = entry(&engine, "EUR/USD");
    assert_eq!(quote_freshness(held.quote.as_ref().unwrap(), engine.now()), Freshness::Stale);
    let asked: Vec<_> = held.failures.iter().map(|failure| failure.source.as_str()).collect();
    assert_eq!(asked, ["yahoo", "er_api", "ecb"], "and the board says who was asked in vain");
}

#[tokio::test(start_paused = true)]
async fn an_older_rate_of_the_second_source_does_not_push_out_a_newer_price() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    world.yahoo.does(failing());
    world.er_api.does(Does::Price(1.3, Some(at("2025-10-29T00:02:00Z"))));
    world.clock.advance(SignedDuration::from_mins(5));
    engine.refresh_due().await;
    check(&engine, "EUR/USD", 1.1, "yahoo");
}

#[tokio::test(start_paused = true)]
async fn a_restart_without_network_serves_what_was_known() {
    let world = World::new();
    world.engine().await.refresh_due().await;
    world.yahoo.does(failing());
    world.clock.advance(SignedDuration::from_hours(2));
    let engine = world.engine().await;
    check(&engine, "CAC40", 1.1, "yahoo");
    let quote = entry(&engine, "CAC40").quote.unwrap();
    assert_eq!(quote_freshness(&quote, engine.now()), Freshness::Stale);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_costs_only_the_keeping() {
    let world = World::new();
    world.store.broken.store(true, Ordering::SeqCst);
    let engine = world.engine().await;
    // It begins with nothing to spend.
    world.clock.advance(SignedDuration::from_hours(1));
    engine.refresh_due().await;
    check(&engine, "EUR/USD", 1.1, "yahoo");
}

#[tokio::test(start_paused = true)]
async fn the_simulator_stands_in_only_where_there_is_no_real_value() {
    let world = World::new();
    world.yahoo.does(unknown("CAC40"));
    let engine = world.engine_with_demo().await;
    assert!(entry(&engine, "CAC40").quote.is_none(), "nothing is made up before anybody was asked");
    engine.refresh_due().await;
    check(&engine, "CAC40", 9.0, "demo");
    assert_eq!(entry(&engine, "CAC40").failures.reason(), "unknown_symbol");
    check(&engine, "EUR/USD", 1.2, "er_api");
    world.demo.does(Does::Price(10.0, None));
    engine.refresh_due().await;
    check(&engine, "CAC40", 10.0, "demo");
    world.yahoo.does(Does::Price(7150.0, None));
    world.clock.advance(SignedDuration::from_mins(11));
    engine.refresh_due().await;
    check(&engine, "CAC40", 7150.0, "yahoo");
}

#[tokio::test(start_paused = true)]
async fn a_slow_source_holds_up_no_other_and_stopping_waits_for_it() {
    let world = World::new();
    world.yahoo.gate(false);
    let engine = world.engine().await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let mut changes = engine.board_changes();
    changes.mark_unchanged();
    let running = tokio::spawn({
        let engine = engine.clone();
        async move { engine.run(stopping).await }
    });
    changes.changed().await.unwrap();
    check(&engine, "BTC/EUR", 60_000.0, "coingecko");
    assert!(entry(&engine, "EUR/USD").quote.is_none(), "Yahoo has not answered yet");
    stop.send_replace(true);
    world.yahoo.gate(true);
    running.await.unwrap();
    check(&engine, "EUR/USD", 1.1, "yahoo");
}

#[tokio::test(start_paused = true)]
async fn a_price_a_hundred_times_too_high_is_fresh_nowhere_and_the_next_source_is_asked() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    world.yahoo.does(Does::Price(110.0, None));
    world.er_api.does(Does::Price(1.11, None));
    world.clock.advance(SignedDuration::from_mins(2));
    engine.refresh_due().await;
    check(&engine, "EUR/USD", 1.11, "er_api");
    let pair = entry(&engine, "EUR/USD");
    assert_eq!(pair.quarantined.unwrap().reason, Rejection::HundredFold);
    // Nobody else knows the index: both values are told.
    let cac = entry(&engine, "CAC40");
    let told = |quote: &Quote| (quote.price.get() * 10.0).round() as u32;
    assert_eq!(cac.quote.as_ref().map(told), Some(1_100));
    assert_eq!(cac.rival(engine.now()).map(told), Some(11));
    assert_eq!(cac.freshness(engine.now()), Freshness::Stale);
    let stored = world.store.quotes().await.unwrap();
    assert!(stored.iter().all(|quote| quote.price.get() < 100.0 || quote.price.get() > 1_000.0));

    world.yahoo.does(Does::Price(1.12, None));
    world.clock.advance(SignedDuration::from_mins(2));
    engine.refresh_due().await;
    check(&engine, "CAC40", 1.12, "yahoo");
    let cac = entry(&engine, "CAC40");
    assert_eq!((cac.freshness(engine.now()), cac.doubt()), (Freshness::Fresh, None));
}

#[tokio::test(start_paused = true)]
async fn a_second_source_confirms_what_was_doubted() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    world.yahoo.does(Does::Price(1.5, None));
    world.er_api.does(Does::Price(1.501, None));
    world.clock.advance(SignedDuration::from_mins(2));
    engine.refresh_due().await;
    check(&engine, "EUR/USD", 1.501, "er_api");
    assert!(entry(&engine, "EUR/USD").quarantined.is_none());
}

#[tokio::test(start_paused = true)]
async fn two_live_sources_that_disagree_make_a_price_disputed() {
    let world = World::new();
    let engine = world.engine().await;
    world.yahoo.does(Does::Price(60_100.0, None));
    let round = async || {
        engine.refresh_due().await;
        world.clock.advance(SignedDuration::from_mins(6));
    };
    for _ in 0..3 {
        round().await;
    }
    engine.refresh_due().await;
    assert!(entry(&engine, "BTC/EUR").rival(engine.now()).is_none(), "they agree");
    world.yahoo.does(Does::Price(66_000.0, None));
    for _ in 0..3 {
        round().await;
    }
    engine.refresh_due().await;
    let disputed = entry(&engine, "BTC/EUR");
    let rival = disputed.rival(engine.now()).unwrap();
    assert_eq!((rival.source.as_str(), rival.price.get() > 65_999.0), ("yahoo", true));
    check(&engine, "BTC/EUR", 60_000.0, "coingecko");
}

#[tokio::test(start_paused = true)]
async fn an_unknown_symbol_is_not_asked_for_again_and_again_but_a_failure_is() {
    let world = World::new();
    world.yahoo.does(unknown("CAC40"));
    let engine = world.engine().await;
    for _ in 0..4 {
        engine.refresh_due().await;
        world.clock.advance(SignedDuration::from_mins(2));
    }
    assert_eq!(world.yahoo.calls(), 1);
    world.clock.advance(SignedDuration::from_mins(10));
    world.yahoo.does(failing());
    let before = world.yahoo.calls();
    for _ in 0..3 {
        engine.refresh_due().await;
        world.clock.advance(SignedDuration::from_mins(2));
    }
    assert!(world.yahoo.calls() - before >= 3);
}

#[tokio::test(start_paused = true)]
async fn upstreams_tell_how_they_are() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    let pause = Does::Fails(SourceError::Throttled {
        retry_after: Some(std::time::Duration::from_mins(5)),
    });
    world.yahoo.does(pause);
    world.clock.advance(SignedDuration::from_mins(2));
    engine.refresh_due().await;
    let all = engine.upstreams();
    let names: Vec<_> = all.iter().map(|upstream| upstream.source.as_str()).collect();
    assert_eq!(names, ["coingecko", "er_api", "yahoo"]);
    let until = engine.now() + SignedDuration::from_mins(5);
    assert_eq!(all[2].state, UpstreamState::PausedUntil(until));
    assert_eq!((all[2].calls, all[2].errors), (2, 1));
    assert_eq!(all[0].state, UpstreamState::Ok);
}
