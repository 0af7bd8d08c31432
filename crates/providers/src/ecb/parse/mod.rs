//! Turns the bank's files into days of rates, and those into quotes and bars.
//!
//! There are no wire types: XML and CSV are read by name, not by shape.

mod table;
mod xml;

use jiff::Timestamp;
use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use market::{Bar, Instrument, Price, Quote, Source, SourceError};

use super::facts::NAME;

/// Reads the files with the latest day and with the last 90 days.
///
/// # Errors
///
/// [`SourceError::Unreadable`] where there is no rate in the whole file.
pub(super) fn xml(body: &[u8]) -> Result<Vec<Day>, SourceError> {
    xml::days(body).and_then(some_rates)
}

/// Reads the file with all days, zipped or not. Errors as [`xml`] does.
pub(super) fn table(body: &[u8]) -> Result<Vec<Day>, SourceError> {
    table::days(body).and_then(some_rates)
}

fn some_rates(days: Vec<Day>) -> Result<Vec<Day>, SourceError> {
    let has_some = days.iter().any(|day| !day.rates.is_empty());
    if has_some { Ok(days) } else { Err(unreadable("every rate is missing")) }
}

/// When the rates of a day are true: the central banks' daily concertation.
const CONCERTATION: Time = time(14, 10, 0, 0);

/// The bank's own zone: it sits in Frankfurt.
const ZONE: &str = "Europe/Berlin";

/// One day's rates.
#[derive(Debug, PartialEq)]
pub(super) struct Day {
    /// The bank's business day.
    pub(super) date: Date,
    /// Currencies, and units of each for one euro. A currency without a rate
    /// that day (`N/A`) is left out.
    pub(super) rates: Vec<(String, Price)>,
}

impl Day {
    fn rate(&self, code: &str) -> Option<Price> {
        self.rates.iter().find(|(currency, _)| currency == code).map(|(_, rate)| *rate)
    }
}

/// The currency of a pair that the bank publishes as it stands.
pub(super) fn code(instrument: &Instrument) -> Result<&str, SourceError> {
    match instrument.symbol.pair() {
        Some(("EUR", code)) if code != "EUR" => Ok(code),
        _ => Err(SourceError::NotOffered("only the euro in another currency is".to_owned())),
    }
}

/// The price of the euro on the latest day of a file.
pub(super) fn quote(
    days: &[Day],
    instrument: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let code = code(instrument)?;
    let day =
        days.iter().max_by_key(|day| day.date).ok_or_else(|| unreadable("no day of rates"))?;
    let price = day.rate(code).ok_or_else(|| not_published(code))?;
    Ok(Quote {
        instrument: described(instrument),
        price,
        currency: code.parse().ok(),
        previous: None,
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: Some(in_frankfurt(day.date, CONCERTATION)?),
        received_at,
        source: Source::new(NAME),
        simulated: false,
    })
}

/// The instrument as the bank has it: dated by its own calendar.
pub(super) fn described(instrument: &Instrument) -> Instrument {
    Instrument { time_zone: ZONE.to_owned(), ..instrument.clone() }
}

/// One bar for each day that has a rate: a close and nothing else. A day the
/// bank published nothing is a hole.
pub(super) fn bars(days: &[Day], code: &str) -> Result<Vec<Bar>, SourceError> {
    let rates = days.iter().filter_map(|day| Some((day.date, day.rate(code)?)));
    let bars: Vec<Bar> = rates.map(|(date, close)| bar(date, close)).collect::<Result<_, _>>()?;
    if bars.is_empty() { Err(not_published(code)) } else { Ok(bars) }
}

fn bar(date: Date, close: Price) -> Result<Bar, SourceError> {
    Ok(Bar {
        open_time: in_frankfurt(date, Time::midnight())?,
        date,
        open: None,
        high: None,
        low: None,
        close,
        adj_close: None,
        volume: None,
        provisional: false,
    })
}

fn in_frankfurt(date: Date, time: Time) -> Result<Timestamp, SourceError> {
    let zone = zone();
    zone.to_timestamp(date.to_datetime(time)).map_err(|_| unreadable("a date out of range"))
}

/// The zone the bank dates its rates in.
pub(super) fn zone() -> TimeZone {
    TimeZone::get(ZONE).expect("the tz database is built into the program")
}

/// Neither now nor in the file: currencies end (RUB 2022-03-01, HRK 2022-12-30,
/// BGN 2025-12-31) and most never began.
fn not_published(code: &str) -> SourceError {
    SourceError::NotOffered(format!("{code} is not among the currencies published"))
}

fn unreadable(what: &str) -> SourceError {
    SourceError::Unreadable(what.to_owned())
}

fn date(text: &str) -> Result<Date, SourceError> {
    text.trim().parse().map_err(|_| unreadable("a date that is none"))
}

/// One bad rate fails the file: half a day, once stored, looks whole.
fn rate(text: &str) -> Result<Price, SourceError> {
    let rate = text.trim().parse().ok().and_then(Price::new).filter(|rate| rate.get() > 0.0);
    rate.ok_or_else(|| unreadable("a rate that is no positive number"))
}

#[cfg(test)]
mod tests;
