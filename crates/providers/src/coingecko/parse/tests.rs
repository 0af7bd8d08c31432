use market::Catalog;
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::recordings;

use super::super::coins;
use super::*;
use crate::mutation;

fn asked(symbol: &str) -> Instrument {
    Catalog::new().instrument(&symbol.parse().unwrap())
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply::of(status, body.to_string().into_bytes())
}

fn ask(symbol: &str, body: &Value) -> Result<Quote, SourceError> {
    let instrument = asked(symbol);
    let pair = coins::pair(&instrument)?;
    quote(&prices(&reply(200, body))?, &pair, &instrument, Timestamp::UNIX_EPOCH)
}

fn day(closes: &[(&str, f64)], received_at: &str) -> Vec<String> {
    let points: Vec<_> = closes
        .iter()
        .map(|(at, price)| json!([at.parse::<Timestamp>().unwrap().as_millisecond(), price]))
        .collect();
    let body = json!({"prices": points, "total_volumes": []}).to_string();
    let bars = closes_of(body.as_bytes(), received_at);
    let state = |bar: &Bar| if bar.provisional { " so far" } else { "" };
    bars.iter().map(|bar| format!("{} {}{}", bar.date, bar.close, state(bar))).collect()
}

fn closes_of(body: &[u8], received_at: &str) -> Vec<Bar> {
    closes(body, received_at.parse().unwrap()).unwrap().0
}

#[test]
fn a_price_says_when_it_was_true_and_what_it_was_a_day_before() {
    let body = json!({"bitcoin": {"eur": 53953, "eur_24h_change": 7.906, "last_updated_at": 1_780_000_000}});
    let quote = ask("BTC/EUR", &body).unwrap();
    assert_eq!(quote.price.to_string(), "53953");
    assert_eq!(quote.as_of, Timestamp::from_second(1_780_000_000).ok());
    let previous = quote.previous.unwrap();
    assert_eq!(previous.kind, PreviousKind::DayAgo);
    assert!((quote.change_percent().unwrap() - 7.906).abs() < 1e-9);
}

#[test]
fn a_price_of_unknown_age_has_none() {
    let quote =
        ask("BTC/EUR", &json!({"bitcoin": {"eur": 53953, "eur_24h_change": null}})).unwrap();
    assert_eq!((quote.as_of, quote.previous), (None, None));
}

#[test]
fn a_currency_that_is_unknown_there_is_left_out() {
    let refusal = ask("BTC/RON", &json!({"bitcoin": {}})).unwrap_err();
    assert_eq!(refusal.to_string(), "not offered there: bitcoin has no price in ron");
}

#[test]
fn an_id_that_was_dropped_is_left_out_and_not_unknown() {
    let refusal = ask("ETH/EUR", &json!({"bitcoin": {"eur": 53953}})).unwrap_err();
    assert_eq!(refusal, SourceError::LeftOut("ETH/EUR".parse().unwrap()));
}

#[test]
fn no_price_is_not_zero() {
    for price in [Value::Null, json!(0), json!(-1)] {
        let refusal = ask("BTC/EUR", &json!({"bitcoin": {"eur": price}})).unwrap_err();
        assert!(matches!(refusal, SourceError::Unreadable(_)), "{refusal}");
    }
}

#[test]
fn points_that_are_all_missing_are_not_an_empty_stretch() {
    let read = |prices: Value| {
        let body = json!({ "prices": prices }).to_string();
        closes(body.as_bytes(), "2025-10-29T20:00:00Z".parse().unwrap()).map(|(bars, _)| bars)
    };
    assert_eq!(read(json!([])), Ok(Vec::new()));
    let missing = SourceError::Unreadable("every price is missing".to_owned());
    assert_eq!(
        read(json!([[1_761_609_600_000_i64, null], [1_761_652_800_000_i64, null]])),
        Err(missing)
    );
    assert_eq!(
        read(json!([[1_761_609_600_000_i64, null], [1_761_652_800_000_i64, 1.5]])).unwrap().len(),
        1
    );
}

