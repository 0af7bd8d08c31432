//! However often the service is started, upstreams are asked no more for it, and what
//! was shown before is there.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
use market::{Clock, SourceError, SourceFacts, Store};
use testkit::allowance;
use tokio::time::timeout;

use super::facts;
use super::fakes::{Does, World, daily, symbol};

/// A life of the service, whose budget is like a real one.
async fn life(world: &World) -> engine::Engine {
    const REAL: market::Allowance = allowance(1_800.0, 60.0);
    static YAHOO: SourceFacts = facts::yahoo(REAL, REAL);
    let sources = world.sources_of(facts::catalog_with(&YAHOO));
    world.start_watching(&["BTC/EUR"], sources).await
}

/// Asks about so many instruments that nothing is known of.
async fn ask(engine: &engine::Engine, life: usize, many: usize) {
    for n in 0..many {
        let _ = engine.history(&daily(&format!("L{life}N{n}"), "5d")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn many_lives_in_an_hour_ask_no_more_than_one() {
    let world = World::new();
    world.yahoo.does(Does::Fails(SourceError::UnknownSymbol("L".parse().unwrap())));
    for number in 0..40 {
        let engine = life(&world).await;
        ask(&engine, number, 10).await;
        world.clock.advance(SignedDuration::from_secs(1));
    }
    let allowed = 60.0 + 40.0 * 1_800.0 / 3_600.0;
    assert!(world.yahoo.calls() as f64 <= allowed, "{} of {allowed}", world.yahoo.calls());
}

#[tokio::test(start_paused = true)]
async fn a_pause_outlives_a_restart_and_is_no_longer_for_it() {
    for (step, kept) in [(0, 100), (-3_600, 120), (3_600, 0)] {
        let world = World::new();
        let retry_after = Some(Duration::from_mins(2));
        world.yahoo.does(Does::Fails(SourceError::Throttled { retry_after }));
        let engine = life(&world).await;
        ask(&engine, 0, 1).await;
        world.clock.advance(SignedDuration::from_secs(20));
        world.clock.step(SignedDuration::from_secs(step));
        let (engine, calls) = (life(&world).await, world.yahoo.calls());
        if kept > 0 {
            world.clock.advance(SignedDuration::from_secs(kept - 1));
            ask(&engine, 1, 1).await;
            assert_eq!(world.yahoo.calls(), calls, "{step}");
            world.clock.advance(SignedDuration::from_secs(1));
        }
        ask(&engine, 2, 1).await;
        assert_eq!(world.yahoo.calls(), calls + 1, "{step}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_can_be_remembered_a_life_begins_with_nothing_to_spend() {
    let world = World::new();
    for lacks in [&world.store.broken, &world.store.unreadable] {
        lacks.store(true, Ordering::SeqCst);
        let engine = life(&world).await;
        ask(&engine, 0, 20).await;
        assert_eq!(world.yahoo.calls(), 0);
        lacks.store(false, Ordering::SeqCst);
    }
    world.store.broken.store(true, Ordering::SeqCst);
    let engine = life(&world).await;
    world.clock.advance(SignedDuration::from_secs(60));
    ask(&engine, 1, 40).await;
    let calls = world.yahoo.calls();
    assert!((1..=30).contains(&calls), "{calls}: a part of what has come in since");
}

async fn is_stored(world: &World) -> bool {
    let quotes = world.store.quotes().await.unwrap();
    quotes.iter().any(|quote| quote.instrument.symbol == symbol("AAPL"))
}

/// An engine that has shown a price, which the store takes only once it is let.
async fn showing_what_is_not_stored(world: &World) -> engine::Engine {
    let engine = world.engine().await;
    engine.refresh_due().await;
    world.store.held_up.send_replace(true);
    let shown = engine.quotes(&[symbol("AAPL")]).await;
    assert!(shown[0].quote.is_some() && !is_stored(world).await);
    engine
}

/// Something is not done until the store takes what was shown, and then it is.
async fn waits_until_stored(world: &World, work: impl Future) {
    let mut work = std::pin::pin!(work);
    assert!(timeout(Duration::from_secs(1), &mut work).await.is_err(), "it is not stored yet");
    world.store.held_up.send_replace(false);
    work.await;
    assert!(is_stored(world).await);
}

#[tokio::test(start_paused = true)]
async fn a_command_can_wait_until_what_it_read_is_stored() {
    let world = World::new();
    let engine = showing_what_is_not_stored(&world).await;
    waits_until_stored(&world, engine.persist_shown()).await;
}

#[tokio::test(start_paused = true)]
async fn what_was_shown_to_a_reader_is_stored_when_the_service_has_stopped() {
    let world = World::new();
    let engine = showing_what_is_not_stored(&world).await;
    let (_stop, stopping) = tokio::sync::watch::channel(true);
    waits_until_stored(&world, engine.run(stopping)).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_being_stored_is_waited_for_by_who_asks_what_was_shown() {
    let world = World::new();
    let engine = showing_what_is_not_stored(&world).await;
    let shown = [symbol("AAPL")];
    waits_until_stored(&world, engine.quotes_as_known(&shown, world.clock.now())).await;
}
