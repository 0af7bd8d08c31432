use axum::body::Body;
use axum::http::Request;
use simulator::Fault;

use super::error;
use crate::world::World;

#[tokio::test]
async fn an_unknown_symbol_is_said_to_be_delisted_and_nothing_else_is() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    let unknown = world.get("/v8/finance/chart/NOSUCH?range=5d&interval=1d").await;
    let told = (404, "Not Found".to_owned(), "No data found, symbol may be delisted".to_owned());
    assert_eq!(error(&unknown, "chart"), told);
    let none = world.get("/v8/finance/chart/..%2F..?range=5d").await;
    assert_eq!(error(&none, "chart"), told, "what cannot be a symbol is none");
}

#[tokio::test]
async fn what_only_the_simulator_knows_is_unknown() {
    let world = World::start("development", &[("MARKETPULSE_OFFLINE", "True")]).await;
    let known = world.get("/v8/finance/chart/MSFT?range=5d&interval=1d").await;
    assert_eq!(known.status, 200, "{}", known.body);
    for path in ["/v8/finance/chart/ZZZZ9?range=5d", "/v8/finance/chart/ZZZZ9?interval=1m"] {
        let unknown = world.get(path).await;
        assert_eq!(error(&unknown, "chart").0, 404, "{path}");
    }
    let quotes = world.get("/v7/finance/quote?symbols=MSFT,ZZZZ9").await.json();
    let rows = quotes["quoteResponse"]["result"].as_array().unwrap();
    let symbols: Vec<_> = rows.iter().map(|row| &row["symbol"]).collect();
    assert_eq!(symbols, ["MSFT"]);
}

#[tokio::test]
async fn trouble_upstream_is_never_a_symbol_that_may_be_delisted() {
    for fault in [
        Fault::Status { code: 429, retry_after: Some("60".to_owned()) },
        Fault::Status { code: 500, retry_after: None },
        Fault::Close,
        Fault::Html,
        Fault::Garbage,
        Fault::Empty,
    ] {
        let world = World::production().await;
        world.upstream.fail("", fault.clone(), None);
        for (path, envelope) in [
            ("/v8/finance/chart/AAPL?range=5d&interval=1d", "chart"),
            ("/v7/finance/spark?symbols=AAPL&range=5d&interval=1d", "spark"),
            ("/v7/finance/quote?symbols=AAPL", "finance"),
            ("/v1/finance/search?q=nothinglikethis", "finance"),
        ] {
            let answer = world.get(path).await;
            let (status, code, description) = error(&answer, envelope);
            assert_eq!((status, code.as_str()), (503, "Service Unavailable"), "{path} {fault:?}");
            assert!(description.contains("yahoo"), "{path}: {description}");
            assert!(!description.contains("delisted"), "{path}: {description}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_in_the_words_of_the_protocol() {
    let world = World::production().await;
    for (query, status, code, words) in [
        ("range=bogus", 422, "Unprocessable Entity", "range=bogus is not supported"),
        ("range=1mo&interval=5d", 422, "Unprocessable Entity", "interval=5d is not supported"),
        (
            "range=1y&interval=1m",
            422,
            "Unprocessable Entity",
            "data not available: 1m bars reach back",
        ),
        ("period1=x&period2=5", 400, "Bad Request", "x is not a number of seconds"),
        ("period1=10&period2=5", 400, "Bad Request", "start date cannot be after end date"),
    ] {
        let answer = world.get(&format!("/v8/finance/chart/AAPL?{query}")).await;
        let told = error(&answer, "chart");
        assert_eq!((told.0, told.1.as_str()), (status, code), "{query}");
        assert!(told.2.contains(words), "{query}: {}", told.2);
    }
    for (path, envelope) in [
        ("/v7/finance/quote", "finance"),
        ("/v7/finance/spark", "spark"),
        ("/v8/finance/spark?symbols=", "spark"),
        ("/v1/finance/search", "finance"),
        ("/v1/finance/lookup", "finance"),
        ("/v6/finance/markettime?market=MOON", "finance"),
        ("/v6/finance/quote/marketSummary?market=MOON", "finance"),
    ] {
        let told = error(&world.get(path).await, envelope);
        assert_eq!((told.0, told.1.as_str()), (400, "Bad Request"), "{path}");
    }
    assert_eq!(world.upstream.requests(), 0, "nobody was asked");
}

#[tokio::test]
async fn what_is_not_served_says_so_in_its_envelope() {
    let world = World::production().await;
    for (path, envelope) in [
        ("/v1/finance/elsewhere", "finance"),
        ("/v10/finance/quoteSummary", "quoteSummary"),
        ("/calendar/earnings?symbol=AAPL", "finance"),
        ("/v8/finance/chart", "chart"),
        ("/v8/finance/chart/A/B", "chart"),
    ] {
        let (status, code, description) = error(&world.get(path).await, envelope);
        assert_eq!((status, code.as_str()), (404, "Not Found"), "{path}");
        assert!(description.contains("is not served here"), "{path}: {description}");
    }
}

#[tokio::test]
async fn what_reaches_no_route_is_refused_as_the_protocol_does_too() {
    let world = World::production().await;
    let post = |path: &str, body: &str| Request::post(path).body(Body::from(body.to_owned()));
    let method = world.ask(post("/v7/finance/quote", "").unwrap()).await;
    let (status, code, _) = error(&method, "finance");
    assert_eq!(
        (status, code.as_str(), method.header("allow")),
        (405, "Method Not Allowed", "GET, HEAD")
    );
    let body = world.ask(post("/v1/finance/elsewhere", "{}").unwrap()).await;
    let (status, _, why) = error(&body, "finance");
    assert!(status == 404 && why.contains("elsewhere is not served here"), "{why}");
    let long = format!("/v8/finance/chart/AAPL?x={}", "y".repeat(20_000));
    assert_eq!(error(&world.get(&long).await, "chart").1, "URI Too Long");
    let elsewhere = world.get(&format!("/marketpulse/latest?x={}", "y".repeat(20_000))).await;
    assert_eq!(elsewhere.problem().0, 414, "ours are problem documents as before");
}
