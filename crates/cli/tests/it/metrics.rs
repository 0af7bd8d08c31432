use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use simulator::Fault;

use crate::world::World;

/// The figures at `/metrics`, each by its name and labels.
async fn figures(world: &World) -> BTreeMap<String, String> {
    let answer = world.get("/metrics").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let samples = answer.body.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

fn number(figure: &str) -> f64 {
    figure.parse().unwrap()
}

/// A figure of one of what labels tell apart.
fn of(name: &str, labels: &str) -> String {
    format!("marketpulse_{name}{{{labels}}}")
}

#[tokio::test]
async fn figures_say_how_prices_and_upstreams_are() {
    let world = World::start("production", &[("MARKETPULSE_WATCHLIST", "CAC40,EUR/USD")]).await;
    let before = figures(&world).await;
    assert_eq!(before[&of("quote_held", "symbol=\"CAC40\"")], "0");
    assert!(!before.contains_key(&of("history_completeness_ratio", "symbol=\"CAC40\"")));
    world.refresh().await;
    world.get("/marketpulse/history?symbol=CAC40").await;
    let now = figures(&world).await;
    for name in ["quote_held", "quote_fresh", "market_open", "history_completeness_ratio"] {
        assert_eq!(now[&of(name, "symbol=\"CAC40\"")], "1", "{name}");
    }
    assert_eq!(now[&of("quote_disputed", "symbol=\"CAC40\"")], "0");
    let (calls, failed) = ("upstream_calls_total", "upstream_call_failures_total");
    assert!(number(&now[&of(calls, "source=\"yahoo\"")]) >= 2.0);
    assert_eq!(now[&of(failed, "source=\"yahoo\"")], "0");
    let state =
        |is: &str| &*now[&of("upstream_state", &format!("source=\"yahoo\",state=\"{is}\""))];
    assert_eq!(["ok", "paused", "failing", "refused"].map(state), ["1", "0", "0", "0"]);
    let [left, burst] = ["budget_left_requests", "budget_burst_requests"]
        .map(|name| number(&now[&of(&format!("upstream_{name}"), "source=\"yahoo\"")]));
    assert!(left < burst, "{left} of {burst}");
    for name in ["store_bytes", "store_write_duration_seconds_count", "own_memory_bytes"] {
        assert!(number(&now[&format!("marketpulse_{name}")]) > 0.0, "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_had_any_more_is_seen() {
    let world = World::start("production", &[("MARKETPULSE_WATCHLIST", "CAC40,AAPL")]).await;
    world.refresh().await;
    world.upstream.fail("", Fault::Status { code: 500, retry_after: None }, None);
    for _ in 0..12 {
        world.advance(SignedDuration::from_mins(5));
        world.refresh().await;
    }
    let now = figures(&world).await;
    assert_eq!(now[&of("quote_fresh", "symbol=\"CAC40\"")], "0");
    assert_eq!(now[&of("quote_held", "symbol=\"CAC40\"")], "1");
    assert!(number(&now[&of("quote_age_seconds", "symbol=\"CAC40\"")]) >= 3600.0);
    assert_eq!(now[&of("upstream_state", "source=\"yahoo\",state=\"failing\"")], "1");
    assert!(number(&now[&of("upstream_call_failures_total", "source=\"yahoo\"")]) >= 5.0);
}

#[tokio::test]
async fn whatever_is_asked_there_are_no_more_figures_than_routes() {
    let world = World::production().await;
    world.get("/marketpulse/v1/bars/CAC40").await;
    world.get("/marketpulse/nowhere").await;
    let names = async || figures(&world).await.into_keys().collect::<BTreeSet<_>>();
    let (_, before) = (names().await, names().await);
    for n in 0..100 {
        world.get(&format!("/marketpulse/v1/bars/NONE{n}")).await;
        world.get(&format!("/marketpulse/nowhere/%22{n}%0A")).await;
    }
    assert_eq!(names().await, before);
    let now = figures(&world).await;
    let asked = |route: &str, class: &str| {
        now[&of("http_requests_total", &format!("route=\"{route}\",status=\"{class}\""))].clone()
    };
    assert_eq!(asked("none", "4xx"), "101");
    let bars = "/marketpulse/v1/bars/{symbol}";
    let of_bars = ["2xx", "4xx", "5xx"].map(|class| asked(bars, class));
    assert_eq!(of_bars.iter().map(|it| it.parse::<u32>().unwrap()).sum::<u32>(), 101);
}

#[tokio::test]
async fn an_answer_that_is_given_again_is_counted_as_any_other() {
    let world = World::production().await;
    world.refresh().await;
    for _ in 0..3 {
        world.get("/marketpulse/v1/quotes/CAC40").await;
    }
    let now = figures(&world).await;
    let route = "route=\"/marketpulse/v1/quotes/{symbol}\"";
    assert_eq!(now[&of("http_requests_total", &format!("{route},status=\"2xx\""))], "3");
    assert_eq!(now[&of("http_request_duration_seconds_count", route)], "3");
}
