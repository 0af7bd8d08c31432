use super::*;

const TUESDAY: &str = "2025-10-28T13:30:00Z";
const WEDNESDAY: &str = "2025-10-29T13:30:00Z";
/// When the fixture's latest price was true: a second after the close.
const LIVE: &str = "2025-10-29T20:00:01Z";

#[test]
fn a_live_day_is_stamped_with_its_sessions_open() {
    let chart = chart(&[TUESDAY, LIVE], &[Some(1.0), Some(2.0)]);
    let found = timed(&read(&chart, Interval::D1));
    assert_eq!(found, [format!("{TUESDAY} 1"), format!("{WEDNESDAY} 2")]);
}

#[test]
fn a_live_day_replaces_that_days_bar() {
    let chart = chart(&[TUESDAY, WEDNESDAY, LIVE], &[Some(1.0), Some(1.5), Some(2.0)]);
    let found = timed(&read(&chart, Interval::D1));
    assert_eq!(found, [format!("{TUESDAY} 1"), format!("{WEDNESDAY} 2")]);
}

#[test]
fn a_live_day_of_another_session_opens_when_the_day_before_did() {
    let mut chart = chart(&[TUESDAY, LIVE], &[Some(1.0), Some(2.0)]);
    // In the evening Yahoo already states the next day's session.
    let next = period("2025-10-30T13:30:00Z", "2025-10-30T20:00:00Z");
    set(&mut chart, "/meta/currentTradingPeriod", json!({"regular": next}));
    assert_eq!(timed(&read(&chart, Interval::D1))[1], format!("{WEDNESDAY} 2"));
}

#[test]
fn a_live_row_without_a_price_changes_nothing() {
    let chart = chart(&[TUESDAY, LIVE], &[Some(1.0), None]);
    assert_eq!(timed(&read(&chart, Interval::D1)), [format!("{TUESDAY} 1")]);
}

#[test]
fn a_live_price_moves_the_hour_it_falls_into() {
    let mut chart = chart(&[WEDNESDAY, "2025-10-29T13:59:16Z"], &[Some(333.5), Some(340.25)]);
    traded_at(&mut chart, "2025-10-29T13:59:16Z");
    set(&mut chart, "/indicators/quote/0/volume", json!([3_960_224, 0]));
    let answer = read(&chart, Interval::H1);
    assert_eq!(timed(&answer), [format!("{WEDNESDAY} 340.25")]);
    let bar = answer.series.last().unwrap();
    assert_eq!(bar.open.unwrap().to_string(), "333.5");
    assert_eq!(bar.high.unwrap().to_string(), "340.25");
    assert_eq!(bar.low.unwrap().to_string(), "333.5");
    assert_eq!(bar.volume, Some(3_960_224.0));
}

#[test]
fn a_live_price_after_a_hole_begins_its_interval() {
    let mut chart = chart(
        &["2025-10-29T17:29:00Z", "2025-10-29T17:30:00Z", "2025-10-29T17:30:13Z"],
        &[Some(1.0), None, Some(2.0)],
    );
    traded_at(&mut chart, "2025-10-29T17:30:13Z");
    let found = timed(&read(&chart, Interval::M1));
    assert_eq!(found, ["2025-10-29T17:29:00Z 1", "2025-10-29T17:30:00Z 2"]);
}

#[test]
fn an_interval_begins_at_a_multiple_from_the_open() {
    let mut chart = chart(&["2025-10-29T15:47:12Z"], &[Some(2.0)]);
    traded_at(&mut chart, "2025-10-29T15:47:12Z");
    // The session opens at half past, and so do its hours.
    assert_eq!(timed(&read(&chart, Interval::H1)), ["2025-10-29T15:30:00Z 2"]);
    assert_eq!(timed(&read(&chart, Interval::M15)), ["2025-10-29T15:45:00Z 2"]);
}

#[test]
fn a_live_row_may_be_stamped_with_the_minute_alone() {
    let mut chart =
        chart(&["2025-10-29T19:30:00Z", "2025-10-29T20:00:00Z"], &[Some(1.0), Some(2.0)]);
    set(&mut chart, "/indicators/quote/0/volume", json!([500, 0]));
    assert_eq!(timed(&read(&chart, Interval::H1)), ["2025-10-29T19:30:00Z 2"]);
    // With a volume it is a bar like any other.
    set(&mut chart, "/indicators/quote/0/volume", json!([500, 7]));
    assert_eq!(read(&chart, Interval::H1).series.len(), 2);
}

#[test]
fn a_row_of_a_trade_before_the_latest_is_of_its_hour_too() {
    let trade = "2025-10-29T14:05:03Z";
    let mut chart = chart(&[WEDNESDAY, trade], &[Some(333.5), Some(340.25)]);
    traded_at(&mut chart, "2025-10-29T14:05:05Z");
    assert_eq!(timed(&read(&chart, Interval::H1)), [format!("{WEDNESDAY} 340.25")]);
}

