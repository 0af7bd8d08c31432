use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use market::{Instrument, Interval, Sieve, SourceError};

use crate::json::{Figure, Row};
use crate::rows::{self, Figures, Place, Read, Stamp};
use crate::twelvedata::wire::Value;

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
    let place = Place::of(instrument);
    let row = |row: Row<Value>| {
        let value = row.0?;
        Some((stamp(&place, &value.datetime, interval)?, figures(&value)))
    };
    rows::read(rows.into_iter().map(row), interval, sieve)
}

/// A day is a date where the instrument trades; a moment within one is told in UTC.
fn stamp(place: &Place, text: &str, interval: Interval) -> Option<Stamp> {
    if !interval.is_intraday() {
        return place.day(text.parse().ok()?);
    }
    let at: DateTime = text.parse().ok()?;
    let at: Timestamp = TimeZone::UTC.to_timestamp(at).ok()?;
    place.moment(at)
}

fn figures(value: &Value) -> Figures {
    let Value { open, high, low, close, volume, .. } = *value;
    Figures { open, high, low, close, adjusted_close: Figure::Absent, volume }
}
