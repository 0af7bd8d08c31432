//! `marketpulse check`: what it says of streams.

use std::path::Path;
use std::process::Command;

use simulator::{Market, Stream, Upstream};
use testkit::{Nobody, upstreams};

use crate::service::marketpulse;

const START: &str = "2025-10-29T12:00:00Z";

/// Exit status and report of a check over fake upstreams, which send a price to
/// whoever follows Yahoo's stream. Kraken's begins with one.
async fn check(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let upstream = Upstream::start(Market::new(7), START.parse().unwrap()).await;
    let data = tempfile::tempdir().unwrap();
    let mut command = command(&upstream, data.path());
    command.envs(settings.iter().copied());
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap());
    let follows = |it: &Stream| it.source == "yahoo" && it.symbols == ["BTC-USD"];
    let priced = async {
        upstream.until_streams(|open| open.iter().any(follows)).await;
        upstream.push_price("BTC-USD", 64_000.5);
        std::future::pending::<()>().await;
    };
    let ran = tokio::select! {
        ended = ended => ended.unwrap(),
        () = priced => unreachable!("it is never done"),
    };
    (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
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
fn a_damaged_store_is_told_and_left_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    let store = data.path().join("marketpulse.db");
    std::fs::write(&store, "no database at all, ".repeat(100)).unwrap();
    let before = std::fs::read(&store).unwrap();
    let mut command = marketpulse();
    command.arg("check").env("MARKETPULSE_DATA_DIR", data.path());
    let ran = command.env("MARKETPULSE_OFFLINE", "True").output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("the store is damaged: "), "{said}");
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
