use market::{ActionKind, Payment};
use proptest::prelude::*;

use super::*;
use crate::mutation;

const TUESDAY: &str = "2025-10-28T13:30:00Z";
const WEDNESDAY: &str = "2025-10-29T13:30:00Z";

#[test]
fn no_timestamps_and_an_empty_quote_are_a_valid_empty_answer() {
    let mut chart = chart(&[], &[]);
    chart["chart"]["result"][0].as_object_mut().unwrap().remove("timestamp");
    set(&mut chart, "/indicators/quote", json!([{}]));
    assert!(read(&chart, Interval::M1).series.is_empty());
}

#[test]
fn prices_without_times_are_not_taken_for_nothing() {
    let mut chart = chart(&[], &[Some(1.0)]);
    chart["chart"]["result"][0].as_object_mut().unwrap().remove("timestamp");
    let refusal = read_at(&chart, Interval::D1, WEDNESDAY).unwrap_err();
    let said = "open has 1 values for 0 timestamps";
    assert_eq!(refusal, SourceError::Unreadable(said.to_owned()));
}

#[test]
fn what_is_delisted_has_no_currency_and_may_still_have_prices() {
    let mut chart = chart(&[TUESDAY], &[Some(10.38)]);
    set(&mut chart, "/meta/exchangeName", json!("YHD"));
    set(&mut chart, "/meta/instrumentType", json!("MUTUALFUND"));
    set(&mut chart, "/meta/currency", Value::Null);
    set(&mut chart, "/meta/firstTradeDate", Value::Null);
    let answer = read(&chart, Interval::D1);
    assert_eq!(closes(&answer), ["2025-10-28 10.38"]);
    assert_eq!(answer.series.head.currency, None);
    assert_eq!(answer.instrument.kind, Kind::Equity, "delisting makes no fund of a share");
    assert_eq!((answer.instrument.mic, answer.instrument.first_trade), (None, None));
}

#[test]
fn the_first_trade_is_dated_where_it_happened_and_may_lie_before_1970() {
    let check = |first: Value, expected: Option<&str>| {
        let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
        set(&mut chart, "/meta/firstTradeDate", first);
        let found = read(&chart, Interval::D1).instrument.first_trade;
        assert_eq!(found, expected.map(|date| date.parse().unwrap()));
    };
    check(json!(345_479_400), Some("1980-12-12"));
    // Three in the morning of the 3rd, UTC.
    check(json!(at("1928-01-03T03:00:00Z").as_second()), Some("1928-01-02"));
    check(json!(i64::MIN), None);
    check(json!(i64::MAX), None);
    check(Value::Null, None);
}

#[test]
fn the_market_is_identified_where_yahoo_names_one_we_know() {
    let check = |exchange: Value, kind: &str, expected: Option<&str>| {
        let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
        set(&mut chart, "/meta/exchangeName", exchange);
        set(&mut chart, "/meta/instrumentType", json!(kind));
        let found = read(&chart, Interval::D1).instrument.mic;
        assert_eq!(found.as_deref(), expected);
    };
    check(json!("NMS"), "EQUITY", Some("XNAS"));
    check(json!("PAR"), "INDEX", None);
    check(json!("XYZ"), "EQUITY", None);
    check(Value::Null, "EQUITY", None);
}

#[test]
fn what_was_known_of_an_instrument_outlives_an_answer_that_does_not_say() {
    let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
    let before = read(&chart, Interval::D1).instrument;
    set(&mut chart, "/meta/exchangeName", Value::Null);
    set(&mut chart, "/meta/firstTradeDate", Value::Null);
    let body = reply(200, chart.to_string());
    let after = quote(&body, &before, at(WEDNESDAY)).unwrap().unwrap().instrument;
    assert_eq!((after.mic, after.first_trade), (before.mic, before.first_trade));
    assert_eq!(after.first_trade, Some(jiff::civil::date(1950, 1, 3)));
}

#[test]
fn a_hole_is_a_hole_never_a_zero() {
    let chart = chart(&["2025-10-27T13:30:00Z", TUESDAY, WEDNESDAY], &[Some(1.5), None, Some(2.5)]);
    assert_eq!(closes(&read(&chart, Interval::D1)), ["2025-10-27 1.5", "2025-10-29 2.5"]);
}

#[test]
fn holes_alone_are_a_fault_back_from_now_and_an_empty_stretch_of_named_dates() {
    let chart = chart(&[TUESDAY, WEDNESDAY], &[None, None]);
    let refusal = read_at(&chart, Interval::D1, WEDNESDAY).unwrap_err();
    assert_eq!(refusal, SourceError::Unreadable("every price is missing".to_owned()));
    let day = jiff::civil::date(2025, 10, 28);
    let dates = Span::dates(day, day).unwrap();
    assert!(read_span(&chart, Interval::D1, dates, WEDNESDAY).unwrap().series.is_empty());
}

