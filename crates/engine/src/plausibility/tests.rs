use jiff::civil::{Date, date};
use market::{
    Bar, Basis, CLOCK_SLACK, Catalog, Element, HistoryQuery, HistoryResult, Interval, Kept, Kind,
    Overlap, Price, Series, SeriesHead, SetAside, Source, Span,
};
use proptest::prelude::*;

use super::history::rejection_of_history;
use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn quote(source: &str, price: f64, as_of: Option<i64>) -> Quote {
    Quote {
        instrument: Catalog::new().instrument(&"EUR/USD".parse().unwrap()),
        price: Price::new(price).unwrap(),
        currency: "USD".parse().ok(),
        previous: None,
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: as_of.map(at),
        received_at: at(as_of.unwrap_or(0)),
        source: Source::new(source),
        simulated: source == "demo",
    }
}

fn rejected(outcome: Outcome) -> Quarantined {
    match outcome {
        Outcome::Rejected(aside) => *aside,
        other => panic!("believed: {other:?}"),
    }
}

#[test]
fn nothing_newer_is_replaced_by_something_older() {
    let check = |held: &Quote, new: &Quote, expected| assert_eq!(is_news(held, new), expected);
    let live = quote("yahoo", 1.1, Some(100));
    check(&live, &quote("er_api", 1.1, Some(50)), false);
    check(&live, &quote("er_api", 1.1, Some(150)), true);
    check(&live, &quote("yahoo", 1.1, Some(100)), true);
    check(&live, &quote("coingecko", 1.1, None), false);
    check(&quote("coingecko", 1.1, None), &quote("coingecko", 1.1, None), true);
    check(&quote("coingecko", 1.1, None), &live, true);
}

#[test]
fn a_simulated_price_never_replaces_a_real_one() {
    let (real, made_up) = (quote("yahoo", 1.1, Some(1)), quote("demo", 1.1, Some(9)));
    assert!(!is_news(&real, &made_up));
    assert!(is_news(&made_up, &real));
    assert!(is_news(&made_up, &quote("demo", 1.1, Some(10))));
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
fn each_fault_has_its_own_doubt() {
    let held = quote("yahoo", 1.1, Some(0));
    let check = |new: &Quote, expected| assert_eq!(rejection(Some(&held), new, at(60)), expected);
    check(&quote("yahoo", 1.11, Some(60)), None);
    check(&quote("yahoo", 0.0, Some(60)), Some(Rejection::Impossible(Impossible::Sign)));
    check(&quote("yahoo", -1.1, Some(60)), Some(Rejection::Impossible(Impossible::Sign)));
    check(
        &quote("yahoo", 1.1, Some(60 + 86_400)),
        Some(Rejection::Impossible(Impossible::InFuture)),
    );
    check(&quote("yahoo", 110.0, Some(60)), Some(Rejection::HundredFold));
    check(&quote("yahoo", 0.011, Some(60)), Some(Rejection::HundredFold));
    check(&quote("yahoo", 1.4, Some(60)), Some(Rejection::Jump));
    let mut pounds = quote("yahoo", 1.1, Some(60));
    pounds.currency = "GBP".parse().ok();
    check(&pounds, Some(Rejection::NotOfPair { is: "GBP".parse().unwrap() }));
    let mut twisted = quote("yahoo", 1.1, Some(60));
    (twisted.day_low, twisted.day_high) = (Price::new(2.0), Price::new(1.0));
    check(&twisted, Some(Rejection::Impossible(Impossible::Crossed)));
}

#[test]
fn a_share_is_not_all_at_once_in_another_currency() {
    let share = |currency: &str| Quote {
        instrument: Catalog::new().instrument(&"VOD.L".parse().unwrap()),
        currency: currency.parse().ok(),
        ..quote("yahoo", 1.1, Some(0))
    };
    let (was, is) = ("GBp".parse().unwrap(), "GBP".parse().unwrap());
    let found = rejection(Some(&share("GBp")), &share("GBP"), at(60));
    assert_eq!(found, Some(Rejection::Currency { was, is }));
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
        assert_eq!(rejection(Some(&held), &new, at(60)), expected, "{currency} {after}");
    }
}

