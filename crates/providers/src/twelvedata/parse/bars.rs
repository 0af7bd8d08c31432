use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use market::{Instrument, Interval};

use crate::json::{Figure, Row};
use crate::rows::{Figures, Place, Stamp};
use crate::twelvedata::wire::Value;

/// What each row is about, and its figures.
pub(super) fn of(
    rows: Vec<Row<Value>>,
    interval: Interval,
    instrument: &Instrument,
) -> impl Iterator<Item = Option<(Stamp, Figures)>> + use<> {
    let place = Place::of(instrument);
    rows.into_iter().map(move |row| {
        let value = row.0?;
        Some((stamp(&place, &value.datetime, interval)?, figures(&value)))
    })
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
