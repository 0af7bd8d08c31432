use jiff::civil::{Date, date};
use market::{Action, ActionKind, Catalog, Interval, Period, Price, Span};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::recordings::{self, FURTHER};

use super::super::ticker;
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

fn question(symbol: &str, span: Span) -> HistoryQuery {
    HistoryQuery { symbol: symbol.parse().unwrap(), interval: Interval::D1, span, source: None }
}

fn read_history(
    reply: &Reply,
    span: Span,
    received_at: &str,
) -> Result<HistoryResult, SourceError> {
    history(reply, &question("AAPL", span), &asked("AAPL"), at(received_at))
}

fn all(body: &Value, received_at: &str) -> HistoryResult {
    read_history(&reply(200, &body.to_string()), Span::Period(Period::Max), received_at).unwrap()
}

fn price(body: &str, symbol: &str, received_at: &str) -> Result<Quote, SourceError> {
    let rows = tops(&reply(200, body))?;
    let asked = asked(symbol);
    quote(&rows, &ticker::of_traded(&asked)?, &asked, at(received_at))
}

fn row(date: &str, close: f64, paid: f64, split: f64) -> Value {
    json!({
        "date": date, "open": close, "high": close, "low": close, "close": close, "volume": 1_000,
        "adjOpen": 1.0, "adjClose": close / 2.0, "divCash": paid, "splitFactor": split,
    })
}

fn closes(found: &HistoryResult) -> Vec<(String, f64)> {
    found.series.bars().map(|bar| (bar.date.to_string(), bar.close.get())).collect()
}

#[test]
fn a_closed_market_leaves_nine_fields_null_and_the_price_stays() {
    let body = json!([{
        "ticker": "AAPL", "timestamp": "2026-09-04T20:00:00+00:00", "lastSaleTimestamp": null,
        "open": 328.5, "high": 329.0, "low": 317.75, "tngoLast": 320.25, "last": null,
        "volume": 1_000, "prevClose": 325.5,
    }]);
    let quote = price(&body.to_string(), "AAPL", "2026-09-05T12:00:00Z").unwrap();
    assert_eq!((quote.price.get(), quote.day_low.unwrap().get()), (320.25, 317.75));
    assert_eq!(quote.as_of, Some(at("2026-09-04T20:00:00Z")));
    assert_eq!(quote.currency.unwrap().as_str(), "USD");
    assert_eq!(quote.previous.unwrap().price.to_string(), "325.5");
    assert_eq!(quote.volume, None, "it counts one exchange alone");
}

#[test]
fn on_the_next_morning_the_close_before_may_be_that_of_another_day() {
    let body = json!([{
        "ticker": "AAPL", "timestamp": "2026-09-02T20:00:00+00:00", "tngoLast": 320.25,
        "prevClose": 320.25,
    }]);
    let body = body.to_string();
    assert!(price(&body, "AAPL", "2026-09-03T03:00:00Z").unwrap().previous.is_some());
    assert_eq!(price(&body, "AAPL", "2026-09-03T12:00:00Z").unwrap().previous, None);
}

#[test]
fn rows_come_in_any_order_and_one_may_be_missing() {
    let body = r#"[{"ticker":"MSFT","tngoLast":500.5},7,{"ticker":"aapl","tngoLast":320.25}]"#;
    assert_eq!(price(body, "AAPL", AFTER_ALL).unwrap().price.to_string(), "320.25");
    assert_eq!(price(body, "MSFT", AFTER_ALL).unwrap().price.to_string(), "500.5");
    let missing = price(body, "DCFC", AFTER_ALL).unwrap_err();
    assert_eq!(missing, SourceError::LeftOut("DCFC".parse().unwrap()));
    assert_eq!(price("[]", "AAPL", AFTER_ALL).unwrap_err().reason(), "left_out");
    for odd in ["[7]", r#"[{"ticker":"AAPL","tngoLast":null}]"#, "{}", "7"] {
        assert_eq!(price(odd, "AAPL", AFTER_ALL).unwrap_err().reason(), "unreadable", "{odd}");
    }
}

#[test]
fn dates_are_dates_in_either_way_of_writing_them() {
    let body = json!([
        row("2018-04-12T00:00:00+00:00", 10.5, 0.0, 1.0),
        row("2015-01-02T00:00:00.000Z", 9.5, 0.0, 1.0),
        row("2018-04-13T12:00:00Z", 11.0, 0.0, 1.0),
    ]);
    let found = all(&body, AFTER_ALL);
    assert_eq!(closes(&found), [("2015-01-02".into(), 9.5), ("2018-04-12".into(), 10.5)]);
    assert_eq!(found.set_aside.len(), 1, "an instant within a day is no date");
    let opened = found.series.open_times();
    assert_eq!(opened, [at("2015-01-02T14:30:00Z"), at("2018-04-12T13:30:00Z")]);
}

