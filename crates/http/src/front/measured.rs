//! How often each route was asked, how it was answered and how long that took.

use std::sync::OnceLock;
use std::time::Duration;

use axum::http::StatusCode;
use prometheus::proto::MetricFamily;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry,
};

/// Upper bounds of how long an answer took, in seconds: from memory, from the store, from
/// an upstream within the deadline of readers, and whoever waits for a turn.
const WITHIN: [f64; 11] = [0.0001, 0.000_25, 0.001, 0.0025, 0.01, 0.05, 0.25, 1.0, 2.5, 10.0, 60.0];

/// What is at no route.
const NONE: &str = "none";

/// Classes of answers, by the first digit of their status.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Answers that were given, counted by route and class of status, and how long each took
/// until it began. A route is named as it was declared, so that there are as many as are
/// declared, whatever is asked.
#[derive(Clone)]
pub struct Answers {
    given: IntCounterVec,
    seconds: HistogramVec,
    both: Registry,
}

impl Default for Answers {
    fn default() -> Self {
        let given = Opts::new(
            "marketpulse_http_requests_total",
            "Requests that were answered, by route and class of status.",
        );
        let seconds = HistogramOpts::new(
            "marketpulse_http_request_duration_seconds",
            "How long an answer took until it began, by route.",
        );
        let seconds = HistogramVec::new(seconds.buckets(WITHIN.to_vec()), &["route"]);
        let (given, both) = (IntCounterVec::new(given, &["route", "status"]), Registry::new());
        let given = given.expect("names are valid");
        let seconds = seconds.expect("names are valid and bounds ascend");
        let listed = both.register(Box::new(given.clone()));
        listed
            .and_then(|()| both.register(Box::new(seconds.clone())))
            .expect("there are no others");
        Self { given, seconds, both }
    }
}

impl Answers {
    /// What was counted so far.
    pub fn families(&self) -> Vec<MetricFamily> {
        self.both.gather()
    }

    fn of(&self, route: &str) -> OfRoute {
        OfRoute {
            given: CLASSES.map(|class| self.given.with_label_values(&[route, class])),
            seconds: self.seconds.with_label_values(&[route]),
        }
    }
}

/// What is counted of one route.
struct OfRoute {
    given: [IntCounter; CLASSES.len()],
    seconds: Histogram,
}

impl OfRoute {
    fn note(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len());
        self.given[class - 1].inc();
        self.seconds.observe(took.as_secs_f64());
    }
}

/// Finds the route of an address, and counts.
pub(super) struct Measured {
    answers: Answers,
    routes: matchit::Router<(String, OnceLock<OfRoute>)>,
    elsewhere: OnceLock<OfRoute>,
}

impl Measured {
    /// Counts nothing of a route that nobody asks.
    pub(super) fn new(addresses: &[String], answers: Answers) -> Self {
        let mut routes = matchit::Router::new();
        for address in addresses {
            // One that the router took is read alike here; of two alike one suffices.
            let _ = routes.insert(address, (address.clone(), OnceLock::new()));
        }
        Self { answers, routes, elsewhere: OnceLock::new() }
    }

    pub(super) fn note(&self, path: &str, status: StatusCode, took: Duration) {
        let (route, counted) = match self.routes.at(path) {
            Ok(found) => (found.value.0.as_str(), &found.value.1),
            Err(_) => (NONE, &self.elsewhere),
        };
        counted.get_or_init(|| self.answers.of(route)).note(status, took);
    }
}

#[cfg(test)]
mod tests {
    use prometheus::TextEncoder;

    use super::*;

    #[test]
    fn each_answer_is_counted_under_the_route_it_was_asked_of() {
        let addresses = ["/v1/bars/{symbol}", "/v1/bars", "/v7/{*rest}"].map(str::to_owned);
        let (answers, took) = (Answers::default(), Duration::from_millis(2));
        let measured = Measured::new(&addresses, answers.clone());
        for (path, status) in [
            ("/v1/bars/AAPL", 200),
            ("/v1/bars/%C3%BC", 404),
            ("/v1/bars", 200),
            ("/v1/bars/a/b", 404),
            ("/\"\n", 400),
            ("/v7/a/b", 502),
        ] {
            measured.note(path, StatusCode::from_u16(status).unwrap(), took);
        }
        let text = TextEncoder::new().encode_to_string(&answers.families()).unwrap();
        let counted: Vec<&str> = text
            .lines()
            .filter(|line| {
                line.starts_with("marketpulse_http_requests_total") && !line.ends_with(" 0")
            })
            .collect();
        assert_eq!(
            counted,
            [
                r#"marketpulse_http_requests_total{route="/v1/bars",status="2xx"} 1"#,
                r#"marketpulse_http_requests_total{route="/v1/bars/{symbol}",status="2xx"} 1"#,
                r#"marketpulse_http_requests_total{route="/v1/bars/{symbol}",status="4xx"} 1"#,
                r#"marketpulse_http_requests_total{route="/v7/{*rest}",status="5xx"} 1"#,
                r#"marketpulse_http_requests_total{route="none",status="4xx"} 2"#,
            ]
        );
        let within =
            r#"marketpulse_http_request_duration_seconds_bucket{route="none",le="0.0025"} 2"#;
        assert!(text.contains(within), "{text}");
    }
}