#[test]
fn a_row_of_zeros_is_a_hole() {
    let chart = chart(&[TUESDAY, WEDNESDAY], &[Some(0.0), Some(2.5)]);
    assert_eq!(closes(&read(&chart, Interval::D1)), ["2025-10-29 2.5"]);
}

#[test]
fn zeros_beside_a_real_close_are_unknown() {
    let mut chart = chart(&[TUESDAY], &[Some(20.25)]);
    for column in ["open", "high", "low"] {
        set(&mut chart, &format!("/indicators/quote/0/{column}"), json!([0]));
    }
    let bar = read(&chart, Interval::D1).series.last().unwrap();
    assert_eq!((bar.open, bar.high, bar.low), (None, None, None));
    assert_eq!(bar.close.get().to_string(), "20.25");
}

#[test]
fn a_close_outside_low_and_high_is_kept_and_reported() {
    let mut chart = chart(&[TUESDAY], &[Some(1.25)]);
    set(&mut chart, "/indicators/quote/0/high", json!([1.125]));
    set(&mut chart, "/indicators/quote/0/low", json!([1.0]));
    let bar = read(&chart, Interval::D1).series.last().unwrap();
    assert!(bar.is_contradictory());
    assert_eq!(bar.high.unwrap().get().to_string(), "1.125");
}

#[test]
fn a_trading_date_is_that_of_the_zone_and_not_of_the_present_offset() {
    // Midnight in London, in summer time and after it; the offset now is 0.
    let mut chart =
        chart(&["2025-10-24T23:00:00Z", "2025-10-27T00:00:00Z"], &[Some(1.0), Some(2.0)]);
    trade_in(&mut chart, "Europe/London", "2025-11-03T00:00:00Z", "2025-11-03T23:59:00Z");
    set(&mut chart, "/meta/gmtoffset", json!(0));
    assert_eq!(closes(&read(&chart, Interval::D1)), ["2025-10-25 1", "2025-10-27 2"]);
}

#[test]
fn a_day_stamped_an_hour_before_midnight_is_the_next() {
    let mut chart = chart(&["2022-01-03T02:00:00Z"], &[Some(1.0)]);
    set(&mut chart, "/meta/exchangeTimezoneName", json!("America/Sao_Paulo"));
    assert_eq!(closes(&read(&chart, Interval::D1)), ["2022-01-03 1"]);
    assert_eq!(closes(&read(&chart, Interval::H1)), ["2022-01-02 1"]);
}

#[test]
fn events_are_dated_by_their_inner_date() {
    let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
    // The key is the start of a quarter years later than the payment.
    set(
        &mut chart,
        "/events",
        json!({
            "dividends": {"473403600": {"amount": 0.26, "date": 330_960_600}},
            "capitalGains": {"473403600": {"amount": 1.5, "date": 473_403_600}},
        }),
    );
    let actions = read(&chart, Interval::Mo3).actions;
    let found: Vec<_> =
        actions.iter().map(|action| (action.ex_date.to_string(), action.kind.clone())).collect();
    assert_eq!(
        found,
        [
            ("1980-06-27".to_owned(), ActionKind::Dividend(0.26.into())),
            ("1985-01-01".to_owned(), ActionKind::CapitalGain(1.5.into())),
        ]
    );
}

#[test]
fn a_split_may_have_fractional_terms_and_share_its_day_with_a_dividend() {
    let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
    let date = at(TUESDAY).as_second();
    set(
        &mut chart,
        "/events",
        json!({
            "dividends": {"1": {"amount": 73, "date": date}},
            "splits": {"1": {"date": date, "numerator": 1.5, "denominator": 1.0, "splitRatio": "3:2"}},
        }),
    );
    let kinds: Vec<_> =
        read(&chart, Interval::D1).actions.iter().map(|action| action.kind.clone()).collect();
    let split = ActionKind::Split { numerator: 1.5, denominator: 1.0 };
    assert_eq!(kinds, [ActionKind::Dividend(73.0.into()), split]);
}

#[test]
fn what_is_paid_has_a_currency_of_its_own() {
    let mut chart = chart(&[TUESDAY], &[Some(905.5)]);
    let date = at(TUESDAY).as_second();
    let paid = |currency: &str| json!({"amount": 0.1, "date": date, "currency": currency});
    let in_usd = |kind: fn(Payment) -> ActionKind| {
        kind(Payment { amount: 0.1, currency: Some("USD".parse().unwrap()) })
    };
    set(&mut chart, "/meta/currency", json!("GBp"));
    for (told, expected) in [
        ("USD", in_usd(ActionKind::Dividend)),
        ("GBp", ActionKind::Dividend(0.1.into())),
        ("", ActionKind::Dividend(0.1.into())),
    ] {
        set(&mut chart, "/events", json!({ "dividends": {"1": paid(told)} }));
        assert_eq!(read(&chart, Interval::D1).actions[0].kind, expected, "{told:?}");
    }
    set(&mut chart, "/events", json!({ "capitalGains": {"1": paid("USD")} }));
    let gain = in_usd(ActionKind::CapitalGain);
    assert_eq!(read(&chart, Interval::D1).actions[0].kind, gain);
}

