use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::{ActionKind, Bar, Price, Source};

fn price(number: f64) -> Price {
    Price::new(number).unwrap()
}

/// Open, high and low lie around the close; nothing was paid.
fn bar(date: Date, close: f64) -> Bar {
    Bar {
        open_time: date.to_zoned(TimeZone::UTC).unwrap().timestamp(),
        date,
        open: Some(price(close)),
        high: Some(price(close * 2.0)),
        low: Some(price(close / 2.0)),
        close: price(close),
        adj_close: None,
        volume: Some(1200.0),
        provisional: false,
    }
}

fn series(interval: Interval, basis: Basis, bars: Vec<Bar>) -> Series {
    let symbol = "AAPL".parse().unwrap();
    let source = Source::new("yahoo");
    Series::new(SeriesHead { symbol, interval, source, currency: None, basis }, bars)
}

fn split(ex_date: Date, numerator: f64, denominator: f64) -> Action {
    Action { ex_date, kind: ActionKind::Split { numerator, denominator } }
}

fn dividend(ex_date: Date) -> Action {
    Action { ex_date, kind: ActionKind::Dividend(0.82.into()) }
}

fn closes(series: &Series) -> Vec<f64> {
    series.closes().iter().map(|close| close.get()).collect()
}

const BEFORE: Date = date(2020, 8, 28);
const EX: Date = date(2020, 8, 31);

#[test]
fn names_read_back_and_others_are_refused() {
    for adjust in Adjust::ALL {
        assert_eq!(adjust.to_string().parse(), Ok(adjust));
    }
    let error = "dividends".parse::<Adjust>().unwrap_err().to_string();
    assert_eq!(error, "\"dividends\" is not an adjustment; use one of none splits all");
}

#[test]
fn undoing_splits_gives_prices_and_volumes_as_traded() {
    let held = series(Interval::D1, Basis::Splits, vec![bar(BEFORE, 124.8075), bar(EX, 129.04)]);
    let traded = held.adjusted(Adjust::None, &[split(EX, 4.0, 1.0), dividend(EX)]).unwrap();
    assert_eq!(traded.head.basis, Basis::Unadjusted);
    assert_eq!(closes(&traded), [499.23, 129.04]);
    let first = traded.get(0).unwrap();
    assert_eq!((first.open, first.volume), (Some(price(499.23)), Some(300.0)));
    assert_eq!(traded.get(1), held.get(1), "the ex-date itself was traded after the split");
}

#[test]
fn bars_of_one_day_share_what_came_after_it() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let bars = [
        (BEFORE, "2020-08-28T19:00:00Z"),
        (BEFORE, "2020-08-28T20:00:00Z"),
        (EX, "2020-08-31T13:30:00Z"),
    ]
    .map(|(date, open)| Bar { open_time: at(open), ..bar(date, 10.0) });
    let hours = series(Interval::H1, Basis::Splits, bars.to_vec());
    let traded = hours.adjusted(Adjust::None, &[split(EX, 3.0, 2.0)]).unwrap();
    assert_eq!(closes(&traded), [15.0, 15.0, 10.0]);
}

#[test]
fn prices_keep_every_digit_where_splits_cancel_out_or_there_are_none() {
    let held = series(Interval::D1, Basis::Splits, vec![bar(BEFORE, 7_150.090_000_123)]);
    let there_and_back = [split(EX, 10.0, 3.0), split(date(2020, 9, 1), 3.0, 10.0)];
    for actions in [&[][..], &there_and_back] {
        let traded = held.adjusted(Adjust::None, actions).unwrap();
        assert_eq!(traded.get(0), held.get(0));
    }
}

#[test]
fn of_a_month_that_a_split_falls_into_only_the_close_is_known() {
    let months = vec![bar(date(2020, 7, 1), 100.0), bar(date(2020, 8, 1), 129.0)];
    let held = series(Interval::Mo1, Basis::Splits, months);
    let traded = held.adjusted(Adjust::None, &[split(EX, 4.0, 1.0)]).unwrap();
    assert_eq!(closes(&traded), [400.0, 129.0]);
    let torn = traded.get(1).unwrap();
    assert_eq!((torn.open, torn.high, torn.low, torn.volume), (None, None, None, None));
    assert!(traded.get(0).unwrap().open.is_some());
}

