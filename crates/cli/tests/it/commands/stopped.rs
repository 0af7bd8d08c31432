use serde_json::Value;
use tempfile::TempDir;
use testkit::{Service, until};

use super::{run, text};
use crate::service::serve_demo;

/// What a reader may ask; every answer tells the time by the service's clock.
const QUESTIONS: [&str; 5] = [
    "/marketpulse/latest",
    "/marketpulse/v1/sources",
    "/marketpulse/v1/bars/AAPL?period=1y",
    "/marketpulse/v1/bars/BTC-EUR?period=1d&interval=1m",
    "/marketpulse/history?symbol=CAC40&period=ytd",
];

/// A demo whose clock stands still.
struct Stopped {
    service: Service,
    _data: TempDir,
}

impl Stopped {
    /// Starts it and waits until its stream runs and all is priced.
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let service = serve_demo(data.path(), &["--at", "2026-03-04T15:30:00Z"]);
        until("the simulator has priced everything", || {
            let latest = service.get("/marketpulse/latest").json();
            latest["data"].as_object()?.values().all(Value::is_number).then_some(())
        });
        until("its stream runs", || {
            let streams = service.get("/marketpulse/v1/sources").json();
            (streams["streams"][0]["symbols"].as_array()?.len() == 3).then_some(())
        });
        Self { service, _data: data }
    }

    fn answers(&self) -> Vec<(&'static str, String)> {
        QUESTIONS.iter().map(|target| (*target, self.service.get(target).body)).collect()
    }
}

#[test]
fn a_demo_at_an_instant_answers_the_same_each_time() {
    let (first, second) = (Stopped::start(), Stopped::start());
    let answers = first.answers();
    for (target, answer) in &answers {
        assert!(answer.contains("2026-03-04T15:30:00Z"), "{target}: {answer}");
    }
    assert_eq!(answers, second.answers(), "another service, the same market");
    assert_eq!(answers, first.answers(), "the same service, a moment later");
}

#[test]
fn a_clock_stands_still_in_a_demo_only_and_at_an_instant_only() {
    for (arguments, told) in [
        (["serve", "--at", "2026-03-04T15:30:00Z"].as_slice(), "--demo"),
        (&["serve", "--demo", "--at", "2026-03-04"], "2026-03-04T15:30:00Z"),
        (&["serve", "--demo", "--at", "2100-01-01T00:00:00Z"], "2000 to 2099"),
    ] {
        let output = run(arguments, &[("APP_ENV", "development")]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
    }
}
