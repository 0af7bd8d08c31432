use market::{Interval, Period, Price, Span};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::recordings;

use super::*;
use crate::fuzz::asked;
use crate::mutation;

const NOON: &str = "2025-10-29T12:00:00Z";

fn reply(status: u16, body: &Value) -> Reply {
    Reply::of(status, body.to_string().into_bytes())
}

fn price_of(status: u16, body: &Value) -> Result<Quote, SourceError> {
    quote(&reply(status, body), "BTCEUR", &asked("BTC/EUR"), NOON.parse().unwrap())
}

fn bars(reply: &Reply, received_at: &str) -> Result<HistoryResult, SourceError> {
    let asked = asked("BTC/EUR");
    let (interval, span) = (Interval::D1, Span::Period(Period::Max));
    let question = HistoryQuery { symbol: asked.symbol.clone(), interval, span, source: None };
    history(reply, (&question, &asked), received_at.parse().unwrap())
}

fn day() -> Value {
    json!({
        "symbol": "BTCEUR", "lastPrice": "97800.25000000", "openPrice": "97500.00000000",
        "highPrice": "98000.00000000", "lowPrice": "97000.50000000", "volume": "310.50000000",
        "openTime": 1_761_652_798_000_i64, "closeTime": 1_761_739_198_123_i64, "count": 7,
    })
}

/// When, open, high, low, close, volume, and what is not read.
fn two_days() -> Value {
    json!([
        [
            1_761_609_600_000_i64,
            "96500.0",
            "97600.0",
            "96000.0",
            "97500.0",
            "310.0",
            1_761_695_999_999_i64,
            "1",
            9,
            "1",
            "1",
            "0"
        ],
        [
            1_761_696_000_000_i64,
            "97500.0",
            "98000.0",
            "97000.5",
            "97800.25",
            "12.5",
            1_761_782_399_999_i64,
            "1",
            9,
            "1",
            "1",
            "0"
        ],
    ])
}

#[test]
fn the_last_24_hours_are_told_up_to_when_they_end() {
    for body in [day(), json!([{ "symbol": "ETHEUR", "lastPrice": "1" }, day(), 7])] {
        let quote = price_of(200, &body).unwrap();
        assert_eq!(quote.price.to_string(), "97800.25");
        assert_eq!(quote.as_of, Some("2025-10-29T11:59:58.123Z".parse().unwrap()));
        assert_eq!(quote.previous.map(|it| it.price.get()), Some(97_500.0));
        let range = [quote.day_low, quote.day_high].map(|it| it.map(Price::get));
        assert_eq!(range, [Some(97_000.5), Some(98_000.0)]);
        assert_eq!(quote.currency.unwrap().as_str(), "EUR");
    }
}

#[test]
fn another_pair_is_no_answer_and_zeros_are_no_price() {
    let of = |name: &str, value: Value| {
        let mut body = day();
        body[name] = value;
        price_of(200, &body).unwrap_err().reason()
    };
    assert_eq!(of("symbol", json!("BTCUSDT")), "left_out");
    assert_eq!(of("lastPrice", json!("0.00000000")), "unreadable");
    assert_eq!(of("lastPrice", Value::Null), "unreadable");
    assert_eq!(price_of(200, &json!([])).unwrap_err().reason(), "left_out");
}

#[test]
fn its_codes_mean_what_its_documentation_says() {
    let reason = |status, code: i64| {
        price_of(status, &json!({ "code": code, "msg": "…" })).unwrap_err().reason()
    };
    assert_eq!(reason(400, -1121), "unknown_symbol");
    assert_eq!(reason(400, -1003), "throttled");
    assert_eq!(reason(418, -1003), "throttled");
    assert_eq!(reason(400, -1100), "upstream_failing");
    assert_eq!(reason(200, -1100), "unreadable");
    let shut_out = price_of(418, &json!({})).unwrap_err();
    assert_eq!(shut_out, SourceError::Throttled { retry_after: Some(SHUT_OUT) });
}

#[test]
fn days_are_those_of_utc_and_the_last_goes_on() {
    let found = bars(&reply(200, &two_days()), NOON).unwrap();
    let told: Vec<_> = found
        .series
        .bars()
        .map(|bar| {
            let all = [bar.open, bar.high, bar.low, Some(bar.close)];
            (bar.date.to_string(), all.map(|it| it.map(Price::get)), bar.provisional)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("2025-10-28".to_owned(), [96_500.0, 97_600.0, 96_000.0, 97_500.0].map(Some), false),
            ("2025-10-29".to_owned(), [97_500.0, 98_000.0, 97_000.5, 97_800.25].map(Some), true),
        ]
    );
}

#[test]
fn a_row_that_is_too_short_costs_itself_alone() {
    let mut body = two_days();
    body[0] = json!([1_761_609_600_000_i64, "1"]);
    let found = bars(&reply(200, &body), NOON).unwrap();
    assert_eq!((found.series.len(), found.set_aside.len()), (1, 1));
}

#[test]
fn recorded_values_are_equal_to_the_last_digit() {
    let mut compared = 0;
    for (name, body) in recordings::all("binance/ticker-24hr", "rec2019-08-22.json") {
        let rows: Vec<Value> = serde_json::from_slice(&body).unwrap();
        let number =
            |row: &Value, field: &str| row[field].as_str().unwrap().parse::<f64>().unwrap();
        for row in rows.iter().filter(|row| number(row, "lastPrice") > 0.0) {
            let pair = row["symbol"].as_str().unwrap();
            let read = Reply::of(200, row.to_string().into_bytes());
            let found = quote(&read, pair, &asked("BTC/EUR"), NOON.parse().unwrap()).unwrap();
            let told = [Some(found.price), found.day_high, found.day_low];
            let fields = ["lastPrice", "highPrice", "lowPrice"].map(|field| number(row, field));
            let positive = fields.map(|number| Some(number).filter(|it| *it > 0.0));
            assert_eq!(told.map(|it| it.map(Price::get)), positive, "{name} {pair}");
            let at = found.as_of.map(Timestamp::as_millisecond);
            assert_eq!(at, row["closeTime"].as_i64(), "{name} {pair}");
            compared += 4;
        }
        let all = Reply::of(200, body);
        let found = quote(&all, "ETHBTC", &asked("ETH/BTC"), NOON.parse().unwrap()).unwrap();
        assert_eq!(found.price.to_string(), "0.018647", "{name}");
    }
    eprintln!("binance: {compared} recorded values are equal");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let reply = Reply::of(200, body);
        let _ = quote(&reply, "BTCEUR", &asked("BTC/EUR"), NOON.parse().unwrap());
        let _ = bars(&reply, NOON);
    }

    #[test]
    fn no_odd_value_makes_it_panic(place in any::<usize>(), odd in mutation::odd_value()) {
        let _ = price_of(200, &serde_json::from_slice(&mutation::exchange(&day(), place, &odd)).unwrap());
        let reply = Reply::of(200, mutation::exchange(&two_days(), place, &odd));
        if let Ok(found) = bars(&reply, NOON) {
            let bars: Vec<_> = found.series.bars().collect();
            prop_assert!(bars.is_sorted_by_key(|bar| bar.date));
        }
    }
}