#[test]
fn a_pair_counted_in_another_currency_than_its_second_is_never_believed() {
    let euros = Quote { currency: "EUR".parse().ok(), ..quote("yahoo", 1.0, Some(0)) };
    let mut aside = None;
    for hours in 0..30 {
        let seen = rejected(consider(None, aside.as_ref(), &euros, at(hours * 3_600)));
        assert_eq!(seen.reason, Rejection::NotOfPair { is: "EUR".parse().unwrap() });
        aside = Some(seen);
    }
    let unsaid = Quote { currency: None, ..euros };
    assert_eq!(rejection(None, &unsaid, at(60)), None);
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
        assert_eq!(rejection(Some(&rate(was)), &rate(is), at(0)), expected, "{was} {is}");
    };
    check(0.013, -0.105, None);
    check(0.003, 0.3, None);
    check(4.5, 450.0, Some(Rejection::HundredFold));
}

#[test]
fn a_jump_waits_for_a_repeat() {
    let held = quote("yahoo", 1.1, Some(0));
    let first = rejected(consider(Some(&held), None, &quote("yahoo", 1.4, Some(60)), at(60)));
    assert_eq!((first.sightings, &first.reason), (1, &Rejection::Jump));
    let again = quote("yahoo", 1.41, Some(120));
    assert_eq!(consider(Some(&held), Some(&first), &again, at(120)), Outcome::News);
    let mut aside = first.clone();
    for second in 61..80 {
        let at_once = quote("yahoo", 1.4, Some(second));
        aside = rejected(consider(Some(&held), Some(&aside), &at_once, at(second)));
    }
    assert_eq!(aside.sightings, 20, "a stream that repeats itself has said it once");
    let elsewhere = quote("yahoo", 2.0, Some(120));
    assert_eq!(rejected(consider(Some(&held), Some(&first), &elsewhere, at(120))).sightings, 1);
}

#[test]
fn a_second_source_confirms_at_once_and_a_repeat_does_not_make_pence_pounds() {
    let held = quote("yahoo", 1.1, Some(0));
    let first = rejected(consider(Some(&held), None, &quote("yahoo", 110.0, Some(60)), at(60)));
    let other = quote("er_api", 110.5, Some(61));
    assert_eq!(consider(Some(&held), Some(&first), &other, at(61)), Outcome::News);
    let mut aside = first;
    for minute in 2..60 {
        let again = quote("yahoo", 110.0, Some(minute * 60));
        aside = rejected(consider(Some(&held), Some(&aside), &again, at(minute * 60)));
    }
    let next_day = quote("yahoo", 110.0, Some(86_460));
    assert_eq!(consider(Some(&held), Some(&aside), &next_day, at(86_460)), Outcome::News);
}

#[test]
fn what_can_never_be_true_is_never_confirmed() {
    let held = quote("yahoo", 1.1, Some(0));
    let mut aside = None;
    for day in 0..5 {
        let zero = quote("yahoo", 0.0, Some(day * 86_400));
        aside = Some(rejected(consider(Some(&held), aside.as_ref(), &zero, at(day * 86_400))));
    }
    assert_eq!(aside.unwrap().sightings, 5);
}

#[test]
fn a_long_silence_allows_a_longer_way() {
    let held = quote("yahoo", 1.1, Some(0));
    let after_a_month = quote("yahoo", 1.35, Some(30 * 86_400));
    assert_eq!(rejection(Some(&held), &after_a_month, at(30 * 86_400)), None);
}

