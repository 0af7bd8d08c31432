use jiff::civil::date;
use market::{ActionKind, Interval, Period, Price, Span};
use proptest::prelude::*;
use serde_json::json;
use testkit::recordings::{self, FURTHER};

use super::*;
use crate::fuzz::asked;
use crate::mutation;

const AFTER_ALL: &str = "2026-09-05T12:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn reply(status: u16, body: &serde_json::Value) -> Reply {
    Reply::of(status, body.to_string().into_bytes())
}

fn of(
    reply: &Reply,
    asked: &Instrument,
    (interval, span): (Interval, Span),
) -> Result<HistoryResult, SourceError> {
    let question = HistoryQuery { symbol: asked.symbol.clone(), interval, span, source: None };
    history(reply, (&question, asked), at(AFTER_ALL))
}

const ALL: (Interval, Span) = (Interval::D1, Span::Period(Period::Max));

fn two_days() -> serde_json::Value {
    json!([
        { "date": "2026-09-03", "open": 400, "high": 408, "low": 396, "close": 404, "adjusted_close": 100.5, "volume": 1000 },
        { "date": "2026-09-04", "open": 101, "high": 103, "low": 100, "close": 102, "adjusted_close": 102, "volume": 2000 },
    ])
}

fn days() -> HistoryResult {
    of(&reply(200, &two_days()), &asked("AAPL"), ALL).unwrap()
}

#[test]
fn days_before_a_split_are_divided_by_it_and_volumes_are_not() {
    let splits = json!([{ "date": "2026-09-04", "split": "4.000000/1.000000" }]);
    let found = with_splits(&reply(200, &splits), days()).unwrap();
    let told: Vec<_> = found.series.bars().map(|bar| (bar.close.get(), bar.volume)).collect();
    assert_eq!(told, [(101.0, Some(1000.0)), (102.0, Some(2000.0))]);
    assert_eq!(found.series.head.basis, Basis::Splits);
    let adjusted: Vec<_> = found.series.bars().map(|bar| bar.adj_close.unwrap().get()).collect();
    assert_eq!(adjusted, [100.5, 102.0]);
    let split = ActionKind::Split { numerator: 4.0, denominator: 1.0 };
    assert_eq!(found.actions[0].kind, split);
    let paid = json!([
        { "date": "2026-09-03", "value": 0.25, "unadjustedValue": 1.0, "currency": "USD" },
        { "date": "2026-09-04", "value": 0.5, "currency": "EUR" },
    ]);
    let found = with_payments(&reply(200, &paid), found).unwrap();
    let told: Vec<_> = found.actions.iter().map(|it| it.kind.clone()).collect();
    let euros = market::Payment { amount: 0.5, currency: "EUR".parse().ok() };
    assert_eq!(told, [ActionKind::Dividend(0.25.into()), split, ActionKind::Dividend(euros)]);
}

#[test]
fn minutes_before_a_split_are_not_guessed_at() {
    let minutes = json!([
        { "timestamp": 1_788_528_600, "open": 101, "high": 101, "low": 101, "close": 101, "volume": 10 },
        { "timestamp": 1_788_552_000, "open": 102, "high": 102, "low": 102, "close": 102, "volume": null },
    ]);
    let span = Span::dates(date(2026, 9, 4), date(2026, 9, 4)).unwrap();
    let found = of(&reply(200, &minutes), &asked("AAPL"), (Interval::M1, span)).unwrap();
    assert_eq!(found.series.len(), 1, "the closing auction is no minute");
    let split = json!([{ "date": "2026-09-04", "split": "4.000000/1.000000" }]);
    let refused = with_splits(&reply(200, &split), found.clone()).unwrap_err();
    assert_eq!(refused.reason(), "not_offered");
    let whole = with_splits(&reply(200, &json!([])), found).unwrap();
    assert_eq!(whole.series.head.basis, Basis::Splits);
}

#[test]
fn what_cannot_be_is_set_aside() {
    let odd = json!([
        { "date": "2026-09-03", "split": "4.000000" },
        { "date": "soon", "split": "4.000000/1.000000" },
        7,
    ]);
    let found = with_splits(&reply(200, &odd), days()).unwrap();
    assert_eq!((found.actions.len(), found.set_aside.len()), (0, 3));
    let odd = json!([
        { "date": "2026-09-03", "value": "NA", "currency": "USD" },
        { "date": "2026-09-03", "value": 0.25, "currency": "US Dollar" },
    ]);
    let found = with_payments(&reply(200, &odd), days()).unwrap();
    assert_eq!((found.actions.len(), found.set_aside.len()), (0, 2));
}

