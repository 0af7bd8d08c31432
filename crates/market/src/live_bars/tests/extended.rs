//! Answers brought up to date.

use jiff::civil::Date;

use super::*;
use crate::{Basis, HistoryQuery, HistoryResult, Kept, Series, SeriesHead, Span};

fn bar(time: &str, [open, high, low, close]: [f64; 4]) -> Bar {
    let price = |number| Price::new(number).unwrap();
    Bar {
        open_time: at(&format!("2025-10-29T{time}Z")),
        date: "2025-10-29".parse().unwrap(),
        open: Some(price(open)),
        high: Some(price(high)),
        low: Some(price(low)),
        close: price(close),
        adj_close: None,
        volume: None,
        provisional: false,
    }
}

/// Received on Wednesday 29 October 2025, its last bar running.
pub(super) fn answer(interval: Interval, bars: &[Bar], received: &str) -> HistoryResult {
    let mut bars = bars.to_vec();
    bars.last_mut().unwrap().provisional = true;
    let instrument = instrument("AAPL");
    let head = SeriesHead {
        symbol: instrument.symbol.clone(),
        interval,
        source: Source::new("yahoo"),
        currency: None,
        basis: Basis::Splits,
    };
    HistoryResult {
        query: HistoryQuery {
            symbol: instrument.symbol.clone(),
            interval,
            span: Span::Period("1d".parse().unwrap()),
            source: None,
        },
        series: Series::new(head, bars),
        actions: vec![],
        instrument,
        session: Some(session()),
        received_at: at(&format!("2025-10-29T{received}Z")),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

fn of_minutes() -> HistoryResult {
    let bars = [bar("14:00:00", [1.0; 4]), bar("14:01:00", [2.0, 5.0, 2.0, 3.0])];
    answer(Interval::M1, &bars, "14:01:30")
}

fn extended(bars: &LiveBars, answer: &HistoryResult) -> Vec<[Option<f64>; 4]> {
    let extended = bars.extend(answer).unwrap();
    extended.series.bars().map(|bar| prices(&bar)).collect()
}

fn running() -> LiveBars {
    of([
        tick("13:50:00", 9.0),
        tick("14:00:10", 9.0),
        tick("14:01:20", 6.0),
        tick("14:01:40", 1.5),
        tick("14:02:10", 4.0),
    ])
}

#[test]
fn the_last_bar_goes_on_and_the_next_is_appended() {
    let (bars, official) = (running(), of_minutes());
    let expected = [[1.0; 4], [2.0, 6.0, 1.5, 1.5], [4.0; 4]].map(|bar| bar.map(Some));
    assert_eq!(extended(&bars, &official), expected);
    let given = bars.extend(&official).unwrap();
    let provisional: Vec<_> = given.series.bars().map(|bar| bar.provisional).collect();
    assert_eq!(provisional, [false, true, true]);
    assert_eq!(given.received_at, at("2025-10-29T14:02:10Z"));
    assert_eq!(given.series.head, official.series.head);
}

#[test]
fn what_the_source_had_reported_stays_as_reported() {
    let mut official = of_minutes();
    official.received_at = at("2025-10-29T14:02:10Z");
    assert_eq!(running().extend(&official), None, "no price came after it");
    let bars = [bar("14:01:00", [2.0, 5.0, 2.0, 3.0]), bar("14:02:00", [7.0; 4])];
    let renewed = answer(Interval::M1, &bars, "14:02:30");
    let mut live = running();
    live.take(&tick("14:02:40", 8.0));
    assert_eq!(extended(&live, &renewed)[0], [2.0, 5.0, 2.0, 3.0].map(Some));
    assert_eq!(extended(&live, &renewed)[1], [7.0, 8.0, 4.0, 8.0].map(Some));
}

#[test]
fn nothing_is_added_across_a_gap() {
    let late = of([tick("14:01:31", 6.0), tick("14:02:10", 4.0)]);
    assert_eq!(late.extend(&of_minutes()), None, "ticks began after the answer came");
    let mut broken = running();
    let until_then = broken.extend(&of_minutes());
    assert!(until_then.is_some());
    broken.interrupted();
    broken.take(&tick("14:02:50", 100.0));
    broken.take(&tick("14:03:10", 100.0));
    assert_eq!(broken.extend(&of_minutes()), until_then, "as far as it was unbroken");
    broken.interrupted();
    broken.take(&tick("14:05:00", 100.0));
    assert_eq!(broken.extend(&of_minutes()), None);
}

#[test]
fn a_bar_that_the_source_lacks_is_appended_only_if_its_beginning_was_seen() {
    let official = answer(Interval::M1, &[bar("14:00:00", [1.0; 4])], "14:02:30");
    let later = [tick("14:01:40", 1.5), tick("14:02:10", 4.0), tick("14:02:40", 4.0)];
    assert_eq!(of(later.clone()).extend(&official), None, "14:01 began before we came");
    let all = of([vec![tick("14:00:50", 3.0)], later.to_vec()].concat());
    let expected = [[1.0; 4], [1.5; 4], [4.0; 4]].map(|bar| bar.map(Some));
    assert_eq!(extended(&all, &official), expected);
}

#[test]
fn another_source_currency_day_or_kind_of_answer_is_left_alone() {
    let official = of_minutes();
    let unlike = |change: &dyn Fn(&mut HistoryResult)| {
        let mut answer = official.clone();
        change(&mut answer);
        answer
    };
    let past = Span::Dates { from: Date::MIN, to: "2025-10-28".parse().unwrap() };
    let others = [
        unlike(&|it| it.series.head.source = Source::new("kraken")),
        unlike(&|it| it.simulated = true),
        unlike(&|it| it.superseded = true),
        unlike(&|it| it.query.span = past),
        unlike(&|it| it.received_at = at("2025-10-28T23:00:00Z")),
        unlike(&|it| it.series = Series::new(it.series.head.clone(), vec![])),
    ];
    let mut live = of([tick("13:50:00", 9.0)]);
    live.stretches[0].began = at("2025-10-27T00:00:00Z");
    live.take(&tick("14:02:10", 4.0));
    assert!(live.extend(&official).is_some());
    for other in &others {
        assert_eq!(live.extend(other), None);
    }
    let mut in_dollars = running();
    in_dollars.take(&Tick { currency: Some("USD".parse().unwrap()), ..tick("14:02:20", 4.0) });
    assert_eq!(in_dollars.extend(&official), None);
}

#[test]
fn a_day_goes_on_in_days_weeks_and_hours() {
    let first = bar("13:30:00", [2.0, 5.0, 2.0, 3.0]);
    let day = Bar { adj_close: first.open, volume: Some(40.0), ..first };
    let mut live = running();
    live.take(&Tick { volume: Some(70.0), ..tick("14:02:50", 1.0) });
    let of_interval = |interval, bar| {
        live.extend(&answer(interval, &[bar], "14:01:30")).unwrap().series.last().unwrap()
    };
    let went_on = of_interval(Interval::D1, day);
    assert_eq!(prices(&went_on), [2.0, 6.0, 1.0, 1.0].map(Some));
    assert_eq!((went_on.adj_close, went_on.volume), (Some(went_on.close), Some(70.0)));
    let week = Bar { date: "2025-10-27".parse().unwrap(), ..day };
    assert_eq!(of_interval(Interval::Wk1, week).volume, Some(40.0), "a week has more days");
    assert_eq!(prices(&of_interval(Interval::Wk1, week)), [2.0, 6.0, 1.0, 1.0].map(Some));
    assert_eq!(prices(&of_interval(Interval::H1, first)), [2.0, 6.0, 1.0, 1.0].map(Some));
}

#[test]
fn a_day_that_the_source_has_not_begun_is_appended_whole_or_not_at_all() {
    let yesterday = Bar { date: "2025-10-28".parse().unwrap(), ..bar("13:30:00", [2.0; 4]) };
    let yesterday = Bar { open_time: at("2025-10-28T13:30:00Z"), ..yesterday };
    let official = answer(Interval::D1, &[yesterday], "13:29:00");
    let close = at("2025-10-28T19:59:59Z");
    let before = Tick { as_of: Some(close), received_at: close, ..tick("00:00:00", 9.0) };
    let live = of([before, tick("13:31:10", 4.0)]);
    assert_eq!(
        live.extend(&official).unwrap().series.last().unwrap().open_time,
        session().regular.start
    );
    let began_in_it = answer(Interval::D1, &[yesterday], "13:31:30");
    let mut late = of([tick("13:31:10", 4.0)]);
    late.take(&tick("13:31:40", 4.0));
    assert_eq!(late.extend(&began_in_it), None);
}

proptest! {
    #[test]
    fn an_extended_answer_keeps_all_but_the_last_bar_and_its_order(
        ticks in any_ticks(), received in 0..3_600_i64, interval in 0..9_usize,
    ) {
        let mut bars = aapl();
        for (tick, broken) in instants(&ticks) {
            if broken {
                bars.interrupted();
            }
            bars.take(&tick);
        }
        let interval = Interval::ALL[interval];
        let official = [bar("13:30:00", [3.0; 4]), bar("14:00:00", [4.0; 4])];
        let mut official = answer(interval, &official, "14:00:00");
        official.received_at = Timestamp::from_second(official.received_at.as_second() + received).unwrap();
        if let Some(extended) = bars.extend(&official) {
            prop_assert_eq!(extended.series.get(0), official.series.get(0));
            prop_assert!(extended.received_at > official.received_at);
            let all: Vec<Bar> = extended.series.bars().collect();
            prop_assert!(all.is_sorted_by(|a, b| a.open_time < b.open_time));
            prop_assert!(all.iter().all(|bar| !bar.is_contradictory()));
            prop_assert!(all[2..].iter().all(|bar| bar.provisional && bar.open.is_some()));
        }
    }
}