/// Daily closes of so many days from a day on, received on the last of them.
fn history(first_day: i64, days: i64) -> HistoryResult {
    let instrument = Catalog::new().instrument(&"CAC40".parse().unwrap());
    let bar = |day: i64| Bar {
        open_time: at(day * 86_400),
        date: at(day * 86_400).to_zoned(jiff::tz::TimeZone::UTC).date(),
        open: None,
        high: None,
        low: None,
        close: Price::new(8000.0).unwrap(),
        adj_close: None,
        volume: None,
        provisional: false,
    };
    let head = SeriesHead {
        symbol: instrument.symbol.clone(),
        interval: Interval::D1,
        source: Source::new("yahoo"),
        currency: "EUR".parse().ok(),
        basis: Basis::Splits,
    };
    let span = Span::Period("1mo".parse().unwrap());
    HistoryResult {
        question: HistoryQuery {
            symbol: head.symbol.clone(),
            interval: Interval::D1,
            span,
            source: None,
        },
        series: Series::new(head, (first_day..first_day + days).map(bar).collect()),
        actions: vec![],
        instrument,
        session: None,
        received_at: at((first_day + days - 1) * 86_400 + 3600),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        set_aside: Vec::new(),
    }
}

#[test]
fn history_that_lacks_what_was_told_earlier_is_not_believed() {
    let before = history(0, 30);
    let check = |new: &HistoryResult, expected| {
        let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
        assert_eq!(rejection_of_history(&earlier, new), expected);
    };
    check(&history(0, 30), None);
    check(&history(1, 30), None);
    check(&history(0, 29), Some(Rejection::Shrunk));
    let last = before.series.dates().last().copied();
    let hole = SetAside { element: Element::Bar, date: last, reason: Impossible::Sign };
    check(&HistoryResult { set_aside: vec![hole], ..history(0, 29) }, None);
    check(&history(20, 11), Some(Rejection::Shrunk));
    check(&history(0, 0), Some(Rejection::Shrunk));
}

#[test]
fn a_bar_of_a_saturday_may_be_taken_back() {
    let (before, new) = (history(0, 5), history(0, 4));
    assert_eq!(before.series.dates().last(), Some(&jiff::civil::date(2023, 11, 18)));
    let judged = |before: &HistoryResult, new: &HistoryResult| {
        let earlier = Earlier { of_query: Some(before), of_series: None, overlap: Overlap::Same };
        rejection_of_history(&earlier, new)
    };
    assert_eq!(judged(&before, &new), None);
    assert_eq!(judged(&new, &history(0, 3)), Some(Rejection::Shrunk), "a Friday's is missed");
}

#[test]
fn the_stamp_of_the_last_bar_may_move_back() {
    let (mut before, new) = (history(0, 30), history(0, 30));
    let last = before.series.last().unwrap();
    let later = Bar { open_time: last.open_time + jiff::SignedDuration::from_mins(20), ..last };
    let bars = before.series.bars().chain([later]).collect();
    before.series = Series::new(before.series.head.clone(), bars);
    assert_eq!(before.series.len(), new.series.len());
    let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
    assert_eq!(rejection_of_history(&earlier, &new), None);
}

#[test]
fn a_stretch_begins_after_a_long_rest_from_one_day_to_the_next() {
    let from = |first: Date, received_at: i64| {
        let mut answer = history(0, 1);
        answer.instrument.mic = Some("XTKS".to_owned());
        answer.instrument.kind = market::Kind::Equity;
        let bar = Bar { date: first, ..answer.series.last().unwrap() };
        let last = Bar { date: date(2019, 7, 26), ..bar };
        answer.series = Series::new(answer.series.head.clone(), vec![bar, last]);
        HistoryResult { received_at: at(received_at), ..answer }
    };
    let before = from(date(2019, 4, 26), 0);
    let judged = |new: &HistoryResult| {
        let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
        rejection_of_history(&earlier, new)
    };
    assert_eq!(judged(&from(date(2019, 5, 7), 3600)), None, "ten days of an enthronement");
    assert_eq!(judged(&from(date(2019, 5, 7), -3600)), None, "by a clock that was set back");
    assert_eq!(judged(&from(date(2019, 5, 21), 3600)), Some(Rejection::Shrunk));
}