#[test]
fn what_is_announced_has_not_happened() {
    let split = json!([{ "date": "2026-10-01", "split": "4.000000/1.000000" }]);
    let found = with_splits(&reply(200, &split), days()).unwrap();
    assert_eq!(found.series.last().map(|bar| bar.close), Price::new(102.0));
    let paid = json!([{ "date": "2026-10-01", "value": 0.25, "currency": "USD" }]);
    assert!(with_payments(&reply(200, &paid), found).unwrap().actions.is_empty());
}

#[test]
fn a_plan_that_has_the_last_year_alone_is_not_taken_for_all_there_is() {
    let mut body = two_days();
    body[0]["warning"] = json!("Data is limited by one year as you have free subscription");
    assert_eq!(of(&reply(200, &body), &asked("AAPL"), ALL).unwrap_err().reason(), "not_offered");
    let since = |from| (Interval::D1, Span::dates(from, date(2026, 9, 4)).unwrap());
    let early = of(&reply(200, &body), &asked("AAPL"), since(date(2020, 1, 2)));
    assert_eq!(early.unwrap_err().reason(), "not_offered");
    let within = of(&reply(200, &body), &asked("AAPL"), since(date(2026, 9, 1)));
    assert_eq!(within.unwrap().series.len(), 2);
}

#[test]
fn a_day_that_is_used_up_is_over_at_midnight() {
    let said = Reply::of(402, b"You exceeded your daily API requests limit.".to_vec());
    let refused = of(&said, &asked("AAPL"), ALL).unwrap_err();
    let until = Some(Duration::from_hours(12));
    assert_eq!(refused, SourceError::Throttled { retry_after: until });
}

fn price(body: &serde_json::Value) -> Result<Quote, SourceError> {
    quote(&reply(200, body), "AAPL.US", &asked("AAPL"), at(AFTER_ALL))
}

#[test]
fn a_text_in_place_of_a_number_is_no_price() {
    let body = json!({ "code": "AAPL", "timestamp": "NA", "close": "NA", "previousClose": 269.5 });
    assert_eq!(price(&body).unwrap_err().reason(), "left_out");
    let other = json!({ "code": "AAPL.BA", "timestamp": 1_788_552_000, "close": 102.5 });
    assert_eq!(price(&other).unwrap_err().reason(), "unreadable");
    let named = json!({ "code": "AAPL.US", "timestamp": 1_788_552_000, "close": 102.5 });
    assert_eq!(price(&named).unwrap().as_of, Some(at("2026-09-04T20:00:00Z")));
}

#[test]
fn nothing_told_of_days_of_trading_is_not_nothing() {
    let none = reply(200, &json!([]));
    assert_eq!(of(&none, &asked("AAPL"), ALL).unwrap_err().reason(), "left_out");
    let weekend = Span::dates(date(2026, 8, 29), date(2026, 8, 30)).unwrap();
    assert!(of(&none, &asked("AAPL"), (Interval::D1, weekend)).unwrap().series.is_empty());
}

