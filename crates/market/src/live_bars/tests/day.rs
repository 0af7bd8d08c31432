//! A day of the simulated market: its ticks must make its bars.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use simulator::Market;

use super::*;
use crate::HistoryResult;

fn ticks_of(market: Market, name: &str, after: Timestamp, until: Timestamp) -> Vec<Tick> {
    let seen = |made: simulator::Tick| Tick {
        symbol: "AAPL".parse().unwrap(),
        price: Price::new(made.price).unwrap(),
        volume: Some(made.volume as f64),
        as_of: Some(made.time),
        received_at: made.time,
        ..tick("00:00:00", 1.0)
    };
    market.ticks(name, after, until).into_iter().map(seen).collect()
}

/// As the source tells them once the day is over.
fn history(market: Market, name: &str, interval: Interval, session: Session) -> Vec<Bar> {
    let interval = simulator::Interval::from_name(interval.as_str()).unwrap();
    let TradingPeriod { start, end } = session.regular;
    let bars = market.bars(name, interval, start, end, end);
    bars.into_iter().map(bar).collect()
}

fn bar(bar: simulator::Bar) -> Bar {
    let price = |number| Price::new(number).unwrap();
    Bar {
        open_time: bar.open_time,
        date: bar.date,
        open: Some(price(bar.open)),
        high: Some(price(bar.high)),
        low: Some(price(bar.low)),
        close: price(bar.close),
        adj_close: None,
        volume: Some(bar.volume as f64),
        provisional: bar.provisional,
    }
}

/// `name` at the source, `ours` in the catalog.
fn check(name: &str, ours: &str, session: Session) {
    let market = Market::new(7);
    let TradingPeriod { start, end } = session.regular;
    let mut bars = LiveBars::new(&instrument(ours), Source::new("yahoo"));
    let before = market.listing(name).last_session(start - SignedDuration::from_secs(1)).close;
    let earlier = ticks_of(
        market,
        name,
        before - SignedDuration::from_secs(3),
        before - SignedDuration::from_secs(1),
    );
    let second = SignedDuration::from_secs(1);
    let ticks = ticks_of(market, name, start - second, end - second);
    assert!(ticks.len() > 20_000 && earlier.len() == 2);
    for tick in earlier.iter().chain(&ticks) {
        bars.take(tick);
    }
    for interval in ["1m", "2m", "5m", "15m", "30m", "1h", "1d"] {
        let interval = interval.parse().unwrap();
        let formed = bars.formed(interval, Some(session), Some(start), end + second * 2);
        let expected = history(market, name, interval, session);
        assert_eq!(formed.len(), expected.len(), "{name} {interval}");
        for (ours, theirs) in formed.iter().zip(&expected) {
            assert_eq!(ours, theirs, "{name} {interval}");
        }
    }
}

#[test]
fn the_ticks_of_a_day_make_exactly_the_bars_that_are_reported_afterwards() {
    check("AAPL", "AAPL", session());
    let whole_day = |start, end| Session {
        pre: None,
        regular: TradingPeriod { start: at(start), end: at(end) },
        post: None,
    };
    // London's days, also that on which clocks changed is none of trading.
    check("EURUSD=X", "EUR/USD", whole_day("2025-10-29T00:00:00Z", "2025-10-30T00:00:00Z"));
}

#[test]
fn seen_from_any_moment_on_a_bar_is_right_or_says_less() {
    let market = Market::new(7);
    let TradingPeriod { start, end } = session().regular;
    let begins = start + SignedDuration::from_mins(100) + SignedDuration::from_secs(20);
    let mut bars = aapl();
    for tick in ticks_of(market, "AAPL", begins, end) {
        bars.take(&tick);
    }
    for interval in [Interval::M1, Interval::M5, Interval::H1, Interval::D1] {
        let all = history(market, "AAPL", interval, session());
        let now = end + SignedDuration::from_secs(2);
        let formed = bars.formed(interval, Some(session()), Some(start), now);
        let (first, rest) = formed.split_first().unwrap();
        assert_eq!(rest, &all[all.len() - rest.len()..]);
        assert!(first.provisional && first.open.is_none());
        assert_eq!(first.close, all[all.len() - formed.len()].close);
        assert_eq!(first.date, date(2025, 10, 29));
    }
}

/// Bars of one day as the source tells them at an instant of it.
fn history_at(interval: Interval, now: Timestamp) -> Vec<Bar> {
    let market = Market::new(7);
    let same = simulator::Interval::from_name(interval.as_str()).unwrap();
    let start = session().regular.start;
    let bars = market.bars("AAPL", same, start, now + SignedDuration::from_secs(1), now);
    bars.into_iter().map(bar).collect()
}

fn a_days_ticks() -> &'static [Tick] {
    static TICKS: std::sync::OnceLock<Vec<Tick>> = std::sync::OnceLock::new();
    let earlier = at("2025-10-28T19:59:57Z");
    TICKS.get_or_init(|| ticks_of(Market::new(7), "AAPL", earlier, session().regular.end))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However long ago the source answered, the answer and the ticks since make
    /// what it would answer now.
    #[test]
    fn what_was_reported_and_streamed_since_is_what_is_reported_now(
        received in 0..23_400_i64,
        later in 0..4_000_i64,
        interval in prop::sample::select(vec!["1m", "2m", "5m", "15m", "30m", "1h", "1d"]),
    ) {
        let interval: Interval = interval.parse().unwrap();
        let start = session().regular.start;
        let received = start + SignedDuration::from_secs(received);
        let now = (received + SignedDuration::from_secs(later)).min(session().regular.end);
        let mut bars = aapl();
        let heard = a_days_ticks().iter().filter(|tick| tick.received_at <= now);
        for tick in heard {
            bars.take(tick);
        }
        let official = extended::answer(interval, &history_at(interval, received), "00:00:00");
        let official = HistoryResult { received_at: received, ..official };
        let extended = bars.extend(&official).map_or(official.series, |extended| extended.series);
        let expected = history_at(interval, now);
        prop_assert_eq!(extended.len(), expected.len());
        for (ours, theirs) in extended.bars().zip(expected) {
            let provisional = ours.provisional;
            prop_assert_eq!(ours, Bar { provisional, ..theirs });
        }
    }
}
