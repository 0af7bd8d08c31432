use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::{Interval, Upstream};

use crate::client::{json, upstream, utc};

/// A Friday morning in Paris and night in New York.
const NOW: &str = "2026-11-20T10:30:17Z";

async fn chart(upstream: &Upstream, rest: &str) -> Value {
    let (status, body) = json(upstream, &format!("/v8/finance/chart/{rest}")).await;
    assert_eq!((status, &body["chart"]["error"]), (200, &Value::Null), "{body}");
    body["chart"]["result"][0].clone()
}

async fn refusal(upstream: &Upstream, rest: &str) -> (u16, String, String) {
    let (status, body) = json(upstream, &format!("/v8/finance/chart/{rest}")).await;
    assert_eq!(body["chart"]["result"], Value::Null);
    let error = |key: &str| body["chart"]["error"][key].as_str().unwrap().to_owned();
    (status, error("code"), error("description"))
}

fn column(chart: &Value, name: &str) -> Vec<Value> {
    chart["indicators"]["quote"][0][name].as_array().unwrap().clone()
}

fn instants(chart: &Value) -> Vec<i64> {
    let instants = chart["timestamp"].as_array().unwrap();
    instants.iter().map(|at| at.as_i64().unwrap()).collect()
}

#[tokio::test]
async fn daily_bars_are_the_markets_own_in_single_precision() {
    let upstream = upstream(NOW).await;
    let chart = chart(&upstream, "%5EFCHI?range=1mo&interval=1d").await;
    let now = utc(NOW);
    let from = utc("2026-10-20T00:00Z");
    let bars = upstream.market().bars("^FCHI", Interval::D1, from, now, now);
    let closes: Vec<Value> = bars.iter().map(|bar| json!(f64::from(bar.close as f32))).collect();
    assert_eq!(column(&chart, "close"), closes);
    assert_eq!(chart["indicators"]["adjclose"][0]["adjclose"].as_array().unwrap().len(), 24);
    assert_eq!(chart["meta"]["range"], "1mo");
}

#[tokio::test]
async fn the_live_days_bar_is_stamped_with_the_last_trade() {
    let upstream = upstream(NOW).await;
    let live = chart(&upstream, "%5EFCHI?range=5d&interval=1d").await;
    let now = utc(NOW).as_second();
    assert_eq!(instants(&live).len(), 5);
    assert_eq!(instants(&live)[4], now);
    assert_eq!(live["meta"]["regularMarketTime"], now);
    upstream.set_now(utc("2026-11-20T20:00Z"));
    let closed = chart(&upstream, "%5EFCHI?range=5d&interval=1d").await;
    assert_eq!(instants(&closed)[4], utc("2026-11-20T08:00Z").as_second());
    assert_eq!(closed["meta"]["regularMarketTime"], utc("2026-11-20T16:30Z").as_second());
}

