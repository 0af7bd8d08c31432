//! How texts, dates and errors are read and repeated wherever people meet them.

use std::error::Error;
use std::iter::successors;

use jiff::civil::Date;

/// Reads a date. Strict: `2024-1-5` or a date with a time would be read in ways
/// that whoever wrote it may not have meant.
///
/// # Errors
///
/// A sentence that says what a date looks like.
pub fn date(text: &str) -> Result<Date, String> {
    let strict = Date::strptime("%Y-%m-%d", text).ok().filter(|_| text.len() == 10);
    strict.ok_or_else(|| {
        format!("{:?} is not a date; use YYYY-MM-DD, such as 2024-01-31", short(text))
    })
}

/// The name that looks most like another, if one does.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness =
        |known: &&str| (strsim::normalized_damerau_levenshtein(name, known) * 1000.0) as u32;
    known.max_by_key(likeness).filter(|near| likeness(near) > 500)
}

/// The beginning of a text, so that an error does not repeat ten kilobytes, nor what
/// runs in the terminal of whoever reads it.
pub fn short(text: &str) -> String {
    let beginning: String = text.chars().take(40).collect();
    legible::lines(&beginning).into_owned()
}

/// An error and what caused it, and what caused that, in one line.
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    let chain = successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
