use jiff::SignedDuration;
use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;
use crate::{Basis, Source};

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn bar(open_time: Timestamp, zone: &TimeZone, close: f64) -> Bar {
    let price = |number| Price::new(number);
    Bar {
        open_time,
        date: open_time.to_zoned(zone.clone()).date(),
        open: price(close - 1.0),
        high: price(close + 2.0),
        low: price(close - 3.0),
        close: price(close).unwrap(),
        adj_close: None,
        volume: Some(10.0),
        provisional: false,
    }
}

fn series(interval: Interval, bars: Vec<Bar>) -> Series {
    let head = SeriesHead {
        symbol: "AAPL".parse().unwrap(),
        interval,
        source: Source::new("yahoo"),
        currency: None,
        basis: Basis::Splits,
    };
    Series::new(head, bars)
}

/// Bars without a hole between two instants, with closes 100, 101, …
fn unbroken(interval: Interval, from: &str, to: &str, zone: &TimeZone) -> Series {
    let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
    let opens = (from.as_second()..to.as_second()).step_by(interval.seconds() as usize);
    let closes = (100..).map(f64::from);
    let bars = opens
        .zip(closes)
        .map(|(open, close)| bar(Timestamp::from_second(open).unwrap(), zone, close));
    series(interval, bars.collect())
}

/// Times of day at which the bars open, with how many parts each has.
fn opens(series: &Series, zone: &TimeZone) -> Vec<(String, f64)> {
    let open = |bar: Bar| {
        let opened = bar.open_time.to_zoned(zone.clone());
        (opened.strftime("%a %H:%M").to_string(), bar.volume.unwrap() / 10.0)
    };
    series.bars().map(open).collect()
}

fn check(
    hours: &Series,
    to: Interval,
    zone: &TimeZone,
    start: Option<Time>,
    expected: &[(&str, f64)],
) {
    let found = opens(&hours.aggregated(to, zone, start).unwrap(), zone);
    let expected: Vec<_> = expected.iter().map(|&(open, parts)| (open.to_owned(), parts)).collect();
    assert_eq!(found, expected);
}

#[test]
fn four_hours_are_counted_from_the_open_of_each_day() {
    let paris = zone("Europe/Paris");
    let hours = unbroken(Interval::H1, "2025-10-29T08:00:00Z", "2025-10-29T16:30:00Z", &paris);
    let expected = [("Wed 09:00", 4.0), ("Wed 13:00", 4.0), ("Wed 17:00", 1.0)];
    check(&hours, Interval::H4, &paris, Some(time(9, 0, 0, 0)), &expected);

    let new_york = zone("America/New_York");
    let hours = unbroken(Interval::H1, "2025-10-29T13:30:00Z", "2025-10-29T20:00:00Z", &new_york);
    let expected = [("Wed 09:30", 4.0), ("Wed 13:30", 3.0)];
    check(&hours, Interval::H4, &new_york, Some(time(9, 30, 0, 0)), &expected);

    let hours =
        unbroken(Interval::H1, "2025-10-29T00:00:00Z", "2025-10-29T10:00:00Z", &TimeZone::UTC);
    let expected = [("Wed 00:00", 4.0), ("Wed 04:00", 4.0), ("Wed 08:00", 2.0)];
    check(&hours, Interval::H4, &TimeZone::UTC, None, &expected);
}

#[test]
fn ninety_minutes_are_counted_likewise_and_the_last_are_what_is_left() {
    let new_york = zone("America/New_York");
    let halves = unbroken(Interval::M30, "2025-10-29T13:30:00Z", "2025-10-29T20:00:00Z", &new_york);
    let expected = [
        ("Wed 09:30", 3.0),
        ("Wed 11:00", 3.0),
        ("Wed 12:30", 3.0),
        ("Wed 14:00", 3.0),
        ("Wed 15:30", 1.0),
    ];
    check(&halves, Interval::M90, &new_york, Some(time(9, 30, 0, 0)), &expected);
}

#[test]
fn a_bar_opens_in_its_place_though_its_first_part_is_missing() {
    let paris = zone("Europe/Paris");
    let hours = unbroken(Interval::H1, "2025-10-29T09:00:00Z", "2025-10-29T11:00:00Z", &paris);
    check(&hours, Interval::H4, &paris, Some(time(9, 0, 0, 0)), &[("Wed 09:00", 2.0)]);
}

#[test]
fn bars_before_the_open_are_counted_backwards() {
    let new_york = zone("America/New_York");
    let early = unbroken(Interval::M30, "2025-10-29T12:00:00Z", "2025-10-29T14:00:00Z", &new_york);
    let expected = [("Wed 07:30", 1.0), ("Wed 08:30", 2.0), ("Wed 09:30", 1.0)];
    check(&early, Interval::H1, &new_york, Some(time(9, 30, 0, 0)), &expected);
}

