//! Which trading date a row is of, and that each date has one bar.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

const BERLIN: &str = "Europe/Berlin";

/// An instant at which a clock somewhere shows this.
fn there(text: &str, zone: &str) -> Timestamp {
    let shown: jiff::civil::DateTime = text.parse().unwrap();
    TimeZone::get(zone).unwrap().to_timestamp(shown).unwrap()
}

/// A chart of daily rows at a place, each at a local time, closing at its number,
/// with the time of the latest price and the hours of that day.
fn chart_at(zone: &str, kind: &str, rows: &[&str], latest: &str, hours: (&str, &str)) -> Value {
    let stamps: Vec<String> = rows.iter().map(|row| there(row, zone).to_string()).collect();
    let closes: Vec<_> = (1..=rows.len()).map(|n| Some(100.0 + n as f64)).collect();
    let mut chart = chart(&stamps.iter().map(String::as_str).collect::<Vec<_>>(), &closes);
    let day = &latest[..10];
    let at = |time: &str| there(&format!("{day}T{time}"), zone).to_string();
    trade_in(&mut chart, zone, &at(hours.0), &at(hours.1));
    set(&mut chart, "/meta/instrumentType", json!(kind));
    traded_at(&mut chart, &there(latest, zone).to_string());
    chart
}

/// Read when nothing is provisional.
fn finished(chart: &Value, interval: Interval) -> HistoryResult {
    read_at(chart, interval, "2027-10-29T20:00:00Z").unwrap()
}

fn dates(chart: &Value) -> Vec<String> {
    finished(chart, Interval::D1).series.dates().iter().map(ToString::to_string).collect()
}

#[test]
fn a_trade_on_the_full_hour_is_of_today() {
    let hours = ("08:00", "22:00");
    for latest in ["2026-11-27T22:00:00", "2026-11-27T22:00:03", "2026-11-27T21:59:58"] {
        let rows = ["2026-11-25T08:00", "2026-11-26T08:00", "2026-11-27T22:00"];
        let chart = chart_at(BERLIN, "EQUITY", &rows, latest, hours);
        assert_eq!(dates(&chart), ["2026-11-25", "2026-11-26", "2026-11-27"], "{latest}");
    }
    // The stamp stays while later days come.
    let rows = ["2026-11-26T08:00", "2026-11-27T22:00", "2026-11-30T08:00"];
    let chart = chart_at(BERLIN, "EQUITY", &rows, "2026-11-30T16:00", hours);
    assert_eq!(dates(&chart), ["2026-11-26", "2026-11-27", "2026-11-30"]);
    // And alone.
    let chart = chart_at(BERLIN, "EQUITY", &["2026-11-26T22:00"], "2026-11-30T16:00", hours);
    assert_eq!(dates(&chart), ["2026-11-26"]);
}

#[test]
fn what_trades_at_all_hours_is_of_today_at_every_hour() {
    for (zone, kind) in [("UTC", "CRYPTOCURRENCY"), ("Europe/London", "CURRENCY")] {
        for time in ["21:30:00", "22:00:00", "23:00:00", "23:01:00"] {
            let latest = format!("2026-11-25T{time}");
            let rows = ["2026-11-23T00:00", "2026-11-24T00:00", &latest];
            let chart = chart_at(zone, kind, &rows, &latest, ("00:00", "23:59"));
            let found = finished(&chart, Interval::D1);
            assert_eq!(dates(&chart)[2], "2026-11-25", "{kind} {time}");
            assert_eq!(found.series.last().unwrap().open_time, there("2026-11-25T00:00", zone));
        }
    }
}