#[test]
fn a_first_week_that_begins_late_ends_with_the_others() {
    let weeks = vec![bar(date(2020, 8, 26), 100.0), bar(EX, 120.0)];
    let held = series(Interval::Wk1, Basis::Splits, weeks);
    let traded = held.adjusted(Adjust::None, &[split(EX, 4.0, 1.0)]).unwrap();
    assert_eq!(closes(&traded), [400.0, 120.0]);
    assert!(traded.get(0).unwrap().open.is_some());
}

#[test]
fn what_has_no_splits_is_as_traded_on_every_basis() {
    let rates = series(Interval::D1, Basis::Unadjusted, vec![bar(BEFORE, 1.19), bar(EX, 1.2)]);
    for adjust in Adjust::ALL {
        assert_eq!(rates.adjusted(adjust, &[]).as_ref(), Ok(&rates), "{adjust}");
    }
}

#[test]
fn prices_move_with_their_adjusted_close() {
    let paid = Bar { adj_close: Some(price(99.0)), ..bar(BEFORE, 100.0) };
    let after = Bar { adj_close: Some(price(101.37)), ..bar(EX, 101.37) };
    let held = series(Interval::D1, Basis::Splits, vec![paid, after]);
    let moved = held.adjusted(Adjust::All, &[dividend(EX)]).unwrap();
    assert_eq!(moved.head.basis, Basis::All);
    let first = moved.get(0).unwrap();
    assert_eq!(first.close, price(99.0));
    assert_eq!([first.open, first.high, first.low], [99.0, 198.0, 49.5].map(|n| Some(price(n))));
    assert_eq!(first.volume, Some(1200.0));
    assert_eq!(moved.get(1), held.get(1));
}

#[test]
fn what_is_paid_in_another_currency_is_never_subtracted_by_us() {
    let currency = Some("USD".parse().unwrap());
    let paid = crate::Payment { amount: 0.1, currency };
    let actions = [Action { ex_date: EX, kind: ActionKind::Dividend(paid) }];
    let adjusted = Bar { adj_close: Some(price(905.5)), ..bar(BEFORE, 913.0) };
    let held = series(Interval::D1, Basis::Splits, vec![adjusted]);
    assert_eq!(closes(&held.adjusted(Adjust::All, &actions).unwrap()), [905.5]);
    let bare = series(Interval::D1, Basis::Splits, vec![bar(BEFORE, 913.0)]);
    let refused = bare.adjusted(Adjust::All, &actions);
    assert!(matches!(refused, Err(AdjustError::NoAdjustedClose { .. })), "{refused:?}");
}

#[test]
fn bars_as_traded_are_split_before_payments_are_taken_out() {
    let traded = Bar { adj_close: Some(price(24.0)), ..bar(BEFORE, 100.0) };
    let held = series(Interval::D1, Basis::Unadjusted, vec![traded, bar(EX, 26.0)]);
    let actions = [split(EX, 4.0, 1.0), dividend(EX)];
    assert_eq!(closes(&held.adjusted(Adjust::Splits, &actions).unwrap()), [25.0, 26.0]);
    let first = held.adjusted(Adjust::All, &actions).unwrap().get(0).unwrap();
    assert_eq!((first.high, first.volume), (Some(price(48.0)), Some(4800.0)));
}

#[test]
fn a_single_bar_without_an_adjusted_close_is_a_hole_if_something_was_paid_after_it() {
    let known = Bar { adj_close: Some(price(99.0)), ..bar(date(2020, 8, 27), 100.0) };
    let contradictory = Bar { adj_close: Some(price(-1.0)), ..bar(date(2020, 8, 26), 100.0) };
    let bars = vec![contradictory, known, bar(BEFORE, 98.0), bar(EX, 97.0)];
    let moved = series(Interval::D1, Basis::Splits, bars).adjusted(Adjust::All, &[dividend(EX)]);
    assert_eq!(closes(&moved.unwrap()), [99.0, 97.0]);
}

