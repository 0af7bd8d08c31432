//! What may be passed on: a key's holder who shows answers to others is given none of which
//! a source's terms forbid that, whatever way it asks.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt;
use serde_json::json;
use server::{router, routes};
use tower::ServiceExt;

use crate::keys::{asked, printed};
use crate::world::{Answer, World};

/// The service, and a key for each audience.
struct Office {
    _folder: tempfile::TempDir,
    world: World,
    keys: BTreeMap<&'static str, String>,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = |audience| {
            let arguments = ["create", audience, "--redistribution", audience];
            (audience, printed(folder.path(), &arguments))
        };
        let keys = ["private", "internal", "public"].map(key).into();
        let file = folder.path().join("keys.json");
        let settings = [
            ("MARKETPULSE_KEYS", file.to_str().unwrap()),
            ("MARKETPULSE_WATCHLIST", "AAPL,EUR/USD"),
        ];
        let world = World::start("production", &settings).await;
        world.refresh().await;
        Self { _folder: folder, world, keys }
    }

    async fn ask(&self, audience: &str, method: &str, address: &str, body: &str) -> Answer {
        let key = ("x-api-key", self.keys[audience].as_str());
        let kinds = ("content-type", "application/json");
        let accepted = ("accept", "application/json, text/event-stream, text/html, */*");
        asked(&self.world, method, address, &[key, kinds, accepted, ("host", "localhost")], body)
            .await
    }

    async fn get(&self, audience: &str, address: &str) -> Answer {
        self.ask(audience, "GET", address, "").await
    }
}

/// A question at each address that has a parameter, or needs one. At any other address it is
/// the address.
fn question(address: &str) -> String {
    let asked = match address {
        "/marketpulse/history/view" => "?symbol=AAPL&period=1mo",
        "/vendors/time_series" => "?symbol=AAPL&interval=1day",
        "/vendors/exchange_rate" => "?symbol=EUR/USD",
        "/vendors/api/v3/simple/price" => "?ids=bitcoin&vs_currencies=eur",
        "/vendors/api/v3/coins/{id}/market_chart" => "?vs_currency=eur&days=30",
        "/udf/history" => "?symbol=AAPL&resolution=D&from=1760000000&to=1761696000",
        "/udf/marks" | "/udf/timescale_marks" => {
            "?symbol=AAPL&resolution=D&from=1600000000&to=1761696000"
        }
        "/marketpulse/history"
        | "/vendors/price"
        | "/vendors/quote"
        | "/vendors/symbol_search"
        | "/udf/symbols"
        | "/openbb/bars"
        | "/openbb/actions"
        | "/openbb/price" => "?symbol=AAPL",
        "/marketpulse/dashboard"
        | "/udf/quotes"
        | "/openbb/quotes"
        | "/v8/finance/spark"
        | "/v7/finance/spark"
        | "/v7/finance/quote"
        | "/v6/finance/quote" => "?symbols=AAPL",
        "/v1/finance/search" => "?q=AAPL",
        "/udf/search" | "/v1/finance/lookup" => "?query=AAPL",
        "/marketpulse/v1/fx/convert" => "?from=EUR&to=USD&amount=250",
        _ if address.starts_with("/marketpulse/v1/quotes") && !address.contains('{') => {
            "?symbols=AAPL,EUR/USD"
        }
        _ if address.starts_with("/marketpulse/v1/bars") && !address.contains('{') => {
            "?symbols=AAPL&period=1mo"
        }
        _ if address.starts_with("/marketpulse/v1/search") => "?q=AAPL",
        _ => "",
    };
    let filled = address
        .replace("{symbol}", "AAPL")
        .replace("{base}/{quote}", "EUR/USD")
        .replace("{base}/{to}", "EUR/USD")
        .replace("{id}", if address.contains("coins") { "bitcoin" } else { "quotes" })
        .replace("{mic}", "XNYS")
        .replace("{code}", "USD")
        .replace("{when}", "2025-10-28")
        .replace("{*page}", "AAPL")
        .replace("{*rest}", "AAPL")
        .replace("{file}", "none.css");
    assert!(!filled.contains('{'), "{address} wants an example");
    filled + asked
}

/// Answers there that go on until one of both sides leaves: they have a test of their own.
const STREAMS: [&str; 3] = ["/marketpulse/stream", "/marketpulse/ws", "/"];

