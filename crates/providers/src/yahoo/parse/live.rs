use jiff::{SignedDuration, Timestamp};
use market::{Bar, Interval, Price};

use super::market_day::MarketDay;
use crate::yahoo::native;

/// Puts the live bar where it belongs.
///
/// While a market trades, and for a while after, Yahoo sends the running day,
/// week or hour in one row and then a last one stamped with the time of the
/// latest price. Taken as it is, that row would be a second bar for its day, or
/// a bar of a few seconds.
pub(super) fn fold(mut bars: Vec<Bar>, day: &MarketDay) -> Vec<Bar> {
    let Some(live) = bars.pop_if(|bar| is_live(bar, day)) else { return bars };
    if day.interval == Interval::D1 {
        replace_day(&mut bars, live, day);
    } else {
        extend_running(&mut bars, live, day);
    }
    bars
}

/// A live row carries the very second of the latest price. Some intraday ones
/// carry its minute, and then no volume.
fn is_live(bar: &Bar, day: &MarketDay) -> bool {
    let Some(traded_at) = day.traded_at else { return false };
    let minute = Timestamp::from_second(traded_at.as_second().div_euclid(60) * 60);
    let by_minute =
        day.interval.is_intraday() && minute.is_ok_and(|minute| bar.open_time == minute);
    bar.open_time == traded_at || (by_minute && bar.volume.unwrap_or(0.0) == 0.0)
}

/// A live day is the whole day: it takes the place of that day's bar.
fn replace_day(bars: &mut Vec<Bar>, mut live: Bar, day: &MarketDay) {
    let mut replaced = None;
    while let Some(bar) = bars.pop_if(|bar| bar.date == live.date) {
        replaced = Some(bar.open_time);
    }
    let as_before = || {
        let time = day.time_of(bars.last()?.open_time);
        Some(native::instant(live.date, time, &day.zone))
    };
    let open_time = day.open_on(live.date).or(replaced).or_else(as_before);
    live.open_time = open_time.unwrap_or(live.open_time);
    bars.push(live);
}

/// A live row of any other length is the latest price alone: it moves the bar
/// that is running, or begins one where there is none.
fn extend_running(bars: &mut Vec<Bar>, mut live: Bar, day: &MarketDay) {
    if let Some(running) = bars.last_mut().filter(|bar| day.interval_end(bar) > live.open_time) {
        extend(running, &live);
    } else {
        live.open_time = start(live.open_time, day);
        live.date = day.date_of(live.open_time);
        bars.push(live);
    }
}

/// Volume stays: the running bar already counts what the live row counts.
fn extend(running: &mut Bar, live: &Bar) {
    let wider = |known: Option<Price>, seen: Option<Price>, pick: fn(f64, f64) -> f64| {
        Price::new(pick(known?.get(), seen.unwrap_or(live.close).get()))
    };
    running.high = wider(running.high, live.high, f64::max);
    running.low = wider(running.low, live.low, f64::min);
    running.close = live.close;
    running.adj_close = live.adj_close;
}

/// When the interval began that an instant falls into.
fn start(instant: Timestamp, day: &MarketDay) -> Timestamp {
    let date = day.date_of(instant);
    if !day.interval.is_intraday() {
        return native::midnight(day.interval.first_date(date), &day.zone);
    }
    let open = day.usual_open_on(date);
    let length = day.interval.seconds();
    let into = instant.as_second().saturating_sub(open.as_second()).rem_euclid(length);
    instant.checked_sub(SignedDuration::from_secs(into)).unwrap_or(instant)
}