#[tokio::test]
async fn within_a_day_the_last_row_is_the_last_trade_alone() {
    let upstream = upstream(NOW).await;
    let chart = chart(&upstream, "^FCHI?range=1d&interval=5m").await;
    let (instants, volumes) = (instants(&chart), column(&chart, "volume"));
    let last = instants.len() - 1;
    assert_eq!(instants[last], utc(NOW).as_second());
    assert_eq!(instants[last - 1], utc("2026-11-20T10:30Z").as_second());
    assert_eq!(volumes[last], 0);
    assert_eq!(column(&chart, "open")[last], column(&chart, "close")[last]);
    assert!(chart["indicators"].get("adjclose").is_none());
    assert_eq!(chart["meta"]["tradingPeriods"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn months_come_whole_with_the_running_day_besides() {
    let upstream = upstream(NOW).await;
    let chart = chart(&upstream, "^FCHI?range=3mo&interval=1mo").await;
    let first_of_august = utc("2026-07-31T22:00Z").as_second();
    assert_eq!(instants(&chart)[0], first_of_august);
    assert_eq!(instants(&chart).len(), 5);
    assert_eq!(instants(&chart)[4], utc(NOW).as_second());
}

#[tokio::test]
async fn meta_tells_the_instrument_and_its_day() {
    let upstream = upstream(NOW).await;
    let meta = chart(&upstream, "^FCHI?range=1d&interval=1d").await["meta"].clone();
    for (key, value) in [
        ("currency", json!("EUR")),
        ("symbol", json!("^FCHI")),
        ("exchangeName", json!("PAR")),
        ("instrumentType", json!("INDEX")),
        ("longName", json!("CAC 40")),
        ("exchangeTimezoneName", json!("Europe/Paris")),
        ("gmtoffset", json!(3600)),
        ("timezone", json!("CET")),
        ("priceHint", json!(2)),
        ("dataGranularity", json!("1d")),
        ("firstTradeDate", json!(utc("1990-03-01T08:00Z").as_second())),
        ("regularMarketPrice", json!(upstream.market().price("^FCHI", utc(NOW)))),
    ] {
        assert_eq!(meta[key], value, "{key}");
    }
    let regular = &meta["currentTradingPeriod"]["regular"];
    assert_eq!(regular["start"], utc("2026-11-20T08:00Z").as_second());
    assert_eq!(regular["end"], utc("2026-11-20T16:30Z").as_second());
    let [price, high, low] = ["regularMarketPrice", "regularMarketDayHigh", "regularMarketDayLow"]
        .map(|key| meta[key].as_f64().unwrap());
    assert!(low <= price && price <= high);
    let before = upstream.market().price("^FCHI", utc("2026-11-19T23:00Z"));
    assert_eq!(meta["chartPreviousClose"], json!(before));
}

#[tokio::test]
async fn instants_may_be_given_and_the_last_one_counts() {
    let upstream = upstream(NOW).await;
    let (from, to) = (utc("2020-01-02T00:00Z").as_second(), utc("2020-01-03T00:00Z").as_second());
    let target = format!("EURUSD=X?period1={from}&period2={to}&interval=1d");
    assert_eq!(instants(&chart(&upstream, &target).await), [from, to]);
}

#[tokio::test]
async fn a_weekend_is_a_valid_and_empty_answer() {
    let upstream = upstream(NOW).await;
    let (from, to) = (utc("2026-11-14T06:00Z").as_second(), utc("2026-11-15T06:00Z").as_second());
    let chart = chart(&upstream, &format!("AAPL?period1={from}&period2={to}&interval=1m")).await;
    assert!(chart.get("timestamp").is_none());
    assert_eq!(chart["indicators"]["quote"], json!([{}]));
    assert_eq!(chart["meta"]["symbol"], "AAPL");
}

#[tokio::test]
async fn dividends_and_splits_come_when_asked_for() {
    let upstream = upstream(NOW).await;
    let with = chart(&upstream, "AAPL?range=10y&interval=1mo&events=div,splits,capitalGains").await;
    let splits = with["events"]["splits"].as_object().unwrap();
    let split = utc("2020-08-31T13:30Z").as_second();
    let (key, terms) = splits.iter().next().unwrap();
    assert_eq!(key, &utc("2020-08-01T04:00Z").as_second().to_string());
    assert_eq!(terms["date"], split);
    assert_eq!(terms["splitRatio"], "4:1");
    assert_eq!(with["events"]["dividends"].as_object().unwrap().len(), 40);
    let [first_open, previous] = [&column(&with, "open")[0], &with["meta"]["chartPreviousClose"]]
        .map(|v| v.as_f64().unwrap());
    assert!((0.8..1.25).contains(&(previous / first_open)), "adjusted for the split as well");
    let without = chart(&upstream, "AAPL?range=10y&interval=1mo").await;
    assert!(without.get("events").is_none());
}

#[tokio::test]
async fn unknown_symbols_are_not_found() {
    let upstream = upstream(NOW).await;
    upstream.unknown("NoSuch");
    for symbol in ["NOSUCH", "nosuch", "A%2FB", "A%3Frange=10y", "A%0AB"] {
        let (status, code, description) = refusal(&upstream, symbol).await;
        assert_eq!((status, code.as_str()), (404, "Not Found"), "{symbol}");
        assert_eq!(description, "No data found, symbol may be delisted");
    }
}

#[tokio::test]
async fn fine_bars_reach_back_only_so_far() {
    let upstream = upstream(NOW).await;
    let ago = |days: i64| (utc(NOW) - SignedDuration::from_hours(24 * days)).as_second();
    for (interval, days) in [("1m", 30), ("2m", 60), ("30m", 60), ("1h", 730), ("60m", 730)] {
        let ask = |from: i64| {
            format!("AAPL?period1={from}&period2={}&interval={interval}", from + 86_400)
        };
        let inside = chart(&upstream, &ask(ago(days))).await;
        assert!(inside["meta"].is_object());
        let (status, code, description) = refusal(&upstream, &ask(ago(days) - 1)).await;
        assert_eq!((status, code.as_str()), (422, "Unprocessable Entity"));
        let why = format!("The requested range must be within the last {days} days.");
        assert!(description.ends_with(&why), "{description}");
    }
    let wide = format!("AAPL?period1={}&period2={}&interval=1m", ago(9), ago(0));
    let (status, _, description) = refusal(&upstream, &wide).await;
    assert_eq!(status, 422);
    assert!(description.contains("Only 8 days worth of 1m granularity data"), "{description}");
    assert!(chart(&upstream, "AAPL?range=7d&interval=1m").await["timestamp"].is_array());
}

#[tokio::test]
async fn nonsense_is_refused() {
    let upstream = upstream(NOW).await;
    for query in ["interval=7m", "range=1fortnight", "period1=x", "period1=2&period2=1"] {
        let (status, ..) = refusal(&upstream, &format!("AAPL?{query}")).await;
        assert!(matches!(status, 400 | 422), "{query}: {status}");
    }
    let (status, _, description) = refusal(&upstream, "BTC-EUR?period1=0&period2=86400").await;
    assert_eq!(status, 400);
    assert_eq!(description, "Data doesn't exist for startDate = 0, endDate = 86400");
}

#[tokio::test]
async fn every_range_has_bars() {
    let upstream = upstream(NOW).await;
    for range in ["1d", "7d", "2wk", "6mo", "1y", "3y", "10y", "ytd", "max"] {
        let chart = chart(&upstream, &format!("GBPUSD=X?range={range}&interval=1d")).await;
        assert!(!instants(&chart).is_empty(), "{range}");
    }
}

#[tokio::test]
async fn a_fixed_price_is_the_quote_and_the_last_close() {
    let upstream = upstream(NOW).await;
    upstream.price("^FCHI", 9_000.5);
    let chart = chart(&upstream, "^FCHI?range=5d&interval=1d").await;
    assert_eq!(chart["meta"]["regularMarketPrice"], json!(9_000.5));
    assert_eq!(chart["meta"]["regularMarketDayHigh"], json!(9_000.5));
    assert_eq!(column(&chart, "close")[4], json!(9_000.5));
    assert_ne!(column(&chart, "close")[3], json!(9_000.5));
}

#[tokio::test]
async fn spark_answers_for_many_symbols() {
    let upstream = upstream(NOW).await;
    upstream.unknown("NOSUCH");
    let target = "/v7/finance/spark?symbols=AAPL,NOSUCH,BTC-EUR&range=5d&interval=1d";
    let (status, body) = json(&upstream, target).await;
    assert_eq!(status, 200);
    let results = body["spark"]["result"].as_array().unwrap();
    let symbols: Vec<&Value> = results.iter().map(|result| &result["symbol"]).collect();
    assert_eq!(symbols, ["AAPL", "BTC-EUR"]);
    let response = &results[1]["response"][0];
    assert_eq!(response["meta"]["currency"], "EUR");
    assert_eq!(response["indicators"]["quote"][0]["close"].as_array().unwrap().len(), 5);
    let (status, body) = json(&upstream, "/v7/finance/spark").await;
    assert_eq!((status, &body["spark"]["error"]["code"]), (400, &json!("Bad Request")));
}

#[tokio::test]
async fn search_finds_by_part_of_a_symbol_or_name_in_any_case() {
    let upstream = upstream(NOW).await;
    upstream.unknown("ETH-EUR");
    let check = async |text: &str, expected: &[&str]| {
        let (status, body) = json(&upstream, &format!("/v1/finance/search?q={text}")).await;
        let hits = body["quotes"].as_array().unwrap();
        let symbols: Vec<&Value> = hits.iter().map(|hit| &hit["symbol"]).collect();
        assert_eq!(symbols, expected, "{text}");
        assert_eq!((status, &body["count"]), (200, &json!(expected.len())), "{text}");
    };
    check("cac", &["^FCHI"]).await;
    check("CAC+40", &["^FCHI"]).await;
    check("aap", &["AAPL"]).await;
    check("-eur", &["BTC-EUR"]).await;
    check("zzzz", &[]).await;
    // An ISIN, which Yahoo often does not know either.
    check("FR0000131104", &[]).await;
}

#[tokio::test]
async fn a_search_for_nothing_is_refused_in_the_recorded_words() {
    let upstream = upstream(NOW).await;
    for target in ["/v1/finance/search", "/v1/finance/search?q=&quotesCount=20"] {
        let (status, body) = json(&upstream, target).await;
        let why = "Missing required query parameter=q";
        let error = json!({ "code": "Bad Request", "description": why });
        let expected = json!({ "finance": { "result": null, "error": error } });
        assert_eq!((status, body), (400, expected), "{target}");
    }
}
