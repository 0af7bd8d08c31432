//! What trades in the United States, where a ticker is one share whichever exchange it is
//! bought on.

use jiff::tz::TimeZone;
use market::{Instrument, Kind, SourceError};

/// Where everything trades there, in the tz database.
pub(crate) const ZONE: &str = "America/New_York";

/// What everything is priced in there.
pub(crate) const CURRENCY: &str = "USD";

/// The most letters a ticker has before a dash.
const LETTERS: usize = 5;

/// The same.
pub(crate) fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

/// Whether an instrument may trade there, by all that is known of it.
pub(crate) fn may_have(instrument: &Instrument) -> bool {
    let is_in_dollars = instrument.currency.as_ref().is_none_or(|it| it.as_str() == CURRENCY);
    // Until some source has said where it trades, it is in UTC.
    is_in_dollars && [ZONE, "UTC"].contains(&instrument.time_zone.as_str())
}

/// The letters of a ticker there, and what stands behind its dash.
///
/// # Errors
///
/// [`SourceError::NotOffered`] for what is of another kind, trades elsewhere, or is not
/// written as tickers are there.
pub(crate) fn ticker<'a>(
    instrument: &'a Instrument,
    kinds: &[Kind],
) -> Result<(&'a str, Option<&'a str>), SourceError> {
    let not = |what: &str| Err(SourceError::NotOffered(what.to_owned()));
    if !kinds.contains(&instrument.kind) {
        return not("it has shares and funds alone");
    }
    if !may_have(instrument) {
        return not("it has what trades in the United States alone");
    }
    let symbol = instrument.symbol.as_str();
    let (letters, class) = symbol.split_once('-').map_or((symbol, None), |(a, b)| (a, Some(b)));
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
    if (1..=LETTERS).contains(&letters.len()) && is_plain(letters) {
        Ok((letters, class))
    } else {
        no_such_ticker()
    }
}

/// Nobody knows what a spelling means there.
pub(crate) fn no_such_ticker<T>() -> Result<T, SourceError> {
    Err(SourceError::NotOffered("it has no such ticker".to_owned()))
}

/// An instrument of which its source says nothing, but that it is the one asked for.
pub(crate) fn described(asked: &Instrument) -> Instrument {
    Instrument { currency: CURRENCY.parse().ok(), time_zone: ZONE.to_owned(), ..asked.clone() }
}