#[test]
fn a_day_whose_last_point_has_no_price_is_a_hole() {
    // Noon and evening of 28 October, then noon of the 29th.
    let points = json!([
        [1_761_652_800_000_i64, 1.5],
        [1_761_681_600_000_i64, null],
        [1_761_739_200_000_i64, 1.75],
    ]);
    let body = json!({ "prices": points }).to_string();
    let bars = closes_of(body.as_bytes(), "2025-10-29T20:00:00Z");
    let found: Vec<_> = bars.iter().map(|bar| (bar.date.to_string(), bar.close.get())).collect();
    assert_eq!(found, [("2025-10-29".to_owned(), 1.75)]);
}

#[test]
fn one_odd_point_spoils_its_day_alone() {
    let noon = |day: i64| 1_761_652_800_000_i64 + day * 86_400_000;
    let check = |odd: Value, expected: &[&str], reason: Impossible| {
        let points = json!([[noon(-1), 1.5], odd, [noon(1), 1.75]]);
        let body = json!({ "prices": points }).to_string();
        let now = "2025-10-29T20:00:00Z".parse().unwrap();
        let (bars, aside) = closes(body.as_bytes(), now).unwrap();
        let dates: Vec<_> = bars.iter().map(|bar| bar.date.to_string()).collect();
        assert_eq!(dates, expected, "{odd}");
        assert_eq!(aside.iter().map(|it| it.reason).collect::<Vec<_>>(), [reason], "{odd}");
    };
    let both = ["2025-10-27", "2025-10-29"];
    check(json!([noon(0), "?"]), &both, Impossible::NoNumber);
    check(json!([noon(0), 0]), &both, Impossible::Sign);
    check(json!([noon(0), 1e300]), &both, Impossible::Magnitude);
    check(json!(["?", 1.6]), &both, Impossible::NoTime);
    check(json!([]), &both, Impossible::NoTime);
}

#[test]
fn one_odd_price_spoils_no_other_coin() {
    let body = json!({"bitcoin": {"eur": "?"}, "ethereum": {"eur": 2500, "usd": null}});
    assert_eq!(ask("ETH/EUR", &body).unwrap().price.to_string(), "2500");
    assert!(matches!(ask("BTC/EUR", &body), Err(SourceError::Unreadable(_))));
}

