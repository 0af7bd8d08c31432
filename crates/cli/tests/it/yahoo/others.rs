use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use simulator::Fault;

use crate::world::World;

fn symbols(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["symbol"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn quotes_are_told_in_the_spelling_asked_for_and_unknown_ones_left_out() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    for version in ["v7", "v6"] {
        let target = format!(
            "/{version}/finance/quote?symbols=aapl,NOSUCH,%5EFCHI,BTC-EUR&fields=symbol&crumb=x"
        );
        let quotes = world.get(&target).await.json();
        let rows = &quotes["quoteResponse"]["result"];
        assert_eq!(symbols(rows), ["AAPL", "^FCHI", "BTC-EUR"]);
        assert_eq!(quotes["quoteResponse"]["error"], Value::Null);
        for row in rows.as_array().unwrap() {
            assert!(row["regularMarketPrice"].is_number(), "{row}");
            for member in ["quoteType", "marketState", "exchange", "market", "fullExchangeName"] {
                assert!(row[member].is_string(), "{member} of {row}");
            }
        }
        assert_eq!(
            (&rows[0]["quoteType"], &rows[0]["exchange"]),
            (&json!("EQUITY"), &json!("NMS"))
        );
    }
    let none = world.get("/v7/finance/quote?symbols=NOSUCH").await;
    assert_eq!((none.status, none.json()["quoteResponse"]["result"].clone()), (200, json!([])));
}

#[tokio::test]
async fn one_price_that_cannot_be_had_hides_no_other() {
    let world = World::production().await;
    world.upstream.fail("MSFT", Fault::Close, None);
    let quotes = world.get("/v7/finance/quote?symbols=AAPL,MSFT").await.json();
    let rows = &quotes["quoteResponse"]["result"];
    assert_eq!(symbols(rows), ["AAPL", "MSFT"], "left out it would be said to be unknown");
    assert_eq!(rows[1].get("regularMarketPrice"), None);
}

#[tokio::test]
async fn sparks_are_told_in_both_forms() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    let query = "symbols=AAPL,NOSUCH,EURUSD=X&range=5d&interval=1d";
    let list = world.get(&format!("/v7/finance/spark?{query}")).await.json();
    let list = &list["spark"]["result"];
    assert_eq!(symbols(list), ["AAPL", "EURUSD=X"]);
    let closes = &list[0]["response"][0]["indicators"]["quote"][0]["close"];
    let lines = world.get(&format!("/v8/finance/spark?{query}")).await.json();
    assert_eq!(&lines["AAPL"]["close"], closes);
    assert_eq!(lines["AAPL"]["timestamp"], list[0]["response"][0]["timestamp"]);
    assert_eq!(lines.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn one_spark_that_cannot_be_had_hides_no_other() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    world.upstream.fail("MSFT", Fault::Close, None);
    let query = "symbols=MSFT,AAPL,NOSUCH&range=5d&interval=1d";
    let list = world.get(&format!("/v7/finance/spark?{query}")).await;
    let told = &list.json()["spark"]["result"];
    assert_eq!(symbols(told), ["MSFT", "AAPL"], "left out it would be said to be unknown");
    assert_eq!(told[0]["response"], json!([]));
    assert_eq!(told[1]["response"].as_array().unwrap().len(), 1);
    let lines = world.get(&format!("/v8/finance/spark?{query}")).await;
    let names: Vec<_> = lines.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!((lines.status, names), (200, vec!["AAPL".to_owned()]));
    for answer in [list, lines] {
        let lack = answer.header("x-lack");
        assert!(lack.starts_with("MSFT: ") && !lack.contains("NOSUCH"), "{lack}");
    }
    for symbols in ["MSFT,NOSUCH", "NOSUCH,MSFT"] {
        let none = format!("/v8/finance/spark?symbols={symbols}&range=5d&interval=1d");
        assert_eq!(world.get(&none).await.status, 503, "of all that exist there is none");
    }
    let unknown = world.get("/v8/finance/spark?symbols=NOSUCH&range=5d&interval=1d").await;
    assert_eq!((unknown.status, unknown.json()), (200, json!({})));
}

#[tokio::test]
async fn what_is_found_is_told_in_the_protocols_spelling() {
    let world = World::production().await;
    let found = world.get("/v1/finance/search?q=cac&quotesCount=3&newsCount=0").await.json();
    let symbols = symbols(&found["quotes"]);
    assert!(symbols.contains(&"^FCHI") && symbols.len() <= 3, "{symbols:?}");
    assert_eq!(found["count"], symbols.len());
    for member in ["explains", "news", "nav", "lists", "researchReports"] {
        assert_eq!(found[member], json!([]), "{member}");
    }
    assert!(found["timeTakenForQuotes"].is_number());
    assert_eq!(found["quotes"][0]["isYahooFinance"], true);
}

#[tokio::test]
async fn a_lookup_tells_one_kind_and_one_page() {
    let world = World::production().await;
    let lookup = async |query: &str| {
        world.get(&format!("/v1/finance/lookup?{query}")).await.json()["finance"]["result"][0]
            .clone()
    };
    let all = lookup("query=apple&type=all").await;
    assert!(symbols(&all["documents"]).contains(&"AAPL"));
    let shares = lookup("query=apple&type=equity&start=0&count=1").await;
    assert_eq!((symbols(&shares["documents"]).len(), &shares["count"]), (1, &json!(1)));
    let coins = lookup("query=apple&type=cryptocurrency").await;
    assert_eq!((&coins["documents"], &coins["total"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn a_market_has_a_summary_and_hours() {
    let world = World::production().await;
    let summary = world.get("/v6/finance/quote/marketSummary?market=EUROPE").await.json();
    let rows = summary["marketSummaryResponse"]["result"].as_array().unwrap().clone();
    assert!(
        rows.iter().any(|row| row["symbol"] == "^FCHI" && row["regularMarketPrice"].is_number())
    );
    let times =
        world.get("/v6/finance/markettime?market=EUROPE&formatted=true&key=finance").await.json();
    let time = &times["finance"]["marketTimes"][0]["marketTime"][0];
    assert_eq!((&time["id"], &time["status"]), (&json!("europe"), &json!("open")));
    assert_eq!(
        (&time["open"], &time["close"]),
        (&json!("2025-10-29T08:00:00Z"), &json!("2025-10-29T16:30:00Z"))
    );
    assert_eq!(time["timezone"][0], json!({ "gmtoffset": "3600", "short": "CET" }));
}

#[tokio::test]
async fn crumb_and_cookie_are_what_clients_accept() {
    let world = World::production().await;
    let crumb = world.get("/v1/test/getcrumb").await;
    assert_eq!(crumb.status, 200);
    assert!(!crumb.body.is_empty() && crumb.body.len() < 20 && !crumb.body.contains('<'));
    let at_root = |host: &str| Request::get("/").header("host", host).body(Body::empty()).unwrap();
    let root = world.ask(at_root("fc.yahoo.com")).await;
    let page = world.get("/quote/NQ%3DF/").await;
    for answer in [root, page] {
        assert_eq!(answer.status, 200);
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("A3=") && cookie.contains("Domain=.yahoo.com"), "{cookie}");
        assert!(cookie.contains("Expires=Thu, 29 Oct 2026 12:00:00 GMT"), "{cookie}");
    }
    let ours = world.ask(at_root("localhost:5000")).await;
    assert_eq!((ours.status, ours.header("location")), (307, "/marketpulse"));
    assert_eq!(ours.header("set-cookie"), "", "our own pages have none");
}
