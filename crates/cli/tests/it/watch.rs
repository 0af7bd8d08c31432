//! `marketpulse watch` where its output is a pipe.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::Value;
use simulator::{Market, Upstream};
use testkit::{until, upstreams};

use crate::service::marketpulse;

/// The command at work, over fake upstreams.
struct Watching {
    upstream: Upstream,
    child: Child,
    lines: Option<BufReader<ChildStdout>>,
    notices: BufReader<ChildStderr>,
    _data: tempfile::TempDir,
}

impl Watching {
    async fn start(arguments: &[&str], unknown: &[&str]) -> Self {
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let upstream = Upstream::start(Market::new(7), now).await;
        for symbol in unknown {
            upstream.unknown(symbol);
        }
        let data = tempfile::tempdir().unwrap();
        let mut command = marketpulse();
        command.envs(upstreams::simulated(&upstream)).env("MARKETPULSE_DATA_DIR", data.path());
        command.env("MARKETPULSE_REFRESH_EVERY", "5s");
        command.arg("watch").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = child.stdout.take().map(BufReader::new);
        let notices = BufReader::new(child.stderr.take().unwrap());
        Self { upstream, child, lines, notices, _data: data }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.as_mut().unwrap().read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "it ended after {line:?}: {}", self.said());
        line.trim_end().to_owned()
    }

    /// The words of the first line that begins with a symbol, after its instant.
    fn words(&mut self, symbol: &str) -> Vec<String> {
        loop {
            let words: Vec<String> = self.line().split(' ').map(str::to_owned).collect();
            assert!(words[0].parse::<jiff::Timestamp>().is_ok() && words.len() == 6, "{words:?}");
            if words[1] == symbol {
                return words[2..].to_vec();
            }
        }
    }

    /// The next line of standard error, which is waited for.
    fn notice(&mut self) -> String {
        let mut line = String::new();
        self.notices.read_line(&mut line).unwrap();
        line
    }

    /// What else there is on standard error, once it has ended.
    fn said(&mut self) -> String {
        let mut said = String::new();
        self.notices.read_to_string(&mut said).unwrap();
        said
    }

    fn ended(&mut self) -> ExitStatus {
        until("it ends", || self.child.try_wait().unwrap())
    }

    fn interrupt(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        self.ended()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_a_line_until_ctrl_c() {
    let mut watching = Watching::start(&["aapl", "BTC-EUR", "AAPL"], &[]).await;
    let [price, percent, freshness, source] = watching.words("AAPL").try_into().unwrap();
    assert_eq!((freshness.as_str(), source.as_str()), ("stale", "yahoo"));
    let price: f64 = price.parse().unwrap();
    assert!(percent.starts_with(['+', '-']), "{percent}");
    // A minute later in the simulated market, at another price.
    watching.upstream.set_now("2025-10-29T12:01:00Z".parse().unwrap());
    watching.upstream.price("AAPL", price + 1.0);
    let next: f64 = watching.words("AAPL")[0].parse().unwrap();
    assert!((next - price).abs() > 0.5, "{price} then {next}");
    assert_eq!(watching.interrupt().code(), Some(0));
    assert_eq!(watching.said(), "");
    assert_eq!(watching.upstream.requests_to("FCHI"), 0, "the watchlist is left alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_symbols_the_watchlist_is_watched_as_json_too() {
    let mut watching = Watching::start(&["--format", "json"], &[]).await;
    let mut seen = std::collections::HashSet::new();
    while seen.len() < 3 {
        let told: Value = serde_json::from_str(&watching.line()).unwrap();
        assert!(told["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
        assert!(told["price"].is_number() && told["source"].is_string(), "{told}");
        seen.insert(told["symbol"].as_str().unwrap().to_owned());
    }
    assert_eq!(watching.interrupt().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_symbol_is_reported_with_what_may_have_been_meant_and_the_rest_live_on() {
    let mut watching = Watching::start(&["CAC4O", "AAPL"], &["CAC4O"]).await;
    watching.words("AAPL");
    let notice = watching.notice();
    assert_eq!(notice, "marketpulse: no source knows CAC4O; did you mean CAC40?\n");
    assert_eq!(watching.interrupt().code(), Some(0));
    assert_eq!(watching.said(), "");

    let mut watching = Watching::start(&["CAC4O", "ZZZZZZ"], &["CAC4O", "ZZZZZZ"]).await;
    assert_eq!(watching.ended().code(), Some(1));
    assert_eq!(watching.said().lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_quietly_when_its_reader_does_though_no_price_changes() {
    let mut watching = Watching::start(&["AAPL", "--format", "text"], &[]).await;
    watching.words("AAPL");
    watching.lines = None;
    assert_eq!(watching.ended().code(), Some(0));
    assert_eq!(watching.said(), "");
}

#[test]
fn simulated_prices_are_watched_outside_of_production_alone() {
    let output = marketpulse().args(["watch", "--demo"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("APP_ENV=development"));
}
