//! `marketpulse check`: what it says of the store and of streams.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use simulator::{Market, Stream, Upstream};
use testkit::{Nobody, upstreams};

use crate::service::marketpulse;

const START: &str = "2025-10-29T12:00:00Z";

/// Exit status and report of a check over fake upstreams, which send a price to
/// whoever follows Yahoo's stream. Kraken's begins with one.
async fn check(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    check_with(&[], settings).await
}

/// As [`check`], as JSON: the status of the whole, and name, status and sentence of each.
async fn check_as_json(settings: &[(&str, &str)]) -> (Option<i32>, Value, Vec<[String; 3]>) {
    let (status, report) = check_with(&["--json"], settings).await;
    let mut report: Value = serde_json::from_str(&report).unwrap();
    let word = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
    let checks = report["checks"].take();
    let each = |it: &Value| ["name", "status", "sentence"].map(|name| word(it, name));
    (status, report["status"].take(), checks.as_array().unwrap().iter().map(each).collect())
}

async fn check_with(arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let upstream = Upstream::start(Market::new(7), START.parse().unwrap()).await;
    let data = tempfile::tempdir().unwrap();
    let mut command = command(&upstream, data.path());
    command.args(arguments).envs(settings.iter().copied());
    let ran = ran(command, &upstream).await;
    (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
}

/// What becomes of a check, while a price is sent to whoever follows Yahoo's stream.
pub(crate) async fn ran(mut command: Command, upstream: &Upstream) -> Output {
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap());
    let follows = |it: &Stream| it.source == "yahoo" && it.symbols == ["BTC-USD"];
    let priced = async {
        upstream.until_streams(|open| open.iter().any(follows)).await;
        upstream.push_price("BTC-USD", 64_000.5);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = ended => ended.unwrap(),
        () = priced => unreachable!("it is never done"),
    }
}

fn command(upstream: &Upstream, data: &Path) -> Command {
    let mut command = marketpulse();
    command
        .envs(upstreams::simulated(upstream))
        .arg("check")
        .env("MARKETPULSE_DATA_DIR", data)
        .env("MARKETPULSE_UPSTREAM_TIMEOUT", "5m")
        .env("MARKETPULSE_STREAMS", "True");
    command
}

#[test]
fn a_file_that_is_no_store_is_reported_and_left_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    let store = data.path().join("marketpulse.db");
    std::fs::write(&store, "no database at all, ".repeat(100)).unwrap();
    let before = std::fs::read(&store).unwrap();
    let mut command = marketpulse();
    command.arg("check").env("MARKETPULSE_DATA_DIR", data.path());
    let ran = command.env("MARKETPULSE_OFFLINE", "True").output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("is not an SQLite database"), "{said}");
    assert_eq!(std::fs::read(&store).unwrap(), before);
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 1, "nothing is begun beside it");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_stream_tells_a_price() {
    let (status, report) = check(&[]).await;
    assert_eq!(status, Some(0), "{report}");
    for source in ["yahoo", "kraken"] {
        assert!(report.contains(&format!("streams    {source}: ok, BTC/USD ")), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_not_there_is_said_and_fails_the_check() {
    let nobody = Nobody::listens();
    let address = format!("ws://{}", nobody.address);
    let (status, report) = check(&[("MARKETPULSE_KRAKEN_URL", &address)]).await;
    assert_eq!(status, Some(1), "{report}");
    assert!(report.contains("streams    kraken: cannot be reached: no connection"), "{report}");
    assert!(report.contains("streams    yahoo: ok, "), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_takes_the_connection_and_says_nothing_is_not_well() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}", silent.local_addr().unwrap());
    let settings =
        [("MARKETPULSE_YAHOO_STREAM_URL", &*address), ("MARKETPULSE_UPSTREAM_TIMEOUT", "2s")];
    let (status, report) = check(&settings).await;
    assert_eq!(status, Some(1), "{report}");
    assert!(report.contains("streams    yahoo: cannot be reached: no answer in time"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_off_are_not_opened_and_do_not_fail_the_check() {
    let nobody = Nobody::listens();
    let address = format!("ws://{}", nobody.address);
    let settings = [("MARKETPULSE_STREAMS", "False"), ("MARKETPULSE_KRAKEN_URL", &address)];
    let (status, report) = check(&settings).await;
    assert_eq!(status, Some(0), "{report}");
    assert!(report.contains("streams    off, because MARKETPULSE_STREAMS is False"), "{report}");
}

fn has(checks: &[[String; 3]], name: &str, status: &str, sentence: &str) -> bool {
    checks.iter().any(|[n, s, said]| n == name && s == status && said.contains(sentence))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_checked_is_had_as_one_object_too() {
    let (status, whole, checks) = check_as_json(&[]).await;
    assert_eq!((status, whole), (Some(0), json!("ok")), "{checks:?}");
    assert!(has(&checks, "settings", "ok", "ok"), "{checks:?}");
    assert!(has(&checks, "store", "ok", "marketpulse.db"), "{checks:?}");
    assert!(has(&checks, "yahoo", "ok", "ok, "), "{checks:?}");
    assert!(has(&checks, "streams", "ok", "kraken: ok, BTC/USD "), "{checks:?}");

    let nobody = Nobody::listens();
    let address = format!("http://{}", nobody.address);
    let settings = [("MARKETPULSE_STREAMS", "False"), ("MARKETPULSE_YAHOO_URL", &*address)];
    let (status, whole, checks) = check_as_json(&settings).await;
    assert_eq!((status, whole), (Some(1), json!("failed")), "{checks:?}");
    assert!(has(&checks, "yahoo", "failed", "cannot be reached"), "{checks:?}");
    assert!(has(&checks, "streams", "skipped", "MARKETPULSE_STREAMS"), "{checks:?}");
}

#[test]
fn a_store_that_cannot_be_used_is_a_failed_check_in_the_object() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("marketpulse.db"), "no database at all, ".repeat(100)).unwrap();
    let mut command = marketpulse();
    command.args(["check", "--json"]).env("MARKETPULSE_DATA_DIR", data.path());
    let ran = command.env("MARKETPULSE_OFFLINE", "True").output().unwrap();
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((ran.status.code(), &report["status"]), (Some(1), &json!("failed")));
    let store = &report["checks"][1];
    assert_eq!((&store["name"], &store["status"]), (&json!("store"), &json!("failed")));
    assert!(store["sentence"].as_str().unwrap().contains("is not an SQLite database"), "{store}");
}
