//! Indicators as the data API gives them.

use serde_json::{Value, json};

use crate::world::{Answer, World};

async fn get(world: &World, target: &str) -> Answer {
    let answer = world.get(&format!("/marketpulse/v1/bars/{target}")).await;
    assert_eq!(answer.status, 200, "{target}: {}", answer.body);
    answer
}

async fn bars(world: &World, target: &str) -> Vec<Value> {
    get(world, target).await.json()["bars"].as_array().unwrap().clone()
}

fn mean(bars: &[Value], field: &str) -> f64 {
    bars.iter().map(|bar| bar[field].as_f64().unwrap()).sum::<f64>() / bars.len() as f64
}

/// Rows are told with fifteen digits.
#[track_caller]
fn is_close(found: &Value, wanted: f64) {
    let found = found.as_f64().unwrap();
    assert!((found / wanted - 1.0).abs() < 1e-12, "{found} instead of {wanted}");
}

#[tokio::test]
async fn they_stand_beside_the_bars_and_say_how_they_are_computed() {
    let world = World::production().await;
    let answer = get(&world, "AAPL?period=3mo&indicators=sma:20,macd:12:26:9").await;
    assert!(answer.body.contains(
        "\"provisional\":false,\"repaired_by\":null,\"sma_20\":null,\"macd_12_26_9\":null"
    ));
    let told = answer.json();
    let bars = told["bars"].as_array().unwrap();
    assert!(bars[..19].iter().all(|bar| bar["sma_20"].is_null()));
    for last in 19..bars.len() {
        is_close(&bars[last]["sma_20"], mean(&bars[last - 19..=last], "close"));
    }
    assert!(bars[24]["macd_12_26_9"].is_null() && bars[25]["macd_12_26_9"].is_number());
    assert!(bars[32]["macd_12_26_9_signal"].is_null());
    assert!(bars[33]["macd_12_26_9_histogram"].is_number());
    assert_eq!(
        told["indicators"][0],
        json!({
            "name": "sma:20",
            "columns": ["sma_20"],
            "formula": "mean of the latest 20 closes",
            "warm_up": 19,
        })
    );
    assert_eq!(told["indicators"][1]["warm_up"], 33);
    let without = get(&world, "AAPL?period=3mo").await.json();
    assert!(without.get("indicators").is_none() && without["bars"][0].get("sma_20").is_none());
}

#[tokio::test]
async fn a_bar_has_the_same_figures_on_every_page() {
    let world = World::production().await;
    let asked = "AAPL?period=3mo&indicators=ema:5,bollinger:20:2";
    let all = bars(&world, asked).await;
    for order in ["asc", "desc"] {
        let mut paged = Vec::new();
        let mut next = format!("/marketpulse/v1/bars/{asked}&order={order}&limit=9");
        while !next.is_empty() {
            let told = world.get(&next).await.json();
            paged.extend(told["bars"].as_array().unwrap().clone());
            next = told["next"].as_str().unwrap_or_default().to_owned();
        }
        if order == "desc" {
            paged.reverse();
        }
        assert_eq!(paged, all, "{order}");
    }
}

#[tokio::test]
async fn they_cost_the_upstreams_nothing() {
    let world = World::production().await;
    bars(&world, "AAPL?period=1mo").await;
    let calls = world.upstream.requests();
    bars(&world, "AAPL?period=1mo&indicators=sma:500,rsi:14").await;
    assert_eq!(world.upstream.requests(), calls);
}

#[tokio::test]
async fn they_are_of_the_closes_as_adjusted() {
    let world = World::production().await;
    let stretch = "AAPL?from=2014-01-02&to=2014-01-17&fields=close,sma_5&indicators=sma:5";
    for adjust in ["none", "splits", "all"] {
        let bars = bars(&world, &format!("{stretch}&adjust={adjust}")).await;
        is_close(&bars[9]["sma_5"], mean(&bars[5..=9], "close"));
    }
    let traded = bars(&world, &format!("{stretch}&adjust=none")).await;
    let divided = bars(&world, &format!("{stretch}&adjust=splits")).await;
    assert!(traded[9]["sma_5"].as_f64().unwrap() > 2.0 * divided[9]["sma_5"].as_f64().unwrap());
}

#[tokio::test]
async fn every_form_has_them_and_fields_may_name_them() {
    let world = World::production().await;
    let asked = "AAPL?period=1mo&indicators=sma:5,rsi:9&fields=date,rsi_9";
    let json = bars(&world, asked).await;
    let last = json.last().unwrap()["rsi_9"].to_string();
    let csv = get(&world, &format!("{asked}&format=csv")).await.body;
    assert!(csv.starts_with("date,rsi_9,symbol,"), "{csv}");
    let first = csv.lines().nth(1).unwrap();
    assert_eq!(first.split(',').nth(1), Some(""), "a hole is an empty cell: {first}");
    assert!(csv.lines().last().unwrap().contains(&format!(",{last},AAPL,")), "{csv}");
    let ndjson = get(&world, &format!("{asked}&format=ndjson")).await.body;
    assert!(ndjson.lines().last().unwrap().contains(&format!("\"rsi_9\":{last},")), "{ndjson}");
    let columns = get(&world, &format!("{asked}&format=columns")).await.json();
    let cells = columns["columns"]["rsi_9"].as_array().unwrap();
    assert_eq!(cells.len(), json.len());
    assert_eq!(cells.last().unwrap().to_string(), last);
    assert_eq!(columns["indicators"][1]["columns"], json!(["rsi_9"]));
}

#[tokio::test]
async fn what_is_no_indicator_is_refused_with_what_would_work() {
    let world = World::production().await;
    let many = ["sma:20"; 11].join(",");
    for (asked, words) in [
        ("smaa:30", "\"smaa:30\" is not an indicator; did you mean sma:30?"),
        ("vwap", "there are sma:20, ema:50, bollinger:20:2, rsi:14, macd:12:26:9, roc:12"),
        ("sma:20,ema", "\"ema\" should have one number, of bars, such as ema:50"),
        ("sma:0", "\"0\" is not a number of bars from 1 to 500"),
        ("macd:26:12:9", "must be less than the second"),
        ("sma:20,sma:20", "sma:20 is named twice"),
        (many.as_str(), "11 indicators; at most 10"),
    ] {
        let target = format!("/marketpulse/v1/bars/AAPL?indicators={asked}");
        let (status, detail) = world.get(&target).await.problem();
        assert_eq!(status, 400, "{asked}");
        assert!(detail.starts_with("indicators: ") && detail.contains(words), "{detail}");
    }
    let fields = "/marketpulse/v1/bars/AAPL?indicators=sma:20&fields=sma_21";
    assert!(world.get(fields).await.problem().1.contains("did you mean sma_20?"));
    let aligned = "/marketpulse/v1/bars?symbols=AAPL&indicators=sma:20";
    assert!(world.get(aligned).await.problem().1.contains("no such parameter"));
}