#[test]
fn prices_and_payments_come_in_shares_of_today() {
    let body = json!([
        row("2020-08-06T00:00:00.000Z", 440.0, 0.0, 1.0),
        row("2020-08-07T00:00:00.000Z", 444.0, 0.82, 1.0),
        row("2020-08-31T00:00:00.000Z", 129.0, 0.0, 4.0),
        row("2020-11-06T00:00:00.000Z", 118.5, 0.205, 1.0),
    ]);
    let found = all(&body, AFTER_ALL);
    assert_eq!(found.series.head.basis, Basis::Splits);
    let prices: Vec<f64> = found.series.closes().iter().map(|it| it.get()).collect();
    assert_eq!(prices, [110.0, 111.0, 129.0, 118.5]);
    let bars: Vec<_> = found.series.bars().collect();
    assert_eq!((bars[0].volume, bars[2].volume), (Some(4_000.0), Some(1_000.0)));
    assert_eq!(bars[0].adj_close.unwrap().to_string(), "220", "the source has adjusted it already");
    let paid = |date: Date, amount: f64| Action {
        ex_date: date,
        kind: ActionKind::Dividend(amount.into()),
    };
    let split = ActionKind::Split { numerator: 4.0, denominator: 1.0 };
    let split = Action { ex_date: date(2020, 8, 31), kind: split };
    let expected = [paid(date(2020, 8, 7), 0.205), split, paid(date(2020, 11, 6), 0.205)];
    assert_eq!(found.actions, expected);
}

#[test]
fn a_split_after_the_stretch_counts_and_is_not_told() {
    let body = json!([
        row("2020-08-07T00:00:00.000Z", 444.0, 0.0, 1.0),
        row("2020-08-31T00:00:00.000Z", 129.0, 0.0, 4.0),
    ]);
    let span = Span::dates(date(2020, 8, 3), date(2020, 8, 14)).unwrap();
    let found = read_history(&reply(200, &body.to_string()), span, AFTER_ALL).unwrap();
    assert_eq!(closes(&found), [("2020-08-07".into(), 111.0)]);
    assert_eq!(found.actions, []);
}

#[test]
fn ten_old_shares_for_one_are_told_so() {
    let body = json!([
        row("2020-08-07T00:00:00.000Z", 0.5, 0.0, 1.0),
        row("2020-08-10T00:00:00.000Z", 5.0, 0.0, 0.1),
        row("2020-08-11T00:00:00.000Z", 5.0, 0.0, 0.333_333_3),
    ]);
    let found = all(&body, AFTER_ALL);
    let terms: Vec<_> = found.actions.iter().map(|it| it.kind.clone()).collect();
    let one_for = |old| ActionKind::Split { numerator: 1.0, denominator: old };
    assert_eq!(terms, [one_for(10.0), one_for(3.0)]);
}

#[test]
fn what_cannot_be_is_set_aside_and_the_rest_is_served() {
    let body = json!([
        row("2020-08-06T00:00:00.000Z", 1.0, -1.0, 1.0),
        row("2020-08-07T00:00:00.000Z", 1.0, 0.0, 0.0),
        row("2020-08-10T00:00:00.000Z", 0.0, 0.0, 1.0),
        {"date": "2020-08-11T00:00:00.000Z", "close": "1.0"},
        {"date": "2020-08-12T00:00:00.000Z", "close": null},
    ]);
    let found = all(&body, AFTER_ALL);
    assert_eq!(closes(&found).len(), 2);
    assert_eq!((found.set_aside.len(), found.actions.len()), (4, 0));
    assert_eq!(found.unpriced, [date(2020, 8, 12)]);
}

#[test]
fn a_day_is_settled_in_the_evening() {
    let body = json!([row("2026-09-04T00:00:00.000Z", 320.0, 0.0, 1.0)]);
    let is_provisional = |received_at| all(&body, received_at).series.last().unwrap().provisional;
    assert!(is_provisional("2026-09-04T23:59:59Z"));
    assert!(!is_provisional("2026-09-05T00:00:00Z"));
}

