use std::collections::VecDeque;
use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::{Bar, Price};

/// A day, the hour by which the longest is longer, and one before it.
const KEPT: i64 = 26 * 60 * 60;

/// What a tick says of its minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) as_of: Timestamp,
    pub(super) received_at: Timestamp,
    pub(super) price: Price,
    pub(super) day_volume: Option<f64>,
}

/// Minutes of ticks among which none is missing.
#[derive(Debug)]
pub(super) struct Stretch {
    /// When its first tick was received.
    pub(super) began: Timestamp,
    /// The least time that a tick took to arrive: exchanges publish with a delay.
    lag: SignedDuration,
    received_at: Timestamp,
    /// Ascending, never empty.
    minutes: VecDeque<Minute>,
}

/// A minute in which there was a price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Minute {
    /// When it began.
    pub(super) start: Timestamp,
    /// The trading date.
    pub(super) date: Date,
    /// When its close was received.
    pub(super) received_at: Timestamp,
    open_at: Timestamp,
    close_at: Timestamp,
    open: Price,
    high: Price,
    low: Price,
    close: Price,
    /// The day's volume as of the close.
    day_volume: Option<f64>,
}

impl Stretch {
    pub(super) fn new(first: Seen, zone: &TimeZone) -> Self {
        Self {
            began: first.received_at,
            lag: lag(first),
            received_at: first.received_at,
            minutes: VecDeque::from([Minute::new(first, zone)]),
        }
    }

    pub(super) fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// The instant up to which the source has reported what happened by `now`.
    pub(super) fn reported_until(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.lag).unwrap_or(now)
    }

    pub(super) fn take(&mut self, seen: Seen, zone: &TimeZone) {
        self.lag = self.lag.min(lag(seen));
        self.received_at = self.received_at.max(seen.received_at);
        let start = minute_of(seen.as_of);
        match self.minutes.binary_search_by_key(&start, |minute| minute.start) {
            Ok(held) => self.minutes[held].take(seen),
            // What is older than all was seen by nobody from its beginning.
            Err(0) => {}
            Err(place) => self.minutes.insert(place, Minute::new(seen, zone)),
        }
        self.forget_old();
    }

    fn forget_old(&mut self) {
        let newest = self.newest().start.as_second();
        while self.minutes.front().is_some_and(|old| old.start.as_second() + KEPT <= newest) {
            self.minutes.pop_front();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.minutes.len()
    }

    pub(super) fn minute(&self, i: usize) -> &Minute {
        &self.minutes[i]
    }

    pub(super) fn newest(&self) -> &Minute {
        self.minutes.back().expect("a stretch begins with a minute and keeps its newest")
    }

    /// The first minute that begins then or later.
    pub(super) fn first_from(&self, at: Timestamp) -> usize {
        self.minutes.partition_point(|minute| minute.start < at)
    }

    /// When the close of the last of these minutes was received.
    pub(super) fn received(&self, minutes: &Range<usize>) -> Timestamp {
        self.minutes[minutes.end - 1].received_at
    }

    /// Whether each of these minutes was seen from its beginning.
    pub(super) fn saw_beginning(minutes: &Range<usize>) -> bool {
        minutes.start > 0
    }

    /// What was traded in these minutes: from the last price before them to their
    /// last. A day begins with nothing.
    pub(super) fn volume(&self, minutes: &Range<usize>) -> Option<f64> {
        let before = self.minutes.get(minutes.start.checked_sub(1)?)?;
        let (first, last) = (self.minutes.get(minutes.start)?, self.minutes.get(minutes.end - 1)?);
        let until = last.day_volume?;
        let since = if before.date == first.date { before.day_volume? } else { 0.0 };
        Some(until - since).filter(|grown| *grown >= 0.0 && first.date == last.date)
    }

    /// The day's volume as the last of these minutes said.
    pub(super) fn day_volume(&self, minutes: &Range<usize>) -> Option<f64> {
        self.minutes.get(minutes.end.checked_sub(1)?)?.day_volume
    }

    pub(super) fn bar(&self, i: usize) -> Bar {
        let minute = &self.minutes[i];
        Bar {
            open_time: minute.start,
            date: minute.date,
            open: Some(minute.open),
            high: Some(minute.high),
            low: Some(minute.low),
            close: minute.close,
            adj_close: None,
            volume: None,
            provisional: false,
        }
    }
}

impl Minute {
    fn new(seen: Seen, zone: &TimeZone) -> Self {
        let start = minute_of(seen.as_of);
        let price = seen.price;
        Self {
            start,
            date: start.to_zoned(zone.clone()).date(),
            received_at: seen.received_at,
            open_at: seen.as_of,
            close_at: seen.as_of,
            open: price,
            high: price,
            low: price,
            close: price,
            day_volume: seen.day_volume,
        }
    }

    /// Of two prices true at one instant the one that came later is the last.
    fn take(&mut self, seen: Seen) {
        let price = seen.price;
        self.high = if price > self.high { price } else { self.high };
        self.low = if price < self.low { price } else { self.low };
        if seen.as_of < self.open_at {
            (self.open, self.open_at) = (price, seen.as_of);
        }
        if seen.as_of >= self.close_at {
            (self.close, self.close_at) = (price, seen.as_of);
            (self.day_volume, self.received_at) = (seen.day_volume, seen.received_at);
        }
    }
}

fn minute_of(at: Timestamp) -> Timestamp {
    let into = SignedDuration::from_nanos(at.as_nanosecond().rem_euclid(60_000_000_000) as i64);
    // Only the first minute of all time has no beginning.
    at.checked_sub(into).unwrap_or(at)
}

/// Never below nothing: clocks differ.
fn lag(seen: Seen) -> SignedDuration {
    seen.received_at.duration_since(seen.as_of).max(SignedDuration::ZERO)
}
