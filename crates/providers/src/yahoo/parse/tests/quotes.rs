use jiff::SignedDuration;
use market::{PreviousKind, Quote};

use super::*;

const MONDAY: &str = "2025-10-27T13:30:00Z";
const TUESDAY: &str = "2025-10-28T13:30:00Z";
const LIVE: &str = "2025-10-29T20:00:01Z";

fn read(chart: &Value) -> Result<Quote, SourceError> {
    price_in(chart.to_string(), "2025-10-29T20:05:00Z")
}

fn previous(chart: &Value) -> Option<String> {
    let previous = read(chart).unwrap().previous?;
    assert_eq!(previous.kind, PreviousKind::Close);
    Some(previous.price.to_string())
}

#[test]
fn a_quote_says_what_when_and_where() {
    let mut chart = chart(&[MONDAY, TUESDAY, LIVE], &[Some(1.5), Some(2.5), Some(3.5)]);
    set(&mut chart, "/meta/regularMarketDayHigh", json!(271.41));
    set(&mut chart, "/meta/regularMarketDayLow", json!(0));
    set(&mut chart, "/meta/regularMarketVolume", json!(43_332_154));
    let quote = read(&chart).unwrap();
    assert_eq!(quote.price.to_string(), "269.7");
    assert_eq!(quote.as_of, Some(at(LIVE)));
    assert_eq!(quote.currency, "USD".parse().ok());
    assert_eq!(quote.day_high.unwrap().to_string(), "271.41");
    assert_eq!(quote.day_low, None, "a low of zero is none");
    assert_eq!(quote.volume, Some(43_332_154.0));
    assert_eq!(quote.session.unwrap().regular.start, at("2025-10-29T13:30:00Z"));
    let instrument = quote.instrument;
    assert_eq!((instrument.name.as_str(), instrument.kind), ("Apple Inc.", Kind::Equity));
    assert_eq!(instrument.exchange.as_deref(), Some("NasdaqGS"));
    assert_eq!((instrument.time_zone.as_str(), instrument.price_decimals), ("America/New_York", 2));
}

#[test]
fn the_previous_close_is_that_of_the_day_before_and_never_of_the_chart() {
    let mut chart = chart(&[MONDAY, TUESDAY, LIVE], &[Some(1.5), Some(2.5), Some(3.5)]);
    assert_eq!(previous(&chart).as_deref(), Some("2.5"));
    set(&mut chart, "/meta/previousClose", json!(2.75));
    assert_eq!(previous(&chart).as_deref(), Some("2.75"));
}

#[test]
fn of_more_bars_than_were_asked_for_a_quote_holds_the_newest() {
    let begin: Timestamp = at("2022-01-03T14:30:00Z");
    let days: Vec<String> =
        (0..1000).map(|n| (begin + SignedDuration::from_hours(24 * n)).to_string()).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    let mut chart = chart(&days, &vec![Some(269.5); days.len()]);
    let split = json!({"date": begin.as_second(), "numerator": 2, "denominator": 1});
    set(&mut chart, "/events", json!({"splits": {"1": split}}));
    let witness = read(&chart).unwrap().witness.unwrap();
    assert_eq!(witness.bars.len(), 32);
    assert_eq!(witness.bars.last().unwrap().open_time, at(days[999]));
    assert!(witness.actions.is_empty(), "one before all bars judges nothing");
}

#[test]
fn a_close_of_long_ago_is_not_the_previous_one() {
    for place in ["NMS", "KUW"] {
        let mut long_ago = chart(&["2025-10-19T13:30:00Z"], &[Some(1.5)]);
        set(&mut long_ago, "/meta/exchangeName", json!(place));
        assert_eq!(previous(&long_ago), None, "{place}");
    }
}

#[test]
fn without_a_calendar_only_days_of_rest_may_lie_between() {
    let sunday_after = |earlier: &str| {
        let mut chart = chart(&[earlier], &[Some(1.5)]);
        set(&mut chart, "/meta/exchangeName", json!("KUW"));
        set(&mut chart, "/meta/exchangeTimezoneName", json!("Asia/Kuwait"));
        traded_at(&mut chart, "2025-10-26T09:00:00Z");
        previous(&chart)
    };
    assert_eq!(sunday_after("2025-10-23T06:00:00Z").as_deref(), Some("1.5"), "of Thursday");
    assert_eq!(sunday_after("2025-10-22T06:00:00Z"), None, "of Wednesday");
}

#[test]
fn a_close_from_before_a_hole_is_not_the_previous_one() {
    let mut chart = chart(&[MONDAY, TUESDAY, LIVE], &[Some(1.5), None, Some(3.5)]);
    for place in ["NMS", "KUW"] {
        set(&mut chart, "/meta/exchangeName", json!(place));
        assert_eq!(previous(&chart), None, "{place}");
    }
}

#[test]
fn a_holiday_with_an_empty_row_is_no_hole() {
    let thanksgiving = "2024-11-28T14:30:00Z";
    let mut chart = chart(
        &["2024-11-27T14:30:00Z", thanksgiving, "2024-11-29T18:00:00Z"],
        &[Some(1.5), None, Some(2.5)],
    );
    traded_at(&mut chart, "2024-11-29T18:00:00Z");
    assert_eq!(previous(&chart).as_deref(), Some("1.5"));
}

#[test]
fn the_day_of_a_quote_is_dated_where_it_trades() {
    // Tuesday morning in Tokyo is still Monday in UTC.
    let mut chart =
        chart(&["2025-10-27T00:00:00Z", "2025-10-28T00:00:00Z"], &[Some(1.5), Some(2.5)]);
    trade_in(&mut chart, "Asia/Tokyo", "2025-10-28T00:00:00Z", "2025-10-28T06:30:00Z");
    traded_at(&mut chart, "2025-10-28T00:10:00Z");
    assert_eq!(previous(&chart).as_deref(), Some("1.5"));
}

#[test]
fn what_is_delisted_or_has_no_price_is_never_zero() {
    for price in [Value::Null, json!(0), json!(0.0)] {
        let mut chart = chart(&[TUESDAY], &[Some(1.5)]);
        set(&mut chart, "/meta/regularMarketPrice", price);
        let refusal = read(&chart).unwrap_err();
        assert!(refusal.to_string().contains("meta.regularMarketPrice"), "{refusal}");
        set(&mut chart, "/meta/exchangeName", json!("YHD"));
        set(&mut chart, "/meta/currency", Value::Null);
        assert_eq!(read(&chart), Err(SourceError::Delisted("AAPL".parse().unwrap())));
    }
}

#[test]
fn a_future_may_be_worth_less_than_nothing() {
    let mut chart = chart(&[TUESDAY], &[Some(1.5)]);
    set(&mut chart, "/meta/instrumentType", json!("FUTURE"));
    set(&mut chart, "/meta/regularMarketPrice", json!(-37.63));
    assert_eq!(read(&chart).unwrap().price.to_string(), "-37.63");
}
