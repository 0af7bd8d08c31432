use std::sync::atomic::{AtomicU32, Ordering};

use jiff::SignedDuration;
use market::{NotAsked, Source};
use testkit::SettableClock;

use super::*;

struct Tried {
    upstream: Upstream,
    clock: Arc<SettableClock>,
    calls: AtomicU32,
}

impl Tried {
    fn new(per_hour: f64, burst: f64) -> Self {
        let clock = SettableClock::at("2025-10-29T12:00:00Z");
        let allowance = Allowance { per_hour, burst, terms: "", terms_url: "" };
        let calls = Calls { pause: Duration::ZERO, ..Calls::default() };
        let upstream = Upstream::new(Source::new("yahoo"), allowance, calls, clock.clone());
        Self { upstream, clock, calls: AtomicU32::new(0) }
    }

    fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    async fn ask(&self, result: Result<u32, SourceError>) -> Result<u32, SourceError> {
        let call = || async {
            self.calls.fetch_add(1, Ordering::SeqCst);
            result.clone()
        };
        self.upstream.ask(OnBehalf::Reader, call).await
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    fn status(&self) -> UpstreamStatus {
        self.upstream.status(self.clock.now())
    }
}

fn failing() -> Result<u32, SourceError> {
    Err(SourceError::Failing { status: 500 })
}

fn not_asked(result: Result<u32, SourceError>) -> NotAsked {
    match result {
        Err(SourceError::NotAsked { why, .. }) => why,
        other => panic!("it was asked: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_spent_budget_withholds_calls() {
    let tried = Tried::new(60.0, 2.0);
    assert_eq!(tried.ask(Ok(1)).await, Ok(1));
    assert_eq!(tried.ask(Ok(1)).await, Ok(1));
    assert_eq!(not_asked(tried.ask(Ok(1)).await), NotAsked::RateLimited);
    tried.advance(60);
    assert_eq!(tried.ask(Ok(1)).await, Ok(1));
    assert_eq!(tried.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_pause_asked_for_is_kept_with_and_without_its_length() {
    let at_once = Some(Duration::ZERO);
    for (retry_after, pause) in [(Some(Duration::from_mins(2)), 120), (None, 30), (at_once, 10)] {
        let tried = Tried::new(1e6, 1e6);
        let _ = tried.ask(Err(SourceError::Throttled { retry_after })).await;
        assert_eq!(tried.calls(), 1, "one who asks for a pause is not asked again at once");
        tried.advance(pause - 1);
        assert_eq!(not_asked(tried.ask(Ok(1)).await), NotAsked::PauseRequested);
        assert!(matches!(tried.status().state, UpstreamState::PausedUntil(_)));
        tried.advance(1);
        assert_eq!(tried.ask(Ok(1)).await, Ok(1));
        assert_eq!(tried.status().state, UpstreamState::Ok);
    }
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_keeps_failing_is_spared_and_then_probed() {
    let tried = Tried::new(1e6, 1e6);
    let begun = tried.clock.now();
    for _ in 0..3 {
        let _ = tried.ask(failing()).await;
    }
    assert_eq!(tried.calls(), 5, "two attempts each, until the breaker opened");
    assert_eq!(not_asked(tried.ask(Ok(1)).await), NotAsked::CircuitOpen);
    assert_eq!(tried.status().state, UpstreamState::FailingSince(begun));
    tried.advance(30);
    assert_eq!(tried.ask(Ok(1)).await, Ok(1));
    assert_eq!(tried.status().state, UpstreamState::Ok);
}

#[tokio::test(start_paused = true)]
async fn a_final_word_is_no_failure_of_the_upstream() {
    let tried = Tried::new(1e6, 1e6);
    for _ in 0..30 {
        let unknown = SourceError::UnknownSymbol("QQQ".parse().unwrap());
        assert!(tried.ask(Err(unknown)).await.is_err());
    }
    assert_eq!((tried.calls(), tried.status().state), (30, UpstreamState::Ok));
    assert_eq!((tried.status().calls, tried.status().errors), (30, 0));
}

#[tokio::test(start_paused = true)]
async fn what_talks_nonsense_is_not_asked_twice_in_a_row() {
    let tried = Tried::new(1e6, 1e6);
    let _ = tried.ask(Err(SourceError::Unreadable("HTML".into()))).await;
    let _ = tried.ask(Err(SourceError::Unauthorised { status: 403 })).await;
    assert_eq!(tried.calls(), 2);
    let last = tried.status().last_error.unwrap().1;
    assert_eq!(last, SourceError::Unauthorised { status: 403 });
}