#[test]
fn minor_units_stay_what_they_are() {
    for code in ["GBp", "USX", "ZAc", "ILA"] {
        let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
        set(&mut chart, "/meta/currency", json!(code));
        assert_eq!(read(&chart, Interval::D1).series.head.currency, code.parse().ok());
    }
}

#[test]
fn prices_are_adjusted_for_splits_only_where_there_are_splits() {
    let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
    assert_eq!(read(&chart, Interval::D1).series.head.basis, Basis::Splits);
    for kind in ["CURRENCY", "CRYPTOCURRENCY"] {
        set(&mut chart, "/meta/instrumentType", json!(kind));
        assert_eq!(read(&chart, Interval::D1).series.head.basis, Basis::Unadjusted);
    }
}

#[test]
fn a_symbol_in_lower_case_is_the_same_and_another_is_refused() {
    let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
    set(&mut chart, "/meta/symbol", json!("aapl"));
    assert_eq!(read(&chart, Interval::D1).series.len(), 1);
    set(&mut chart, "/meta/symbol", json!("MSFT"));
    let refusal = read_at(&chart, Interval::D1, WEDNESDAY).unwrap_err();
    assert!(refusal.to_string().contains("meta.symbol"), "{refusal}");
}

#[test]
fn nonsense_is_named() {
    let check = |path: &str, value: Value, named: &str| {
        let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
        set(&mut chart, path, value);
        let refusal = read_at(&chart, Interval::D1, WEDNESDAY).unwrap_err().to_string();
        assert!(refusal.contains(named), "{refusal}");
    };
    check("/meta/regularMarketTime", json!(i64::MIN), "meta.regularMarketTime");
    check("/meta/exchangeTimezoneName", json!("Mars/Olympus"), "meta.exchangeTimezoneName");
    check("/meta/currency", json!("<script>"), "meta.currency");
    check("/indicators/quote/0/low", json!([1, 2]), "low has 2 values for 1 timestamps");
    check("/indicators/quote/0/close", Value::Null, "close is missing");
}

#[test]
fn prices_and_adjusted_closes_are_narrowed_and_volumes_are_not() {
    let mut chart = chart(&[TUESDAY], &[Some(269.700_012_207_031_25)]);
    set(&mut chart, "/indicators/adjclose", json!([{"adjclose": [7_150.089_843_75]}]));
    set(&mut chart, "/indicators/quote/0/volume", json!([16_777_217_000_i64]));
    let bar = read(&chart, Interval::D1).series.last().unwrap();
    assert_eq!(bar.close.to_string(), "269.7");
    assert_eq!(bar.adj_close.unwrap().to_string(), "7150.09");
    assert_eq!(bar.volume, Some(16_777_217_000.0));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(price_in(body.as_slice(), WEDNESDAY).is_err());
        prop_assert!(quotes(&reply(200, body), &[asked("AAPL")], at(WEDNESDAY)).is_err());
    }

    #[test]
    fn no_exchanged_value_makes_it_panic(which in 0_usize..200, odd in mutation::odd_value()) {
        let mut valid = chart(&[TUESDAY, "2025-10-29T20:00:01Z"], &[Some(1.0), Some(2.0)]);
        set(&mut valid, "/events", json!({"splits": {"1": {"date": 1, "numerator": 3, "denominator": 1}}}));
        let body = mutation::exchange(&valid, which, &odd);
        let instrument = asked("AAPL");
        for interval in Interval::ALL {
            let span = Span::Period("1mo".parse().unwrap());
            let question = HistoryQuery { symbol: instrument.symbol.clone(), interval, span, source: None };
            if let Ok(answer) = answer(&body, &question, &instrument, at(WEDNESDAY)) {
                prop_assert!(answer.series.bars().all(|bar| bar.close.get().is_finite()));
            }
        }
        let _ = price_in(body, WEDNESDAY);
    }
}

#[test]
fn bars_of_another_length_than_asked_are_said_to_be_of_another() {
    let check = |granularity: &str, given: Option<Interval>| {
        let mut chart = chart(&["2025-10-28T13:30:00Z"], &[Some(1.0)]);
        set(&mut chart, "/meta/dataGranularity", json!(granularity));
        let error = read_at(&chart, Interval::D1, "2026-10-29T20:00:00Z").unwrap_err();
        let first = Some(jiff::civil::date(1950, 1, 3));
        assert_eq!(error, SourceError::OtherInterval { given, first }, "{error}");
        // Without a first trade the first bar is the first there is.
        set(&mut chart, "/meta/firstTradeDate", Value::Null);
        let error = read_at(&chart, Interval::D1, "2026-10-29T20:00:00Z").unwrap_err();
        let first = Some(jiff::civil::date(2025, 10, 28));
        assert_eq!(error, SourceError::OtherInterval { given, first });
    };
    check("1mo", Some(Interval::Mo1));
    check("15m", Some(Interval::M15));
    check("5d", None);
}
