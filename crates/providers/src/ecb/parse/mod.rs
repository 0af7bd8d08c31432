//! Turns the bank's files into days of rates, and those into quotes and bars.
//!
//! There are no wire types: XML and CSV are read by name, not by shape.

mod table;
mod xml;

use jiff::Timestamp;
use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use market::{
    Bar, Element, Impossible, Instrument, Kind, Price, Quote, SetAside, Source, SourceError,
};

use super::facts::NAME;
use crate::refused;

/// Reads the files with the latest day and with the last 90 days.
///
/// # Errors
///
/// [`SourceError::Unreadable`] where there is no rate in the whole file; what its
/// words say where it is a refusal with status 200.
pub(super) fn xml(body: &[u8]) -> Result<Days, SourceError> {
    read(body, xml::days)
}

/// Reads the file with all days, zipped or not. Errors as [`xml`] does.
pub(super) fn table(body: &[u8]) -> Result<Days, SourceError> {
    read(body, table::days)
}

fn read(body: &[u8], days: fn(&[u8]) -> Result<Days, SourceError>) -> Result<Days, SourceError> {
    let found = days(body).and_then(some_rates);
    found.map_err(|unreadable| refused::in_words(body).unwrap_or(unreadable))
}

fn some_rates(days: Days) -> Result<Days, SourceError> {
    let has_some = days.iter().any(|day| day.rates.iter().any(|(_, rate)| rate.is_ok()));
    if has_some { Ok(days) } else { Err(unreadable("every rate is missing")) }
}

/// The days of a file, and how many of its rows are of no day that can be read.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Days {
    days: Vec<Day>,
    undated: usize,
}

impl Days {
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Day> {
        self.days.iter()
    }

    fn is_empty(&self) -> bool {
        self.days.is_empty() && self.undated == 0
    }
}

impl FromIterator<Option<Day>> for Days {
    fn from_iter<I: IntoIterator<Item = Option<Day>>>(rows: I) -> Self {
        let mut found = Self::default();
        for row in rows {
            match row {
                Some(day) => found.days.push(day),
                None => found.undated += 1,
            }
        }
        found
    }
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
    /// Currencies, and units of each for one euro, or why there are none where
    /// something else stands there. A currency without a rate that day (`N/A`) is left out.
    pub(super) rates: Vec<(String, Result<Price, Impossible>)>,
}

impl Day {
    fn rate(&self, code: &str) -> Option<Result<Price, Impossible>> {
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
    days: &Days,
    instrument: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let code = code(instrument)?;
    let day =
        days.iter().max_by_key(|day| day.date).ok_or_else(|| unreadable("no day of rates"))?;
    let price = day.rate(code).ok_or_else(|| not_published(code))?;
    let price = price.map_err(|why| unreadable(&format!("of the rate of {code}, {why}")))?;
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
        witness: None,
    })
}

/// The instrument as the bank has it: dated by its own calendar.
pub(super) fn described(instrument: &Instrument) -> Instrument {
    Instrument { time_zone: ZONE.to_owned(), ..instrument.clone() }
}

/// One bar for each day that has a rate: a close and nothing else. A day the
/// bank published nothing is a hole. One bad rate is set aside, and the others are
/// read.
pub(super) fn bars(days: &Days, code: &str) -> Result<(Vec<Bar>, Vec<SetAside>), SourceError> {
    let aside = |date, reason| SetAside { element: Element::Bar, date, reason };
    let mut set_aside = vec![aside(None, Impossible::NoTime); days.undated];
    let mut bars = Vec::new();
    for (date, rate) in days.iter().filter_map(|day| Some((day.date, day.rate(code)?))) {
        match rate {
            Ok(rate) => bars.push(bar(date, rate)?),
            Err(reason) => set_aside.push(aside(Some(date), reason)),
        }
    }
    let is_published = bars.len() + set_aside.len() > days.undated;
    if is_published { Ok((bars, set_aside)) } else { Err(not_published(code)) }
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

fn date(text: &str) -> Option<Date> {
    text.trim().parse().ok()
}

fn rate(text: &str) -> Result<Price, Impossible> {
    let rate = text.trim().parse().ok().and_then(Price::new).ok_or(Impossible::NoNumber)?;
    Kind::Currency.forbids(rate).map_or(Ok(rate), Err)
}

#[cfg(test)]
mod tests;
