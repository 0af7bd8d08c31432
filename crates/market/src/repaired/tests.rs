use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{Action, ActionKind, Basis, Catalog, HistoryQuery, Kept, Payment, Period, Source};

const FIRST: Date = date(2025, 11, 3);

fn price(number: f64) -> Price {
    Price::new(number).unwrap()
}

/// A day of New York, so many days after the first one.
fn day(n: i16) -> Date {
    FIRST.saturating_add(jiff::ToSpan::days(n))
}

fn bar(n: i16, close: f64) -> Bar {
    Bar {
        open_time: format!("{}T14:30:00Z", day(n)).parse().unwrap(),
        date: day(n),
        open: Some(price(close - 1.0)),
        high: Some(price(close + 1.0)),
        low: Some(price(close - 2.0)),
        close: price(close),
        adj_close: Some(price(close * 0.9)),
        volume: Some(1_000.0),
        provisional: false,
    }
}

fn answer(bars: Vec<Bar>) -> HistoryResult {
    let symbol: crate::Symbol = "AAPL".parse().unwrap();
    let head = SeriesHead {
        symbol: symbol.clone(),
        interval: Interval::D1,
        source: Source::new("one"),
        currency: "USD".parse().ok(),
        basis: Basis::Splits,
    };
    let mut instrument = Catalog::new().instrument(&symbol);
    instrument.time_zone = "America/New_York".into();
    HistoryResult {
        query: HistoryQuery {
            symbol,
            interval: Interval::D1,
            span: Span::Period(Period::Days(5)),
            source: None,
        },
        series: Series::new(head, bars),
        actions: Vec::new(),
        instrument,
        session: None,
        received_at: "2025-11-10T02:00:00Z".parse().unwrap(),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        set_aside: Vec::new(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
    }
}

fn days(closes: &[f64]) -> Vec<Bar> {
    (0..).zip(closes).map(|(n, close)| bar(n, *close)).collect()
}

fn repair(n: i16, fault: Fault, close: f64) -> Repair {
    Repair {
        symbol: "AAPL".parse().unwrap(),
        source: Source::new("one"),
        date: day(n),
        fault,
        close: price(close),
        bar: Some(bar(n, close)),
        by: Source::new("two"),
        confirmed_by: Some(Source::new("three")),
        currency: "USD".parse().unwrap(),
        served: true,
        since: "2025-11-10T03:00:00Z".parse().unwrap(),
    }
}

fn wrong(n: i16, close: f64, right: f64) -> Repair {
    repair(n, Fault::Close(price(close)), right)
}

/// The second of three days is missing.
fn missing(right: f64) -> Repair {
    let fault = Fault::Missing { before: (day(0), price(10.0)), after: (day(2), price(12.0)) };
    Repair { confirmed_by: None, ..repair(1, fault, right) }
}

fn closes(answer: &HistoryResult) -> Vec<f64> {
    answer.series.closes().iter().map(|close| close.get()).collect()
}

fn marked(answer: &HistoryResult, repairs: &[Repair]) -> HistoryResult {
    answer.clone().marked(&[], repairs)
}

#[test]
fn a_wrong_close_gives_way_to_a_whole_bar_adjusted_as_those_beside_it_are() {
    let published = answer(days(&[10.0, 1_100.0, 12.0]));
    let repaired = marked(&published, &[wrong(1, 1_100.0, 11.0)]);
    assert_eq!(
        repaired.series.get(1),
        Some(Bar { adj_close: Some(price(11.0 * 0.9)), ..bar(1, 11.0) })
    );
    assert_eq!(repaired.repaired[0].published, Some(bar(1, 1_100.0)));
    assert!(repaired.disputed.is_empty());
    assert_eq!(closes(&published), [10.0, 1_100.0, 12.0]);
}

#[test]
fn a_hole_is_filled_and_opened_when_the_days_beside_it_are() {
    let mut published = answer(vec![bar(0, 10.0), bar(2, 12.0)]);
    let mut filled = missing(11.0);
    filled.bar.as_mut().unwrap().open_time = "2025-11-04T00:00:00Z".parse().unwrap();
    let repaired = marked(&published, &[filled.clone()]);
    assert_eq!(closes(&repaired), [10.0, 11.0, 12.0]);
    assert_eq!(repaired.series.open_times()[1], bar(1, 0.0).open_time);
    assert_eq!(repaired.series.get(1).unwrap().adj_close, Some(price(11.0 * 0.9)));
    assert_eq!(repaired.repaired[0].published, None);
    // What was paid in between adjusts one side of it alone.
    let paid = |n| Action { ex_date: day(n), kind: ActionKind::Dividend(Payment::from(0.1)) };
    published.actions = vec![paid(1), paid(2)];
    let repaired = marked(&published, &[filled]);
    assert_eq!(repaired.series.get(1).unwrap().adj_close, None);
}

#[test]
fn what_its_source_corrected_or_adjusted_anew_is_left_alone() {
    let corrected = answer(days(&[10.0, 11.25, 12.0]));
    assert_eq!(marked(&corrected, &[wrong(1, 1_100.0, 11.0), missing(11.0)]), corrected);
    let split_since = answer(vec![bar(0, 5.0), bar(2, 6.0)]);
    assert_eq!(marked(&split_since, &[missing(11.0)]), split_since);
    let another = Repair { source: Source::new("two"), ..wrong(1, 11.25, 11.0) };
    assert_eq!(marked(&corrected, &[another]), corrected);
}

#[test]
fn a_question_about_that_day_alone_is_not_answered_by_what_cannot_be_seen_to_fit() {
    let mut alone = answer(Vec::new());
    alone.query.span = Span::Dates { from: day(1), to: day(1) };
    assert_eq!(marked(&alone, &[missing(11.0)]), alone);
    let mut with_next = answer(vec![bar(2, 12.0)]);
    assert_eq!(
        marked(&with_next, &[missing(11.0)]),
        with_next,
        "its source says where a period begins"
    );
    with_next.query.span = Span::Dates { from: day(1), to: day(2) };
    assert_eq!(closes(&marked(&with_next, &[missing(11.0)])), [11.0, 12.0]);
}

#[test]
fn what_is_only_suggested_is_disputed_and_stays() {
    let published = answer(days(&[10.0, 1_100.0, 12.0]));
    let suggested = Repair { served: false, ..wrong(1, 1_100.0, 11.0) };
    let unsure = Repair { bar: None, ..wrong(1, 1_100.0, 11.0) };
    for repair in [suggested, unsure] {
        let told = marked(&published, &[repair]);
        assert_eq!(closes(&told), [10.0, 1_100.0, 12.0]);
        assert_eq!(told.disputed.len(), 1);
        assert_eq!(told.disputed[0].against_close, price(11.0));
    }
    let hole = Repair { served: false, ..missing(11.0) };
    let published = answer(vec![bar(0, 10.0), bar(2, 12.0)]);
    assert_eq!(marked(&published, &[hole]), published);
}

proptest! {
    #[test]
    fn what_was_repaired_can_be_had_as_published(
        closes in proptest::collection::vec(1.0..100.0_f64, 3..8),
        n in 0..8_usize,
        right in 1.0..100.0_f64,
        is_missing in any::<bool>(),
    ) {
        let n = n % closes.len();
        let mut bars = days(&closes);
        let place = i16::try_from(n).unwrap();
        let is_hole = is_missing && n > 0 && n + 1 < closes.len();
        let repair = if is_hole {
            let at = |n: usize| (bars[n].date, bars[n].close);
            repair(place, Fault::Missing { before: at(n - 1), after: at(n + 1) }, right)
        } else {
            wrong(place, closes[n], right)
        };
        if is_hole {
            bars.remove(n);
        }
        let published = answer(bars);
        let repaired = marked(&published, &[repair]);
        prop_assert_eq!(repaired.series.closes()[n], price(right));
        prop_assert_eq!(repaired.as_published().series, published.series);
    }
}
