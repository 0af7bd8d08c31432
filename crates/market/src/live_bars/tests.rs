mod day;
mod extended;

use jiff::Timestamp;
use proptest::prelude::*;

use super::LiveBars;
use crate::{
    Bar, Catalog, Currency, Instrument, Interval, MarketState, Price, Session, Source, Tick,
    TradingPeriod,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn instrument(symbol: &str) -> Instrument {
    Catalog::new().instrument(&symbol.parse().unwrap())
}

fn aapl() -> LiveBars {
    LiveBars::new(&instrument("AAPL"), Source::new("yahoo"))
}

/// True and received at one instant of Wednesday 29 October 2025.
fn tick(time: &str, price: f64) -> Tick {
    let instant = at(&format!("2025-10-29T{time}Z"));
    Tick {
        symbol: "AAPL".parse().unwrap(),
        price: Price::new(price).unwrap(),
        currency: None,
        previous: None,
        change: None,
        day_high: None,
        day_low: None,
        volume: None,
        state: None,
        as_of: Some(instant),
        received_at: instant,
        source: Source::new("yahoo"),
    }
}

fn session() -> Session {
    let regular =
        TradingPeriod { start: at("2025-10-29T13:30:00Z"), end: at("2025-10-29T20:00:00Z") };
    Session { pre: None, regular, post: None }
}

fn of(ticks: impl IntoIterator<Item = Tick>) -> LiveBars {
    let mut bars = aapl();
    for tick in ticks {
        bars.take(&tick);
    }
    bars
}

fn minutes(bars: &LiveBars, now: &str) -> Vec<Bar> {
    let now = at(&format!("2025-10-29T{now}Z"));
    bars.formed(Interval::M1, Some(session()), Some(Timestamp::MIN), now)
}

fn prices(bar: &Bar) -> [Option<f64>; 4] {
    [bar.open, bar.high, bar.low, Some(bar.close)].map(|price| price.map(Price::get))
}

#[test]
fn a_minute_is_what_was_seen_of_it_and_final_once_it_is_over() {
    let bars = of([
        tick("14:00:30", 9.0),
        tick("14:01:00", 10.0),
        tick("14:01:20", 12.0),
        tick("14:01:40", 8.0),
        tick("14:01:59.9", 11.0),
    ]);
    let formed = minutes(&bars, "14:01:59.95");
    assert_eq!(prices(&formed[0]), [None, None, None, Some(9.0)], "it ran when we came");
    assert_eq!(prices(&formed[1]), [10.0, 12.0, 8.0, 11.0].map(Some));
    assert_eq!([0, 1].map(|i| formed[i].provisional), [true, true]);
    assert!(minutes(&bars, "14:02:01")[1].provisional, "a price may be under way");
    assert_eq!([0, 1].map(|i| minutes(&bars, "14:02:02")[i].provisional), [true, false]);
}

#[test]
fn a_late_tick_corrects_its_minute_and_moves_no_close() {
    let mut late = tick("14:01:10", 20.0);
    late.received_at = at("2025-10-29T14:03:05Z");
    let mut bars = of([
        tick("14:00:30", 9.0),
        tick("14:01:20", 12.0),
        tick("14:01:40", 8.0),
        tick("14:03:00", 11.0),
        late,
    ]);
    assert_eq!(prices(&minutes(&bars, "14:03:30")[1]), [20.0, 20.0, 8.0, 8.0].map(Some));
    bars.take(&tick("14:02:59", 7.0));
    let formed = minutes(&bars, "14:03:30");
    assert_eq!(prices(&formed[2]), [Some(7.0); 4], "a minute that had no price before");
    assert_eq!(formed[3].close.get().to_bits(), 11.0_f64.to_bits());
    bars.take(&tick("13:59:00", 1.0));
    assert_eq!(minutes(&bars, "14:03:30"), formed, "nobody saw that minute begin");
}

#[test]
fn what_is_delayed_ends_when_the_source_has_reported_its_end() {
    let delayed = |time: &str, received: &str, price| Tick {
        received_at: at(&format!("2025-10-29T{received}Z")),
        ..tick(time, price)
    };
    let bars = of([delayed("13:59:50", "14:15:00", 1.0), delayed("14:00:10", "14:15:10", 2.0)]);
    let is_running = |now| minutes(&bars, now)[1].provisional;
    assert!(is_running("14:16:01"));
    assert!(!is_running("14:16:02"));
}

#[test]
fn an_interruption_leaves_no_bar_that_claims_to_be_whole() {
    let mut bars = of([tick("14:00:30", 9.0), tick("14:01:10", 10.0), tick("14:02:10", 10.5)]);
    bars.interrupted();
    let provisional = |bars: &LiveBars, interval, now: &str| -> Vec<bool> {
        let now = at(&format!("2025-10-29T{now}Z"));
        let formed = bars.formed(interval, Some(session()), Some(Timestamp::MIN), now);
        formed.iter().map(|bar| bar.provisional).collect()
    };
    assert_eq!(provisional(&bars, Interval::M1, "14:30:00"), [true, false, true]);
    for time in ["14:02:50", "14:03:10", "14:04:00", "14:05:00", "14:10:00"] {
        bars.take(&tick(time, 11.0));
    }
    assert_eq!(provisional(&bars, Interval::M1, "14:30:00"), [true, false, false, false, false]);
    assert_eq!(provisional(&bars, Interval::M5, "14:30:00"), [true, false, false]);
    assert_eq!(provisional(&bars, Interval::D1, "20:30:00"), [true]);
}

#[test]
fn volume_is_what_the_days_grew_by_where_both_ends_are_known() {
    let with = |time, volume| Tick { volume, ..tick(time, 1.0) };
    let bars = of([
        with("14:00:30", Some(100.0)),
        with("14:01:10", Some(110.0)),
        with("14:01:50", Some(130.0)),
        with("14:02:50", None),
        with("14:03:50", Some(150.0)),
        with("14:04:50", Some(160.0)),
        with("14:05:50", Some(90.0)),
    ]);
    let volumes: Vec<_> = minutes(&bars, "14:06:00").iter().map(|bar| bar.volume).collect();
    assert_eq!(volumes, [None, Some(30.0), None, None, Some(10.0), None]);
    let crypto = |time, volume| Tick { symbol: "BTC/EUR".parse().unwrap(), ..with(time, volume) };
    let mut bars = LiveBars::new(&instrument("BTC/EUR"), Source::new("yahoo"));
    bars.take(&crypto("14:00:30", Some(5.0)));
    bars.take(&crypto("14:01:30", Some(6.0)));
    assert_eq!(minutes(&bars, "14:06:00")[1].volume, None, "of 24 hours, not of a day");
}

#[test]
fn ticks_that_are_not_the_days_or_not_of_this_source_are_left_out() {
    let bars = of([
        tick("14:00:30", 9.0),
        Tick { as_of: None, ..tick("14:01:00", 1.0) },
        Tick { source: Source::new("kraken"), ..tick("14:01:00", 1.0) },
        Tick { state: Some(MarketState::Post), ..tick("14:01:00", 1.0) },
    ]);
    assert_eq!(minutes(&bars, "14:02:00").len(), 1);
    // The closing auction is the day's close, and no bar of the day's.
    let bars = of([
        Tick { state: Some(MarketState::Open), ..tick("13:29:59", 9.0) },
        tick("13:30:05", 10.0),
        tick("20:00:03", 12.0),
    ]);
    let formed = |interval| {
        let now = at("2025-10-29T20:10:00Z");
        bars.formed(interval, Some(session()), Some(at("2025-10-29T13:30:00Z")), now)
    };
    assert_eq!(formed(Interval::M5).iter().map(prices).collect::<Vec<_>>(), [[Some(10.0); 4]]);
    assert_eq!(formed(Interval::D1)[0].close.get().to_bits(), 12.0_f64.to_bits());
}

#[test]
fn another_currency_begins_anew() {
    let in_currency = |time, price, code: &str| {
        let currency: Option<Currency> = Some(code.parse().unwrap());
        Tick { currency, ..tick(time, price) }
    };
    let bars = of([
        in_currency("14:00:30", 900.0, "GBp"),
        in_currency("14:01:30", 901.0, "GBp"),
        in_currency("14:02:30", 9.02, "GBP"),
    ]);
    assert_eq!(minutes(&bars, "14:03:00").len(), 1);
}

#[test]
fn no_more_is_held_than_a_day_and_two_hours() {
    let mut bars = LiveBars::new(&instrument("BTC/EUR"), Source::new("yahoo"));
    let start = at("2025-10-01T00:00:00Z").as_second();
    for minute in 0..10_000_i64 {
        let instant = Timestamp::from_second(start + minute * 60).unwrap();
        let (as_of, received_at) = (Some(instant), instant);
        bars.take(&Tick { as_of, received_at, ..tick("00:00:00", 1.0) });
    }
    let now = at("2025-10-29T14:00:00Z");
    assert_eq!(bars.formed(Interval::M1, None, Some(Timestamp::MIN), now).len(), 26 * 60);
}

/// Any ticks within an hour: second, received up to ten minutes later, price,
/// interrupted before it.
fn any_ticks() -> impl Strategy<Value = Vec<(i64, i64, u8, bool)>> {
    prop::collection::vec((0..3_600_i64, 0..600_i64, 1..=9_u8, prop::bool::weighted(0.02)), 1..200)
}

fn instants(ticks: &[(i64, i64, u8, bool)]) -> Vec<(Tick, bool)> {
    let start = at("2025-10-29T14:00:00Z").as_second();
    let instant = |second| Timestamp::from_second(start + second).unwrap();
    let tick = |(second, later, price, broken): &(i64, i64, u8, bool)| {
        let (as_of, received_at) = (Some(instant(*second)), instant(second + later));
        let price = f64::from(*price);
        (Tick { as_of, received_at, ..tick("14:00:00", price) }, *broken)
    };
    ticks.iter().map(tick).collect()
}

proptest! {
    #[test]
    fn any_ticks_make_ascending_bars_whose_extremes_hold_all_else(ticks in any_ticks()) {
        let mut bars = aapl();
        for (tick, broken) in instants(&ticks) {
            if broken {
                bars.interrupted();
            }
            bars.take(&tick);
        }
        for interval in Interval::ALL.into_iter().filter(|interval| *interval <= Interval::D1) {
            let now = at("2025-10-29T15:30:00Z");
            let formed = bars.formed(interval, Some(session()), Some(Timestamp::MIN), now);
            prop_assert!(!formed.is_empty());
            prop_assert!(formed.is_sorted_by(|a, b| a.open_time < b.open_time));
            for bar in &formed {
                prop_assert!(!bar.is_contradictory());
                let [open, high, low, _] = prices(bar);
                prop_assert!(high >= open && low <= open);
                prop_assert!(bar.provisional || open.is_some());
            }
            let newest = bars.formed(interval, Some(session()), None, now);
            prop_assert_eq!(Some(&newest[..]), formed.chunks(1).last());
        }
    }

    #[test]
    fn a_bar_that_claims_to_be_whole_is_what_all_ticks_of_its_minute_make(ticks in any_ticks()) {
        let ticks = instants(&ticks);
        let mut bars = aapl();
        for (tick, broken) in &ticks {
            if *broken {
                bars.interrupted();
            }
            bars.take(tick);
        }
        let now = at("2025-10-29T15:30:00Z");
        for bar in bars.formed(Interval::M1, Some(session()), Some(Timestamp::MIN), now) {
            if bar.provisional {
                continue;
            }
            let since_break = ticks.iter().rposition(|(_, broken)| *broken).unwrap_or(0);
            let length = Interval::M1.seconds();
            let is_in = |tick: &&Tick| {
                let into = tick.as_of.unwrap().as_second() - bar.open_time.as_second();
                (0..length).contains(&into)
            };
            let its: Vec<&Tick> = ticks[since_break..].iter().map(|(tick, _)| tick).filter(is_in).collect();
            let of = |pick: fn(f64, f64) -> f64| its.iter().map(|it| it.price.get()).reduce(pick);
            // Of several at one instant the first and the last that came.
            let open = its.iter().min_by_key(|it| it.as_of).map(|it| it.price.get());
            let close = its.iter().max_by_key(|it| it.as_of).unwrap().price.get();
            prop_assert_eq!(prices(&bar), [open, of(f64::max), of(f64::min), Some(close)]);
        }
    }
}
