//! Streams that are lost, refused, or come and go.

use engine::{StreamPhase, UpstreamState};
use market::{SourceError, SourceFacts};
use testkit::allowance;

use super::fake::Running;
use crate::facts;
use crate::fakes::{World, symbol};

#[tokio::test(start_paused = true)]
async fn a_loss_is_reported_and_a_poll_fills_the_gap_at_once() {
    let running = Running::start().await;
    for _ in 0..90 {
        running.yahoo.tick("EUR/USD", 1.1);
        running.yahoo.tick("CAC40", 1.1);
        running.pass(1).await;
    }
    running.yahoo.told();
    let polled = running.world.yahoo.calls();
    running.yahoo.drop_line();
    running.settle().await;
    let since = running.now();
    assert!(matches!(running.status("yahoo").state, StreamPhase::Waiting { .. }));
    let (_, why) = running.status("yahoo").last_error.unwrap();
    assert_eq!(why.reason(), "unreachable");
    assert_eq!(running.upstream("yahoo_stream").state, UpstreamState::FailingSince(since));
    assert_eq!(running.upstream("yahoo").state, UpstreamState::Ok);
    running.check("EUR/USD", 1.1, "yahoo");
    running.pass(1).await;
    assert_eq!(running.world.yahoo.calls(), polled + 1, "all that it told of, in one request");
    assert_eq!(running.shown("CAC40").received_at, running.now());
    let _follower = running.engine.demand(&[symbol("USD/JPY")]);
    running.pass(3).await;
    assert_eq!(running.yahoo.told(), ["open CAC40,EUR/USD,USD/JPY"], "what is wanted by then");
    assert_eq!(running.upstream("yahoo_stream").state, UpstreamState::Ok);
    running.yahoo.tick("EUR/USD", 1.12);
    running.settle().await;
    running.check("EUR/USD", 1.12, "yahoo");
}

#[tokio::test(start_paused = true)]
async fn waits_grow_up_to_a_minute_and_begin_anew_once_it_has_held() {
    let running = Running::watching(&["EUR/USD"]).await;
    let mut waits = Vec::new();
    for _ in 0..9 {
        while !running.is_live("yahoo") {
            running.pass(1).await;
        }
        running.yahoo.drop_line();
        running.settle().await;
        let StreamPhase::Waiting { until, .. } = running.status("yahoo").state else { panic!() };
        waits.push(until.duration_since(running.now()).as_secs_f64());
    }
    for (attempt, wait) in (0_i32..).zip(&waits) {
        let range = 2_f64.powi(attempt).min(60.0);
        assert!((1.0..=1.0 + range).contains(wait), "{waits:?}");
    }
    let longest = waits.iter().copied().fold(0.0, f64::max);
    assert!(longest > 3.0, "{waits:?}");
    while !running.is_live("yahoo") {
        running.pass(1).await;
    }
    running.pass(60).await;
    running.yahoo.drop_line();
    running.settle().await;
    let StreamPhase::Waiting { until, .. } = running.status("yahoo").state else { panic!() };
    assert!(until.duration_since(running.now()).as_secs_f64() <= 2.0, "it had held for a minute");
}

/// Connections in an hour, and polls beside them.
async fn in_an_hour(running: &Running) -> (usize, usize) {
    running.yahoo.told();
    let polled = running.world.yahoo.calls();
    running.pass(3_600).await;
    let opened = running.yahoo.told().iter().filter(|told| told.starts_with("open")).count();
    (opened, running.world.yahoo.calls() - polled)
}

/// Its stream may be opened as seldom as the real one.
static YAHOO_AS_IT_IS: SourceFacts = facts::yahoo(allowance(1e9, 1e9), allowance(60.0, 6.0));

#[tokio::test(start_paused = true)]
async fn a_stream_that_comes_and_goes_keeps_to_its_budget() {
    let world = World::new();
    let sources = world.sources_of(facts::catalog_with(&YAHOO_AS_IT_IS));
    let running = Running::over(sources, world, &["EUR/USD"]).await;
    running.yahoo.ends_at_once();
    let (opened, polled) = in_an_hour(&running).await;
    assert!((20..=66).contains(&opened), "{opened}");
    assert!((60..=130).contains(&polled), "{polled}");
}

#[tokio::test(start_paused = true)]
async fn a_streamer_that_refuses_leaves_the_polled_upstream_alone() {
    let running = Running::start().await;
    running.yahoo.refuses(Some(SourceError::Unauthorised { status: 403 }));
    running.yahoo.drop_line();
    let (opened, polled) = in_an_hour(&running).await;
    assert!(opened < 140, "the breaker lets a probe through every half minute: {opened}");
    assert!((50..=130).contains(&polled), "as without a stream: {polled}");
    assert!(matches!(running.upstream("yahoo_stream").state, UpstreamState::FailingSince(_)));
    let polled = running.upstream("yahoo");
    assert_eq!((polled.state, polled.errors), (UpstreamState::Ok, 0));
    running.check("EUR/USD", 1.1, "yahoo");
}

#[tokio::test(start_paused = true)]
async fn the_next_stream_stands_in_for_one_that_stays_away() {
    let running = Running::start().await;
    running.yahoo.told();
    running.kraken.refuses(Some(SourceError::Failing { status: 503 }));
    running.kraken.drop_line();
    running.pass(55).await;
    assert!(running.yahoo.told().is_empty(), "it may soon be back");
    running.pass(10).await;
    assert_eq!(running.yahoo.told(), ["+BTC/EUR"]);
    running.yahoo.tick("BTC/EUR", 60_001.0);
    running.settle().await;
    running.check("BTC/EUR", 60_001.0, "yahoo");
    running.kraken.refuses(None);
    while !running.is_live("kraken") {
        running.pass(1).await;
    }
    running.pass(1).await;
    running.kraken.tick("BTC/EUR", 60_002.0);
    running.yahoo.tick("BTC/EUR", 60_003.0);
    running.settle().await;
    running.check("BTC/EUR", 60_002.0, "kraken");
    running.pass(62).await;
    assert_eq!(running.yahoo.told(), ["-BTC/EUR"]);
}