#[test]
fn a_stretch_of_months_begins_a_month_later_from_one_day_to_the_next() {
    let months = |first: usize| {
        let mut answer = history(0, 200);
        answer.series.head.interval = Interval::Mo1;
        let bars = answer.series.bars().skip(first * 30).step_by(30).take(4).collect();
        answer.received_at = at(100 * 86_400);
        HistoryResult { series: Series::new(answer.series.head.clone(), bars), ..answer }
    };
    let judged = |new: &HistoryResult| {
        let before = months(0);
        let earlier = Earlier { of_query: Some(&before), of_series: None, overlap: Overlap::Same };
        rejection_of_history(&earlier, new)
    };
    assert_eq!(judged(&months(1)), None);
    assert_eq!(judged(&months(2)), Some(Rejection::Shrunk), "not two");
}

#[test]
fn a_day_that_has_not_begun_is_another_clock_and_one_stamp_is_one_bar() {
    let judged = |begins: i64, stamped: i64| {
        let mut new = history(0, 30);
        let session = |from: i64| market::TradingPeriod { start: at(from), end: at(from + 3600) };
        new.session = Some(market::Session { pre: None, regular: session(begins), post: None });
        let date = at(stamped).to_zoned(new.instrument.zone()).date();
        let (element, reason) = (Element::Bar, Impossible::InFuture);
        new.set_aside.push(SetAside { element, date: Some(date), reason });
        let earlier = Earlier { of_query: None, of_series: None, overlap: Overlap::None };
        rejection_of_history(&earlier, &new)
    };
    let (today, tomorrow, year) = (29 * 86_400, 30 * 86_400, 365 * 86_400);
    assert_eq!(judged(tomorrow, tomorrow), Some(Rejection::Impossible(Impossible::InFuture)));
    assert_eq!(judged(today, today), None, "some minutes of a day that runs");
    assert_eq!(judged(tomorrow, year), None, "one bar of another year");
}

#[test]
fn history_in_pence_that_was_in_pounds_is_not_believed_unless_a_split_says_so() {
    let (held, mut new) = (history(0, 30), history(0, 31));
    let judged = |new: &HistoryResult| {
        let (of_series, overlap) = (Some(&held), Overlap::Rebased(100.0));
        let earlier = Earlier { of_query: None, of_series, overlap };
        rejection_of_history(&earlier, new)
    };
    assert_eq!(judged(&new), Some(Rejection::HundredFold));
    let kind = market::ActionKind::Split { numerator: 1.0, denominator: 100.0 };
    new.actions.push(market::Action { ex_date: new.series.dates()[30], kind });
    assert_eq!(judged(&new), None);
}

proptest! {
    #[test]
    fn whatever_is_said_no_impossible_price_is_believed(
        prices in proptest::collection::vec(-2.0_f64..200.0, 1..40),
        steps in proptest::collection::vec(-100_i64..4_000, 40),
    ) {
        let (mut held, mut aside, mut now) = (None::<Quote>, None, 0);
        for (price, step) in prices.iter().zip(steps) {
            now += step.max(0);
            let new = quote("yahoo", *price, Some(now + step));
            match consider(held.as_ref(), aside.as_ref(), &new, at(now)) {
                Outcome::News => {
                    prop_assert!(new.price.get() > 0.0);
                    prop_assert!(new.as_of.unwrap() <= at(now) + CLOCK_SLACK);
                    prop_assert!(held.as_ref().is_none_or(|held| held.as_of <= new.as_of));
                    (held, aside) = (Some(new), None);
                }
                Outcome::Old => {}
                Outcome::Rejected(seen) => aside = Some(*seen),
            }
        }
    }
}
