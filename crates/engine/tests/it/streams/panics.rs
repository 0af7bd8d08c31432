//! A fault of ours in what follows a stream.

use engine::{StreamPhase, UpstreamState};

use super::fake::Running;

/// When a stream that broke down is tried again, in seconds from now.
fn wait(running: &Running) -> f64 {
    let StreamPhase::Waiting { until, .. } = running.status("kraken").state else { panic!() };
    until.duration_since(running.now()).as_secs_f64()
}

async fn break_down(running: &Running) {
    while !running.is_live("kraken") {
        running.pass(1).await;
    }
    running.kraken.panics(true);
    running.kraken.tick("BTC/EUR", 60_002.0);
    running.settle().await;
    running.kraken.panics(false);
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_reported_as_the_streams_failure_and_costs_a_wait() {
    let running = Running::start().await;
    running.kraken.tick("BTC/EUR", 60_001.0);
    running.settle().await;
    running.check("BTC/EUR", 60_001.0, "kraken");
    running.kraken.told();
    let polled = running.world.coingecko.calls();
    break_down(&running).await;
    assert!((1.0..=2.0).contains(&wait(&running)));
    let (at, why) = running.status("kraken").last_error.unwrap();
    assert_eq!((at, why.reason()), (running.now(), "unreachable"));
    assert!(why.to_string().contains("broke down"), "{why}");
    let upstream = running.upstream("kraken");
    assert_eq!((upstream.errors, upstream.last_error), (1, Some((at, why))));
    assert!(running.is_live("yahoo"), "it has a task of its own");
    running.pass(1).await;
    assert_eq!(running.world.coingecko.calls(), polled + 1, "a poll fills the gap");
    running.pass(3).await;
    assert_eq!(running.kraken.told(), ["open BTC/EUR"]);
    running.kraken.tick("BTC/EUR", 60_003.0);
    running.settle().await;
    running.check("BTC/EUR", 60_003.0, "kraken");
}

#[tokio::test(start_paused = true)]
async fn waits_grow_while_it_breaks_down_again_and_begin_anew_once_it_has_held() {
    let running = Running::start().await;
    let mut waits = Vec::new();
    for _ in 0..7 {
        break_down(&running).await;
        waits.push(wait(&running));
    }
    for (attempt, wait) in (0_i32..).zip(&waits) {
        assert!((1.0..=1.0 + 2_f64.powi(attempt).min(60.0)).contains(wait), "{waits:?}");
    }
    assert!(waits.iter().copied().fold(0.0, f64::max) > 3.0, "{waits:?}");
    while !running.is_live("kraken") {
        running.pass(1).await;
    }
    running.pass(60).await;
    break_down(&running).await;
    assert!(wait(&running) <= 2.0, "it had held for a minute");
}

#[tokio::test(start_paused = true)]
async fn one_that_breaks_down_holds_up_neither_its_breaker_nor_the_end() {
    let running = Running::start().await;
    for _ in 0..5 {
        break_down(&running).await;
    }
    assert!(matches!(running.upstream("kraken").state, UpstreamState::FailingSince(_)));
    #[expect(clippy::disallowed_methods, reason = "the runtime's waits are measured")]
    let before = tokio::time::Instant::now();
    running.stop().await;
    assert!(before.elapsed().as_millis() < 100, "{:?}", before.elapsed());
}
