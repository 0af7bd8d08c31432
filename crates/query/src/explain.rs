//! Why a value is missing, stale or not believed, in our own words.

use engine::{Doubt, Entry, Quarantined, SourceFailure, SourceFailures};
use jiff::Timestamp;
use market::{Freshness, Quote, SourceError};

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
    let Some(quote) = &entry.quote else { return Some(none(entry)) };
    let was_asked_in_vain = !entry.failures.is_empty();
    if let Some(doubt) = entry.doubt() {
        return Some(disputed(quote, doubt));
    }
    match entry.freshness(now) {
        Freshness::Fresh => entry.quarantined.as_ref().map(not_believed),
        _ if was_asked_in_vain => Some(missed(&entry.failures)),
        Freshness::Stale => Some(old(quote)),
        _ => None,
    }
}

fn none(entry: &Entry) -> Reason {
    if entry.was_made_up {
        let detail = "the simulator's price was shown then, which is not stored".to_owned();
        return Reason { name: "simulated", detail };
    }
    missed(&entry.failures)
}

fn missed(failures: &SourceFailures) -> Reason {
    Reason { name: failures.reason(), detail: explained(failures) }
}

/// Who was asked in vain and why, in our own words.
pub fn explained(failures: &SourceFailures) -> String {
    let words: Vec<String> = failures.iter().map(failure).collect();
    if words.is_empty() { failures.to_string() } else { words.join("; ") }
}

/// The source cannot be reached: no connection.
fn failure(SourceFailure { source, error }: &SourceFailure) -> String {
    match error {
        SourceError::Unreadable(_) => format!("{source} gave an answer that cannot be read"),
        SourceError::Unreachable { .. }
        | SourceError::Throttled { .. }
        | SourceError::Unauthorised { .. }
        | SourceError::Failing { .. }
        | SourceError::Suspect(_) => format!("{source} {}", cause(error)),
        // Until when would be out of date before it is read.
        SourceError::NotAsked { why, .. } => format!("{source} was not asked: {why}"),
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

fn disputed(quote: &Quote, doubt: &Doubt) -> Reason {
    let Doubt { rival, reason, .. } = doubt;
    let (source, price, before) = (&quote.source, quote.price, rival.price);
    let detail = format!("{source} says {price} where {} said {before}: {reason}", rival.source);
    Reason { name: "disputed", detail }
}

fn not_believed(aside: &Quarantined) -> Reason {
    let Quarantined { quote, reason, .. } = aside;
    Reason {
        name: "suspect",
        detail: format!("{} says {}, which is not believed: {reason}", quote.source, quote.price),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use market::{NotAsked, Source, Unreach};

    use super::*;

    fn check(error: SourceError, expected: &str) {
        assert_eq!(failure(&SourceFailure { source: Source::new("yahoo"), error }), expected);
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
            SourceError::NotAsked {
                why: NotAsked::PauseRequested,
                again_in: Duration::from_secs(9),
            },
            "yahoo was not asked: it asked for a pause",
        );
    }
}
