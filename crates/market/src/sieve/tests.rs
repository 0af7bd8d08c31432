use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::Catalog;

const ALL_ABOVE_ZERO: [Kind; 7] =
    [Kind::Index, Kind::Currency, Kind::Crypto, Kind::Equity, Kind::Etf, Kind::Fund, Kind::Option];

fn price(n: f64) -> Price {
    Price::new(n).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn bar(open: f64, high: f64, low: f64, close: f64) -> Bar {
    Bar {
        open_time: at(0),
        date: date(1970, 1, 1),
        open: Some(price(open)),
        high: Some(price(high)),
        low: Some(price(low)),
        close: price(close),
        adj_close: None,
        volume: None,
        provisional: false,
    }
}

fn reason(kind: Kind, bar: &Bar) -> Option<Impossible> {
    bar.impossible(kind, at(0))
}

#[test]
fn what_may_be_zero_or_less_follows_from_what_the_thing_is() {
    for kind in ALL_ABOVE_ZERO {
        assert_eq!(kind.forbids(price(0.0)), Some(Impossible::Sign), "{kind:?}");
        assert_eq!(kind.forbids(price(-0.1)), Some(Impossible::Sign), "{kind:?}");
    }
    for kind in [Kind::Future, Kind::Rate] {
        assert_eq!((kind.forbids(price(0.0)), kind.forbids(price(-37.63))), (None, None));
    }
    for kind in Kind::ALL {
        assert_eq!(kind.forbids(price(1e300)), Some(Impossible::Magnitude), "{kind:?}");
        assert_eq!(kind.forbids(price(1e-13)), Some(Impossible::Magnitude), "{kind:?}");
        assert_eq!((kind.forbids(price(1e12)), kind.forbids(price(1e-12))), (None, None));
    }
}

#[test]
fn a_bar_is_impossible_for_each_reason() {
    let check = |bar: &Bar, expected| assert_eq!(reason(Kind::Equity, bar), expected, "{bar:?}");
    check(&bar(50.0, 51.0, 49.0, 50.5), None);
    check(&bar(50.0, 51.0, 0.0, 0.0), Some(Impossible::Sign));
    check(&bar(50.0, 51.0, -49.0, 50.5), Some(Impossible::Sign));
    check(&bar(50.0, 1e300, 49.0, 50.5), Some(Impossible::Magnitude));
    check(&bar(50.0, 49.0, 51.0, 50.5), Some(Impossible::Crossed));
    check(&bar(50.0, 51.0, 49.0, 5050.0), Some(Impossible::OutOfRange));
    check(&bar(50.0, 51.0, 49.0, 0.505), Some(Impossible::OutOfRange));
    check(&bar(5000.0, 51.0, 49.0, 50.5), Some(Impossible::OutOfRange));
    check(&bar(50.0, 5100.0, 49.0, 50.5), Some(Impossible::OutOfRange));
    check(&bar(50.0, 51.0, 0.49, 50.5), Some(Impossible::OutOfRange));
    check(&bar(50.0, 51.0, 25.0, 50.5), None);
    let early = Bar { open_time: at(301), ..bar(50.0, 51.0, 49.0, 50.5) };
    check(&early, Some(Impossible::InFuture));
    check(&Bar { open_time: at(300), ..early }, None);
}

#[test]
fn what_rounding_does_is_served_as_published() {
    // Read off recorded bars of ADH, EURUSD=X and of a fund's quarter.
    assert_eq!(reason(Kind::Equity, &bar(8.66, 8.66, 8.66, 8.07)), None);
    assert_eq!(reason(Kind::Currency, &bar(1.1083, 1.108_905_5, 1.1043, 1.108_979_5)), None);
    assert_eq!(reason(Kind::Fund, &bar(572.06, 619.4, 574.7, 617.39)), None);
    assert_eq!(reason(Kind::Currency, &bar(1.1, 1.100_000_1, 1.100_000_2, 1.1)), None);
}

#[test]
fn where_prices_cross_zero_a_ratio_says_nothing() {
    assert_eq!(reason(Kind::Rate, &bar(0.01, 0.02, 0.01, -0.05)), None);
    assert_eq!(reason(Kind::Future, &bar(17.73, 17.85, -40.32, -37.63)), None);
    assert_eq!(reason(Kind::Rate, &bar(4.5, 4.6, 4.4, 450.0)), Some(Impossible::OutOfRange));
}

#[test]
fn an_action_has_terms_or_an_amount() {
    let check = |kind, expected| {
        let action = Action { ex_date: date(2026, 11, 4), kind };
        assert_eq!(action.impossible(), expected, "{action:?}");
    };
    let split = |numerator, denominator| ActionKind::Split { numerator, denominator };
    check(split(3.0, 2.0), None);
    for (numerator, denominator) in [(1.0, 0.0), (0.0, 1.0), (-2.0, 1.0), (f64::NAN, 1.0)] {
        check(split(numerator, denominator), Some(Impossible::Terms));
    }
    check(split(f64::INFINITY, 1.0), Some(Impossible::Terms));
    check(ActionKind::Dividend(0.26.into()), None);
    for amount in [0.0, -0.26, f64::NAN, f64::INFINITY, 1e300] {
        check(ActionKind::Dividend(amount.into()), Some(Impossible::Amount));
        check(ActionKind::CapitalGain(amount.into()), Some(Impossible::Amount));
    }
}

#[test]
fn what_stands_beside_a_price_is_left_out_where_it_cannot_be() {
    let quote = Quote {
        instrument: Catalog::new().instrument(&"AAPL".parse().unwrap()),
        price: price(231.0),
        currency: None,
        previous: Some(crate::Previous { price: price(1e300), kind: crate::PreviousKind::Close }),
        day_high: Some(price(232.0)),
        day_low: Some(price(-1.0)),
        volume: Some(-1_147_483_648.0),
        session: None,
        as_of: None,
        received_at: at(0),
        source: crate::Source::new("yahoo"),
        simulated: false,
        witness: None,
    };
    let sifted = quote.clone().without_odd_parts();
    assert_eq!(sifted, Quote { previous: None, day_low: None, volume: None, ..quote });
}

fn any_price() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.5_f64..2.0,
        1 => prop::sample::select(vec![0.0, -1.0, 1e300, 1e-300, 100.0, 0.01]),
    ]
}

proptest! {
    #[test]
    fn every_bar_is_served_or_set_aside_and_what_is_served_can_be(
        rows in prop::collection::vec((any_price(), any_price(), any_price(), any_price()), 0..40),
        kind in prop::sample::select(Kind::ALL.to_vec()),
    ) {
        let bars: Vec<Bar> = rows.iter().map(|(o, h, l, c)| bar(*o, *h, *l, *c)).collect();
        let mut sieve = Sieve::new(kind, at(0));
        let served = sieve.bars(bars.iter().copied());
        prop_assert_eq!(served.len() + sieve.set_aside.len(), bars.len());
        let possible: Vec<Bar> =
            bars.into_iter().filter(|bar| bar.impossible(kind, at(0)).is_none()).collect();
        prop_assert_eq!(&served, &possible);
        for bar in &served {
            prop_assert!(kind.allows(bar.close));
        }
        // What passed once passes again.
        prop_assert_eq!(Sieve::new(kind, at(0)).bars(served.clone()), served);
    }
}
