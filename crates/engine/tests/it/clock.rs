//! Somebody sets the machine's clock, or the machine is suspended.

use jiff::SignedDuration;
use market::{Freshness, SourceError, Unreach, series_freshness};

use super::fakes::{Does, World, at, daily, symbol};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// A little longer than instruments are refreshed after.
const INTERVAL: SignedDuration = SignedDuration::from_secs(61);

fn away() -> Does {
    let detail = "as this test wants".to_owned();
    Does::Fails(SourceError::Unreachable { why: Unreach::Connect, detail })
}

fn told(engine: &engine::Engine, name: &str) -> (f64, Freshness, Option<i64>) {
    let (board, now) = (engine.board(), engine.now());
    let entry = board.entry(&symbol(name)).unwrap();
    let price = entry.quote.as_ref().unwrap().price.get();
    (price, entry.freshness(now), entry.age(now).map(|age| age.as_secs()))
}

#[tokio::test(start_paused = true)]
async fn refreshing_goes_on_at_its_pace_whatever_is_done_to_the_clock() {
    for step in [-HOUR, -DAY, HOUR, DAY] {
        let world = World::new();
        let engine = world.engine().await;
        engine.refresh_due().await;
        world.clock.step(step);
        for minute in 2..10 {
            engine.refresh_due().await;
            engine.refresh_due().await;
            assert_eq!(
                world.yahoo.calls(),
                minute,
                "once, at once, and then once a minute: {step}"
            );
            let received = engine.board().entry(&symbol("CAC40")).unwrap().quote.clone().unwrap();
            assert_eq!(received.received_at, engine.now());
            world.clock.advance(INTERVAL);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_ahead_for_twenty_seconds_leaves_nothing_behind() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    world.clock.step(DAY);
    engine.refresh_due().await;
    world.clock.advance(SignedDuration::from_secs(20));
    world.clock.step(-DAY);
    world.yahoo.does(Does::Price(1.2, None));
    engine.refresh_due().await;
    assert_eq!(told(&engine, "EUR/USD"), (1.2, Freshness::Fresh, Some(0)));
}

#[tokio::test(start_paused = true)]
async fn ages_never_go_back_and_count_to_what_the_clock_shows_now() {
    for step in [-HOUR, HOUR, DAY, -DAY] {
        let world = World::new();
        let engine = world.engine().await;
        engine.refresh_due().await;
        for source in [&world.yahoo, &world.er_api, &world.coingecko] {
            source.does(away());
        }
        world.clock.advance(SignedDuration::from_mins(10));
        world.clock.step(step);
        engine.refresh_due().await;
        world.clock.advance(SignedDuration::from_mins(10));
        engine.refresh_due().await;
        let (_, freshness, age) = told(&engine, "EUR/USD");
        let age_now = 1_200 + step.as_secs().max(0);
        assert_eq!((freshness, age), (Freshness::Stale, Some(age_now)), "{step}");
    }
}

/// Then nobody knows how old a price is that says it will be true in an hour.
#[tokio::test(start_paused = true)]
async fn prices_are_followed_while_the_clock_is_wrong_and_are_not_fresh() {
    let world = World::new();
    let engine = world.engine().await;
    world.er_api.does(away());
    world.yahoo.does(Does::Price(1.1, Some(engine.now())));
    engine.refresh_due().await;
    world.clock.step(-HOUR);
    for price in [1.12, 1.13] {
        world.clock.advance(INTERVAL);
        world.yahoo.does(Does::Price(price, Some(engine.now() + HOUR)));
        engine.refresh_due().await;
        assert_eq!(told(&engine, "EUR/USD"), (price, Freshness::Stale, None));
    }
    assert_eq!(engine.set_aside(), [], "the clock is to blame, not the price");
    world.clock.advance(INTERVAL);
    world.yahoo.does(Does::Price(1.3, Some(engine.now() + HOUR * 3)));
    engine.refresh_due().await;
    let (price, ..) = told(&engine, "EUR/USD");
    assert!(price < 1.2, "what lies ahead of all clocks is not believed");
}

#[tokio::test(start_paused = true)]
async fn what_was_received_in_the_future_is_not_fresh_and_is_asked_for_at_once() {
    let world = World::new();
    world.clock.step(DAY);
    world.engine().await.refresh_due().await;
    world.clock.step(-DAY);
    world.yahoo.does(Does::Price(1.2, None));
    let engine = world.engine().await;
    assert!(engine.board().all().all(|entry| entry.freshness(engine.now()) != Freshness::Fresh));
    engine.refresh_due().await;
    assert_eq!(told(&engine, "EUR/USD"), (1.2, Freshness::Fresh, Some(0)));
}

#[tokio::test(start_paused = true)]
async fn a_price_is_still_there_after_a_restart_with_the_clock_set_back() {
    let world = World::new();
    let engine = world.engine().await;
    world.yahoo.does(Does::Price(1.1, Some(engine.now())));
    engine.refresh_due().await;
    world.clock.step(-HOUR);
    let engine = world.engine().await;
    assert_eq!(told(&engine, "EUR/USD"), (1.1, Freshness::Stale, None));
}

#[tokio::test(start_paused = true)]
async fn all_is_due_when_a_suspended_machine_wakes() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    engine.history(&daily("AAPL", "1mo")).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(8));
    world.yahoo.does(Does::Price(1.15, None));
    engine.refresh_due().await;
    assert_eq!(told(&engine, "EUR/USD"), (1.15, Freshness::Fresh, Some(0)));
    let held = engine.history(&daily("AAPL", "1mo")).await.unwrap();
    assert_eq!(series_freshness(&held, engine.now()), Freshness::Stale);
}

#[tokio::test(start_paused = true)]
async fn history_from_before_the_clock_was_set_back_is_asked_anew() {
    let world = World::new();
    let engine = world.engine().await;
    let question = daily("AAPL", "1mo");
    engine.history(&question).await.unwrap();
    world.clock.advance(SignedDuration::from_mins(65));
    world.clock.step(-HOUR);
    engine.refresh_due().await;
    let anew = engine.history_anew(&question).await.unwrap();
    assert_eq!(anew.received_at, at("2025-10-29T12:05:00Z"), "it only looked young");
    let calls = world.yahoo.calls();
    let held = engine.history(&question).await.unwrap();
    assert_eq!(series_freshness(&held, engine.now()), Freshness::Fresh);
    assert_eq!(world.yahoo.calls(), calls, "and once is enough");
}

#[tokio::test(start_paused = true)]
async fn after_a_sleep_without_a_source_yesterdays_price_is_not_fresh() {
    let world = World::new();
    let engine = world.engine().await;
    engine.refresh_due().await;
    for source in [&world.yahoo, &world.er_api, &world.coingecko] {
        source.does(away());
    }
    world.clock.step(DAY);
    engine.refresh_due().await;
    let (_, freshness, age) = told(&engine, "EUR/USD");
    assert_eq!((freshness, age), (Freshness::Stale, Some(DAY.as_secs())));
}