#[test]
fn without_any_adjusted_close_payments_cannot_be_taken_out() {
    let hours = series(Interval::H1, Basis::Splits, vec![bar(BEFORE, 100.0), bar(EX, 101.0)]);
    let error = hours.adjusted(Adjust::All, &[dividend(EX)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1h bars of AAPL have no adjusted close, and the dividend of 2020-08-31 would have to be \
         taken out of them; use splits or none, or 1d bars"
    );
    assert_eq!(hours.adjusted(Adjust::All, &[dividend(BEFORE)]).as_ref(), Ok(&hours));
    assert_eq!(hours.adjusted(Adjust::All, &[split(EX, 4.0, 1.0)]).as_ref(), Ok(&hours));
}

#[test]
fn what_cannot_be_computed_is_refused() {
    let held = series(Interval::D1, Basis::Splits, vec![bar(BEFORE, 1e300)]);
    for terms in [[0.0, 1.0], [1.0, 0.0], [-2.0, -1.0], [f64::NAN, 1.0]] {
        let refused = held.adjusted(Adjust::None, &[split(EX, terms[0], terms[1])]);
        assert!(matches!(refused, Err(AdjustError::SplitTerms { .. })), "{terms:?}");
    }
    let refused = held.adjusted(Adjust::None, &[split(EX, 1e9, 1.0)]);
    assert_eq!(refused, Err(AdjustError::Overflow(BEFORE)));
    let all = series(Interval::D1, Basis::All, vec![bar(BEFORE, 1.0)]);
    assert!(matches!(all.adjusted(Adjust::Splits, &[]), Err(AdjustError::Irreversible(_))));
    assert_eq!(all.adjusted(Adjust::All, &[]).as_ref(), Ok(&all));
}

/// How far a price is from its close: also less than ten digits show.
fn aside() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1e-13), 0.0..0.3]
}

fn cents() -> impl Strategy<Value = f64> {
    (1_u32..100_000_000).prop_map(|cents| f64::from(cents) / 100.0)
}

proptest! {
    #[test]
    fn splits_undone_and_applied_again_change_nothing(
        prices in prop::collection::vec(cents(), 1..20),
        terms in prop::collection::vec((1_u8..8, 1_u8..8, 0_i8..25), 0..4),
    ) {
        let day = |n: i8| BEFORE.saturating_add(jiff::Span::new().days(n));
        let bars = (0..).zip(&prices).map(|(n, &close)| bar(day(n), close)).collect();
        let held = series(Interval::D1, Basis::Splits, bars);
        let actions: Vec<_> = terms.iter().map(|&(n, d, at)| split(day(at), n.into(), d.into())).collect();
        let traded = held.adjusted(Adjust::None, &actions).unwrap();
        let back = traded.adjusted(Adjust::Splits, &actions).unwrap();
        for (there, back) in closes(&held).into_iter().zip(closes(&back)) {
            prop_assert!((there / back - 1.0).abs() < 2e-9, "{there} {back}");
        }
    }

    #[test]
    fn an_adjusted_bar_contradicts_itself_no_more_than_before(
        close in cents(), up in aside(), down in aside(), ratio in 0.01..1.0,
    ) {
        let paid = Bar {
            high: Some(price(close + close * up)),
            low: Some(price(close - close * down)),
            adj_close: Some(price(close * ratio)),
            ..bar(BEFORE, close)
        };
        let held = series(Interval::D1, Basis::Splits, vec![paid]);
        let moved = held.adjusted(Adjust::All, &[dividend(EX)]).unwrap().get(0).unwrap();
        prop_assert!(!moved.is_contradictory(), "{moved:?}");
        prop_assert_eq!(moved.close, price(close * ratio));
    }
}
