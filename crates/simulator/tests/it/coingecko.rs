use serde_json::{Value, json};
use simulator::Upstream;

use crate::client::{json, upstream, utc};

const NOW: &str = "2026-11-20T10:30:17Z";

async fn chart(upstream: &Upstream, query: &str) -> Vec<(i64, f64)> {
    let target = format!("/api/v3/coins/bitcoin/market_chart?vs_currency=eur&{query}");
    let (status, body) = json(upstream, &target).await;
    assert_eq!(status, 200, "{body}");
    let points = body["prices"].as_array().unwrap();
    assert_eq!(body["total_volumes"].as_array().unwrap().len(), points.len());
    points.iter().map(|row| (row[0].as_i64().unwrap(), row[1].as_f64().unwrap())).collect()
}

#[tokio::test]
async fn simple_price_answers_every_coin_in_every_currency() {
    let upstream = upstream(NOW).await;
    let target = "/api/v3/simple/price?ids=bitcoin,ethereum,nocoin&vs_currencies=eur,usd,xyz\
        &include_last_updated_at=true&include_24hr_change=true&precision=full";
    let (status, body) = json(&upstream, target).await;
    assert_eq!((status, body.as_object().unwrap().len()), (200, 2));
    let price = upstream.market().price("BTC-EUR", utc(NOW));
    assert_eq!(body["bitcoin"]["eur"], json!(price));
    assert_eq!(body["bitcoin"]["last_updated_at"], utc(NOW).as_second());
    let before = upstream.market().price("BTC-EUR", utc("2026-11-19T10:30:17Z"));
    let change = body["bitcoin"]["eur_24h_change"].as_f64().unwrap();
    assert!((change - (price / before - 1.0) * 100.0).abs() < 1e-9);
    assert!(body["ethereum"]["usd"].is_number() && body["bitcoin"].get("xyz").is_none());
}

#[tokio::test]
async fn prices_are_rounded_as_published_unless_asked_otherwise() {
    let upstream = upstream(NOW).await;
    upstream.price("BTC-EUR", 53_953.38);
    upstream.price("ETH-EUR", 1_441.93);
    let target = "/api/v3/simple/price?ids=bitcoin,ethereum&vs_currencies=eur";
    let (_, body) = json(&upstream, target).await;
    assert_eq!(body, json!({"bitcoin": {"eur": 53_953}, "ethereum": {"eur": 1_441.93}}));
}

#[tokio::test]
async fn an_unknown_currency_gives_an_empty_coin_and_a_blank_drops_the_id() {
    let upstream = upstream(NOW).await;
    let ask = |query| format!("/api/v3/simple/price?{query}&include_last_updated_at=true");
    let (_, body) = json(&upstream, &ask("ids=bitcoin&vs_currencies=xyz")).await;
    assert_eq!(body, json!({"bitcoin": {}}));
    let (_, body) = json(&upstream, &ask("ids=bitcoin,%20ethereum&vs_currencies=eur")).await;
    assert!(body.get("bitcoin").is_some() && body.as_object().unwrap().len() == 1);
}

#[tokio::test]
async fn charts_are_as_fine_as_their_days_allow() {
    let upstream = upstream(NOW).await;
    let now = utc(NOW).as_millisecond();
    let live = upstream.market().price("BTC-EUR", utc(NOW));
    for (query, points, step) in [
        ("days=1", 288..290, 300),
        ("days=7", 167..170, 3_600),
        ("days=91", 91..93, 86_400),
        ("days=30&interval=daily", 30..32, 86_400),
    ] {
        let chart = chart(&upstream, query).await;
        assert!(points.contains(&chart.len()), "{query}: {}", chart.len());
        assert_eq!(chart[chart.len() - 1], (now, live), "{query}");
        let gaps = chart.windows(2).map(|pair| (pair[1].0 - pair[0].0) as f64 / 1e3);
        let mean = gaps.sum::<f64>() / (chart.len() - 1) as f64;
        assert!((mean / f64::from(step) - 1.0).abs() < 0.02, "{query}: {mean}");
    }
    let daily = chart(&upstream, "days=365").await;
    assert!(daily[..daily.len() - 1].iter().all(|(at, _)| at % 86_400_000 == 0));
}

#[tokio::test]
async fn a_year_is_the_limit() {
    let upstream = upstream(NOW).await;
    for days in ["366", "max"] {
        let target = format!("/api/v3/coins/bitcoin/market_chart?vs_currency=eur&days={days}");
        let (status, body) = json(&upstream, &target).await;
        assert_eq!((status, &body["error"]["status"]["error_code"]), (401, &json!(10012)));
        let at = &body["error"]["status"]["timestamp"];
        assert_eq!(at, "2026-11-20T10:30:17.000+00:00");
    }
}

#[tokio::test]
async fn refusals_are_in_its_own_words() {
    let upstream = upstream(NOW).await;
    upstream.unknown("ethereum");
    for (target, status, error) in [
        ("simple/price?vs_currencies=eur", 422, "Missing parameter ids"),
        ("simple/price?ids=bitcoin", 422, "Missing parameter vs_currencies"),
        ("coins/bitcoin/market_chart?days=1", 422, "Missing parameter vs_currency"),
        ("coins/nocoin/market_chart?days=1&vs_currency=eur", 404, "coin not found"),
        ("coins/ethereum/market_chart?days=1&vs_currency=eur", 404, "coin not found"),
        ("coins/bitcoin/market_chart?days=1&vs_currency=xyz", 422, "invalid vs_currency"),
    ] {
        let (got, body): (u16, Value) = json(&upstream, &format!("/api/v3/{target}")).await;
        assert_eq!((got, &body), (status, &json!({ "error": error })), "{target}");
    }
}
