use std::cell::RefCell;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use market::{Interval, Period, Span};
use simulator::{Fault, Market, Upstream};
use testkit::{SettableClock, upstreams};

use super::*;
use server::{Config, Opening};

/// An engine over fake upstreams, on a Wednesday at noon.
struct World {
    upstream: Upstream,
    clock: Arc<SettableClock>,
    pauses: RefCell<Vec<u64>>,
    wants_to_stop: bool,
    engine: Engine,
    _data: tempfile::TempDir,
}

/// Pauses move the clock.
impl Patience for World {
    async fn pause(&self, _: &Symbol, _: &str, length: Duration) -> bool {
        self.pauses.borrow_mut().push(length.as_secs());
        self.advance(length.try_into().unwrap());
        !self.wants_to_stop
    }
}

impl World {
    async fn start() -> Self {
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let clock = SettableClock::new(now);
        let upstream = Upstream::start(Market::new(7), now).await;
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().to_str().unwrap().to_owned();
        let mut vars = vec![("MARKETPULSE_DATA_DIR".to_owned(), folder)];
        vars.extend(upstreams::simulated(&upstream));
        let config = Config::read(&vars).unwrap();
        let engine = server::engine(&config, false, clock.clone(), &Opening::Once).await.unwrap();
        let pauses = RefCell::default();
        Self { upstream, clock, pauses, wants_to_stop: false, engine, _data: data }
    }

    fn advance(&self, by: SignedDuration) {
        self.upstream.set_now(self.clock.advance(by));
    }

    async fn fill(&self, symbol: &str, period: &str) -> Option<Outcome> {
        let span = Span::Period(period.parse::<Period>().unwrap());
        let symbol = symbol.parse().unwrap();
        let question = HistoryQuery { symbol, interval: Interval::D1, span, source: None };
        let begun = self.engine.now();
        Desk { engine: &self.engine, begun, patience: self }.fill(&question).await
    }

    /// The trading dates of the bars that came.
    async fn fetch(&self, symbol: &str, period: &str) -> Vec<Date> {
        match self.fill(symbol, period).await {
            Some(Outcome::Fetched(answer)) => answer.series.dates().to_vec(),
            other => panic!("not fetched: {other:?}"),
        }
    }

    async fn failure(&self, symbol: &str, period: &str) -> String {
        match self.fill(symbol, period).await {
            Some(Outcome::Failed { why, .. }) => why,
            other => panic!("has not failed: {other:?}"),
        }
    }

    fn fail(&self, code: u16, retry_after: Option<&str>, times: Option<u32>) {
        let retry_after = retry_after.map(str::to_owned);
        self.upstream.fail("", Fault::Status { code, retry_after }, times);
    }
}

#[tokio::test]
async fn what_is_stored_and_current_is_not_asked_for_again() {
    let world = World::start().await;
    assert!(world.fetch("AAPL", "1mo").await.len() > 15);
    world.advance(SignedDuration::from_secs(1));
    let outcome = world.fill("AAPL", "1mo").await;
    assert!(matches!(outcome, Some(Outcome::AlreadyThere(_))), "{outcome:?}");
    assert_eq!(world.upstream.requests_to("AAPL"), 1);
}

#[tokio::test]
async fn what_is_stored_and_old_is_asked_for_again() {
    let world = World::start().await;
    let before = world.fetch("AAPL", "1mo").await;
    assert_eq!(before.last(), Some(&date(2025, 10, 28)), "Wednesday's session has not begun");
    world.advance(SignedDuration::from_hours(48));
    assert_eq!(world.fetch("AAPL", "1mo").await.last(), Some(&date(2025, 10, 30)));
    assert!(world.pauses.borrow().is_empty());
}

#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept() {
    let world = World::start().await;
    world.fail(429, Some("120"), Some(1));
    world.fetch("AAPL", "1mo").await;
    assert_eq!(*world.pauses.borrow(), [120]);
    assert_eq!(world.upstream.requests_to("AAPL"), 2);
}