#[test]
fn a_midnight_of_the_other_offset_is_of_the_next_day() {
    let sao_paulo = "America/Sao_Paulo";
    let rows = ["2022-01-04T00:00", "2022-01-04T23:00", "2022-01-05T22:00"];
    let chart = chart_at(sao_paulo, "EQUITY", &rows, "2022-02-01T17:00", ("10:00", "17:00"));
    assert_eq!(dates(&chart), ["2022-01-04", "2022-01-05", "2022-01-06"]);
    // Where the next day has a row of its own it is none.
    let rows = ["2022-01-04T00:00", "2022-01-05T23:00", "2022-01-06T00:00"];
    let chart = chart_at(sao_paulo, "EQUITY", &rows, "2022-02-01T17:00", ("10:00", "17:00"));
    assert_eq!(dates(&chart), ["2022-01-04", "2022-01-05", "2022-01-06"]);
    // And where it is a Saturday.
    let rows = ["2022-01-06T00:00", "2022-01-07T23:00"];
    let chart = chart_at(sao_paulo, "EQUITY", &rows, "2022-02-01T17:00", ("10:00", "17:00"));
    assert_eq!(dates(&chart), ["2022-01-06", "2022-01-07"]);
}

#[test]
fn a_sunday_evening_of_futures_and_currencies_is_of_monday() {
    let (new_york, all_day) = ("America/New_York", ("00:00", "23:59"));
    for stamp in ["2026-11-29T18:00:00", "2026-11-29T18:30:05", "2026-11-29T22:00:00"] {
        let rows = ["2026-11-26T00:00", "2026-11-27T00:00", stamp];
        let chart = chart_at(new_york, "FUTURE", &rows, stamp, all_day);
        assert_eq!(dates(&chart), ["2026-11-26", "2026-11-27", "2026-11-30"], "{stamp}");
        let now = there(stamp, new_york) + SignedDuration::from_secs(10);
        let found = read_at(&chart, Interval::D1, &now.to_string()).unwrap();
        let last = found.series.last().unwrap();
        assert!(last.provisional && last.open_time <= now, "{last:?}");
        assert_eq!(found.set_aside, []);
    }
    let rows = ["2026-11-27T00:00", "2026-11-29T22:30"];
    let chart = chart_at("Europe/London", "CURRENCY", &rows, "2026-11-29T22:30:00", all_day);
    assert_eq!(dates(&chart), ["2026-11-27", "2026-11-30"]);
    // Monday's row takes it in.
    let rows = ["2026-11-27T00:00", "2026-11-29T18:00", "2026-11-30T00:00", "2026-11-30T09:00"];
    let chart = chart_at(new_york, "FUTURE", &rows, "2026-11-30T09:00:00", all_day);
    let found = finished(&chart, Interval::D1);
    let monday = there("2026-11-30T00:00", new_york);
    assert_eq!(dates(&chart), ["2026-11-27", "2026-11-30"]);
    assert_eq!(
        found.series.last().map(|bar| (bar.open_time, bar.close.get())),
        Some((monday, 104.0))
    );
    // What trades on Sundays keeps them.
    let rows = ["2026-11-26T10:00", "2026-11-29T10:00", "2026-11-29T17:30"];
    let chart = chart_at("Asia/Riyadh", "EQUITY", &rows, "2026-11-29T17:30:00", ("10:00", "15:00"));
    assert_eq!(dates(&chart), ["2026-11-26", "2026-11-29"]);
}

#[test]
fn a_week_that_begins_on_sunday_evening_is_the_next() {
    let rows = ["2026-11-16T00:00", "2026-11-23T00:00", "2026-11-29T18:30:05"];
    let (zone, hours) = ("America/New_York", ("00:00", "23:59"));
    let chart = chart_at(zone, "FUTURE", &rows, "2026-11-29T18:30:05", hours);
    let found = finished(&chart, Interval::Wk1);
    assert_eq!(closes(&found)[1..], ["2026-11-23 102", "2026-11-30 103"]);
}

