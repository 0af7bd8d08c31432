use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Company, DocumentQuestion, two};

/// Strikes on either side of the price.
const STRIKES: i32 = 5;

/// The options on an instrument that expire at the date asked for, or first.
pub(super) fn chain(company: &Company, question: &DocumentQuestion<'_>) -> Value {
    let dates: Vec<i64> = [7, 14, 28, 56, 112].map(|days| company.day(days)).to_vec();
    let asked = question.parameter("date").and_then(|date| date.parse().ok());
    let date = asked.filter(|date| dates.contains(date)).unwrap_or(dates[0]);
    let step = (company.price / 20.0).max(0.01);
    let strike = |n: i32| two(company.price + f64::from(n) * step);
    let strikes: Vec<f64> =
        (-STRIKES..=STRIKES).map(strike).filter(|strike| *strike > 0.0).collect();
    let side = |letter| -> Vec<Value> {
        strikes.iter().map(|strike| contract(company, letter, *strike, date)).collect()
    };
    json!({ "optionChain": { "error": null, "result": [{
        "underlyingSymbol": company.listing.symbol,
        "expirationDates": dates,
        "strikes": strikes,
        "hasMiniOptions": false,
        "quote": company.quote(),
        "options": [{
            "expirationDate": date,
            "hasMiniOptions": false,
            "calls": side('C'),
            "puts": side('P'),
        }],
    }] } })
}

fn contract(company: &Company, letter: char, strike: f64, date: i64) -> Value {
    let inside = if letter == 'C' { company.price - strike } else { strike - company.price };
    let price = two(inside.max(0.0) + company.price * 0.02);
    let day = Timestamp::from_second(date).unwrap_or_default().strftime("%y%m%d").to_string();
    let thousandths = (strike * 1_000.0).round();
    json!({
        "contractSymbol": format!("{}{day}{letter}{thousandths:08}", company.listing.symbol),
        "strike": strike,
        "currency": company.listing.currency,
        "lastPrice": price,
        "change": 0.0,
        "percentChange": 0.0,
        "volume": 100,
        "openInterest": 1_000,
        "bid": two(price * 0.99),
        "ask": two(price * 1.01),
        "contractSize": "REGULAR",
        "expiration": date,
        "lastTradeDate": company.day(0),
        "impliedVolatility": 0.25,
        "inTheMoney": inside > 0.0,
    })
}
