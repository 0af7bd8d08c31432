//! Where the minutes of a stretch belong in longer bars.

use std::ops::Range;

use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::LiveBars;
use super::stretch::{Minute, Stretch};
use crate::{Bar, Basis, Interval, Series, SeriesHead, Session};

/// At which sources end the days of markets that never close.
const LAST_MINUTE: Time = time(23, 59, 0, 0);

/// When an instrument trades.
pub(super) struct Hours<'a> {
    pub(super) zone: &'a TimeZone,
    pub(super) session: Option<Session>,
}

impl Hours<'_> {
    pub(super) fn date_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    pub(super) fn time_of(&self, at: Timestamp) -> Time {
        at.to_zoned(self.zone.clone()).time()
    }

    /// The time of day at which trading begins, where a day is known.
    pub(super) fn opens_at(&self) -> Option<Time> {
        self.session.map(|session| self.time_of(session.regular.start))
    }

    /// When trading begins on a date, where that is the day known.
    pub(super) fn open_on(&self, date: Date) -> Option<Timestamp> {
        let session = self.session?;
        Some(session.regular.start).filter(|start| self.date_of(*start) == date)
    }

    /// When trading ends on a date, where that is the day known and it ends.
    fn close_on(&self, date: Date) -> Option<Timestamp> {
        self.open_on(date)?;
        let close = self.session?.regular.end;
        Some(close).filter(|close| self.time_of(*close) != LAST_MINUTE)
    }

    /// Whether a bar shorter than a day may begin then. A price from the very end,
    /// as of a closing auction, is the day's and begins none.
    pub(super) fn has_bar(&self, minute: &Minute) -> bool {
        let Minute { start, date, .. } = minute;
        self.open_on(*date).is_none_or(|open| open.as_second() < start.as_second() + 60)
            && self.close_on(*date).is_none_or(|close| *start < close)
    }

    /// A bar as it opens: a day with its trading, whenever its first price came.
    pub(super) fn opened(&self, bar: Bar, interval: Interval) -> Bar {
        let open = self.open_on(bar.date).filter(|_| !interval.is_intraday());
        Bar { open_time: open.unwrap_or(bar.open_time), ..bar }
    }

    /// The first instant after a bar.
    pub(super) fn end_of(&self, bar: &Bar, interval: Interval) -> Timestamp {
        let close = self.close_on(bar.date).unwrap_or(Timestamp::MAX);
        if interval.is_intraday() {
            let length = SignedDuration::from_secs(interval.seconds());
            return bar.open_time.checked_add(length).map_or(close, |end| end.min(close));
        }
        let next = bar.date.checked_add(1.day()).unwrap_or(Date::MAX);
        let midnight = self.zone.to_timestamp(next.to_datetime(Time::midnight()));
        midnight.map_or(close, |midnight| midnight.min(close))
    }
}

impl LiveBars {
    /// Bars of an interval made of these minutes, each with those it is made of.
    /// Their volumes are what was traded in them, where that is known.
    pub(super) fn placed(
        &self,
        stretch: &Stretch,
        minutes: &[usize],
        interval: Interval,
        starts_at: Option<Time>,
    ) -> Vec<(Bar, Range<usize>)> {
        let bars = self.joined(stretch, minutes, interval, starts_at);
        let opens = |i: usize| bars.get(i).map_or(Timestamp::MAX, |bar: &Bar| bar.open_time);
        let before = |at| minutes.partition_point(|i| stretch.minute(*i).start < at);
        let placed = bars.iter().enumerate().map(|(i, bar)| {
            let its = &minutes[before(opens(i))..before(opens(i + 1))];
            let its = its.first().map_or(0..0, |first| *first..its[its.len() - 1] + 1);
            (Bar { volume: stretch.volume(&its), ..*bar }, its)
        });
        placed.collect()
    }

    fn joined(
        &self,
        stretch: &Stretch,
        minutes: &[usize],
        interval: Interval,
        starts_at: Option<Time>,
    ) -> Vec<Bar> {
        let head = SeriesHead {
            symbol: self.symbol.clone(),
            interval: Interval::M1,
            source: self.source.clone(),
            currency: self.currency.clone(),
            basis: Basis::Unadjusted,
        };
        let series = Series::new(head, minutes.iter().map(|i| stretch.bar(*i)).collect());
        if interval == Interval::M1 {
            return series.bars().collect();
        }
        let longer = series.aggregated(interval, &self.zone, starts_at);
        longer.expect("minutes fill every interval that is longer").bars().collect()
    }
}