#[test]
fn a_day_that_comes_in_two_rows_is_the_newer() {
    let zone = "America/New_York";
    for (stamp, latest) in
        [("16:00:01", "16:00:01"), ("16:00:00", "16:00:01"), ("16:00:00", "19:59:58")]
    {
        let stamp = format!("2026-11-27T{stamp}");
        let latest = format!("2026-11-27T{latest}");
        let rows = ["2026-11-25T09:30", "2026-11-27T09:30", &stamp];
        let chart = chart_at(zone, "EQUITY", &rows, &latest, ("09:30", "16:00"));
        let open = there("2026-11-27T09:30", zone);
        assert_eq!(
            timed(&finished(&chart, Interval::D1))[1..],
            [format!("{open} 103")],
            "{latest}"
        );
    }
    // The one with the time of the latest price, wherever it stands.
    let rows = ["2026-11-25T09:30", "2026-11-27T16:00:01", "2026-11-27T09:30"];
    let chart = chart_at(zone, "EQUITY", &rows, "2026-11-27T16:00:01", ("09:30", "16:00"));
    assert_eq!(closes(&finished(&chart, Interval::D1)), ["2026-11-25 101", "2026-11-27 102"]);
    // Also among days that are over.
    let rows = ["2026-11-24T09:30", "2026-11-24T16:00", "2026-11-25T09:30"];
    let chart = chart_at(zone, "EQUITY", &rows, "2026-11-27T16:00:01", ("09:30", "16:00"));
    assert_eq!(closes(&finished(&chart, Interval::D1)), ["2026-11-24 102", "2026-11-25 103"]);
}

#[test]
fn a_running_row_stamped_with_an_earlier_trade_keeps_its_sessions_time() {
    let zone = "America/New_York";
    for stamp in ["09:58:00", "12:00:00", "15:59:00"] {
        let stamp = format!("2026-11-25T{stamp}");
        let latest = there(&stamp, zone) + SignedDuration::from_secs(2);
        let latest = latest.to_zoned(TimeZone::get(zone).unwrap()).datetime().to_string();
        let chart =
            chart_at(zone, "EQUITY", &["2026-11-24T09:30", &stamp], &latest, ("09:30", "16:00"));
        let last = finished(&chart, Interval::D1).series.last().unwrap();
        assert_eq!(last.open_time, there("2026-11-25T09:30", zone), "{stamp}");
    }
}

proptest! {
    #[test]
    fn no_date_has_two_bars_and_no_bar_is_lost(
        seconds in prop::collection::vec(0_i64..20 * 86_400, 1..40),
        latest in 0_i64..20 * 86_400,
        kind in prop::sample::select(vec!["EQUITY", "CURRENCY", "CRYPTOCURRENCY", "FUTURE"]),
        zone in prop::sample::select(vec!["UTC", "Europe/London", "America/Sao_Paulo", "Asia/Tokyo"]),
    ) {
        let at = |second: i64| Timestamp::from_second(1_764_547_200 + second).unwrap();
        let mut stamps = seconds;
        stamps.sort_unstable();
        let times: Vec<String> = stamps.iter().map(|second| at(*second).to_string()).collect();
        let closes = vec![Some(100.0); times.len()];
        let mut chart = chart(&times.iter().map(String::as_str).collect::<Vec<_>>(), &closes);
        set(&mut chart, "/meta/exchangeTimezoneName", json!(zone));
        set(&mut chart, "/meta/instrumentType", json!(kind));
        traded_at(&mut chart, &at(latest).to_string());
        let found = finished(&chart, Interval::D1);
        let dates = found.series.dates();
        prop_assert!(dates.is_sorted_by(|one, next| one < next), "{:?}", dates);
        let zone = TimeZone::get(zone).unwrap();
        for second in &stamps {
            let date = at(*second).to_zoned(zone.clone()).date();
            let is_there = dates.contains(&date) || dates.contains(&date.tomorrow().unwrap());
            prop_assert!(is_there, "{} in {:?}", date, dates);
        }
        let newest = at(*stamps.last().unwrap());
        prop_assert!(found.series.bars().all(|bar| bar.open_time <= newest));
    }
}
