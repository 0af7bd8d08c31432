use jiff::civil::date;
use market::{ActionKind, Interval, Period, Span};
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
    ticker: &str,
    (interval, span): (Interval, Span),
    received_at: &str,
) -> Result<HistoryResult, SourceError> {
    let asked = asked(ticker);
    let question = HistoryQuery { symbol: asked.symbol.clone(), interval, span, source: None };
    history(reply, ticker, (&question, &asked), at(received_at))
}

fn days(body: &serde_json::Value, received_at: &str) -> Result<HistoryResult, SourceError> {
    of(&reply(200, body), "AAPL", (Interval::D1, Span::Period(Period::Max)), received_at)
}

fn value(at: &str, close: f64) -> serde_json::Value {
    json!({ "t": at, "o": close, "h": close, "l": close, "c": close, "v": 1000, "n": 7, "vw": close })
}

fn body(values: &[serde_json::Value]) -> serde_json::Value {
    json!({ "bars": { "AAPL": values }, "next_page_token": null })
}

fn two_days() -> serde_json::Value {
    body(&[value("2026-09-03T04:00:00Z", 319.25), value("2026-09-04T04:00:00Z", 320.25)])
}

fn price_of(snapshot: &serde_json::Value, received_at: &str) -> Result<Quote, SourceError> {
    let latest = latest(&reply(200, &json!({ "AAPL": snapshot })))?;
    quote(&latest, "AAPL", &asked("AAPL"), at(received_at))
}

/// A Friday on which trading ends at 20:00 in UTC.
fn snapshot(traded_at: &str) -> serde_json::Value {
    json!({
        "latestTrade": { "t": traded_at, "p": 320.5 },
        "latestQuote": { "t": traded_at, "ap": 0, "as": 0, "bp": 320.25, "bs": 1 },
        "minuteBar": null,
        "dailyBar": { "t": "2026-09-04T04:00:00Z", "c": 320.25, "v": 1000 },
    })
}

#[test]
fn a_trade_after_hours_is_not_the_price() {
    let told = |traded_at: &str, received_at: &str| {
        let quote = price_of(&snapshot(traded_at), received_at).unwrap();
        (quote.price.to_string(), quote.as_of.unwrap().to_string())
    };
    let within = ("320.5".to_owned(), "2026-09-04T19:59:00Z".to_owned());
    assert_eq!(told("2026-09-04T19:59:00Z", "2026-09-04T19:59:30Z"), within);
    let close = ("320.25".to_owned(), "2026-09-04T20:00:00Z".to_owned());
    assert_eq!(told("2026-09-04T21:30:00Z", "2026-09-04T22:00:00Z"), close);
    assert_eq!(told("2026-09-04T19:59:00Z", "2026-09-04T22:00:00Z"), close);
    let before = price_of(&snapshot("2026-09-04T12:00:00Z"), "2026-09-04T12:01:00Z");
    assert_eq!(before.unwrap_err().reason(), "unreadable", "the day has no close yet");
}

#[test]
fn an_offer_of_nothing_is_no_price() {
    let mut body = snapshot("2026-09-04T19:59:00Z");
    body["latestTrade"] = serde_json::Value::Null;
    body["dailyBar"]["c"] = json!(0);
    assert_eq!(price_of(&body, AFTER_ALL).unwrap_err().reason(), "unreadable");
}

#[test]
fn one_that_is_refused_is_unknown_and_the_others_are_asked_for_without_it() {
    let refused = latest(&reply(400, &json!({ "message": "invalid symbol: BRK-B" }))).unwrap();
    let reason =
        |ticker: &str| quote(&refused, ticker, &asked("AAPL"), at(AFTER_ALL)).unwrap_err().reason();
    assert_eq!((reason("BRK-B"), reason("AAPL")), ("unknown_symbol", "left_out"));
}

#[test]
fn a_day_begins_at_midnight_in_new_york_whatever_the_season() {
    let winter = body(&[value("2026-03-06T05:00:00Z", 1.5), value("2026-03-09T04:00:00Z", 2.5)]);
    let found = days(&winter, AFTER_ALL).unwrap();
    assert_eq!(found.series.dates(), [date(2026, 3, 6), date(2026, 3, 9)]);
    let opened: Vec<_> = found.series.bars().map(|bar| bar.open_time.to_string()).collect();
    assert_eq!(opened, ["2026-03-06T14:30:00Z", "2026-03-09T13:30:00Z"]);
    assert_eq!(found.series.head.currency.as_ref().map(ToString::to_string), Some("USD".into()));
}

#[test]
fn the_day_that_goes_on_is_provisional() {
    let of =
        |received_at| days(&two_days(), received_at).unwrap().series.last().unwrap().provisional;
    assert!(of("2026-09-04T19:00:00Z") && !of("2026-09-05T05:00:00Z"));
}

