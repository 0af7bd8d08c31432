mod history;

use jiff::Timestamp;
use market::{Catalog, Impossible, Kind, Moment, Price, Quote};
use testkit::bare_quote;

use super::*;
use crate::now::Now;

fn now_at(seconds: i64) -> Now {
    let passed = std::time::Duration::from_secs(seconds.unsigned_abs());
    Now { wall: at(seconds), moment: Moment::after_beginning(passed), latest: at(seconds) }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn quote(source: &str, price: f64, as_of: Option<i64>) -> Quote {
    let instrument = Catalog::new().instrument(&"EUR/USD".parse().unwrap());
    let quote = bare_quote(&instrument, price, source, at(as_of.unwrap_or(0)));
    Quote { as_of: as_of.map(at), simulated: source == "demo", ..quote }
}

#[test]
fn nothing_newer_is_replaced_by_something_older() {
    let check =
        |held: &Quote, new: &Quote, expected| assert_eq!(is_news(held, new, at(200)), expected);
    let live = quote("yahoo", 1.1, Some(100));
    check(&live, &quote("er_api", 1.1, Some(50)), false);
    check(&live, &quote("er_api", 1.1, Some(150)), true);
    check(&live, &quote("yahoo", 1.1, Some(100)), true);
    check(&live, &quote("coingecko", 1.1, None), false);
    let tomorrow = |seconds: i64| quote("yahoo", 1.1, Some(86_400 + seconds));
    check(&tomorrow(0), &live, true);
    check(&tomorrow(0), &tomorrow(1), true);
    check(&tomorrow(1), &tomorrow(0), false);
    check(&quote("coingecko", 1.1, None), &quote("coingecko", 1.1, None), true);
    check(&quote("coingecko", 1.1, None), &live, true);
}

#[test]
fn a_simulated_price_never_replaces_a_real_one() {
    let (real, made_up) = (quote("yahoo", 1.1, Some(1)), quote("demo", 1.1, Some(9)));
    assert!(!is_news(&real, &made_up, at(200)));
    assert!(is_news(&made_up, &real, at(200)));
    assert!(is_news(&made_up, &quote("demo", 1.1, Some(10)), at(200)));
}

#[test]
fn only_prices_of_one_time_contradict_each_other() {
    let shown = quote("yahoo", 1.1, Some(0));
    let check = |price: f64, as_of: Option<i64>, expected: bool| {
        assert_eq!(contradict(&shown, &quote("er_api", price, as_of)), expected, "{as_of:?}");
    };
    check(1.2, Some(0), true);
    check(1.105, Some(0), false);
    for minutes in [-15, 15] {
        check(1.2, Some(minutes * 60), true);
    }
    // As over a weekend, when what was set in the morning is as fresh as the close.
    for hours in [-60, -6, 6] {
        check(1.2, Some(hours * 3_600), false);
    }
    check(1.2, None, false);
}

#[test]
fn fils_for_dinars_are_a_thousand_times_too_many() {
    let share = |currency: &str, price: f64| Quote {
        instrument: Catalog::new().instrument(&"NBK.KW".parse().unwrap()),
        currency: currency.parse().ok(),
        ..quote("yahoo", price, Some(0))
    };
    for (currency, before, after, expected) in [
        ("KWF", 995.0, 0.995, Some(Rejection::ThousandFold)),
        ("KWD", 0.995, 995.0, Some(Rejection::ThousandFold)),
        ("KWF", 995.0, 9.95, Some(Rejection::HundredFold)),
        ("USD", 995.0, 0.995, Some(Rejection::Jump)),
        ("KWF", 995.0, 990.0, None),
    ] {
        let (held, new) = (share(currency, before), share(currency, after));
        assert_eq!(difference(&held, &new), expected, "{currency} {after}");
    }
}

#[test]
fn oil_below_zero_is_believed_and_an_index_below_zero_is_not() {
    let price = Price::new(-37.63).unwrap();
    assert!(!forbids(Kind::Future, price));
    assert!(forbids(Kind::Index, price) && forbids(Kind::Crypto, price));
}

#[test]
fn a_yield_may_fall_below_zero_and_near_it_a_hundredfold_is_a_matter_of_basis_points() {
    let rate = |price: f64| {
        let mut quote = quote("yahoo", price, Some(0));
        quote.instrument.kind = Kind::Rate;
        quote
    };
    let check = |was, is, expected| {
        assert_eq!(difference(&rate(was), &rate(is)), expected, "{was} {is}");
    };
    check(0.013, -0.105, None);
    check(0.003, 0.3, None);
    check(4.5, 450.0, Some(Rejection::HundredFold));
}

#[test]
fn a_long_silence_allows_a_longer_way() {
    let held = quote("yahoo", 1.1, Some(0));
    let after_a_month = quote("yahoo", 1.35, Some(30 * 86_400));
    assert_eq!(difference(&held, &after_a_month), None);
}

#[test]
fn each_fault_has_its_own_doubt() {
    let held = quote("yahoo", 1.1, Some(0));
    let check = |new: &Quote, expected| {
        let found = impossible(new, at(60)).or_else(|| difference(&held, new));
        assert_eq!(found, expected);
    };
    check(&quote("yahoo", 1.11, Some(60)), None);
    check(&quote("yahoo", 0.0, Some(60)), Some(Rejection::Impossible(Impossible::Sign)));
    check(&quote("yahoo", -1.1, Some(60)), Some(Rejection::Impossible(Impossible::Sign)));
    let tomorrow = quote("yahoo", 1.1, Some(60 + 86_400));
    check(&tomorrow, Some(Rejection::Impossible(Impossible::InFuture)));
    check(&quote("yahoo", 110.0, Some(60)), Some(Rejection::HundredFold));
    check(&quote("yahoo", 0.011, Some(60)), Some(Rejection::HundredFold));
    check(&quote("yahoo", 1.4, Some(60)), Some(Rejection::Jump));
    let pounds = Quote { currency: "GBP".parse().ok(), ..quote("yahoo", 1.1, Some(60)) };
    check(&pounds, Some(Rejection::NotOfPair { is: "GBP".parse().unwrap() }));
    let (day_low, day_high) = (Price::new(2.0), Price::new(1.0));
    let twisted = Quote { day_low, day_high, ..quote("yahoo", 1.1, Some(60)) };
    check(&twisted, Some(Rejection::Impossible(Impossible::Crossed)));
}
