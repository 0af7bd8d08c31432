//! One bar, action or quote that cannot be is set aside with its reason, and the
//! rest is read.

use market::{Element, Impossible, SetAside};
use proptest::prelude::*;

use super::*;

const MONDAY: &str = "2025-10-27T13:30:00Z";
const TUESDAY: &str = "2025-10-28T13:30:00Z";
const WEDNESDAY: &str = "2025-10-29T13:30:00Z";

fn three(column: &str, odd: &Value) -> Value {
    let mut chart = chart(&[MONDAY, TUESDAY, WEDNESDAY], &[Some(50.5), Some(51.5), Some(52.5)]);
    set(&mut chart, &format!("/indicators/quote/0/{column}"), json!([50.5, odd, 52.5]));
    chart
}

fn aside(answer: &HistoryResult) -> Vec<(Element, Option<String>, Impossible)> {
    let of = |it: &SetAside| (it.element, it.date.map(|date| date.to_string()), it.reason);
    answer.set_aside.iter().map(of).collect()
}

fn tuesday(reason: Impossible) -> Vec<(Element, Option<String>, Impossible)> {
    vec![(Element::Bar, Some("2025-10-28".to_owned()), reason)]
}

#[test]
fn a_bar_that_cannot_be_leaves_a_hole_and_the_others_stay() {
    let check = |column: &str, odd: Value, reason: Impossible| {
        let answer = read(&three(column, &odd), Interval::D1);
        assert_eq!(closes(&answer), ["2025-10-27 50.5", "2025-10-29 52.5"], "{column} {odd}");
        assert_eq!(aside(&answer), tuesday(reason), "{column} {odd}");
    };
    check("close", json!(0), Impossible::Sign);
    check("close", json!(-51.5), Impossible::Sign);
    check("close", json!(1e300), Impossible::Magnitude);
    check("close", json!(5150.0), Impossible::OutOfRange);
    check("close", json!("N/A"), Impossible::NoNumber);
    check("open", json!(-1), Impossible::Sign);
    check("high", json!(1e300), Impossible::Magnitude);
    check("low", json!(52.0), Impossible::Crossed);
    check("low", json!([1]), Impossible::NoNumber);
}

#[test]
fn numbers_that_json_does_not_have_are_faults_of_their_rows() {
    for word in ["NaN", "Infinity", "-Infinity", "1e999"] {
        let body = three("close", &json!("ODD")).to_string().replace("\"ODD\"", word);
        let (instrument, span) = (asked("AAPL"), Span::Period("1mo".parse().unwrap()));
        let symbol = instrument.symbol.clone();
        let question = HistoryQuery { symbol, interval: Interval::D1, span, source: None };
        let found = answer(body.as_bytes(), &question, &instrument, at(WEDNESDAY)).unwrap();
        assert_eq!(aside(&found), tuesday(Impossible::NoNumber), "{word}");
    }
}

#[test]
fn a_volume_below_zero_is_unknown_and_its_bar_stays() {
    for odd in [json!(-1_147_483_648), json!("many"), Value::Null] {
        let answer = read(&three("volume", &odd), Interval::D1);
        let volumes: Vec<_> = answer.series.bars().map(|bar| bar.volume).collect();
        assert_eq!(volumes, [Some(50.5), None, Some(52.5)]);
        assert_eq!(answer.set_aside, []);
    }
}

#[test]
fn a_row_without_a_readable_time_is_set_aside() {
    for odd in [json!(i64::MAX), Value::Null, json!("soon"), json!(0.5)] {
        let mut chart = three("close", &json!(51.5));
        let stamps = [at(MONDAY).as_second(), 0, at(WEDNESDAY).as_second()];
        set(&mut chart, "/timestamp", json!([stamps[0], odd, stamps[2]]));
        let answer = read(&chart, Interval::D1);
        assert_eq!(closes(&answer), ["2025-10-27 50.5", "2025-10-29 52.5"]);
        assert_eq!(aside(&answer), [(Element::Bar, None, Impossible::NoTime)]);
    }
}

#[test]
fn a_bar_from_the_future_is_set_aside() {
    let answer = read_at(&three("close", &json!(51.5)), Interval::D1, "2025-10-28T20:00:00Z");
    let answer = answer.unwrap();
    assert_eq!(closes(&answer), ["2025-10-27 50.5", "2025-10-28 51.5"]);
    let wednesday = Some("2025-10-29".to_owned());
    assert_eq!(aside(&answer), [(Element::Bar, wednesday, Impossible::InFuture)]);
}

#[test]
fn an_adjusted_close_that_cannot_be_is_unknown() {
    let mut chart = three("close", &json!(51.5));
    set(&mut chart, "/indicators/adjclose", json!([{"adjclose": [50.5, 0, 52.5]}]));
    let answer = read(&chart, Interval::D1);
    let adjusted: Vec<_> = answer.series.bars().map(|bar| bar.adj_close.is_some()).collect();
    assert_eq!(adjusted, [true, false, true]);
}