#[test]
fn refusals_are_told_apart_by_what_they_say_whatever_their_status() {
    let check = |status: u16, body: &str, expected: &str| {
        let asked = read_history(&reply(status, body), Span::Period(Period::Max), AFTER_ALL);
        assert_eq!(asked.unwrap_err().reason(), expected, "{status} {body}");
    };
    check(404, r#"{"detail":"Error: Ticker 'XYZQ' not found"}"#, "unknown_symbol");
    check(404, r#"{"detail":"Not found."}"#, "unknown_symbol");
    check(404, "<html>", "upstream_failing");
    check(404, "Not Found", "upstream_failing");
    check(401, r#"{"detail":"Please supply a token"}"#, "unauthorised");
    check(200, "You have run over your 500 symbol look up for this month.", "not_offered");
    check(200, "Error: You have run over your hourly request allocation.", "throttled");
    check(
        200,
        r#"{"detail":"Error: You have run over your daily request allocation."}"#,
        "throttled",
    );
    check(200, r#"{"detail":"Something else"}"#, "unreadable");
    check(200, "Something else", "unreadable");
    check(200, "", "unreadable");
    check(200, r#"[{"date":"2020-08-12T00:00:00.000Z","close":null}]"#, "unreadable");
}

#[test]
fn nothing_in_a_stretch_is_an_answer() {
    let found = read_history(&reply(200, "[]"), Span::Period(Period::Max), AFTER_ALL).unwrap();
    assert!(found.series.is_empty());
}

/// Whatever was recorded of daily prices is read to the last digit: as traded, since none of
/// these stretches holds a split.
#[test]
fn recorded_days_are_read_to_the_last_digit() {
    let mut compared = 0;
    for (name, body) in recordings::all(&format!("{FURTHER}/tiingo/daily-prices"), ".json") {
        let rows: Vec<Value> = serde_json::from_slice(&body).unwrap();
        let found = read_history(&Reply::of(200, body), Span::Period(Period::Max), AFTER_ALL);
        let bars: Vec<_> = found.unwrap().series.bars().collect();
        assert_eq!(bars.len(), rows.len(), "{name}");
        for (bar, row) in bars.iter().zip(&rows) {
            assert_eq!(bar.date.to_string(), row["date"].as_str().unwrap()[..10], "{name}");
            let told = [Some(bar.close), bar.open, bar.high, bar.low, bar.adj_close];
            let columns = ["close", "open", "high", "low", "adjClose"];
            for (told, column) in told.into_iter().zip(columns) {
                assert_eq!(told.map(Price::get), row[column].as_f64(), "{name} {column}");
                compared += usize::from(told.is_some());
            }
            assert_eq!(bar.volume, row["volume"].as_f64(), "{name}");
        }
    }
    eprintln!("tiingo: {compared} recorded prices of days are equal");
}

#[test]
fn recorded_latest_prices_are_read_to_the_last_digit() {
    let mut compared = 0;
    for (name, body) in recordings::all(&format!("{FURTHER}/tiingo/iex-quotes"), ".json") {
        let rows: Vec<Value> = serde_json::from_slice(&body).unwrap();
        for row in rows {
            let ticker = row["ticker"].as_str().unwrap();
            let text = str::from_utf8(&body).unwrap();
            let quote = price(text, ticker, AFTER_ALL).unwrap();
            assert_eq!(Some(quote.price.get()), row["tngoLast"].as_f64(), "{name}");
            assert_eq!(quote.previous.map(|it| it.price.get()), row["prevClose"].as_f64());
            assert_eq!(quote.as_of, row["timestamp"].as_str().map(at), "{name}");
            compared += 1;
        }
    }
    eprintln!("tiingo: {compared} recorded latest prices are equal");
}

/// The same days asked for twice, with payments in between: as traded they are equal, and
/// all that was adjusted has moved. So what is adjusted is never put together from pieces.
#[test]
fn recorded_revisions_differ_in_what_is_adjusted_alone() {
    let of = |which: &str| {
        let name = format!("AAPL.revision-{which}.2023-02-06--02-14.openbb.json");
        let body = recordings::one(&format!("{FURTHER}/tiingo/daily-prices/{name}"))?;
        let found = read_history(&Reply::of(200, body), Span::Period(Period::Max), AFTER_ALL);
        Some(found.unwrap().series)
    };
    let Some((earlier, later)) = of("earlier").zip(of("later")) else { return };
    assert_eq!((earlier.dates(), earlier.closes()), (later.dates(), later.closes()));
    let adjusted = earlier.bars().zip(later.bars());
    assert!(adjusted.map(|(a, b)| (a.adj_close, b.adj_close)).all(|(a, b)| a > b));
}

fn valid() -> Value {
    json!([
        row("2020-08-07T00:00:00.000Z", 444.0, 0.82, 1.0),
        row("2020-08-31T00:00:00.000Z", 129.0, 0.0, 4.0),
    ])
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let reply = Reply::of(200, body);
        let _ = tops(&reply);
        let _ = read_history(&reply, Span::Period(Period::Max), AFTER_ALL);
    }

    #[test]
    fn no_odd_value_makes_it_panic(at in any::<usize>(), odd in mutation::odd_value()) {
        let reply = Reply::of(200, mutation::exchange(&valid(), at, &odd));
        if let Ok(found) = read_history(&reply, Span::Period(Period::Max), AFTER_ALL) {
            let bars: Vec<_> = found.series.bars().collect();
            prop_assert!(bars.is_sorted_by_key(|bar| bar.date));
        }
    }
}
