//! Reads arguments into kinds of values. What cannot be used is said with what can.

use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use market::Currency;
use table::text;

use crate::failure::Failure;

pub(crate) fn read<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, Failure> {
    text.trim().parse().map_err(|fault| Failure::argument(name, fault))
}

/// One that may be left out.
pub(crate) fn read_any<T: FromStr<Err: Display>>(
    name: &str,
    text: Option<&str>,
) -> Result<Option<T>, Failure> {
    given(text).map(|text| read(name, text)).transpose()
}

/// One that is left out may be empty as well.
pub(crate) fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// Codes of currencies are the same in small letters.
pub(crate) fn currency(name: &str, text: &str) -> Result<Currency, Failure> {
    read(name, &text.to_ascii_uppercase())
}

pub(crate) fn date(name: &str, given_as: Option<&str>) -> Result<Option<Date>, Failure> {
    let read = |date: &str| text::date(date.trim());
    given(given_as).map(read).transpose().map_err(|fault| Failure::argument(name, fault))
}

pub(crate) fn instant(name: &str, given_as: &str) -> Result<Timestamp, Failure> {
    given_as.trim().parse().map_err(|_| {
        let asked = text::short(given_as);
        let fault = format!("{asked:?} is no instant; use one such as 2026-03-02T15:00:00Z");
        Failure::argument(name, fault)
    })
}