#[test]
fn a_second_row_of_a_week_moves_it_whenever_the_latest_price_is_of() {
    let mut chart = chart(
        &["2025-10-20T04:00:00Z", "2025-10-27T04:00:00Z", "2025-10-29T20:00:00Z"],
        &[Some(1.0), Some(3.0), Some(2.0)],
    );
    traded_at(&mut chart, "2025-10-29T23:59:58Z");
    let answer = read(&chart, Interval::Wk1);
    assert_eq!(closes(&answer), ["2025-10-20 1", "2025-10-27 2"]);
    let week = answer.series.last().unwrap();
    assert_eq!(week.open.zip(week.high).map(|(a, b)| (a.get(), b.get())), Some((3.0, 3.0)));
}

#[test]
fn a_live_price_moves_the_running_month() {
    let mut chart = chart(
        &["2024-09-01T04:00:00Z", "2024-10-01T04:00:00Z", "2024-10-11T20:00:01Z"],
        &[Some(233.0), Some(227.0), Some(227.55)],
    );
    traded_at(&mut chart, "2024-10-11T20:00:01Z");
    assert_eq!(closes(&read(&chart, Interval::Mo1)), ["2024-09-01 233", "2024-10-01 227.55"]);
}

#[test]
fn a_live_price_begins_its_month_and_quarter_where_there_is_none() {
    let mut chart = chart(&["2025-07-01T04:00:00Z", LIVE], &[Some(1.0), Some(2.0)]);
    traded_at(&mut chart, LIVE);
    let begun = |interval| closes(&read(&chart, interval))[1].clone();
    assert_eq!(begun(Interval::Mo1), "2025-10-01 2");
    assert_eq!(begun(Interval::Mo3), "2025-10-01 2");
    assert_eq!(begun(Interval::Wk1), "2025-10-27 2");
}

#[test]
fn a_week_with_a_change_of_summer_time_is_still_one_week() {
    // Clocks in New York went back on Sunday, 2 November 2025.
    let mut chart =
        chart(&["2025-10-27T04:00:00Z", "2025-11-02T23:30:00Z"], &[Some(1.0), Some(2.0)]);
    traded_at(&mut chart, "2025-11-02T23:30:00Z");
    assert_eq!(closes(&read(&chart, Interval::Wk1)), ["2025-10-27 2"]);
}

#[test]
fn the_last_bar_is_provisional_until_its_interval_is_over() {
    let check = |interval, open: &str, now: &str, expected: bool| {
        let chart = chart(&[TUESDAY, open], &[Some(1.0), Some(2.0)]);
        let bars: Vec<_> = read_at(&chart, interval, now).unwrap().series.bars().collect();
        assert!(!bars[0].provisional);
        assert_eq!(bars[1].provisional, expected, "{interval} from {open} at {now}");
    };
    check(Interval::D1, WEDNESDAY, "2025-10-29T19:59:59Z", true);
    check(Interval::D1, WEDNESDAY, "2025-10-29T20:00:00Z", false);
    check(Interval::M5, WEDNESDAY, "2025-10-29T13:34:59Z", true);
    check(Interval::M5, WEDNESDAY, "2025-10-29T13:35:00Z", false);
    // The session's last hour is half an hour.
    check(Interval::H1, "2025-10-29T19:30:00Z", "2025-10-29T20:00:00Z", false);
    check(Interval::Wk1, "2025-11-03T05:00:00Z", "2025-11-08T12:00:00Z", true);
    check(Interval::Wk1, "2025-11-03T05:00:00Z", "2025-11-10T05:00:00Z", false);
    check(Interval::Mo1, "2025-11-01T04:00:00Z", "2025-11-30T12:00:00Z", true);
    check(Interval::Mo3, "2026-01-01T05:00:00Z", "2026-04-03T12:00:00Z", false);
}

#[test]
fn a_day_is_over_once_another_is_current() {
    let mut chart = chart(&[TUESDAY], &[Some(1.0)]);
    trade_in(&mut chart, "America/New_York", WEDNESDAY, "2025-10-29T20:00:00Z");
    let answer = read_at(&chart, Interval::D1, "2025-10-28T23:00:00Z").unwrap();
    assert!(!answer.series.last().unwrap().provisional);
}

#[test]
fn a_day_that_never_closes_is_provisional_until_midnight() {
    let mut chart = chart(&["2025-10-29T00:00:00Z"], &[Some(1.0)]);
    trade_in(&mut chart, "UTC", "2025-10-29T00:00:00Z", "2025-10-29T23:59:00Z");
    let provisional =
        |now| read_at(&chart, Interval::D1, now).unwrap().series.last().unwrap().provisional;
    assert!(provisional("2025-10-29T23:59:30Z"));
    assert!(!provisional("2025-10-30T00:00:00Z"));
}