#[test]
fn a_bar_ends_with_its_date() {
    let night =
        unbroken(Interval::H1, "2025-10-28T21:00:00Z", "2025-10-29T02:00:00Z", &TimeZone::UTC);
    let expected = [("Tue 18:00", 1.0), ("Tue 22:00", 2.0), ("Wed 00:00", 2.0)];
    check(&night, Interval::H4, &TimeZone::UTC, Some(time(22, 0, 0, 0)), &expected);
}

#[test]
fn bars_go_on_as_usual_once_clocks_have_changed() {
    let london = zone("Europe/London");
    // Back at 01:00 UTC on 2025-10-26, forth at 01:00 UTC on 2025-03-30.
    let back = unbroken(Interval::H1, "2025-10-25T23:00:00Z", "2025-10-26T08:00:00Z", &london);
    let expected = [("Sun 00:00", 2.0), ("Sun 01:00", 3.0), ("Sun 04:00", 4.0)];
    check(&back, Interval::H4, &london, None, &expected);

    let forth = unbroken(Interval::H1, "2025-03-30T00:00:00Z", "2025-03-30T08:00:00Z", &london);
    let expected = [("Sun 00:00", 1.0), ("Sun 02:00", 2.0), ("Sun 04:00", 4.0), ("Sun 08:00", 1.0)];
    check(&forth, Interval::H4, &london, None, &expected);
}

#[test]
fn a_bar_holds_the_first_the_outermost_and_the_last() {
    let mut bars: Vec<_> =
        unbroken(Interval::D1, "2025-10-27T00:00:00Z", "2025-10-30T00:00:00Z", &TimeZone::UTC)
            .bars()
            .collect();
    bars[0].adj_close = Price::new(90.0);
    bars[1].volume = None;
    bars[2].provisional = true;
    let week = series(Interval::D1, bars).aggregated(Interval::Wk1, &TimeZone::UTC, None).unwrap();
    let expected = Bar {
        open_time: "2025-10-27T00:00:00Z".parse().unwrap(),
        date: date(2025, 10, 27),
        open: Price::new(99.0),
        high: Price::new(104.0),
        low: Price::new(97.0),
        close: Price::new(102.0).unwrap(),
        adj_close: None,
        volume: Some(20.0),
        provisional: true,
    };
    assert_eq!(week.head.interval, Interval::Wk1);
    assert_eq!(week.bars().collect::<Vec<_>>(), [expected]);
}

#[test]
fn nothing_is_made_up_for_closes_alone() {
    let closes = |only: fn(&mut Bar)| {
        let mut bars: Vec<_> =
            unbroken(Interval::D1, "2025-10-27T00:00:00Z", "2025-10-30T00:00:00Z", &TimeZone::UTC)
                .bars()
                .collect();
        bars.iter_mut().for_each(only);
        let week = series(Interval::D1, bars).aggregated(Interval::Wk1, &TimeZone::UTC, None);
        let week = week.unwrap().get(0).unwrap();
        [week.open, week.high, week.low].map(|price| price.map(Price::get))
    };
    assert_eq!(closes(|bar| (bar.open, bar.high, bar.low) = (None, None, None)), [None; 3]);
    let first_known = |bar: &mut Bar| {
        if bar.close != Price::new(100.0).unwrap() {
            (bar.open, bar.high, bar.low) = (None, None, None);
        }
    };
    assert_eq!(closes(first_known), [Some(99.0), Some(102.0), Some(97.0)]);
}

#[test]
fn weeks_months_and_quarters_carry_their_first_date() {
    let days =
        unbroken(Interval::D1, "2025-08-14T00:00:00Z", "2025-10-02T00:00:00Z", &TimeZone::UTC);
    let dates = |to| days.aggregated(to, &TimeZone::UTC, None).unwrap().dates().to_vec();
    assert_eq!(dates(Interval::Wk1)[..2], [date(2025, 8, 11), date(2025, 8, 18)]);
    assert_eq!(dates(Interval::Mo1), [8, 9, 10].map(|month| date(2025, month, 1)));
    assert_eq!(dates(Interval::Mo3), [7, 10].map(|month| date(2025, month, 1)));
    let months = days.aggregated(Interval::Mo1, &TimeZone::UTC, None).unwrap();
    let quarters = months.aggregated(Interval::Mo3, &TimeZone::UTC, None);
    assert_eq!(quarters, days.aggregated(Interval::Mo3, &TimeZone::UTC, None));
}

#[test]
fn what_does_not_divide_is_refused_with_what_would_work() {
    let refusal = |from, to| {
        let error = series(from, vec![]).aggregated(to, &TimeZone::UTC, None).unwrap_err();
        error.to_string()
    };
    assert_eq!(
        refusal(Interval::M2, Interval::M15),
        "15m bars cannot be put together from 2m bars; use one of 10m 30m 1h 90m 2h 4h 1d 1wk 1mo 3mo"
    );
    assert_eq!(
        refusal(Interval::Wk1, Interval::Mo1),
        "1mo bars cannot be put together from 1wk bars; ask for shorter ones"
    );
    for same in Interval::ALL {
        assert!(refusal(same, same).contains(same.as_str()));
    }
}