/// Documents with examples, which were recorded in the same made-up market.
const EXAMPLES: [&str; 2] = ["/marketpulse/openapi.json", "/marketpulse/docs/{id}"];

/// Prices that nobody but Yahoo tells here, as they stand in answers.
async fn prices(office: &Office) -> Vec<String> {
    let quote = office.get("private", "/marketpulse/v1/value/AAPL").await.body;
    let bars = office.get("private", "/marketpulse/v1/bars/AAPL?period=1mo").await.json();
    let bars = bars["bars"].as_array().unwrap();
    let closes = bars.iter().flat_map(|bar| [&bar["close"], &bar["open"]]);
    let pair = office.get("private", "/marketpulse/v1/value/EUR%2FUSD").await.body;
    let all: Vec<String> = closes.map(ToString::to_string).chain([quote, pair]).collect();
    // A short number may stand anywhere.
    let told: Vec<String> = all.into_iter().filter(|text| text.len() >= 6).collect();
    assert!(told.len() > 20, "{told:?}");
    told
}

#[tokio::test]
async fn no_route_gives_a_private_source_s_price_to_a_key_for_others() {
    let office = Office::open().await;
    let prices = prices(&office).await;
    let tells = |answer: &Answer| prices.iter().any(|price| answer.body.contains(price.as_str()));
    let (mut telling, mut refused) = (Vec::new(), 0);
    for address in routes(&office.world.app).addresses() {
        if STREAMS.iter().chain(&EXAMPLES).any(|other| other == address) {
            continue;
        }
        let asked = question(address);
        // Whatever is held for the first is not given to the others.
        let own = office.get("private", &asked).await;
        if own.status == 200 && tells(&own) {
            telling.push(address.clone());
        }
        for audience in ["internal", "public"] {
            let others = office.get(audience, &asked).await;
            assert!(!tells(&others), "{asked} for {audience} tells a price");
            if own.status == 200 && tells(&own) {
                assert_eq!(others.status, 403, "{asked}: {}", others.body);
                assert!(others.body.contains("yahoo tells is for"), "{asked}: {}", others.body);
                refused += 1;
            }
        }
    }
    let known = [
        "/marketpulse/latest",
        "/marketpulse/history",
        "/marketpulse",
        "/marketpulse/dashboard",
        "/marketpulse/history/view",
        "/marketpulse/v1/value/{symbol}",
        "/marketpulse/v1/quotes/{symbol}",
        "/marketpulse/v1/quotes/{symbol}/versions",
        "/marketpulse/v1/quotes.csv",
        "/marketpulse/v1/bars/{symbol}",
        "/marketpulse/v1/bars/{symbol}/versions",
        "/marketpulse/v1/bars.csv",
        "/marketpulse/v1/fx/{base}/{to}",
        "/v8/finance/chart/{symbol}",
        "/v7/finance/spark",
        "/v7/finance/quote",
        "/udf/history",
        "/udf/quotes",
        "/openbb/bars",
        "/openbb/quotes",
        "/openbb/price",
        "/vendors/price",
        "/vendors/quote",
        "/vendors/time_series",
        "/vendors/exchange_rate",
    ];
    for address in known {
        assert!(telling.iter().any(|it| it == address), "{address} tells no price: {telling:?}");
    }
    assert_eq!(refused, 2 * telling.len());
}

#[tokio::test]
async fn every_form_is_refused_with_which_source_which_terms_and_what_would_work() {
    let office = Office::open().await;
    for form in ["json", "columns", "csv", "ndjson", "arrow", "arrow_file", "parquet"] {
        for asked in ["bars/AAPL?period=1mo", "quotes?symbols=AAPL", "bars?symbols=AAPL"] {
            let asked = format!("/marketpulse/v1/{asked}&format={form}");
            assert_eq!(office.get("private", &asked).await.status, 200, "{asked}");
            let refused = office.get("public", &asked).await;
            assert_eq!(refused.problem().0, 403, "{asked}");
            assert_eq!(refused.json()["type"], "/problems/redistribution", "{asked}");
        }
    }
    let refused = office.get("internal", "/marketpulse/v1/bars/AAPL").await.json();
    assert_eq!(refused["reason"], "redistribution");
    let detail = refused["detail"].as_str().unwrap();
    for part in [
        "AAPL: what yahoo tells is for whoever runs this service, or holds the key, alone (private; its terms: https://",
        "the key of internal is for internal use",
        "use a key made with --redistribution private",
        "or ask for what ",
        "ecb",
    ] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
}

