use std::sync::atomic::{AtomicU32, Ordering};

use jiff::SignedDuration;
use market::{NotAsked, Source};
use testkit::{SettableClock, allowance};

use super::*;

struct Tried {
    upstream: Upstream,
    clock: Arc<SettableClock>,
    calls: AtomicU32,
}

impl Tried {
    fn new(per_hour: f64, burst: f64) -> Self {
        Self::of(per_hour, burst, false)
    }

    /// One that is asked with a key.
    fn keyed() -> Self {
        Self::of(1e6, 1e6, true)
    }

    fn of(per_hour: f64, burst: f64, is_keyed: bool) -> Self {
        let clock = SettableClock::at("2025-10-29T12:00:00Z");
        let allowance = (allowance(per_hour, burst), is_keyed);
        let calls = Calls { pause: Duration::ZERO, ..Calls::default() };
        let store = Arc::new(store::NullStore);
        let upstream = Upstream::new(Source::new("yahoo"), allowance, calls, clock.clone(), store);
        Self { upstream, clock, calls: AtomicU32::new(0) }
    }

    fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    async fn ask(&self, result: Result<u32, SourceError>) -> Result<u32, SourceError> {
        self.ask_about(&About::nothing(), result).await
    }

    async fn ask_about(
        &self,
        about: &About,
        result: Result<u32, SourceError>,
    ) -> Result<u32, SourceError> {
        let call = || async {
            self.calls.fetch_add(1, Ordering::SeqCst);
            result.clone()
        };
        self.upstream.ask(&OnBehalf::Clients(Bill::one(&Client::LOCAL)), about, call).await
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    fn status(&self) -> UpstreamStatus {
        self.upstream.status(Now::by(&*self.clock))
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
    assert_eq!(not_asked(tried.ask(Ok(1)).await), NotAsked::RateLimited);
    tried.advance(60);
    assert_eq!(tried.ask(Ok(1)).await, Ok(1), "what the watchlist does not need is there for all");
    assert_eq!(tried.calls(), 2);
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
async fn a_question_that_always_fails_keeps_no_other_from_being_asked() {
    let tried = Tried::new(1e6, 1e6);
    let [bad, good] = ["BAD", "GOOD"].map(|name| About::these([name]));
    for _ in 0..10 {
        let _ = tried.ask_about(&bad, failing()).await;
        assert_eq!(tried.status().state, UpstreamState::Ok);
    }
    assert_eq!(tried.calls(), 5, "it rests as an upstream would");
    assert_eq!(tried.ask_about(&good, Ok(1)).await, Ok(1));
    assert_eq!(not_asked(tried.ask_about(&bad, Ok(1)).await), NotAsked::CircuitOpen);
    tried.advance(30);
    assert_eq!(tried.ask_about(&bad, Ok(1)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_cannot_be_reached_fails_whatever_it_is_asked() {
    let tried = Tried::new(1e6, 1e6);
    let away = SourceError::Unreachable { why: Unreach::Connect, detail: String::new() };
    for _ in 0..3 {
        let _ = tried.ask_about(&About::these(["A"]), Err(away.clone())).await;
    }
    assert!(matches!(tried.status().state, UpstreamState::FailingSince(_)));
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
async fn who_refuses_the_key_is_left_alone_for_a_while_and_says_so() {
    let tried = Tried::keyed();
    let since = tried.clock.now();
    let refusal = || Err(SourceError::Unauthorised { status: 401 });
    let _ = tried.ask(refusal()).await;
    assert_eq!(tried.status().state, UpstreamState::RefusedSince(since));
    for minutes in 0..10 {
        assert_eq!(not_asked(tried.ask(Ok(1)).await), NotAsked::KeyRefused, "{minutes}");
        tried.advance(60);
    }
    let _ = tried.ask(refusal()).await;
    assert_eq!((tried.calls(), tried.status().state), (2, UpstreamState::RefusedSince(since)));
    tried.advance(600);
    assert_eq!(tried.ask(Ok(1)).await, Ok(1));
    assert_eq!(tried.status().state, UpstreamState::Ok);
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

#[tokio::test(start_paused = true)]
async fn a_pause_a_rest_and_a_budget_last_as_long_whatever_is_done_to_the_clock() {
    for hours in [-24, -1, 1, 24] {
        let step = SignedDuration::from_hours(hours);
        let pausing = Tried::new(1e6, 1e6);
        let retry_after = Some(Duration::from_secs(20));
        let _ = pausing.ask(Err(SourceError::Throttled { retry_after })).await;
        let failing_often = Tried::new(1e6, 1e6);
        for _ in 0..3 {
            let _ = failing_often.ask(failing()).await;
        }
        let spent = Tried::new(180.0, 1.0);
        assert_eq!(spent.ask(Ok(1)).await, Ok(1));
        for (tried, seconds) in [(&pausing, 20), (&failing_often, 30), (&spent, 20)] {
            tried.clock.step(step);
            tried.advance(seconds - 1);
            not_asked(tried.ask(Ok(1)).await);
            tried.advance(1);
            assert_eq!(tried.ask(Ok(1)).await, Ok(1), "{hours} h");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_pause_is_reported_by_the_clock_as_it_is() {
    let tried = Tried::new(1e6, 1e6);
    let retry_after = Some(Duration::from_mins(2));
    let _ = tried.ask(Err(SourceError::Throttled { retry_after })).await;
    tried.clock.step(SignedDuration::from_hours(-1));
    tried.advance(60);
    let until = tried.clock.now() + SignedDuration::from_mins(1);
    assert_eq!(tried.status().state, UpstreamState::PausedUntil(until));
}
