use jiff::SignedDuration;
use jiff::civil::date;
use market::{Catalog, Interval, Period, Span};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::recordings::{self, FURTHER};

use super::*;
use crate::mutation;

const AFTER_ALL: &str = "2026-09-05T12:00:00Z";

fn asked(symbol: &str) -> Instrument {
    Catalog::new().instrument(&symbol.parse().unwrap())
}

fn reply(status: u16, body: &str) -> Reply {
    Reply::of(status, body.as_bytes().to_vec())
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn read_history(
    reply: &Reply,
    asked: &Instrument,
    (interval, span): (Interval, Span),
    received_at: &str,
) -> Result<HistoryResult, SourceError> {
    let symbol = asked.symbol.clone();
    let question = HistoryQuery { symbol, interval, span, source: None };
    let name = if interval == Interval::M1 { "1min" } else { "1day" };
    let listing = Listing::of(asked).unwrap();
    history(reply, (&question, name), &listing, asked, at(received_at))
}

fn days(body: &Value, received_at: &str) -> Result<HistoryResult, SourceError> {
    let all = (Interval::D1, Span::Period(Period::Max));
    read_history(&reply(200, &body.to_string()), &asked("AAPL"), all, received_at)
}

fn price(body: &str, symbol: &str) -> Result<Quote, SourceError> {
    let asked = asked(symbol);
    quote(&reply(200, body), &Listing::of(&asked).unwrap(), &asked, at(AFTER_ALL))
}

fn value(datetime: &str, close: &str) -> Value {
    json!({ "datetime": datetime, "open": close, "high": close, "low": close, "close": close, "volume": "1000" })
}

fn body(values: &[Value]) -> Value {
    json!({
        "meta": {
            "symbol": "AAPL", "interval": "1day", "currency": "USD",
            "exchange_timezone": "America/New_York", "mic_code": "XNGS",
        },
        "values": values, "status": "ok",
    })
}

fn closes(found: &HistoryResult) -> Vec<(String, String)> {
    found.series.bars().map(|bar| (bar.date.to_string(), bar.close.to_string())).collect()
}

#[test]
fn a_latest_price_says_of_when_it_is() {
    let mut body = json!({
        "symbol": "AAPL", "name": "Apple Inc", "mic_code": "XNGS", "currency": "USD",
        "timestamp": 1_788_528_600, "last_quote_at": 1_788_552_000, "close": "320.25000",
        "high": "329.00000", "low": "317.75000", "volume": "51000000", "previous_close": "325.50000",
    });
    let quote = price(&body.to_string(), "AAPL").unwrap();
    assert_eq!(quote.price.to_string(), "320.25");
    assert_eq!(quote.as_of, Some(at("2026-09-04T20:00:00Z")), "and not when the day began");
    assert_eq!(quote.previous.unwrap().price.to_string(), "325.5");
    assert_eq!((&*quote.instrument.name, quote.volume), ("Apple Inc", Some(51_000_000.0)));
    assert_eq!(quote.instrument.time_zone, "America/New_York", "else no calendar tells of it");
    body["last_quote_at"] = Value::Null;
    assert_eq!(price(&body.to_string(), "AAPL").unwrap().as_of, None, "as older answers have it");
    for (field, odd) in [("close", json!("0")), ("close", Value::Null), ("close", json!("n/a"))] {
        let mut body = body.clone();
        body[field] = odd;
        assert_eq!(price(&body.to_string(), "AAPL").unwrap_err().reason(), "unreadable");
    }
}

#[test]
fn the_first_of_a_name_is_not_taken_for_the_one_asked_for() {
    let body = |mic: &str, currency: &str| {
        let quoted =
            json!({ "symbol": "VOD", "mic_code": mic, "currency": currency, "close": "70.5" });
        quoted.to_string()
    };
    assert!(price(&body("XNGS", "USD"), "VOD").is_ok());
    assert_eq!(price(&body("XLON", "GBp"), "VOD").unwrap_err().reason(), "not_offered");
}

#[test]
fn a_rate_is_of_its_instant() {
    let (pair, body) =
        (asked("EUR/USD"), r#"{"symbol":"EUR/USD","rate":1.1625,"timestamp":1788609600}"#);
    let quote = rate(&reply(200, body), "EUR/USD", &pair, at(AFTER_ALL)).unwrap();
    assert_eq!((quote.price.to_string().as_str(), quote.as_of), ("1.1625", Some(at(AFTER_ALL))));
    assert_eq!(quote.currency.unwrap().as_str(), "USD");
    let other = rate(&reply(200, body), "GBP/USD", &asked("GBP/USD"), at(AFTER_ALL));
    assert_eq!(other.unwrap_err().reason(), "not_offered");
}

#[test]
fn days_are_texts_newest_first_and_the_running_one_is_unmarked() {
    let body = body(&[
        value("2026-09-04", "320.25000"),
        value("2026-09-03", "146.96001"),
        json!({ "datetime": "2026-09-02", "close": null }),
        json!({ "datetime": "2026-09-01", "close": "n/a" }),
        value("2026-08-32", "1.0"),
    ]);
    let found = days(&body, "2026-09-04T19:00:00Z").unwrap();
    let expected = [("2026-09-03", "146.96001"), ("2026-09-04", "320.25")];
    assert_eq!(closes(&found), expected.map(|(date, close)| (date.to_owned(), close.to_owned())));
    assert_eq!((found.unpriced.len(), found.set_aside.len()), (1, 2));
    assert_eq!(found.series.open_times()[1], at("2026-09-04T13:30:00Z"));
    assert_eq!((found.series.head.basis, found.actions.len()), (Basis::Splits, 0));
    let is_provisional =
        |received| days(&body, received).unwrap().series.last().unwrap().provisional;
    assert!(is_provisional("2026-09-05T03:59:59Z"), "in New York the day goes on");
    assert!(!is_provisional("2026-09-05T04:00:00Z"));
}

#[test]
fn minutes_are_told_in_universal_time_and_belong_to_the_day_of_the_exchange() {
    let mut body =
        body(&[value("2026-09-04 19:59:00", "320.5"), value("2026-09-04 13:30:00", "319.5")]);
    body["meta"]["interval"] = json!("1min");
    let span = Span::Period("5d".parse().unwrap());
    let read = |received: &str| {
        let of = (Interval::M1, span);
        read_history(&reply(200, &body.to_string()), &asked("AAPL"), of, received).unwrap()
    };
    let found = read("2026-09-04T19:59:30Z");
    let bars: Vec<_> = found.series.bars().collect();
    assert_eq!(bars[0].open_time, at("2026-09-04T13:30:00Z"));
    assert_eq!((bars[0].date, bars[0].provisional), (date(2026, 9, 4), false));
    assert!(
        bars[1].provisional && !read("2026-09-04T20:00:00Z").series.last().unwrap().provisional
    );
    body["meta"]["interval"] = json!("5min");
    let other = read_history(
        &reply(200, &body.to_string()),
        &asked("AAPL"),
        (Interval::M1, span),
        AFTER_ALL,
    );
    assert_eq!(other.unwrap_err().reason(), "unreadable", "of another length");
}

#[test]
fn days_are_given_with_their_adjusted_closes_or_not_at_all() {
    let found =
        days(&body(&[value("2026-09-04", "320.25"), value("2026-09-03", "319.25")]), AFTER_ALL)
            .unwrap();
    let listing = Listing::of(&asked("AAPL")).unwrap();
    let more = |values: &[Value]| {
        with_adjusted(&reply(200, &body(values).to_string()), &listing, found.clone())
    };
    let whole = more(&[value("2026-09-04", "320.25"), value("2026-09-03", "319.00")]).unwrap();
    let adjusted: Vec<_> =
        whole.series.bars().map(|bar| bar.adj_close.unwrap().to_string()).collect();
    assert_eq!(adjusted, ["319", "320.25"]);
    assert_eq!(closes(&whole), closes(&found));
    assert_eq!(more(&[]).unwrap_err().reason(), "unreadable");
    let running = days(
        &body(&[value("2026-09-04", "320.25"), value("2026-09-03", "319.25")]),
        "2026-09-04T19:00:00Z",
    );
    let later = body(&[value("2026-09-04", "320.75"), value("2026-09-03", "319.00")]);
    let whole = with_adjusted(&reply(200, &later.to_string()), &listing, running.unwrap()).unwrap();
    let last = whole.series.last().unwrap();
    assert_eq!((last.close.to_string(), last.adj_close), ("320.25".to_owned(), Some(last.close)));
    let refused = reply(200, r#"{"code":429,"message":"run out","status":"error"}"#);
    assert_eq!(with_adjusted(&refused, &listing, found.clone()).unwrap_err().reason(), "throttled");
}

#[test]
fn an_answer_as_long_as_it_can_be_may_lack_what_was_before() {
    let first = date(2010, 1, 1);
    let day = |day: i64| (first + SignedDuration::from_hours(24 * day)).to_string();
    let values: Vec<_> = (0_i64..).take(MOST_BARS.into()).map(|n| value(&day(n), "1.5")).collect();
    assert_eq!(days(&body(&values), AFTER_ALL).unwrap_err().reason(), "not_offered");
    assert_eq!(
        days(&body(&values[1..]), AFTER_ALL).unwrap().series.len(),
        usize::from(MOST_BARS) - 1
    );
}

#[test]
fn refusals_are_told_apart_by_what_they_say_whatever_their_status() {
    let of = |asked: &Instrument, status: u16, body: &str| {
        let all = (Interval::D1, Span::Period(Period::Max));
        read_history(&reply(status, body), asked, all, AFTER_ALL)
    };
    let check = |status: u16, body: &str, expected: &str| {
        let error = of(&asked("AAPL"), status, body).unwrap_err();
        assert_eq!(error.reason(), expected, "{status} {body}");
        assert!(!error.to_string().contains("secret"), "{error}");
    };
    let said = |code: u16, message: &str| {
        json!({ "code": code, "message": message, "status": "error" }).to_string()
    };
    for status in [200, 404] {
        check(status, &said(404, "**symbol** not found: secret."), "unknown_symbol");
        check(status, &said(400, "**symbol** not found: secret."), "unknown_symbol");
        check(status, &said(404, "nothing found from your very strict query."), "unknown_symbol");
        check(status, &said(401, "**apikey** secret is incorrect"), "unauthorised");
        check(status, &said(403, "available with a larger plan"), "not_offered");
        let of_plan = "This symbol is available starting with a larger plan";
        check(status, &said(404, of_plan), "not_offered");
        check(status, &said(429, "You have run out of API credits for the day."), "throttled");
        check(status, &said(500, "Internal error"), "upstream_failing");
        check(status, &said(414, "too long"), "upstream_failing");
    }
    check(404, "404 page not found", "upstream_failing");
    check(200, "404 page not found", "unreadable");
    check(200, "", "unreadable");
    let in_london = Instrument {
        mic: Some("XLON".to_owned()),
        time_zone: "Europe/London".to_owned(),
        ..asked("VOD.L")
    };
    let unknown = of(&in_london, 200, &said(404, "**symbol** not found: VOD"));
    assert_eq!(unknown.unwrap_err().reason(), "not_offered", "the plan may lack it");
    let nothing =
        of(&asked("AAPL"), 200, &said(400, "No data is available on the specified dates."));
    assert!(nothing.unwrap().series.is_empty());
}

/// What the recordings hold, as they have it, by the names of its columns.
fn compare(bars: &[market::Bar], rows: &[Value], name: &str) -> usize {
    assert_eq!(bars.len(), rows.len(), "{name}");
    let mut compared = 0;
    for (bar, row) in bars.iter().zip(rows.iter().rev()) {
        let number = |column: &str| row[column].as_str().and_then(|text| text.parse::<f64>().ok());
        for (told, column) in
            [(Some(bar.close), "close"), (bar.open, "open"), (bar.high, "high"), (bar.low, "low")]
        {
            assert_eq!(told.map(Price::get), number(column), "{name} {column}");
            compared += 1;
        }
        assert_eq!(bar.volume, number("volume"), "{name}");
    }
    compared
}

#[test]
fn recorded_days_are_read_to_the_last_digit() {
    let mut compared = 0;
    for (name, body) in recordings::all(&format!("{FURTHER}/twelvedata/time-series"), ".json") {
        let read: Value = serde_json::from_slice(&body).unwrap();
        let (Some(rows), true) = (read["values"].as_array(), name.contains(".1day.rec")) else {
            continue;
        };
        let asked = asked(read["meta"]["symbol"].as_str().unwrap());
        let all = (Interval::D1, Span::Period(Period::Max));
        let found = read_history(&Reply::of(200, body), &asked, all, AFTER_ALL).unwrap();
        let bars: Vec<_> = found.series.bars().collect();
        compared += compare(&bars, rows, &name);
        for (bar, row) in bars.iter().zip(rows.iter().rev()) {
            assert_eq!(bar.date.to_string(), row["datetime"].as_str().unwrap(), "{name}");
        }
    }
    eprintln!("twelvedata: {compared} recorded prices of days are equal");
}

#[test]
fn recorded_latest_prices_are_read_to_the_last_digit() {
    let mut compared = 0;
    for (name, body) in recordings::all(&format!("{FURTHER}/twelvedata/quote"), ".json") {
        let said: Value = serde_json::from_slice(&body).unwrap();
        if !name.contains(".rec") {
            continue;
        }
        let found =
            price(str::from_utf8(&body).unwrap(), said["symbol"].as_str().unwrap()).unwrap();
        let number = |field: &str| said[field].as_str().and_then(|text| text.parse::<f64>().ok());
        assert_eq!(Some(found.price.get()), number("close"), "{name}");
        assert_eq!(found.previous.map(|it| it.price.get()), number("previous_close"), "{name}");
        assert_eq!(found.day_high.map(Price::get), number("high"), "{name}");
        assert_eq!(found.volume, number("volume"), "{name}");
        compared += 4;
    }
    for (name, body) in recordings::all(&format!("{FURTHER}/twelvedata/exchange-rate"), ".json") {
        let said: Value = serde_json::from_slice(&body).unwrap();
        let pair = said["symbol"].as_str().unwrap();
        let found = rate(&Reply::of(200, body.clone()), pair, &asked(pair), at(AFTER_ALL)).unwrap();
        assert_eq!(Some(found.price.get()), said["rate"].as_f64(), "{name}");
        assert_eq!(found.as_of.map(Timestamp::as_second), said["timestamp"].as_i64(), "{name}");
        compared += 2;
    }
    eprintln!("twelvedata: {compared} recorded latest figures are equal");
}

#[test]
fn recorded_refusals_are_refusals() {
    for (name, body) in recordings::all(&format!("{FURTHER}/twelvedata/errors"), "") {
        let said = Reply::of(200, body);
        let all = (Interval::D1, Span::Period(Period::Max));
        let refused = read_history(&said, &asked("AAPL"), all, AFTER_ALL).unwrap_err();
        let expected: &[&str] = match name {
            _ if name.contains("403") => &["not_offered"],
            _ if name.contains("404-symbol") || name.contains("not_found_response") => {
                &["unknown_symbol", "unreadable"]
            }
            _ if name.contains("429") => &["throttled"],
            _ if name.contains("unauthorized") => &["unauthorised"],
            _ => &["upstream_failing", "unreadable"],
        };
        assert!(expected.contains(&refused.reason()), "{name}: {refused}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let reply = Reply::of(200, body);
        let (share, pair) = (asked("AAPL"), asked("EUR/USD"));
        let listing = Listing::of(&share).unwrap();
        let _ = quote(&reply, &listing, &share, at(AFTER_ALL));
        let _ = rate(&reply, "EUR/USD", &pair, at(AFTER_ALL));
    }

    #[test]
    fn no_odd_value_makes_it_panic(place in any::<usize>(), odd in mutation::odd_value()) {
        let valid = body(&[value("2026-09-04", "320.25"), value("2026-09-03", "319.25")]);
        let reply = Reply::of(200, mutation::exchange(&valid, place, &odd));
        let all = (Interval::D1, Span::Period(Period::Max));
        if let Ok(found) = read_history(&reply, &asked("AAPL"), all, AFTER_ALL) {
            let bars: Vec<_> = found.series.bars().collect();
            prop_assert!(bars.is_sorted_by_key(|bar| bar.date));
        }
    }
}