#[tokio::test]
async fn what_a_source_lets_everybody_have_goes_to_everybody() {
    let office = Office::open().await;
    let of_day = "/marketpulse/v1/fx/EUR/USD?date=2025-10-28&source=ecb";
    for audience in ["private", "internal", "public"] {
        for asked in [
            of_day,
            "/frankfurter/v1/2025-10-28",
            "/frankfurter/v2/rates?quotes=USD",
            "/marketpulse/v1/instruments",
            "/marketpulse/v1/calendars/XNYS",
            "/marketpulse/v1/search?q=apple",
            "/marketpulse/openapi.json",
            "/marketpulse/docs",
            "/udf/config",
            "/metrics",
            "/healthz",
        ] {
            let answer = office.get(audience, asked).await;
            assert_eq!(answer.status, 200, "{asked} for {audience}: {}", answer.body);
        }
    }
    let metrics = office.get("private", "/metrics").await.body;
    assert!(metrics.contains("marketpulse_access_refusals_total{reason=\"redistribution\"} 0\n"));
    office.get("public", "/marketpulse/latest").await;
    let metrics = office.get("private", "/metrics").await.body;
    assert!(metrics.contains("marketpulse_access_refusals_total{reason=\"redistribution\"} 1\n"));
}

#[tokio::test]
async fn what_one_key_was_given_in_parts_is_not_given_to_another() {
    let office = Office::open().await;
    let target = "/marketpulse/v1/bars/AAPL.csv?period=1mo";
    let end = async |audience: &str| {
        let key = ("x-api-key", office.keys[audience].as_str());
        asked(&office.world, "GET", target, &[key, ("range", "bytes=-100")], "").await
    };
    assert_eq!(end("private").await.status, 206);
    for audience in ["internal", "public"] {
        assert_eq!(end(audience).await.status, 403);
        assert_eq!(office.ask(audience, "HEAD", target, "").await.status, 403);
    }
    assert_eq!(end("private").await.status, 206);
}

#[tokio::test]
async fn an_agent_is_told_by_each_tool() {
    let office = Office::open().await;
    let call = async |audience: &str, tool: &str, arguments: serde_json::Value| {
        let params = json!({ "name": tool, "arguments": arguments });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let answer = office.ask(audience, "POST", "/mcp", &body.to_string()).await;
        assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
        answer.json()["result"].clone()
    };
    for (tool, arguments) in [
        ("quotes", json!({ "symbols": ["AAPL"] })),
        ("bars", json!({ "symbol": "AAPL" })),
        ("actions", json!({ "symbol": "AAPL" })),
        ("convert", json!({ "amount": 1, "from": "EUR", "to": "USD" })),
        ("explain", json!({ "symbol": "AAPL" })),
        ("sources", json!({})),
    ] {
        let own = call("private", tool, arguments.clone()).await;
        assert_eq!(own["isError"], false, "{tool}: {own}");
        let refused = call("public", tool, arguments).await;
        assert_eq!(refused["isError"], true, "{tool}: {refused}");
        let said = refused["content"][0]["text"].as_str().unwrap();
        assert!(said.contains("what yahoo tells is for"), "{tool}: {said}");
        assert_eq!(refused["content"].as_array().unwrap().len(), 1, "and nothing else");
    }
    let found = call("public", "search", json!({ "text": "apple" })).await;
    assert_eq!(found["isError"], false, "{found}");
}

#[tokio::test]
async fn a_stream_tells_why_a_price_is_kept_back_and_goes_on_with_the_others() {
    let office = Office::open().await;
    let first = async |audience: &str| {
        let request = Request::get("/marketpulse/stream?symbols=AAPL")
            .header("x-api-key", &office.keys[audience])
            .body(Body::empty());
        let answer = router(office.world.app.clone()).oneshot(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200);
        let mut events = answer.into_body().into_data_stream();
        String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap()
    };
    let own = first("private").await;
    assert!(own.contains(r#""price":"#) && !own.contains("not_allowed"), "{own}");
    let others = first("public").await;
    assert!(!others.contains(r#""price":"#), "{others}");
    assert!(
        others.contains(r#""type":"snapshot""#) && others.contains(r#""quotes":[]"#),
        "{others}"
    );
    let error = r#""type":"error","symbol":"AAPL","reason":"not_allowed","detail":"AAPL: what yahoo tells is for"#;
    assert!(others.contains(error), "{others}");
}
