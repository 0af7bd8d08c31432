use engine::Engine;
use jiff::SignedDuration;
use testkit::faults::{Gives, TheirClock};

use crate::known::{HELD, Known, instant};
use crate::ordeal::{PATIENT, calls_of, finish};
use crate::readers::{Readers, Tally};
use crate::recovery::WITHIN;
use crate::stage::Stage;
use crate::table::Outcome;

/// Somebody sets our clock ahead by so many hours, or back, and right again some seconds
/// later. Upstreams go on as they were.
pub(crate) async fn set_wrong(hours: i64, seconds: i64) -> Outcome {
    let mut stage = Stage::new(PATIENT).await;
    stage.start().await.unwrap();
    let mut readers = Readers::new(Known::read(&stage).await, Gives::Something);
    let before = calls_of(&stage);
    step(&mut stage, hours);
    for second in 0..seconds {
        stage.engine().refresh_due().await;
        let settled = second > WITHIN;
        look(&stage, &mut readers.tally, settled).await;
        stage.advance(1);
    }
    let calls = calls_of(&stage) - before;
    let expected = seconds / WITHIN;
    readers.tally.expect(i64::from(calls) >= expected, || {
        format!("{calls} calls in {seconds} s: nothing was refreshed")
    });
    step(&mut stage, 0);
    finish(&stage, readers, calls).await
}

fn step(stage: &mut Stage, hours: i64) {
    stage.set_ahead(SignedDuration::from_hours(hours));
    stage.their_clock = TheirClock::Off(-hours);
    stage.tell_upstream();
}

/// What is held is told meanwhile, nothing is younger than nothing, and once an interval
/// has passed nothing was received later than it is.
async fn look(stage: &Stage, tally: &mut Tally, settled: bool) {
    let latest = stage.ask("/marketpulse/latest").await;
    let told = latest.json();
    let quotes = told["quotes"].as_object().into_iter().flatten();
    for (label, quote) in quotes {
        tally.requests += 1;
        tally.held += 1;
        tally.expect(quote["price"].is_number(), || format!("{label} has no price"));
        let received = instant(&quote["received_at"]);
        let is_past = received.is_some_and(|at| at <= stage.now());
        tally
            .expect(is_past || !settled, || format!("{label} was received in the future: {quote}"));
        tally.expect(is_past || quote["freshness"] != "fresh", || {
            format!("{label} is fresh and was received in the future: {quote}")
        });
    }
    for asked in HELD {
        let answer = stage.ask(asked.target).await;
        tally.requests += 1;
        tally.held += 1;
        tally.expect(answer.status == 200, || format!("{}: {}", asked.target, answer.status));
    }
    tally.expect(is_modest(stage.engine()), || "a budget is overdrawn".to_owned());
}

fn is_modest(engine: &Engine) -> bool {
    engine.upstreams().iter().all(|upstream| upstream.left >= 0.0)
}
