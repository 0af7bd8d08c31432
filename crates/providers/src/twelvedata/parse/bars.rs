use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use market::{Bar, Calendar, Element, Impossible, Instrument, Interval, Sieve, SourceError};

use crate::json::Row;
use crate::twelvedata::wire::Value;

/// The bars of an answer.
#[derive(Default)]
pub(super) struct Read {
    /// Those with a close that can be.
    pub(super) bars: Vec<Bar>,
    /// The dates of those without one.
    pub(super) unpriced: Vec<Date>,
}

/// Every bar.
///
/// # Errors
///
/// Where there are rows, and no price in any.
pub(super) fn read(
    rows: Vec<Row<Value>>,
    interval: Interval,
    instrument: &Instrument,
    sieve: &mut Sieve,
) -> Result<Read, SourceError> {
    let (mut read, is_empty) = (Read::default(), rows.is_empty());
    let place = Place::of(instrument);
    for row in rows {
        let dated = row.0.and_then(|value| Some((place.stamp(&value.datetime, interval)?, value)));
        let Some((stamp, value)) = dated else {
            sieve.keep(Element::Bar, None, Impossible::NoTime);
            continue;
        };
        match bar(&value, &stamp, stamp.is_running(interval, sieve.received_at)) {
            Ok(Some(bar)) => read.bars.extend(sieve.bar(bar)),
            Ok(None) => read.unpriced.push(stamp.date),
            Err(reason) => sieve.keep(Element::Bar, Some(stamp.date), reason),
        }
    }
    if !is_empty && read.bars.is_empty() && sieve.set_aside.is_empty() {
        return Err(SourceError::Unreadable("every price is missing".to_owned()));
    }
    Ok(read)
}

/// Where an instrument trades.
struct Place {
    zone: TimeZone,
    calendar: Option<&'static Calendar>,
}

/// What a bar is about.
struct Stamp {
    open_time: Timestamp,
    date: Date,
    /// When its day is over where it trades.
    day_ends: Timestamp,
}

impl Place {
    fn of(instrument: &Instrument) -> Self {
        Self { zone: instrument.zone(), calendar: Calendar::for_instrument(instrument) }
    }

    /// A day is a date where the instrument trades; a moment within one is told in UTC.
    fn stamp(&self, text: &str, interval: Interval) -> Option<Stamp> {
        let (open_time, date) = if interval.is_intraday() {
            let at: DateTime = text.parse().ok()?;
            let at = TimeZone::UTC.to_timestamp(at).ok()?;
            (at, at.to_zoned(self.zone.clone()).date())
        } else {
            let date: Date = text.parse().ok()?;
            (self.opened(date)?, date)
        };
        let day_ends = self.zone.to_timestamp(date.tomorrow().ok()?.at(0, 0, 0, 0)).ok()?;
        Some(Stamp { open_time, date, day_ends })
    }

    fn opened(&self, date: Date) -> Option<Timestamp> {
        let session = self.calendar.and_then(|calendar| calendar.session(date));
        let midnight = || self.zone.to_timestamp(date.at(0, 0, 0, 0)).ok();
        session.map(|session| session.open).or_else(midnight)
    }
}

impl Stamp {
    /// The row of a day that goes on is like all others. Nobody says until when one is
    /// corrected.
    fn is_running(&self, interval: Interval, received_at: Timestamp) -> bool {
        let length = jiff::SignedDuration::from_secs(interval.seconds());
        let end = if interval.is_intraday() {
            self.open_time.checked_add(length).unwrap_or(Timestamp::MAX)
        } else {
            self.day_ends
        };
        received_at < end
    }
}

fn bar(value: &Value, stamp: &Stamp, provisional: bool) -> Result<Option<Bar>, Impossible> {
    let Some(close) = value.close.price()? else { return Ok(None) };
    Ok(Some(Bar {
        open_time: stamp.open_time,
        date: stamp.date,
        open: value.open.price()?,
        high: value.high.price()?,
        low: value.low.price()?,
        close,
        adj_close: None,
        volume: value.volume.number().filter(|volume| *volume >= 0.0),
        provisional,
    }))
}