#[test]
fn an_action_that_cannot_be_is_set_aside_and_the_others_stay() {
    let check = |kind: &str, event: Value, dated: bool, reason: Impossible| {
        let mut chart = three("close", &json!(51.5));
        let date = at(TUESDAY).as_second();
        let mut odd = event;
        if dated {
            odd["date"] = json!(date);
        }
        let good = json!({"date": date, "amount": 0.26, "numerator": 4, "denominator": 1});
        set(&mut chart, "/events", json!({ kind: {"1": odd, "2": good} }));
        let answer = read(&chart, Interval::D1);
        assert_eq!((answer.series.len(), answer.actions.len()), (3, 1), "{kind}");
        let date = dated.then(|| "2025-10-28".to_owned());
        assert_eq!(aside(&answer), [(Element::Action, date, reason)], "{kind}");
    };
    check("splits", json!({"numerator": 1, "denominator": 0}), true, Impossible::Terms);
    check("splits", json!({"numerator": "4", "denominator": 1}), true, Impossible::Terms);
    check("splits", json!({"numerator": -4, "denominator": 1}), true, Impossible::Terms);
    check("splits", json!({"numerator": 4, "denominator": 1}), false, Impossible::NoTime);
    check("splits", json!("4:1"), false, Impossible::NoTime);
    for kind in ["dividends", "capitalGains"] {
        check(kind, json!({}), true, Impossible::Amount);
        check(kind, json!({"amount": null}), true, Impossible::Amount);
        check(kind, json!({"amount": 0}), true, Impossible::Amount);
        check(kind, json!({"amount": 1e300}), true, Impossible::Amount);
        check(kind, json!({"amount": 1}), false, Impossible::NoTime);
        check(kind, Value::Null, false, Impossible::NoTime);
    }
}

#[test]
fn a_yield_may_be_zero_and_below_whatever_yahoo_calls_it() {
    let mut chart = three("close", &json!(51.5));
    set(&mut chart, "/meta/symbol", json!("^IRX"));
    set(&mut chart, "/meta/instrumentType", json!("INDEX"));
    set(&mut chart, "/meta/regularMarketPrice", json!(-0.105));
    for column in ["open", "high", "low", "close"] {
        set(&mut chart, &format!("/indicators/quote/0/{column}"), json!([0.01, 0.0, -0.105]));
    }
    set(&mut chart, "/indicators/quote/0/high", json!([0.01, 0.0, 0.03]));
    let instrument = asked("^IRX");
    let (symbol, span) = (instrument.symbol.clone(), Span::Period("1mo".parse().unwrap()));
    let question = HistoryQuery { symbol, interval: Interval::D1, span, source: None };
    let body = chart.to_string();
    let found = answer(body.as_bytes(), &question, &instrument, at(WEDNESDAY)).unwrap();
    assert_eq!(found.instrument.kind, Kind::Rate);
    assert_eq!(closes(&found), ["2025-10-27 0.01", "2025-10-28 0", "2025-10-29 -0.105"]);
    assert_eq!(found.series.get(1).unwrap().low.map(market::Price::get), Some(0.0));
    let price = quote(&reply(200, body), &instrument, at("2025-10-29T20:05:00Z")).unwrap().unwrap();
    assert_eq!(price.price.to_string(), "-0.105");
}

#[test]
fn an_odd_figure_beside_the_price_is_unknown() {
    let mut chart = three("close", &json!(51.5));
    for field in ["regularMarketDayHigh", "regularMarketVolume", "previousClose", "priceHint"] {
        set(&mut chart, &format!("/meta/{field}"), json!("?"));
    }
    let quote = price_in(chart.to_string(), "2025-10-29T20:05:00Z").unwrap();
    assert_eq!((quote.day_high, quote.volume), (None, None));
    assert_eq!(quote.price.to_string(), "269.7");
}

proptest! {
    #[test]
    fn whatever_one_row_says_the_others_are_served(
        which in 0_usize..5,
        column in prop::sample::select(vec!["open", "high", "low", "close", "volume"]),
        odd in crate::mutation::odd_value(),
    ) {
        let times = ["20", "21", "22", "23", "24"].map(|day| format!("2025-10-{day}T13:30:00Z"));
        let mut chart = chart(&times.each_ref().map(String::as_str), &[Some(50.5); 5]);
        chart["chart"]["result"][0]["indicators"]["quote"][0][column][which] = odd;
        let answer = read(&chart, Interval::D1);
        let others = answer.series.bars().filter(|bar| bar.close == market::Price::new(50.5).unwrap()).count();
        prop_assert!(others >= 4);
        prop_assert!(answer.series.len() + answer.set_aside.len() <= 5);
        for bar in answer.series.bars() {
            prop_assert_eq!(bar.impossible(Kind::Equity, answer.received_at), None);
        }
    }
}