/// Minutes of some days around a change of clocks, with holes, in some zone.
fn minutes() -> impl Strategy<Value = (Series, TimeZone, Option<Time>)> {
    let zones = ["UTC", "Europe/Paris", "America/New_York", "Europe/London", "Australia/Lord_Howe"];
    let days = [
        "2025-03-08T12:00:00Z",
        "2025-03-29T12:00:00Z",
        "2025-04-05T06:00:00Z",
        "2025-10-25T12:00:00Z",
        "2025-11-01T12:00:00Z",
    ];
    let starts = [None, Some(time(9, 0, 0, 0)), Some(time(9, 30, 0, 0)), Some(time(0, 30, 0, 0))];
    let bar = (prop_oneof![1_i64..4, 1_i64..200], 1_u16..1000, any::<bool>());
    let bars = prop::collection::vec(bar, 0..120);
    (
        prop::sample::select(zones.to_vec()),
        prop::sample::select(days.to_vec()),
        prop::sample::select(starts.to_vec()),
        bars,
        any::<bool>(),
    )
        .prop_map(|(name, day, start, steps, closes_only)| {
            let zone = zone(name);
            let mut open: Timestamp = day.parse().unwrap();
            let bars = steps.into_iter().map(|(minutes, close, provisional)| {
                open += SignedDuration::from_mins(minutes);
                let bar = bar_of(open, &zone, close, provisional);
                if closes_only { Bar { open: None, high: None, low: None, ..bar } } else { bar }
            });
            (series(Interval::M1, bars.collect()), zone, start)
        })
}

fn bar_of(open: Timestamp, zone: &TimeZone, close: u16, provisional: bool) -> Bar {
    Bar { provisional, volume: Some(f64::from(close % 7)), ..bar(open, zone, f64::from(close)) }
}

fn whole_volume(series: &Series) -> i64 {
    series.bars().filter_map(|bar| bar.volume).map(|volume| volume as i64).sum()
}

/// All but the open time: hours open in their place, days with their first part.
fn without_open_times(series: &Series) -> Vec<Bar> {
    series.bars().map(|bar| Bar { open_time: Timestamp::UNIX_EPOCH, ..bar }).collect()
}

proptest! {
    #[test]
    fn by_way_of_hours_or_not_days_are_the_same((minutes, zone, start) in minutes()) {
        let at_once = minutes.aggregated(Interval::D1, &zone, start).unwrap();
        for between in [Interval::M10, Interval::H1, Interval::H4] {
            let between = minutes.aggregated(between, &zone, start).unwrap();
            let days = between.aggregated(Interval::D1, &zone, start).unwrap();
            prop_assert_eq!(without_open_times(&days), without_open_times(&at_once));
        }
    }

    #[test]
    fn longer_bars_hold_each_part_once_and_in_order((minutes, zone, start) in minutes()) {
        for to in [Interval::M2, Interval::M30, Interval::H1, Interval::H4, Interval::D1, Interval::Wk1] {
            let longer = minutes.aggregated(to, &zone, start).unwrap();
            let opens: Vec<_> = longer.bars().map(|bar| bar.open_time).collect();
            prop_assert!(opens.is_sorted_by(|a, b| a < b));
            prop_assert_eq!(whole_volume(&longer), whole_volume(&minutes));
            // Each part lies in the last bar that opened no later, and is no further out.
            for part in minutes.bars() {
                let i = opens.partition_point(|open| *open <= part.open_time);
                prop_assert!(i > 0, "{part:?} comes before all bars");
                let bar = longer.get(i - 1).unwrap();
                prop_assert_eq!(bar.date, to.first_date(part.date));
                prop_assert!(bar.high >= part.high && bar.low <= part.low);
                let length = part.open_time.duration_since(bar.open_time).as_secs();
                prop_assert!(!to.is_intraday() || length < to.seconds());
            }
        }
    }

    #[test]
    fn first_open_and_last_close_are_those_of_the_parts((minutes, zone, start) in minutes()) {
        for to in [Interval::M5, Interval::H2, Interval::D1, Interval::Mo1] {
            let longer = minutes.aggregated(to, &zone, start).unwrap();
            let ends = |series: &Series| {
                Some((series.get(0)?.open, series.last()?.close, series.last()?.provisional))
            };
            let (part, whole) = (ends(&minutes), ends(&longer));
            prop_assert_eq!(whole.map(|ends| (ends.0, ends.1)), part.map(|ends| (ends.0, ends.1)));
            prop_assert!(whole >= part, "a provisional part makes a provisional bar");
        }
    }
}