#[test]
fn a_refusal_with_status_200_is_one() {
    let check = |body: Value, expected: &str| {
        assert_eq!(ask("BTC/EUR", &body).unwrap_err().reason(), expected, "{body}");
        let found = closes(body.to_string().as_bytes(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(found.reason(), expected, "{body}");
    };
    let status = |code: i64| json!({"status": {"error_code": code, "error_message": "secret"}});
    check(status(429), "throttled");
    check(json!({ "error": status(429) }), "throttled");
    check(status(10_002), "unauthorised");
    check(status(403), "unauthorised");
    check(status(10_012), "outside_window");
    check(json!({"error": "You've exceeded the Rate Limit"}), "throttled");
    check(json!({"error": "gremlins"}), "unreadable");
    let words = Reply::of(200, b"Too Many Requests".to_vec());
    assert_eq!(prices(&words).unwrap_err().reason(), "throttled");
}

#[test]
fn a_loss_of_everything_has_no_price_before() {
    let quote = ask("BTC/EUR", &json!({"bitcoin": {"eur": 1, "eur_24h_change": -100}})).unwrap();
    assert_eq!(quote.previous, None);
}

#[test]
fn only_known_coins_are_asked_for() {
    for symbol in ["AAPL", "EUR/USD", "ABC/EUR"] {
        assert!(matches!(coins::pair(&asked(symbol)), Err(SourceError::NotOffered(_))), "{symbol}");
    }
}

#[test]
fn a_point_at_midnight_closes_the_day_before() {
    let found = day(
        &[
            ("2025-10-27T12:00:00Z", 1.0),
            ("2025-10-28T00:00:00Z", 2.0),
            ("2025-10-28T00:00:00.001Z", 3.0),
            ("2025-10-28T13:00:00Z", 4.0),
        ],
        "2025-10-28T13:05:00Z",
    );
    assert_eq!(found, ["2025-10-27 2", "2025-10-28 4 so far"]);
}

#[test]
fn a_last_point_that_steps_back_in_time_is_not_the_close() {
    let found = day(
        &[("2025-10-28T13:00:00.955Z", 4.0), ("2025-10-28T13:00:00Z", 5.0)],
        "2025-10-29T00:00:00Z",
    );
    assert_eq!(found, ["2025-10-28 4"]);
}

#[test]
fn points_are_closes_and_nothing_more() {
    let body = br#"{"prices":[[1613347200000,48607.8745224845],[1613433600000,null]]}"#;
    let bars = closes_of(body, "2025-10-29T00:00:00Z");
    assert_eq!(bars.len(), 1, "a hole is a hole, never a zero");
    assert_eq!(bars[0].close.to_string(), "48607.8745224845");
    assert_eq!((bars[0].open, bars[0].high, bars[0].low, bars[0].volume), (None, None, None, None));
    assert_eq!(bars[0].open_time.to_string(), "2021-02-14T00:00:00Z");
}

#[test]
fn refusals_are_distinguished() {
    let check = |status: u16, body: Value, expected: &str| {
        assert_eq!(refusal(&reply(status, &body), &asked("BTC/EUR")).reason(), expected, "{body}");
    };
    let status = json!({"error_code": 10012, "error_message": "beyond the allowed time range"});
    check(401, json!({"error": {"status": status.clone()}}), "outside_window");
    check(401, json!({ "status": status }), "outside_window");
    check(401, json!({"status": {"error_code": 401}}), "unauthorised");
    check(404, json!({"error": "coin not found"}), "unknown_symbol");
    check(404, json!({"error": "not recorded"}), "upstream_failing");
    check(422, json!({"error": "Missing parameter vs_currency"}), "upstream_failing");
}

#[test]
fn recorded_prices_are_read() {
    for (name, body) in recordings::all("coingecko/simple-price", ".json") {
        let written: Value = serde_json::from_slice(&body).unwrap();
        let prices = prices(&Reply::of(200, body)).unwrap();
        for (id, coin) in written.as_object().unwrap() {
            for (currency, price) in coin.as_object().unwrap() {
                assert_eq!(prices[id][currency].number(), price.as_f64(), "{name}");
            }
        }
    }
}

#[test]
fn recorded_points_give_every_day_its_last_price() {
    for (name, body) in recordings::all("coingecko/market-chart", ".json") {
        let written: Value = serde_json::from_slice(&body).unwrap();
        let points = written["prices"].as_array().unwrap();
        let bars = closes_of(&body, "2030-01-01T00:00:00Z");
        for bar in &bars {
            let (from, to) =
                (bar.open_time.as_millisecond(), bar.open_time.as_millisecond() + 86_400_000);
            let inside = points.iter().filter(|point| {
                let at = point[0].as_i64().unwrap();
                from < at && at <= to
            });
            let last = inside.max_by_key(|point| point[0].as_i64()).unwrap();
            assert_eq!(last[1].as_f64(), Some(bar.close.get()), "{name} {}", bar.date);
        }
        let days = bars.windows(2).all(|pair| pair[0].date.tomorrow().unwrap() == pair[1].date);
        assert!(days && !bars.is_empty(), "{name}");
    }
}

#[test]
fn recorded_refusals_mean_what_they_say() {
    let check = |file: &str, status: u16, expected: &str| {
        let Some(body) = recordings::one(&format!("coingecko/errors/{file}")) else { return };
        let found = refusal(&Reply::of(status, body), &asked("BTC/EUR"));
        assert_eq!(found.reason(), expected, "{file}");
    };
    check("401-range-365-days.10012.json", 401, "outside_window");
    check("401-paid-plan-only.json", 401, "unauthorised");
    check("422-coins-bitcoin-market_chart.rec2021-07-19.json", 422, "upstream_failing");
}

proptest! {
    #[test]
    fn no_exchanged_value_makes_it_panic(which in 0_usize..30, odd in mutation::odd_value()) {
        let valid = json!({"bitcoin": {"eur": 53953, "eur_24h_change": 1.5, "last_updated_at": 1}});
        let body = mutation::exchange(&valid, which, &odd);
        if let Ok(value) = serde_json::from_slice(&body) {
            let _ = ask("BTC/EUR", &value);
        }
        let valid = json!({"prices": [[1_613_347_200_000_i64, 1.5], [1_613_433_600_000_i64, 2]]});
        let _ = closes(&mutation::exchange(&valid, which, &odd), Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(closes(&body, Timestamp::UNIX_EPOCH).is_err());
    }
}
