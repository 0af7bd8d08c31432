//! Instruments that somebody follows.

use engine::Engine;
use jiff::SignedDuration;
use market::Freshness;

use crate::fakes::{World, symbol};

/// Waits until an instrument has a quote.
async fn priced(engine: &Engine, name: &str) {
    let mut changes = engine.board_changes();
    let has_quote = || {
        let board = engine.board();
        board.entry(&symbol(name)).is_some_and(|entry| entry.quote.is_some())
    };
    while !has_quote() {
        changes.changed().await.unwrap();
    }
}

/// How many calls of the first source a minute brings.
async fn calls_in_a_minute(world: &World, engine: &Engine) -> usize {
    let before = world.yahoo.calls();
    world.clock.advance(SignedDuration::from_secs(61));
    engine.refresh_due().await;
    world.yahoo.calls() - before
}

/// An engine whose watched instruments were refreshed a moment ago.
async fn refreshed(world: &World) -> Engine {
    let engine = world.engine().await;
    engine.refresh_due().await;
    engine
}

#[tokio::test(start_paused = true)]
async fn what_is_followed_is_refreshed_until_the_last_one_leaves() {
    let world = World::new();
    let engine = refreshed(&world).await;
    let usual = calls_in_a_minute(&world, &engine).await;
    let received = |engine: &Engine| {
        engine.board().entry(&symbol("USD/JPY")).unwrap().quote.clone().unwrap().received_at
    };
    let first = engine.demand(&[symbol("USD/JPY")]);
    let second = engine.demand(&[symbol("JPY=X")]);
    priced(&engine, "USD/JPY").await;
    for follower in [Some(first), Some(second)] {
        let before = received(&engine);
        calls_in_a_minute(&world, &engine).await;
        assert!(received(&engine) > before, "one still follows it");
        drop(follower);
    }
    let before = received(&engine);
    assert_eq!(calls_in_a_minute(&world, &engine).await, usual);
    assert_eq!(received(&engine), before, "nobody follows it any more");
}

#[tokio::test(start_paused = true)]
async fn following_what_is_watched_changes_nothing_about_it() {
    let world = World::new();
    let engine = refreshed(&world).await;
    let calls = world.yahoo.calls();
    drop(engine.demand(&[symbol("CAC40"), symbol("^FCHI")]));
    assert_eq!(world.yahoo.calls(), calls, "it was refreshed a moment ago");
    world.clock.advance(SignedDuration::from_secs(61));
    engine.refresh_due().await;
    let quote = engine.board().entry(&symbol("CAC40")).unwrap().quote.clone().unwrap();
    assert_eq!(market::quote_freshness(&quote, engine.now()), Freshness::Fresh);
    assert_eq!(quote.received_at, engine.now(), "the watchlist still wants it");
}

#[tokio::test(start_paused = true)]
async fn one_who_returns_within_the_interval_costs_no_call() {
    let world = World::new();
    let engine = refreshed(&world).await;
    drop(engine.demand(&[symbol("USD/JPY")]));
    priced(&engine, "USD/JPY").await;
    let calls = world.yahoo.calls();
    let _again = engine.demand(&[symbol("USD/JPY")]);
    engine.refresh_due().await;
    assert_eq!(world.yahoo.calls(), calls);
}

#[tokio::test(start_paused = true)]
async fn one_whom_the_board_let_go_is_refreshed_all_the_same() {
    let world = World::new();
    let engine = refreshed(&world).await;
    let _followed = engine.demand(&[symbol("USD/JPY")]);
    priced(&engine, "USD/JPY").await;
    let guests: Vec<_> = (0..5_000).map(|n| symbol(&format!("G{n}"))).collect();
    for guests in guests.chunks(500) {
        engine.quotes(guests).await;
    }
    assert!(engine.board().entry(&symbol("USD/JPY")).is_none(), "newer guests took its place");
    world.clock.advance(SignedDuration::from_secs(61));
    engine.refresh_due().await;
    priced(&engine, "USD/JPY").await;
}