#[tokio::test]
async fn a_pause_is_kept_too_while_an_older_answer_is_held() {
    let world = World::start().await;
    world.fetch("AAPL", "1mo").await;
    world.advance(SignedDuration::from_hours(48));
    world.fail(429, Some("120"), Some(1));
    assert_eq!(world.fetch("AAPL", "1mo").await.last(), Some(&date(2025, 10, 30)));
    assert_eq!(*world.pauses.borrow(), [120]);
    assert_eq!(world.upstream.requests_to("AAPL"), 3);
}

#[tokio::test]
async fn whoever_wants_a_pause_each_time_is_given_up() {
    let world = World::start().await;
    world.fail(429, None, None);
    let why = world.failure("AAPL", "1mo").await;
    assert!(why.contains("yahoo asks for a pause"), "{why}");
    assert_eq!(*world.pauses.borrow(), [30; 5]);
}

#[tokio::test]
async fn an_upstream_that_fails_again_after_its_rest_is_given_up() {
    let world = World::start().await;
    world.fail(503, None, None);
    for symbol in ["AAPL", "MSFT"] {
        world.failure(symbol, "1mo").await;
    }
    assert!(world.pauses.borrow().is_empty());
    let why = world.failure("TSLA", "1mo").await;
    assert!(why.ends_with("yahoo was not asked: it has failed too often of late"), "{why}");
    // After the rest those try it first that it has not failed.
    assert_eq!(*world.pauses.borrow(), [33]);
}

#[tokio::test]
async fn an_upstream_that_answers_after_its_rest_is_asked_on() {
    let world = World::start().await;
    world.fail(503, None, Some(5));
    for symbol in ["AAPL", "MSFT"] {
        world.failure(symbol, "1mo").await;
    }
    world.fetch("TSLA", "1mo").await;
    assert_eq!(*world.pauses.borrow(), [33]);
}

#[tokio::test]
async fn a_spent_budget_makes_it_wait_for_the_next_request() {
    let world = World::start().await;
    let burst = world.engine.upstreams().into_iter().find(|it| it.source.as_str() == "yahoo");
    let burst = burst.unwrap().burst as usize;
    for i in 0..=burst {
        world.fetch(&format!("S{i}"), "5d").await;
    }
    let pauses = world.pauses.borrow();
    assert!(pauses.len() < burst, "a part of the burst is had at once: {pauses:?}");
    assert!(pauses.iter().all(|it| *it <= 2), "1800 an hour is one in 2 s: {pauses:?}");
    assert_eq!(world.upstream.requests(), burst + 1);
}

#[tokio::test]
async fn a_symbol_that_nobody_knows_fails_at_once() {
    let world = World::start().await;
    world.upstream.unknown("AAPPL");
    assert_eq!(world.failure("AAPPL", "1mo").await, "no source knows AAPPL; did you mean AAPL?");
    assert!(world.pauses.borrow().is_empty());
}

#[tokio::test]
async fn bars_of_another_question_are_not_the_answer() {
    let world = World::start().await;
    world.fetch("AAPL", "1mo").await;
    world.advance(SignedDuration::from_mins(1));
    world.fail(503, None, None);
    let why = world.failure("AAPL", "1y").await;
    assert_eq!(why, "nobody gave an answer: yahoo fails with status 503");
}

#[tokio::test]
async fn an_older_answer_that_nobody_renews_is_a_failure() {
    let world = World::start().await;
    world.fetch("AAPL", "1mo").await;
    world.advance(SignedDuration::from_hours(48));
    world.fail(503, None, None);
    let why = world.failure("AAPL", "1mo").await;
    assert_eq!(why, "nobody gave an answer: yahoo fails with status 503");
}

#[tokio::test]
async fn a_pause_can_be_cut_short() {
    let mut world = World::start().await;
    world.wants_to_stop = true;
    world.fail(429, Some("1800"), None);
    assert!(world.fill("AAPL", "1mo").await.is_none());
    assert_eq!(*world.pauses.borrow(), [1800]);
}
