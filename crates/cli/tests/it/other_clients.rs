//! What programs ask that could not be run here: they were read, and their questions put
//! by hand.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use crate::world::{Answer, World};

async fn ask(world: &World, address: &str, accept: &str) -> Answer {
    let request = Request::get(address).header("accept", accept).body(Body::empty()).unwrap();
    let answer = world.ask(request).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    answer
}

async fn json(world: &World, address: &str) -> Value {
    let answer = ask(world, address, "application/json").await;
    assert!(answer.header("content-type").starts_with("application/json"), "{address}");
    answer.json()
}

/// `docs/clients.md`: its custom provider.
#[tokio::test]
async fn wealthfolio_finds_a_price_and_days() {
    let world = World::production().await;
    let accept = "application/json, text/plain, */*";
    let latest = ask(&world, "/marketpulse/v1/quotes/AAPL", accept).await.json();
    let quote = &latest["quotes"][0];
    assert!(quote["price"].is_number() && quote["currency"] == "USD" && quote["as_of"].is_string());
    let address = "/marketpulse/v1/bars/AAPL?from=2025-10-20&to=2025-10-24&format=csv";
    let days = ask(&world, address, "text/csv, text/plain, */*").await;
    assert!(days.header("content-type").starts_with("text/csv"));
    let head = days.body.lines().next().unwrap();
    assert!(["date", "close"].iter().all(|name| head.split(',').any(|it| it == *name)), "{head}");
    assert_eq!(days.body.lines().count(), 6, "{}", days.body);
}

/// Its manual scraper takes a content type with `application/json` in it for JSON.
#[tokio::test]
async fn ghostfolio_finds_a_price() {
    let world = World::production().await;
    let latest = json(&world, "/marketpulse/v1/quotes/AAPL").await;
    assert!(latest["quotes"][0]["price"].as_f64().unwrap() > 0.0);
}

/// What it asks of the addresses that it lets one set.
#[tokio::test]
async fn sure_finds_rates_prices_and_names() {
    let world = World::production().await;
    let rate = json(&world, "/frankfurter/v2/rate/EUR/USD?date=2025-10-20").await;
    assert!(rate["rate"].is_number(), "{rate}");
    let rates = "/frankfurter/v2/rates?base=USD&quotes=EUR&from=2025-10-20&to=2025-10-24";
    assert_eq!(json(&world, rates).await[0]["base"], "USD");
    assert!(!json(&world, "/frankfurter/v2/currencies").await.as_array().unwrap().is_empty());
    let days = "/vendors/time_series?symbol=AAPL&interval=1day&start_date=2025-10-20&end_date=2025-10-24&apikey=k";
    let days = json(&world, days).await;
    assert_eq!(days["status"], "ok");
    assert!(days["values"][0]["close"].is_string(), "{days}");
    let rate = "/vendors/exchange_rate?symbol=EUR/USD&date=2025-10-20&apikey=k";
    assert!(json(&world, rate).await["rate"].is_number());
    let found = json(&world, "/vendors/symbol_search?symbol=AAPL&outputsize=5&apikey=k").await;
    assert_eq!(found["data"][0]["mic_code"], "XNAS", "{found}");
    let chart = "/v8/finance/chart/AAPL?interval=1d&period1=1760918400&period2=1761350400";
    assert!(json(&world, chart).await["chart"]["result"][0]["meta"]["currency"].is_string());
}

/// `Finance::Quote` as Debian 12 has it, which `GnuCash` asks.
#[tokio::test]
async fn gnucash_finds_a_price() {
    let world = World::production().await;
    let answer = json(&world, "/v6/finance/quote?symbols=AAPL").await;
    let row = &answer["quoteResponse"]["result"][0];
    for member in ["symbol", "currency", "shortName", "longName"] {
        assert!(row[member].is_string(), "{member}: {row}");
    }
    assert!(row["regularMarketPrice"].is_number() && row["regularMarketTime"].is_i64());
    let rate = "/v8/finance/chart/EURUSD%3DX?metrics=high&interval=1d&range=1d";
    let meta = &json(&world, rate).await["chart"]["result"][0]["meta"];
    assert!(meta["regularMarketPrice"].is_number(), "{meta}");
}

/// The integration of the name, not the sensor `rest`.
#[tokio::test]
async fn home_assistant_is_given_a_cookie_and_quotes() {
    let world = World::production().await;
    let page = ask(&world, "/quote/NQ%3DF/", "text/html").await;
    assert!(page.header("set-cookie").starts_with("A3="));
    let crumb = ask(&world, "/v1/test/getcrumb", "*/*").await;
    assert!(!crumb.body.is_empty() && crumb.body.len() < 20, "{}", crumb.body);
    let quotes = json(&world, "/v7/finance/quote?symbols=AAPL&crumb=x").await;
    assert!(quotes["quoteResponse"]["result"][0]["regularMarketPrice"].is_number());
}

/// Its other feed is a table with these headings on a page.
#[tokio::test]
async fn portfolio_performance_finds_a_table_on_a_page() {
    let world = World::production().await;
    let page = world.page("/marketpulse/history/view?symbol=AAPL&period=1mo").await;
    let heads = page.body.split("<th scope=\"col\">").skip(1);
    let heads: Vec<&str> = heads.filter_map(|rest| rest.split('<').next()).collect();
    assert!(heads.starts_with(&["Date"]) && heads.contains(&"Close"), "{heads:?}");
}
