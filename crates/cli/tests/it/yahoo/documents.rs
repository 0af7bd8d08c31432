use axum::body::Body;
use axum::http::Request;
use jiff::SignedDuration;
use serde_json::json;
use simulator::Fault;

use super::error;
use crate::world::World;

const SUMMARY: &str = "/v10/finance/quoteSummary/AAPL?modules=price";
const ON: (&str, &str) = ("MARKETPULSE_DOCUMENTS", "True");

async fn world() -> World {
    World::start("production", &[ON]).await
}

fn post(path: &str, body: &str) -> Request<Body> {
    Request::post(path).body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test]
async fn in_production_it_is_switched_off_and_says_how_to_switch_it_on() {
    let world = World::production().await;
    for (path, envelope) in [
        (SUMMARY, "quoteSummary"),
        ("/v11/finance/quoteSummary/?symbols=AAPL&modules=price", "quoteSummary"),
        ("/v7/finance/options/AAPL", "optionChain"),
        ("/v1/finance/screener/predefined/saved?scrIds=day_gainers", "finance"),
        ("/v1/finance/trending/US", "finance"),
        ("/ws/insights/v2/finance/insights?symbol=AAPL", "finance"),
    ] {
        let (status, code, why) = error(&world.get(path).await, envelope);
        assert_eq!((status, code.as_str()), (404, "Not Found"), "{path}");
        assert!(
            why.contains("switched off") && why.contains("MARKETPULSE_DOCUMENTS=True"),
            "{why}"
        );
    }
    let screener = world.ask(post("/v1/finance/screener", "{}")).await;
    assert!(error(&screener, "finance").2.contains("switched off"));
    let options = world.get("/v7/finance/options/AAPL").await.json();
    assert_eq!(options["optionChain"]["result"], json!([]));
    let series = world.get("/ws/fundamentals-timeseries/v1/finance/timeseries/AAPL").await;
    assert_eq!(series.status, 404);
    assert_eq!(series.json()["timeseries"], json!({ "result": [{}], "error": null }));
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn it_is_asked_for_once_in_its_lifetime() {
    let world = world().await;
    for path in [
        "/v10/finance/quoteSummary/AAPL?modules=price&crumb=one&corsDomain=x",
        "/v10/finance/quoteSummary/aapl?crumb=two&modules=price&apikey=secret",
    ] {
        let answer = world.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.header("x-freshness"), "fresh");
        assert_eq!((answer.header("x-source"), answer.header("x-simulated")), ("yahoo", "false"));
        assert_eq!(answer.header("cache-control"), "public, max-age=120");
        assert_eq!(answer.json()["quoteSummary"]["result"][0]["price"]["symbol"], "AAPL");
    }
    assert_eq!(world.upstream.requests_to("quoteSummary"), 1);
    for sent in world.upstream.log() {
        assert!(!sent.contains("secret") && !sent.contains("crumb=one"), "{sent}");
    }
    world.advance(SignedDuration::from_secs(119));
    let held = world.get(SUMMARY).await;
    assert_eq!((held.header("age"), held.header("cache-control")), ("119", "public, max-age=1"));
    world.advance(SignedDuration::from_secs(1));
    assert_eq!(world.get(SUMMARY).await.header("age"), "0");
    assert_eq!(world.upstream.requests_to("quoteSummary"), 2);
}

#[tokio::test]
async fn the_last_answer_is_given_while_yahoo_refuses_and_its_refusal_never() {
    let world = world().await;
    let before = world.get(SUMMARY).await;
    for fault in [
        Fault::Status { code: 429, retry_after: Some("60".to_owned()) },
        Fault::Html,
        Fault::Status { code: 500, retry_after: None },
    ] {
        world.upstream.fail("", fault.clone(), None);
        world.advance(SignedDuration::from_hours(1));
        let answer = world.get(SUMMARY).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, before.body.as_str()), "{fault:?}");
        assert_eq!(answer.header("x-freshness"), "stale");
        assert_ne!(answer.header("x-reason"), "");
        let other = world.get("/v7/finance/options/AAPL").await;
        let (status, code, _) = error(&other, "optionChain");
        assert_eq!((status, code.as_str()), (503, "Service Unavailable"), "{fault:?}");
        assert_ne!(other.header("retry-after"), "");
    }
}

#[tokio::test]
async fn what_yahoo_knows_nothing_of_is_said_in_its_own_words() {
    let world = world().await;
    world.upstream.unknown("NOSUCH");
    for _ in 0..3 {
        let answer = world.get("/v10/finance/quoteSummary/NOSUCH?modules=price").await;
        let (status, code, why) = error(&answer, "quoteSummary");
        assert_eq!((status, code.as_str()), (404, "Not Found"));
        assert!(why.contains("No fundamentals data found"), "{why}");
    }
    assert_eq!(world.upstream.requests_to("NOSUCH"), 1);
}

#[tokio::test]
async fn a_question_may_be_sent_as_a_body_of_json() {
    let world = world().await;
    let screener = "/v1/finance/screener?lang=en-US";
    for _ in 0..2 {
        let answer = world.ask(post(screener, r#"{"size":2,"offset":0}"#)).await;
        assert_eq!(answer.json()["finance"]["result"][0]["count"], 2, "{}", answer.body);
    }
    let other = world.ask(post(screener, r#"{"size":3,"offset":0}"#)).await;
    assert_eq!(other.json()["finance"]["result"][0]["count"], 3);
    assert_eq!(world.upstream.requests_to("screener"), 2);
    let none = world.ask(post("/v1/finance/screener", "size=2")).await;
    assert_eq!(error(&none, "finance").0, 400);
    let long = format!("\"{}\"", "x".repeat(40_000));
    assert_eq!(error(&world.ask(post("/v1/finance/screener", &long)).await, "finance").0, 413);
    let bodyless = world.get("/v1/finance/screener").await;
    assert_eq!(error(&bodyless, "finance").0, 404);
}

#[tokio::test]
async fn all_figures_of_a_company_can_be_asked_for_at_once() {
    let world = world().await;
    // As yahoo-finance2 names them, in 17,400 bytes.
    let types = vec!["quarterlySomeFigureOfSomeStatement"; 490].join("%2C");
    let path = "/ws/fundamentals-timeseries/v1/finance/timeseries/AAPL";
    let answer = world.get(&format!("{path}?type={}", &types[..17_300])).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn nothing_else_is_passed_on() {
    let world = world().await;
    for path in [
        "/v7/finance/download/AAPL",
        "/v10/finance/quoteSummary/..%2F..%2Fv1",
        "/v10/finance/quoteSummary/AAPL/x",
        "/v1/finance/sectors/..",
        "/calendar/earnings?symbol=AAPL",
        "/v1/finance/elsewhere",
        "/v1//example.com/",
    ] {
        let answer = world.get(path).await;
        let envelope = if path.contains("quoteSummary") { "quoteSummary" } else { "finance" };
        let (status, _, why) = error(&answer, envelope);
        assert!(status == 404 && why.contains("not served here"), "{path}: {why}");
    }
    assert_eq!(world.upstream.requests(), 0);
}

#[tokio::test]
async fn in_development_what_cannot_be_had_is_made_up_and_marked() {
    let world = World::development().await;
    world.upstream.fail("", Fault::Close, None);
    let answer = world.get(SUMMARY).await;
    assert_eq!((answer.status, answer.header("x-simulated")), (200, "true"));
    assert_eq!(answer.header("x-freshness"), "simulated");
}
