//! Why a value is missing, stale or not believed, in our own words.

use engine::{Entry, Miss, Misses, Quarantined};
use jiff::Timestamp;
use market::{Freshness, Quote, SourceError, quote_freshness};

/// Why a value is missing, stale, or not the newest that was received.
#[derive(Debug, PartialEq)]
pub struct Reason {
    /// Stable, for programs.
    pub name: &'static str,
    /// In words, for people.
    pub detail: String,
}

/// Why an instrument has no value, or none that may be called fresh, or a fresh
/// one while a newer is not believed. A fresh value needs no other reason, even
/// where the last refresh brought none.
pub fn explain(entry: &Entry, now: Timestamp) -> Option<Reason> {
    let Some(quote) = &entry.quote else { return Some(missed(&entry.misses)) };
    let was_asked_in_vain = entry.misses.iter().next().is_some();
    match quote_freshness(quote, now) {
        Freshness::Fresh => entry.quarantined.as_ref().map(not_believed),
        _ if was_asked_in_vain => Some(missed(&entry.misses)),
        Freshness::Stale => Some(old(quote)),
        _ => None,
    }
}

fn missed(misses: &Misses) -> Reason {
    Reason { name: misses.reason(), detail: failures(misses) }
}

/// Who was asked in vain and why, in our own words.
pub fn failures(misses: &Misses) -> String {
    let words: Vec<String> = misses.iter().map(miss).collect();
    if words.is_empty() { misses.to_string() } else { words.join("; ") }
}

/// The source cannot be reached: no connection.
fn miss(Miss { source, error }: &Miss) -> String {
    match error {
        SourceError::Unreadable(_) => format!("{source} gave an answer that cannot be read"),
        SourceError::Unreachable { .. }
        | SourceError::Throttled { .. }
        | SourceError::Unauthorised { .. }
        | SourceError::Failing { .. }
        | SourceError::Suspect(_) => format!("{source} {}", cause(error)),
        // Until when would be out of date before it is read.
        SourceError::Withheld { why, .. } => format!("{source} was not asked: {why}"),
        _ => format!("{source}: {}", cause(error)),
    }
}

/// An error in our own words. What the operating system or a library said of it
/// is in the log.
pub fn cause(error: &SourceError) -> String {
    match error {
        SourceError::Unreachable { why, .. } => format!("cannot be reached: {why}"),
        other => other.to_string(),
    }
}

fn old(quote: &Quote) -> Reason {
    let source = &quote.source;
    match quote.as_of {
        None => Reason {
            name: "age_unknown",
            detail: format!("{source} does not say when this price was true"),
        },
        Some(as_of) => {
            let at = as_of.strftime("%-d %b %Y, %H:%M:%S UTC");
            Reason { name: "old", detail: format!("{source} has nothing newer than {at}") }
        }
    }
}

fn not_believed(aside: &Quarantined) -> Reason {
    let Quarantined { quote, doubt, .. } = aside;
    Reason {
        name: "suspect",
        detail: format!("{} says {}, which is not believed: {doubt}", quote.source, quote.price),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use market::{Source, Unreach, Withheld};

    use super::*;

    fn check(error: SourceError, expected: &str) {
        assert_eq!(miss(&Miss { source: Source::new("yahoo"), error }), expected);
    }

    #[test]
    fn errors_are_put_in_our_words_and_not_in_those_of_the_system() {
        let detail = "Connection refused (os error 111)".to_owned();
        check(
            SourceError::Unreachable { why: Unreach::Connect, detail },
            "yahoo cannot be reached: no connection",
        );
        check(
            SourceError::Unreadable("expected value at line 1 column 1".into()),
            "yahoo gave an answer that cannot be read",
        );
        check(
            SourceError::Throttled { retry_after: Some(Duration::from_mins(1)) },
            "yahoo asks for a pause of 60 s",
        );
        check(
            SourceError::Withheld { why: Withheld::Pause, again_in: Duration::from_secs(9) },
            "yahoo was not asked: it asked for a pause",
        );
    }
}