#[test]
fn refusals_are_told_apart_by_what_they_say() {
    let check = |status: u16, body: &str, expected: &str| {
        let said = Reply::of(status, body.as_bytes().to_vec());
        let error = of(&said, &asked("AAPL"), ALL).unwrap_err();
        assert_eq!(error.reason(), expected, "{status} {body}");
    };
    for status in [200, 402] {
        check(status, "You exceeded your daily API requests limit.  Please …", "throttled");
    }
    check(401, "Unauthenticated", "unauthorised");
    check(403, r#"{"error":"Forbidden","code":403}"#, "unauthorised");
    check(403, "Only EOD data allowed for free users.", "not_offered");
    let said = Reply::of(403, b"Forbidden".to_vec());
    let minutes = of(&said, &asked("AAPL"), (Interval::M1, Span::Period(Period::Days(1))));
    assert_eq!(minutes.unwrap_err().reason(), "not_offered");
    check(404, "Ticker Not Found.", "unknown_symbol");
    check(404, "404 page not found", "upstream_failing");
    check(402, "Payment required", "not_offered");
    check(200, "Date,Open,High,Low,Close,Adjusted_close,Volume", "unreadable");
}

#[test]
fn recorded_days_are_read_to_the_last_digit() {
    let mut compared = 0;
    for (name, body) in recordings::all(&format!("{FURTHER}/eodhd/eod"), ".json") {
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&body).unwrap();
        let found = of(&Reply::of(200, body), &asked("MCD"), ALL).unwrap();
        assert_eq!(found.series.len(), rows.len(), "{name}");
        for (bar, row) in found.series.bars().zip(&rows) {
            assert_eq!(bar.date.to_string(), row["date"].as_str().unwrap(), "{name}");
            let prices = [bar.open, bar.high, bar.low, Some(bar.close), bar.adj_close];
            let told =
                ["open", "high", "low", "close", "adjusted_close"].map(|it| row[it].as_f64());
            assert_eq!(prices.map(|it| it.map(Price::get)), told, "{name}");
            assert_eq!(bar.volume, row["volume"].as_f64(), "{name}");
            compared += 6;
        }
    }
    for (name, body) in recordings::all(&format!("{FURTHER}/eodhd/intraday"), ".json") {
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&body).unwrap();
        let interval = if name.contains("2023-01-25") { Interval::M1 } else { Interval::M5 };
        let span = Span::dates(date(2019, 1, 1), date(2026, 1, 1)).unwrap();
        let found = of(&Reply::of(200, body), &asked("AAPL"), (interval, span)).unwrap();
        for bar in found.series.bars() {
            let is_it = |row: &&serde_json::Value| row["timestamp"] == bar.open_time.as_second();
            let row = rows.iter().find(is_it).unwrap();
            assert_eq!(Some(bar.close.get()), row["close"].as_f64(), "{name}");
            compared += 1;
        }
    }
    eprintln!("eodhd: {compared} recorded values of bars are equal");
}

#[test]
fn recorded_actions_and_prices_are_read_to_the_last_digit() {
    let mut compared = 0;
    let whole = || Reply::of(200, two_days().to_string().into_bytes());
    for (name, body) in recordings::all(&format!("{FURTHER}/eodhd/div"), ".json") {
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&body).unwrap();
        let answer = of(&whole(), &asked("AAPL"), ALL).unwrap();
        let found = with_payments(&Reply::of(200, body), answer).unwrap();
        let told: Vec<_> = found.actions.iter().filter_map(|it| it.kind.payment()).collect();
        assert_eq!(told.len(), rows.len(), "{name}");
        for (paid, row) in told.iter().zip(&rows) {
            assert_eq!(
                (Some(paid.amount), &paid.currency),
                (row["value"].as_f64(), &None),
                "{name}"
            );
            compared += 1;
        }
    }
    for (name, body) in recordings::all(&format!("{FURTHER}/eodhd/splits"), ".json") {
        let answer = of(&whole(), &asked("AAPL"), ALL).unwrap();
        let found = with_splits(&Reply::of(200, body), answer).unwrap();
        let split = ActionKind::Split { numerator: 4.0, denominator: 1.0 };
        assert_eq!((found.actions.len(), &found.actions[0].kind), (1, &split), "{name}");
        compared += 1;
    }
    for (name, body) in recordings::all(&format!("{FURTHER}/eodhd/real-time"), ".json") {
        let said: serde_json::Value = serde_json::from_slice(&body).unwrap();
        for said in said.as_array().into_iter().flatten() {
            let code = said["code"].as_str().unwrap();
            let found = quote(&reply(200, said), code, &asked("AAPL"), at(AFTER_ALL));
            if !said["close"].is_number() {
                assert_eq!(found.unwrap_err().reason(), "left_out", "{name}");
                continue;
            }
            let found = found.unwrap();
            assert_eq!(Some(found.price.get()), said["close"].as_f64(), "{name}");
            assert_eq!(found.as_of.map(Timestamp::as_second), said["timestamp"].as_i64(), "{name}");
            compared += 2;
        }
    }
    eprintln!("eodhd: {compared} recorded payments, splits and latest figures are equal");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let reply = Reply::of(200, body);
        let _ = quote(&reply, "AAPL.US", &asked("AAPL"), at(AFTER_ALL));
        let _ = with_splits(&reply, days());
        let _ = with_payments(&reply, days());
    }

    #[test]
    fn no_odd_value_makes_it_panic(place in any::<usize>(), odd in mutation::odd_value()) {
        let reply = Reply::of(200, mutation::exchange(&two_days(), place, &odd));
        if let Ok(found) = of(&reply, &asked("AAPL"), ALL) {
            let bars: Vec<_> = found.series.bars().collect();
            prop_assert!(bars.is_sorted_by_key(|bar| bar.date));
        }
    }
}
