use super::*;
use crate::{
    Basis, Catalog, HistoryQuery, Kept, Price, Series, SeriesHead, Session, Source, TradingPeriod,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(start: &str, end: &str) -> Session {
    let regular = TradingPeriod { start: at(start), end: at(end) };
    Session { pre: None, regular, post: None }
}

/// Daily bars of the CAC 40, the last one that of Wednesday 29 October.
fn history(received_at: &str, provisional: bool, span: Span) -> HistoryResult {
    let instrument = Catalog::new().instrument(&"CAC40".parse().unwrap());
    let bar = Bar {
        open_time: at("2025-10-29T08:00:00Z"),
        date: jiff::civil::date(2025, 10, 29),
        open: None,
        high: None,
        low: None,
        close: Price::new(8000.0).unwrap(),
        adj_close: None,
        volume: None,
        provisional,
    };
    let head = SeriesHead {
        symbol: instrument.symbol.clone(),
        interval: Interval::D1,
        source: Source::new("yahoo"),
        currency: None,
        basis: Basis::Splits,
    };
    HistoryResult {
        query: HistoryQuery {
            symbol: head.symbol.clone(),
            interval: Interval::D1,
            span,
            source: None,
        },
        series: Series::new(head, vec![bar]),
        actions: vec![],
        instrument,
        session: Some(day("2025-10-29T08:00:00Z", "2025-10-29T16:30:00Z")),
        received_at: at(received_at),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

fn check_history(answer: &HistoryResult, now: &str, expected: Freshness) {
    assert_eq!(series_freshness(answer, at(now)), expected, "at {now}");
}

#[test]
fn a_day_that_was_running_is_over_with_its_session() {
    let newest = Span::Period("1d".parse().unwrap());
    let running = history("2025-10-29T16:25:00Z", true, newest);
    check_history(&running, "2025-10-29T16:29:00Z", Freshness::Fresh);
    check_history(&running, "2025-10-29T16:30:00Z", Freshness::Stale);
    let finished = history("2025-10-29T16:40:00Z", false, newest);
    check_history(&finished, "2025-10-29T17:30:00Z", Freshness::Fresh);
    check_history(&finished, "2025-10-29T18:00:00Z", Freshness::Stale);
}

#[test]
fn what_lies_in_the_past_is_looked_at_once_a_day() {
    let day = jiff::civil::date(2025, 10, 29);
    let span = Span::dates(day, day).unwrap();
    let same_evening = history("2025-10-29T18:00:00Z", false, span);
    check_history(&same_evening, "2025-10-31T18:00:00Z", Freshness::Stale);
    let two_days_on = history("2025-10-31T18:00:00Z", false, span);
    check_history(&two_days_on, "2025-11-01T17:00:00Z", Freshness::Fresh);
    check_history(&two_days_on, "2025-11-01T19:00:00Z", Freshness::Stale);
}

#[test]
fn an_answer_that_a_clock_ahead_dated_is_not_current_once_it_is_set_right() {
    let answer = history("2025-10-29T12:00:00Z", true, Span::Period("1d".parse().unwrap()));
    check_history(&answer, "2025-10-29T11:56:00Z", Freshness::Fresh);
    check_history(&answer, "2025-10-29T11:00:00Z", Freshness::Stale);
    assert!(!is_current(&answer, at("2025-10-29T11:00:00Z")), "it is asked for anew");
}

#[test]
fn an_answer_on_an_old_basis_is_never_fresh() {
    let mut answer = history("2025-10-29T12:00:00Z", true, Span::Period("1d".parse().unwrap()));
    check_history(&answer, "2025-10-29T12:00:01Z", Freshness::Fresh);
    answer.superseded = true;
    check_history(&answer, "2025-10-29T12:00:01Z", Freshness::Stale);
}

#[test]
fn the_calendar_ends_a_running_day_where_no_source_states_one() {
    let mut running = history("2025-10-29T16:25:00Z", true, Span::Period("1d".parse().unwrap()));
    running.session = None;
    check_history(&running, "2025-10-29T16:29:00Z", Freshness::Fresh);
    check_history(&running, "2025-10-29T16:30:00Z", Freshness::Stale);
}

#[test]
fn a_series_may_end_before_a_long_rest_and_not_before_days_of_trading() {
    let reaches = |received_at: &str| {
        let mut answer = history(received_at, false, Span::Period("1d".parse().unwrap()));
        (answer.instrument.mic, answer.session) = (Some("XSHG".to_owned()), None);
        answer.instrument.time_zone = "Asia/Shanghai".to_owned();
        let last = Bar {
            open_time: at("2025-09-30T01:30:00Z"),
            date: jiff::civil::date(2025, 9, 30),
            ..answer.series.last().unwrap()
        };
        answer.series = Series::new(answer.series.head, vec![last]);
        series_freshness(&answer, answer.received_at)
    };
    assert_eq!(reaches("2025-10-08T12:00:00Z"), Freshness::Fresh, "the golden week");
    assert_eq!(reaches("2025-10-16T12:00:00Z"), Freshness::Stale, "six days of trading");
}
