use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, time};
use jiff::tz::TimeZone;
use market::{Action, Bar, Element, Impossible, Price, Sieve, SourceError};

use super::actions;
use crate::json::Row;
use crate::tiingo::wire::Day;

/// When regular trading begins in New York.
const OPENS: Time = time(9, 30, 0, 0);

/// Until then what was said of a day may be corrected, by Tiingo's own account.
const SETTLED: Time = time(20, 0, 0, 0);

/// The rows of an answer.
#[derive(Default)]
pub(super) struct Read {
    /// Those with a close that can be, as traded.
    pub(super) bars: Vec<Bar>,
    /// What happened on their days, in shares of those days, ascending.
    pub(super) actions: Vec<Action>,
    /// The dates of those without a close.
    pub(super) unpriced: Vec<Date>,
}

/// Every row, oldest first.
///
/// # Errors
///
/// Where there are rows, and no price in any.
pub(super) fn read(
    rows: Vec<Row<Day>>,
    zone: &TimeZone,
    sieve: &mut Sieve,
) -> Result<Read, SourceError> {
    let (mut read, is_empty) = (Read::default(), rows.is_empty());
    for row in rows {
        let dated = row.0.and_then(|day| Some((date(day.date.as_deref()?)?, day)));
        match dated {
            Some((date, day)) => take(&day, date, zone, &mut read, sieve),
            None => sieve.keep(Element::Bar, None, Impossible::NoTime),
        }
    }
    if !is_empty && read.bars.is_empty() && sieve.set_aside.is_empty() {
        return Err(SourceError::Unreadable("every price is missing".to_owned()));
    }
    read.bars.sort_by_key(|bar| bar.date);
    read.actions.sort_by_key(|action| action.ex_date);
    Ok(read)
}

/// `2018-04-12T00:00:00+00:00` and `2015-01-02T00:00:00.000Z` are dates and no instants.
fn date(text: &str) -> Option<Date> {
    let at: DateTime = text.get(..19)?.parse().ok()?;
    (at.time() == Time::midnight()).then_some(at.date())
}

fn take(day: &Day, date: Date, zone: &TimeZone, read: &mut Read, sieve: &mut Sieve) {
    let happened = actions::of_day(day, date, sieve);
    read.actions.extend(happened);
    match bar(day, date, zone, sieve.received_at) {
        Ok(Some(bar)) => read.bars.extend(sieve.bar(bar)),
        Ok(None) => read.unpriced.push(date),
        Err(reason) => sieve.keep(Element::Bar, Some(date), reason),
    }
}

fn bar(
    day: &Day,
    date: Date,
    zone: &TimeZone,
    received_at: Timestamp,
) -> Result<Option<Bar>, Impossible> {
    let Some(close) = day.close.price()? else { return Ok(None) };
    Ok(Some(Bar {
        open_time: at(date, OPENS, zone).ok_or(Impossible::NoTime)?,
        date,
        open: day.open.price()?,
        high: day.high.price()?,
        low: day.low.price()?,
        close,
        adj_close: day.adj_close.number().and_then(Price::new),
        volume: day.volume.number().filter(|volume| *volume >= 0.0),
        provisional: at(date, SETTLED, zone).is_some_and(|settled| received_at < settled),
    }))
}

fn at(date: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(date.to_datetime(time)).ok()
}
