use std::collections::BTreeMap;

use jiff::civil::Date;
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
///
/// Of two rows of one trading date, or of one week or month, one remains.
pub(super) fn fold(bars: Vec<Bar>, day: &MarketDay) -> Vec<Bar> {
    if day.interval == Interval::D1 {
        return days(bars, day);
    }
    let mut bars = bars;
    let live = if is_last_live(&bars, day) { bars.pop() } else { None };
    if !day.interval.is_intraday() {
        bars = one_a_date(bars, day);
    }
    if let Some(live) = live {
        extend_running(&mut bars, live, day);
    }
    bars
}

/// A live row falls into the week or month of the row before it, or is stamped with
/// a trade.
fn is_last_live(bars: &[Bar], day: &MarketDay) -> bool {
    let Some((last, before)) = bars.split_last() else { return false };
    let begins = |bar: &Bar| day.interval.first_date(bar.date);
    let is_of_one = || before.last().is_some_and(|before| begins(before) == begins(last));
    is_live(last, day) || (!day.interval.is_intraday() && is_of_one())
}

/// A live row carries the very second of the latest price, or that of a trade a
/// little before. Some intraday ones carry its minute, and then no volume.
fn is_live(bar: &Bar, day: &MarketDay) -> bool {
    let Some(traded_at) = day.traded_at else { return false };
    let minute = Timestamp::from_second(traded_at.as_second().div_euclid(60) * 60);
    let by_minute =
        day.interval.is_intraday() && minute.is_ok_and(|minute| bar.open_time == minute);
    // No bar begins within a minute.
    let by_trade = day.interval.is_intraday()
        && bar.open_time.as_second().rem_euclid(60) != 0
        && day.is_near_latest(bar.open_time);
    let without_volume = bar.volume.unwrap_or(0.0) == 0.0;
    bar.open_time == traded_at || by_trade || (by_minute && without_volume)
}

/// A live day is the whole day. It, and what else is stamped with a trade, opens
/// when its session did, so that a day keeps its time while its stamp moves.
fn days(bars: Vec<Bar>, day: &MarketDay) -> Vec<Bar> {
    let newest = bars.iter().map(|bar| bar.date).max();
    let stamps = bars.iter().filter(|bar| Some(bar.date) == newest).map(|bar| bar.open_time);
    let (rows, stamp) = (stamps.clone().count(), stamps.max());
    let mut bars = one_a_date(bars, day);
    let Some((last, stamp)) = bars.pop().zip(stamp) else { return bars };
    // Where days are stamped with their close, that is no trade of a running one.
    let as_usual = bars.last().is_some_and(|it| day.time_of(it.open_time) == day.time_of(stamp));
    let is_trade = !as_usual && (day.is_near_latest(stamp) || day.is_within(stamp));
    let is_stamped_by_trade = is_trade || rows > 1;
    let open_time = if is_stamped_by_trade {
        let merged = (rows > 1).then_some(last.open_time);
        open_of(&last, &bars, day, merged).filter(|open| *open <= stamp).unwrap_or(last.open_time)
    } else {
        last.open_time
    };
    bars.push(Bar { open_time, ..last });
    bars
}

/// When a day opened: by its stated session, by another of its rows, or by the
/// day before.
fn open_of(
    last: &Bar,
    before: &[Bar],
    day: &MarketDay,
    merged: Option<Timestamp>,
) -> Option<Timestamp> {
    let as_before = || {
        let time = day.time_of(before.last()?.open_time);
        Some(native::instant(last.date, time, &day.zone))
    };
    day.open_on(last.date).or(merged).or_else(as_before)
}

/// One row for each date: the one stamped with the latest price's time or, failing
/// that, the last in the list. It opens when the first of them on its date did.
fn one_a_date(bars: Vec<Bar>, day: &MarketDay) -> Vec<Bar> {
    let mut dates: BTreeMap<Date, (Timestamp, Bar)> = BTreeMap::new();
    for bar in bars {
        let stamp = bar.open_time;
        let one = dates.entry(bar.date).or_insert((stamp, bar));
        let opened = earlier(one.1.open_time, stamp, bar.date, day);
        if Some(one.0) != day.traded_at {
            *one = (stamp, bar);
        }
        one.1.open_time = opened;
    }
    dates.into_values().map(|(_, bar)| bar).collect()
}

/// The earlier of two instants on a date; one of the evening before is of no use
/// where there is another.
fn earlier(one: Timestamp, other: Timestamp, date: Date, day: &MarketDay) -> Timestamp {
    let on_date = |at: &Timestamp| day.date_of(*at) == date;
    [one, other].into_iter().filter(on_date).min().unwrap_or_else(|| one.min(other))
}

/// A live row of any other length is the latest price alone: it moves the bar
/// that is running, or begins one where there is none.
fn extend_running(bars: &mut Vec<Bar>, mut live: Bar, day: &MarketDay) {
    if let Some(running) = bars.last_mut().filter(|bar| is_running(bar, &live, day)) {
        extend(running, &live);
    } else {
        (live.open_time, live.date) = start(&live, day);
        bars.push(live);
    }
}

fn is_running(bar: &Bar, live: &Bar, day: &MarketDay) -> bool {
    if day.interval.is_intraday() {
        return day.interval_end(bar) > live.open_time;
    }
    day.date_of(day.interval_end(bar)) > live.date
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

/// When and on which date the interval began that a live row falls into.
fn start(live: &Bar, day: &MarketDay) -> (Timestamp, Date) {
    if !day.interval.is_intraday() {
        let date = day.interval.first_date(live.date);
        // On the evening before a week begins, its first day is yet to come.
        return (native::midnight(date, &day.zone).min(live.open_time), date);
    }
    let instant = live.open_time;
    let open = day.usual_open_on(day.date_of(instant));
    let length = day.interval.seconds();
    let into = instant.as_second().saturating_sub(open.as_second()).rem_euclid(length);
    let begun = instant.checked_sub(SignedDuration::from_secs(into)).unwrap_or(instant);
    (begun, day.date_of(begun))
}
