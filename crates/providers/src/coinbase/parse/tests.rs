use market::{Interval, Period, Price, Span};
use proptest::prelude::*;
use serde_json::json;
use testkit::recordings;

use super::*;
use crate::fuzz::asked;
use crate::mutation;

const NOON: &str = "2025-10-29T12:00:00Z";

fn reply(status: u16, body: &serde_json::Value) -> Reply {
    Reply::of(status, body.to_string().into_bytes())
}

fn price_of(status: u16, body: &serde_json::Value) -> Result<Quote, SourceError> {
    quote(&reply(status, body), &asked("BTC/EUR"), NOON.parse().unwrap())
}

fn bars(
    reply: &Reply,
    interval: Interval,
    received_at: &str,
) -> Result<HistoryResult, SourceError> {
    let asked = asked("BTC/EUR");
    let span = Span::Period(Period::Max);
    let question = HistoryQuery { symbol: asked.symbol.clone(), interval, span, source: None };
    history(reply, (&question, &asked), received_at.parse().unwrap())
}

/// Two days, the newest first: when, low, high, open, close, volume.
fn two_days() -> serde_json::Value {
    json!([
        [1_761_696_000, 97_000.5, 98_000, 97_500, 97_800.25, 12.5],
        [1_761_609_600, 96_000, 97_600, 96_500, 97_500, 310],
    ])
}

#[test]
fn the_last_trade_is_the_price_with_its_time() {
    let body = json!({ "trade_id": 7, "price": "97800.25", "size": "0.1", "bid": "1", "ask": "2", "volume": "310.5", "time": "2025-10-29T11:59:58.123456Z" });
    let quote = price_of(200, &body).unwrap();
    assert_eq!(quote.price.to_string(), "97800.25");
    assert_eq!(quote.as_of, Some("2025-10-29T11:59:58.123456Z".parse().unwrap()));
    assert_eq!((quote.volume, quote.previous), (Some(310.5), None));
    assert_eq!(quote.currency.unwrap().as_str(), "EUR");
}

#[test]
fn a_pair_that_is_not_traded_is_unknown_and_nothing_else_is() {
    let reason = |status, message: &str| {
        price_of(status, &json!({ "message": message })).unwrap_err().reason()
    };
    assert_eq!(reason(404, "NotFound"), "unknown_symbol");
    assert_eq!(reason(400, "Public rate limit exceeded"), "throttled");
    assert_eq!(reason(200, "slow down"), "throttled");
    assert_eq!(reason(200, "hello"), "unreadable");
    assert_eq!(reason(400, "granularity too small"), "upstream_failing");
    assert_eq!(
        price_of(200, &json!({ "price": "0", "time": null })).unwrap_err().reason(),
        "unreadable"
    );
}

#[test]
fn low_and_high_come_before_open_and_the_newest_first() {
    let found = bars(&reply(200, &two_days()), Interval::D1, NOON).unwrap();
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
fn a_row_that_cannot_be_read_costs_itself_alone() {
    let mut body = two_days();
    body[0] = json!(["x", 1]);
    let found = bars(&reply(200, &body), Interval::D1, NOON).unwrap();
    assert_eq!((found.series.len(), found.set_aside.len()), (1, 1));
}

#[test]
fn recorded_values_are_equal_to_the_last_digit() {
    let mut compared = 0;
    for (name, body) in recordings::all("coinbase/candles", "xchange.rec2018-02-01.json") {
        let rows: Vec<[f64; 6]> = serde_json::from_slice(&body).unwrap();
        let found = bars(&Reply::of(200, body), Interval::M1, "2018-02-01T00:20:00Z").unwrap();
        assert_eq!(found.series.len() + found.set_aside.len(), rows.len(), "{name}");
        for bar in found.series.bars() {
            let second = bar.open_time.as_second() as f64;
            let row = rows.iter().find(|row| row[0].to_bits() == second.to_bits()).unwrap();
            let told = [bar.low, bar.high, bar.open, Some(bar.close)].map(|it| it.map(Price::get));
            assert_eq!(told, [row[1], row[2], row[3], row[4]].map(Some), "{name}");
            assert_eq!(bar.volume, Some(row[5]), "{name}");
            compared += 5;
        }
    }
    for (name, body) in recordings::all("coinbase/ticker", ".json") {
        let row: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let found = quote(&Reply::of(200, body), &asked("BTC/USD"), NOON.parse().unwrap()).unwrap();
        let told = row["price"].as_str().unwrap().parse::<f64>().unwrap();
        assert_eq!(Some(found.price.get()), Some(told), "{name}");
        assert_eq!(found.as_of.map(|at| at.to_string()).as_deref(), row["time"].as_str(), "{name}");
        compared += 2;
    }
    eprintln!("coinbase: {compared} recorded values are equal");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let reply = Reply::of(200, body);
        let _ = quote(&reply, &asked("BTC/EUR"), NOON.parse().unwrap());
        let _ = bars(&reply, Interval::D1, NOON);
    }

    #[test]
    fn no_odd_value_makes_it_panic(place in any::<usize>(), odd in mutation::odd_value()) {
        let reply = Reply::of(200, mutation::exchange(&two_days(), place, &odd));
        if let Ok(found) = bars(&reply, Interval::D1, NOON) {
            let bars: Vec<_> = found.series.bars().collect();
            prop_assert!(bars.is_sorted_by_key(|bar| bar.date));
        }
    }
}
