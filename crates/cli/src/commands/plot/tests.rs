use jiff::civil::{Date, date};
use market::{
    Bar, Basis, Catalog, HistoryQuery, Interval, Kept, Period, Price, Series, SeriesHead, Source,
    Span,
};
use proptest::prelude::*;

use super::*;

fn series(interval: Interval, bars: impl IntoIterator<Item = (Date, i8, f64)>) -> Series {
    let head = SeriesHead {
        symbol: "CAC40".parse().unwrap(),
        interval,
        source: Source::new("yahoo"),
        currency: "EUR".parse().ok(),
        basis: Basis::Splits,
    };
    let bar = |(date, hour, close): (Date, i8, f64)| Bar {
        open_time: date.at(hour, 0, 0, 0).in_tz("UTC").unwrap().timestamp(),
        date,
        open: None,
        high: None,
        low: None,
        close: Price::new(close).unwrap(),
        adj_close: None,
        volume: None,
        provisional: false,
    };
    Series::new(head, bars.into_iter().map(bar).collect())
}

/// A rise by one a day on each of these days of September 2025, a Monday first.
fn september(days: impl IntoIterator<Item = i8>) -> Series {
    let bar = |day: i8| (date(2025, 9, day), 7, 8000.0 + f64::from(day));
    series(Interval::D1, days.into_iter().map(bar))
}

fn weekdays() -> impl Iterator<Item = i8> {
    (1..=30).filter(|day| !matches!(day % 7, 6 | 0))
}

#[test]
fn a_month_in_braille() {
    insta::assert_snapshot!(chart(&september(weekdays()), 60, 8, Charset::Braille));
}

#[test]
fn a_week_without_bars_stays_open() {
    let hole = weekdays().filter(|day| !(15..=19).contains(day));
    insta::assert_snapshot!(chart(&september(hole), 60, 8, Charset::Ascii));
}

#[test]
fn nights_and_weekends_take_no_room_and_missing_hours_do() {
    let hours = [(4, 8), (4, 9), (4, 12), (5, 8), (8, 8), (10, 8)];
    let bars = hours.map(|(day, hour)| (date(2025, 9, day), hour, 1.0));
    assert_eq!(slots::slots(&series(Interval::H1, bars)), [0, 1, 4, 5, 6, 8]);
}

#[test]
fn longer_bars_and_markets_that_never_close_have_their_own_holes() {
    let on = |dates: &[Date], interval| {
        slots::slots(&series(interval, dates.iter().map(|date| (*date, 0, 1.0))))
    };
    let weeks = [date(2025, 9, 1), date(2025, 9, 8), date(2025, 9, 22)];
    assert_eq!(on(&weeks, Interval::Wk1), [0, 1, 3]);
    let months = [date(2025, 1, 1), date(2025, 2, 1), date(2025, 8, 1)];
    assert_eq!(on(&months, Interval::Mo1), [0, 1, 7]);
    assert_eq!(on(&months[1..], Interval::Mo3), [0, 2]);
    let crypto = [date(2025, 9, 6), date(2025, 9, 7), date(2025, 9, 10)];
    assert_eq!(on(&crypto, Interval::D1), [0, 1, 4]);
}

#[test]
fn a_price_that_never_moves_is_a_level_line_in_the_middle() {
    let level = series(Interval::D1, weekdays().map(|day| (date(2025, 9, day), 0, 5.0)));
    let drawn = chart(&level, 40, 5, Charset::Ascii);
    let rows: Vec<&str> = drawn.lines().collect();
    assert!(rows[2].starts_with("***"), "{drawn}");
    assert!(!drawn.replace(rows[2], "").contains('*'), "{drawn}");
}

#[test]
fn nothing_is_drawn_of_nothing() {
    assert_eq!(chart(&september([]), 80, 16, Charset::Braille), "no bars to draw\n");
}

proptest! {
    #[test]
    fn any_closes_fit_into_any_terminal(
        closes in proptest::collection::vec(-1e9_f64..1e9, 1..200),
        width in 0_usize..200,
        height in 0_usize..40,
        braille in any::<bool>(),
    ) {
        let days = date(2020, 1, 1).series(jiff::Span::new().days(1));
        let bars = days.zip(closes).map(|(day, close)| (day, 0, close));
        let charset = if braille { Charset::Braille } else { Charset::Ascii };
        let drawn = chart(&series(Interval::D1, bars), width, height, charset);
        prop_assert_eq!(drawn.lines().count(), height.max(2) + 2);
        // The axis can be wider than a terminal that is hardly one.
        prop_assert!(drawn.lines().all(|line| line.chars().count() <= width.max(40)));
        prop_assert!(charset == Charset::Braille || drawn.is_ascii());
    }
}

fn answer(series: Series) -> HistoryResult {
    let instrument = Catalog::new().instrument(&series.head.symbol);
    let span = Span::Period(Period::Months(1));
    HistoryResult {
        query: HistoryQuery {
            symbol: series.head.symbol.clone(),
            interval: series.head.interval,
            span,
            source: None,
        },
        series,
        actions: vec![],
        instrument,
        session: None,
        received_at: "2025-09-30T12:00:00Z".parse().unwrap(),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

#[test]
fn the_title_says_what_whose_and_how_fresh() {
    let now = "2025-09-30T12:01:00Z".parse().unwrap();
    assert_eq!(
        title(&answer(september(weekdays())), now),
        "CAC 40 (CAC40)  8030 EUR  +29.00 (+0.36 %) since 2025-09-01  yahoo, fresh"
    );
    assert_eq!(title(&answer(september([])), now), "CAC 40 (CAC40)  no bars  yahoo, stale");
    let later = "2025-10-30T12:01:00Z".parse().unwrap();
    let below_zero =
        series(Interval::D1, [(date(2025, 9, 1), 0, -2.0), (date(2025, 9, 2), 0, -2.0)]);
    assert_eq!(
        title(&answer(below_zero), later),
        "CAC 40 (CAC40)  -2 EUR  +0.00 since 2025-09-01  yahoo, stale"
    );
}

#[test]
fn braille_needs_a_terminal_and_a_locale_that_know_it() {
    let check = |vars: &[(&str, &str)], expected| {
        let var = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
        assert_eq!(Charset::of(var), expected, "{vars:?}");
    };
    check(&[], Charset::Ascii);
    check(&[("LANG", "fr_FR.UTF-8")], Charset::Braille);
    check(&[("LANG", "C.utf8"), ("TERM", "xterm")], Charset::Braille);
    check(&[("LANG", "C.UTF-8"), ("TERM", "dumb")], Charset::Ascii);
    check(&[("LANG", "C.UTF-8"), ("LC_ALL", "POSIX")], Charset::Ascii);
    check(&[("LANG", "C.UTF-8"), ("LC_ALL", "")], Charset::Braille);
}