#[test]
fn minutes_before_and_after_regular_hours_are_left_out() {
    let all = [
        "2026-09-04T13:29:00Z",
        "2026-09-04T13:30:00Z",
        "2026-09-04T19:59:00Z",
        "2026-09-04T20:00:00Z",
    ];
    let body = body(&all.map(|at| value(at, 320.25)));
    let span = Span::dates(date(2026, 9, 4), date(2026, 9, 4)).unwrap();
    let found = of(&reply(200, &body), "AAPL", (Interval::M1, span), AFTER_ALL).unwrap();
    let opened: Vec<_> = found.series.bars().map(|bar| bar.open_time.to_string()).collect();
    assert_eq!(opened, all[1..3]);
    assert!(found.set_aside.is_empty());
}

#[test]
fn what_is_left_out_is_not_nothing() {
    for bars in [json!({}), serde_json::Value::Null, json!({ "TSLA": [] })] {
        let body = json!({ "bars": bars, "next_page_token": null });
        assert_eq!(days(&body, AFTER_ALL).unwrap_err().reason(), "left_out");
        let weekend = Span::dates(date(2026, 8, 29), date(2026, 8, 30)).unwrap();
        let none = of(&reply(200, &body), "AAPL", (Interval::D1, weekend), AFTER_ALL).unwrap();
        assert!(none.series.is_empty());
    }
    assert_eq!(days(&json!({}), AFTER_ALL).unwrap_err().reason(), "unreadable");
}

#[test]
fn an_answer_of_which_there_is_more_is_not_taken_for_all() {
    let mut body = two_days();
    body["next_page_token"] = json!("bW9yZQ==");
    assert_eq!(days(&body, AFTER_ALL).unwrap_err().reason(), "not_offered");
}

#[test]
fn refusals_are_told_apart_by_what_they_say() {
    let check = |status: u16, message: &str, expected: &str| {
        let said = reply(status, &json!({ "message": message }));
        let all = (Interval::D1, Span::Period(Period::Max));
        let error = of(&said, "AAPL", all, AFTER_ALL).unwrap_err();
        assert_eq!(error.reason(), expected, "{status} {message}");
        let error = latest(&said).and_then(|it| quote(&it, "AAPL", &asked("AAPL"), at(AFTER_ALL)));
        assert_eq!(error.unwrap_err().reason(), expected, "{status} {message}");
    };
    check(400, "invalid symbol: AAPL", "unknown_symbol");
    for status in [403, 422, 200] {
        let of_plan = "subscription does not permit querying recent SIP data";
        check(status, of_plan, "not_offered");
    }
    check(403, "forbidden.", "unauthorised");
    check(401, "unauthorized.", "unauthorised");
    check(429, "too many requests.", "throttled");
    check(500, "internal server error occurred", "upstream_failing");
    check(422, "unexpected parameter", "upstream_failing");
    check(200, "something else", "unreadable");
}

fn happened(actions: &serde_json::Value) -> Result<HistoryResult, SourceError> {
    let body = json!({ "corporate_actions": actions, "next_page_token": null });
    with_actions(&reply(200, &body), "AAPL", days(&two_days(), AFTER_ALL).unwrap())
}

#[test]
fn what_was_paid_is_told_in_shares_of_today() {
    let found = happened(&json!({
        "cash_dividends": [
            { "symbol": "AAPL", "ex_date": "2026-09-03", "rate": 1.0 },
            { "symbol": "TSLA", "ex_date": "2026-09-03", "rate": 5.0 },
        ],
        "forward_splits": [{ "symbol": "AAPL", "ex_date": "2026-09-04", "new_rate": 4, "old_rate": 1 }],
    }));
    let found = found.unwrap();
    assert_eq!(found.actions.len(), 2);
    assert_eq!(found.actions[0].kind, ActionKind::Dividend(0.25.into()));
    assert_eq!(found.actions[1].kind, ActionKind::Split { numerator: 4.0, denominator: 1.0 });
}

#[test]
fn a_consolidation_keeps_its_terms() {
    let found = happened(&json!({
        "reverse_splits": [{ "symbol": "AAPL", "ex_date": "2026-09-04", "new_rate": 1, "old_rate": 50 }],
    }));
    let split = ActionKind::Split { numerator: 1.0, denominator: 50.0 };
    assert_eq!(found.unwrap().actions[0].kind, split);
}

