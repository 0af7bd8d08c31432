use jiff::Timestamp;
use market::Period;

use super::refusal::Refused;
use super::words::Words;

/// The ranges that the protocol has names for; others may be asked for as well.
pub(super) const RANGES: [&str; 11] =
    ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"];

/// A stretch of time as this protocol names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    /// Back from now.
    Range(Period),
    /// From one instant until before another.
    Between(Timestamp, Timestamp),
}

impl Stretch {
    /// Reads `range`, or `period1` and `period2`, as of `now`.
    ///
    /// # Errors
    ///
    /// A range or an instant that is none, or an end before the beginning.
    pub(super) fn read(words: &Words, now: Timestamp) -> Result<Self, Refused> {
        let begins = words.get("period1").map(instant).transpose()?;
        let ends = words.get("period2").map(instant).transpose()?;
        match (words.get("range"), begins) {
            (Some(range), _) => period(range).map(Self::Range),
            (None, Some(from)) => Self::between(from, ends.unwrap_or(now)),
            (None, None) => Ok(Self::Range(Period::Days(1))),
        }
    }

    fn between(from: Timestamp, to: Timestamp) -> Result<Self, Refused> {
        if from < to {
            return Ok(Self::Between(from, to));
        }
        let (from, to) = (from.as_second(), to.as_second());
        Err(Refused::bad_request(format!(
            "Invalid input - start date cannot be after end date. startDate = {from}, endDate = {to}"
        )))
    }
}

/// The last second before an instant.
pub(super) fn before(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().saturating_sub(1)).unwrap_or(at)
}

fn period(text: &str) -> Result<Period, Refused> {
    text.to_ascii_lowercase().parse().map_err(|_| {
        let (text, ranges) = (table::text::short(text), RANGES.join(", "));
        Refused::unprocessable(format!(
            "Invalid input - range={text} is not supported. Valid ranges: [{ranges}]"
        ))
    })
}

/// Seconds since 1970, perhaps with a fraction, which is passed over. What lies beyond
/// the calendar is its end.
fn instant(text: &str) -> Result<Timestamp, Refused> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let second: i64 = whole.parse().map_err(|_| {
        let text = table::text::short(text);
        Refused::bad_request(format!(
            "Invalid input - {text} is not a number of seconds since 1970"
        ))
    })?;
    let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Ok(Timestamp::from_second(second.clamp(first, last)).unwrap_or(Timestamp::MAX))
}
