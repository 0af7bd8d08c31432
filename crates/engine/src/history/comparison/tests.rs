use std::sync::Mutex;

use futures_util::FutureExt;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use market::{
    Action, ActionKind, Bar, Basis, Catalog, HistoryQuery, Interval, Kept, Price, SeriesHead,
    Source, Span, overlap,
};
use proptest::prelude::*;

use super::*;

const DAYS: i64 = 3_000;

fn day(n: i64) -> Date {
    date(2015, 1, 1).checked_add(n.days()).unwrap()
}

fn noon(n: i64) -> Timestamp {
    day(n).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp()
}

fn bar(n: i64, close: f64) -> Bar {
    Bar {
        open_time: noon(n),
        date: day(n),
        open: None,
        high: None,
        low: None,
        close: Price::new(close).unwrap(),
        adj_close: None,
        volume: None,
        provisional: false,
    }
}

fn split(n: i64) -> Action {
    Action { ex_date: day(n), kind: ActionKind::Split { numerator: 4.0, denominator: 1.0 } }
}

/// Closes of these days, with splits on those; received on the day `received`.
fn result(closes: &[(i64, f64)], splits: &[i64], received: i64) -> HistoryResult {
    let symbol = "AAPL".parse().unwrap();
    let instrument = Catalog::new().instrument(&symbol);
    let head = SeriesHead {
        symbol: symbol.clone(),
        interval: Interval::D1,
        source: Source::new("yahoo"),
        currency: None,
        basis: Basis::Splits,
    };
    let span = Span::Period("max".parse().unwrap());
    HistoryResult {
        query: HistoryQuery { symbol, interval: Interval::D1, span, source: None },
        series: Series::new(head, closes.iter().map(|&(n, close)| bar(n, close)).collect()),
        actions: splits.iter().map(|&n| split(n)).collect(),
        instrument,
        session: None,
        received_at: noon(received),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

/// What a store gives of everything it holds between two dates.
fn cut(all: &HistoryResult, from: Option<Date>, to: Date) -> Option<HistoryResult> {
    let is_inside = |date: Date| from.is_none_or(|from| from <= date) && date <= to;
    let series = all.series.between(from, to);
    // What ends with an older bar was confirmed longer ago.
    let is_newest = series.last()? == all.series.last()?;
    let age = if is_newest { 0.hours() } else { 24.hours() };
    let received_at = all.received_at - age;
    let actions = all.actions.iter().filter(|it| is_inside(it.ex_date)).cloned().collect();
    Some(HistoryResult { series, actions, received_at, ..all.clone() })
}

/// What is read to compare, and which stretches of what is stored that takes.
fn read_for(
    all: &HistoryResult,
    new: &HistoryResult,
) -> (Option<HistoryResult>, Vec<(Option<Date>, Date)>) {
    let stretches = Mutex::default();
    let read = |from, to| {
        let stretches: &Mutex<Vec<_>> = &stretches;
        stretches.lock().unwrap().push((from, to));
        async move { Ok(cut(all, from, to)) }.boxed()
    };
    let held = enough_of(&read, new).now_or_never().unwrap().unwrap();
    (held, stretches.into_inner().unwrap())
}

#[test]
fn a_long_series_is_not_read_to_compare_a_few_days_of_it() {
    let closes: Vec<_> = (0..DAYS).map(|n| (n, 100.0)).collect();
    let all = result(&closes, &[], DAYS - 1);
    for first in [DAYS - 5, DAYS - 2_000, 0] {
        let new = result(&closes[first as usize..][..5], &[], DAYS - 1);
        let (held, stretches) = read_for(&all, &new);
        assert!(held.unwrap().series.len() <= 15, "from day {first}");
        let is_short = |(from, to): &(Option<Date>, Date)| {
            from.is_some_and(|from| {
                (from, *to) == (day(first), day(first + 4)) || from >= day(DAYS - 8)
            })
        };
        assert!(stretches.iter().all(is_short), "{stretches:?}");
    }
}

#[test]
fn a_split_that_only_bars_before_the_stretch_can_give_away_is_seen() {
    let all = result(&[(10, 400.0), (30, 101.0)], &[], 30);
    let new = result(&[(30, 101.0), (31, 102.0)], &[25], 31);
    let (held, _) = read_for(&all, &new);
    assert_eq!(overlap(&held.unwrap(), &new), market::Overlap::Rebased(0.25));
}

#[test]
fn where_nothing_is_stored_there_is_nothing_to_compare_with() {
    let nothing = result(&[], &[], 0);
    let (held, _) = read_for(&nothing, &result(&[(1, 1.0)], &[], 1));
    assert_eq!(held, None);
}

proptest! {
    #[test]
    fn the_part_says_what_the_whole_would(
        stored in proptest::collection::btree_set(0_i64..DAYS, 0..40),
        (first, length) in (0_i64..DAYS, 1_i64..60),
        known in proptest::collection::btree_set(0_i64..DAYS, 0..3),
        news in proptest::collection::btree_set(0_i64..60, 0..3),
        factor in prop_oneof![Just(1.0), Just(0.25), Just(0.999)],
        received in DAYS - 3..DAYS,
    ) {
        let close = |n: i64| 100.0 + (n % 7) as f64;
        let stored: Vec<_> = stored.into_iter().map(|n| (n, close(n))).collect();
        let known: Vec<_> = known.into_iter().collect();
        let all = result(&stored, &known, DAYS - 2);
        let days = first..(first + length).min(DAYS);
        let bars: Vec<_> = days.clone().map(|n| (n, close(n) * factor)).collect();
        let news: Vec<_> = news.into_iter().map(|n| first + n).filter(|n| days.contains(n)).collect();
        let new = result(&bars, &news, received);
        let (held, _) = read_for(&all, &new);
        let whole = (!all.series.is_empty()).then(|| overlap(&all, &new));
        prop_assert_eq!(held.map(|held| overlap(&held, &new)), whole);
    }
}