#[test]
fn what_cannot_be_is_set_aside_and_shares_in_place_of_cash_are_not_guessed_at() {
    let odd = json!({ "cash_dividends": [
        { "symbol": "AAPL", "ex_date": "2026-09-03", "rate": "n/a" },
        { "symbol": "AAPL", "ex_date": null, "rate": 0.25 },
        7,
    ] });
    let found = happened(&odd).unwrap();
    assert_eq!((found.actions.len(), found.set_aside.len()), (0, 3));
    let shares =
        json!({ "stock_dividends": [{ "symbol": "AAPL", "ex_date": "2026-09-03", "rate": 0.05 }] });
    assert_eq!(happened(&shares).unwrap_err().reason(), "not_offered");
    let renamed = json!({ "name_changes": [{ "old_symbol": "APPL", "new_symbol": "AAPL" }] });
    assert_eq!(happened(&renamed).unwrap_err().reason(), "not_offered");
    assert!(happened(&json!({})).unwrap().actions.is_empty());
}

#[test]
fn what_is_announced_has_not_happened() {
    let found = happened(&json!({
        "cash_dividends": [{ "symbol": "AAPL", "ex_date": "2026-09-03", "rate": 1.0 }],
        "forward_splits": [{ "symbol": "AAPL", "ex_date": "2026-10-01", "new_rate": 4, "old_rate": 1 }],
    }));
    let told: Vec<_> = found.unwrap().actions.into_iter().map(|it| it.kind).collect();
    assert_eq!(told, [ActionKind::Dividend(1.0.into())]);
}

#[test]
fn days_are_given_with_their_adjusted_closes_or_not_at_all() {
    let found = days(&two_days(), AFTER_ALL).unwrap();
    let adjusted =
        body(&[value("2026-09-03T04:00:00Z", 319.0), value("2026-09-04T04:00:00Z", 320.25)]);
    let whole = with_adjusted(&reply(200, &adjusted), "AAPL", found.clone()).unwrap();
    let told: Vec<_> = whole.series.bars().map(|bar| bar.adj_close.unwrap().get()).collect();
    assert_eq!(told, [319.0, 320.25]);
    let none = with_adjusted(&reply(200, &body(&[])), "AAPL", found);
    assert_eq!(none.unwrap_err().reason(), "unreadable");
}

/// Bodies of the official clients' tests: their values look recorded, and nobody says so.
#[test]
fn values_of_the_clients_tests_are_read_to_the_last_digit() {
    let mut compared = 0;
    for (name, body) in recordings::all(&format!("{FURTHER}/alpaca/stocks-bars"), ".json") {
        let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let Some(by_ticker) = read["bars"].as_object() else { continue };
        // The first of them is one of two, and says so.
        let body = json!({ "bars": by_ticker, "next_page_token": null });
        for (ticker, rows) in by_ticker {
            let all = (Interval::D1, Span::Period(Period::Max));
            let found = of(&reply(200, &body), ticker, all, AFTER_ALL).unwrap();
            let rows = rows.as_array().unwrap();
            assert_eq!(found.series.len(), rows.len(), "{name}");
            for (bar, row) in found.series.bars().zip(rows) {
                let told =
                    [Some(bar.close), bar.open, bar.high, bar.low].map(|it| it.map(Price::get));
                assert_eq!(told, ["c", "o", "h", "l"].map(|it| row[it].as_f64()), "{name}");
                assert_eq!(bar.volume, row["v"].as_f64(), "{name}");
                compared += 5;
            }
        }
    }
    for (name, body) in recordings::all(&format!("{FURTHER}/alpaca/stocks-snapshots"), ".json") {
        let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let traded = &read["AAPL"]["latestTrade"];
        if traded.is_null() {
            continue;
        }
        let received_at = traded["t"].as_str().unwrap();
        let snapshots = latest(&Reply::of(200, body)).unwrap();
        let found = quote(&snapshots, "AAPL", &asked("AAPL"), at(received_at)).unwrap();
        assert_eq!(Some(found.price.get()), traded["p"].as_f64(), "{name}");
        compared += 1;
    }
    eprintln!("alpaca: {compared} values of its clients' tests are equal");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let reply = Reply::of(200, body);
        let _ = latest(&reply).and_then(|it| quote(&it, "AAPL", &asked("AAPL"), at(AFTER_ALL)));
        let _ = with_actions(&reply, "AAPL", days(&two_days(), AFTER_ALL).unwrap());
    }

    #[test]
    fn no_odd_value_makes_it_panic(place in any::<usize>(), odd in mutation::odd_value()) {
        let reply = Reply::of(200, mutation::exchange(&two_days(), place, &odd));
        let all = (Interval::D1, Span::Period(Period::Max));
        if let Ok(found) = of(&reply, "AAPL", all, AFTER_ALL) {
            let bars: Vec<_> = found.series.bars().collect();
            prop_assert!(bars.is_sorted_by_key(|bar| bar.date));
        }
    }
}
