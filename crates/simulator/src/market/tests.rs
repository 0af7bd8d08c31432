use jiff::civil::{Weekday, date};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{Bar, Interval, Market};

const SYMBOLS: [&str; 12] = [
    "^FCHI",
    "EURUSD=X",
    "BTC-EUR",
    "AAPL",
    "VOD.L",
    "DOGE-USD",
    "JPY=X",
    "7203.T",
    "GC=F",
    "RELIANCE.NS",
    "EURBGN=X",
    "NVAPI",
];

fn utc(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

/// Any second of the years 2015 to 2034.
fn instants() -> impl Strategy<Value = Timestamp> {
    (utc("2015-01-01T00:00Z").as_second()..utc("2035-01-01T00:00Z").as_second())
        .prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn questions() -> impl Strategy<Value = (Market, &'static str, Timestamp)> {
    (any::<u64>(), prop::sample::select(&SYMBOLS), instants())
        .prop_map(|(seed, symbol, now)| (Market::new(seed), symbol, now))
}

/// Adds up bars into longer ones: first open, highest high, lowest low, last
/// close, sum of volumes.
fn added_up(bars: &[Bar], same: impl Fn(&Bar, &Bar) -> bool) -> Vec<(f64, f64, f64, f64, u64)> {
    bars.chunk_by(same)
        .map(|group| {
            let last = group[group.len() - 1];
            let high = group.iter().map(|bar| bar.high).fold(f64::MIN, f64::max);
            let low = group.iter().map(|bar| bar.low).fold(f64::MAX, f64::min);
            (group[0].open, high, low, last.close, group.iter().map(|bar| bar.volume).sum())
        })
        .collect()
}

fn prices(bars: &[Bar]) -> Vec<(f64, f64, f64, f64, u64)> {
    bars.iter().map(|bar| (bar.open, bar.high, bar.low, bar.close, bar.volume)).collect()
}

fn is_sound(bars: &[Bar], now: Timestamp) -> bool {
    let ascending = bars.windows(2).all(|pair| pair[0].open_time < pair[1].open_time);
    let ordered = |bar: &Bar| {
        0.0 < bar.low
            && bar.low <= bar.open.min(bar.close)
            && bar.open.max(bar.close) <= bar.high
            && bar.high.is_finite()
            && bar.open_time <= now
    };
    ascending && bars.iter().all(ordered)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn minutes_add_up_to_every_longer_bar_of_the_day((market, symbol, now) in questions()) {
        let from = now - days(5);
        let minutes = market.bars(symbol, Interval::M1, from - days(5), now + days(1), now);
        prop_assert!(is_sound(&minutes, now));
        for interval in [Interval::M2, Interval::M5, Interval::M15, Interval::M30, Interval::H1] {
            let bars = market.bars(symbol, interval, from, now + days(1), now);
            prop_assert!(is_sound(&bars, now));
            let Some(first) = bars.first() else { continue };
            let inside: Vec<Bar> =
                minutes.iter().copied().filter(|bar| bar.open_time >= first.open_time).collect();
            let start = |bar: &Bar| bars.partition_point(|long| long.open_time <= bar.open_time);
            prop_assert_eq!(added_up(&inside, |a, b| start(a) == start(b)), prices(&bars));
        }
    }

    #[test]
    fn minutes_add_up_to_days((market, symbol, now) in questions()) {
        let from = now - days(4);
        let daily = market.bars(symbol, Interval::D1, from, now + days(1), now);
        let Some(first) = daily.first() else { return Ok(()) };
        let minutes = market.bars(symbol, Interval::M1, first.open_time, now + days(1), now);
        prop_assert_eq!(added_up(&minutes, |a, b| a.date == b.date), prices(&daily));
    }

    #[test]
    fn days_add_up_to_weeks_months_and_quarters((market, symbol, now) in questions()) {
        for interval in [Interval::Wk1, Interval::Mo1, Interval::Mo3] {
            let long = market.bars(symbol, interval, now - days(300), now + days(1), now);
            let daily = market.bars(symbol, Interval::D1, long[0].open_time, now + days(1), now);
            let group = |bar: &Bar| interval.first_day(bar.date);
            prop_assert_eq!(added_up(&daily, |a, b| group(a) == group(b)), prices(&long));
            prop_assert!(is_sound(&long, now) && is_sound(&daily, now));
        }
    }

    #[test]
    fn the_last_bar_closes_at_the_price_of_now((market, symbol, now) in questions()) {
        let price = market.price(symbol, now);
        for interval in Interval::ALL {
            let back = days(if interval < Interval::D1 { 5 } else { 200 });
            let bars = market.bars(symbol, interval, now - back, now + days(1), now);
            let last = bars.last().unwrap();
            prop_assert!((last.close - price).abs() < f64::EPSILON, "{interval:?} {last:?} {price}");
            let listing = market.listing(symbol);
            prop_assert!(last.provisional || !listing.is_open(now));
        }
    }

    #[test]
    fn what_is_over_never_changes((market, symbol, now) in questions(), later in 0..100_000_i64) {
        let ask = |now| market.bars(symbol, Interval::M5, now - days(3), now, now);
        let bars = ask(now);
        let later = now + SignedDuration::from_secs(later);
        let again = market.bars(symbol, Interval::M5, now - days(3), now, later);
        prop_assert_eq!(ask(now), bars.clone());
        for (before, after) in bars.iter().zip(&again).filter(|(bar, _)| !bar.provisional) {
            prop_assert_eq!(before, after);
        }
        prop_assert_eq!(bars.len(), again.len());
    }

    #[test]
    fn exchanges_rest_at_weekends((market, symbol, now) in questions()) {
        let bars = market.bars(symbol, Interval::H1, now - days(9), now, now);
        let weekend =
            |bar: &Bar| matches!(bar.date.weekday(), Weekday::Saturday | Weekday::Sunday);
        prop_assert_eq!(bars.iter().any(weekend), symbol.contains('-'));
    }

    #[test]
    fn a_bar_closes_at_the_price_of_its_last_second((market, symbol, now) in questions()) {
        let bars = market.bars(symbol, Interval::M5, now - days(4), now, now + days(4));
        prop_assert!(!bars.is_empty());
        for bar in bars.iter().step_by(37) {
            let session = market.listing(symbol).session(bar.date).unwrap();
            let end = (bar.open_time + SignedDuration::from_secs(299)).min(session.close);
            prop_assert!((market.price(symbol, end) - bar.close).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn any_text_has_a_price(symbol in ".{0,12}", seed: u64, second in -9_000_000_000..9_000_000_000_i64) {
        let instant = Timestamp::from_second(second).unwrap();
        prop_assert!(Market::new(seed).price(&symbol, instant) > 0.0);
    }
}

#[test]
fn the_price_moves_while_open_and_rests_while_closed() {
    let market = Market::new(1);
    for (symbol, open) in [
        ("^FCHI", "2026-11-20T10:00Z"),
        ("EURUSD=X", "2026-11-20T10:00Z"),
        ("BTC-EUR", "2026-11-21T03:00Z"),
    ] {
        let at = |second: i64| market.price(symbol, utc(open) + SignedDuration::from_secs(second));
        let moved = (1..=600).filter(|&s| (at(s) - at(s - 1)).abs() > 1e-9).count();
        assert!(moved > 250, "{symbol} moved in {moved} of 600 seconds");
    }
    let close = market.price("^FCHI", utc("2026-11-20T16:29:59Z"));
    for later in ["2026-11-20T16:30Z", "2026-11-22T12:00Z", "2026-11-23T07:59:59Z"] {
        assert!((market.price("^FCHI", utc(later)) - close).abs() < f64::EPSILON);
    }
}

#[test]
fn levels_and_swings_are_plausible() {
    let market = Market::new(42);
    let (from, to) = (utc("2025-01-01T00:00Z"), utc("2027-01-01T00:00Z"));
    for (symbol, level, swing) in
        [("^FCHI", 7_500.0, 0.012), ("EURUSD=X", 1.08, 0.005), ("BTC-EUR", 60_000.0, 0.03)]
    {
        let bars = market.bars(symbol, Interval::D1, from, to, to);
        assert!(bars.iter().all(|bar| (0.3..3.0).contains(&(bar.close / level))));
        let ranges = bars.iter().map(|bar| (bar.high - bar.low) / bar.close);
        let mean = ranges.sum::<f64>() / bars.len() as f64;
        assert!((swing / 2.0..swing * 3.0).contains(&mean), "{symbol} swings by {mean}");
    }
}

#[test]
fn crosses_agree_with_each_other() {
    let market = Market::new(3);
    let at = utc("2026-11-20T23:00Z");
    let price = |symbol| market.price(symbol, at);
    let by_way_of_dollars = price("EURUSD=X") * price("USDJPY=X");
    assert!((by_way_of_dollars / price("EURJPY=X") - 1.0).abs() < 1e-3);
    let fixed = market.reference_rates("USD", &[date(2026, 11, 20)])[0];
    assert!((fixed / price("EURUSD=X") - 1.0).abs() < 0.02);
    assert!((market.reference_rates("EUR", &[date(2026, 11, 20)])[0] - 1.0).abs() < f64::EPSILON);
}

#[test]
fn before_its_split_a_share_was_four_times_dearer() {
    let market = Market::new(9);
    let split = market.splits("AAPL", utc("2026-01-01T00:00Z"))[0];
    assert_eq!((split.ex_date, split.numerator), (date(2020, 8, 31), 4));
    let ask = |now| {
        let from = utc("2020-08-03T00:00Z");
        market.bars("AAPL", Interval::D1, from, from + days(20), now)
    };
    let (before, after) = (ask(split.time - days(1)), ask(split.time));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert!((before.close - 4.0 * after.close).abs() < 1e-6);
        assert_eq!(before.volume * 4, after.volume);
        assert!((before.adj_close / before.close - after.adj_close / after.close).abs() < 1e-9);
    }
    assert!(market.splits("AAPL", split.time - days(1)).is_empty());
}

#[test]
fn dividends_lower_earlier_adjusted_closes() {
    let market = Market::new(9);
    let now = utc("2026-11-20T12:00Z");
    let dividends = market.dividends("MSFT", now);
    let last = *dividends.last().unwrap();
    let year = dividends.iter().filter(|dividend| dividend.ex_date.year() == 2025).count();
    assert_eq!(year, 4);
    let from = last.time - days(7);
    let bars = market.bars("MSFT", Interval::D1, from, now, now);
    let ex = bars.iter().position(|bar| bar.date == last.ex_date).unwrap();
    let kept = 1.0 - last.amount / bars[ex - 1].close;
    assert!((bars[ex - 1].adj_close / bars[ex - 1].close - kept).abs() < 1e-9);
    assert!((bars[ex].adj_close - bars[ex].close).abs() < f64::EPSILON);
    assert!(market.dividends("^FCHI", now).is_empty());
}

#[test]
fn other_seeds_tell_other_prices() {
    let price = |seed| Market::new(seed).price("^FCHI", utc("2026-11-20T12:00Z"));
    assert!((price(1) - price(1)).abs() < f64::EPSILON);
    assert!((price(1) - price(2)).abs() > 0.01);
}

#[test]
fn a_finished_week_is_not_provisional_on_saturday() {
    let now = utc("2026-11-21T12:00Z");
    let last = |symbol| {
        let bars = Market::new(1).bars(symbol, Interval::Wk1, now - days(21), now, now);
        (bars.last().unwrap().date, bars.last().unwrap().provisional)
    };
    assert_eq!(last("^FCHI"), (date(2026, 11, 16), false));
    assert_eq!(last("BTC-EUR"), (date(2026, 11, 16), true));
}

#[test]
fn bars_begin_inside_the_stretch_asked_for() {
    let market = Market::new(1);
    let now = utc("2026-11-20T12:00Z");
    let monday = utc("2026-11-16T08:00Z");
    let bars = market.bars("^FCHI", Interval::D1, monday, monday + days(2), now);
    assert_eq!(bars.iter().map(|bar| bar.date.day()).collect::<Vec<_>>(), [16, 17]);
    assert!(market.bars("^FCHI", Interval::D1, now + days(1), now + days(9), now).is_empty());
    assert!(market.bars("^FCHI", Interval::D1, now, now - days(9), now).is_empty());
}
