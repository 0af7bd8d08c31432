use std::collections::HashMap;
use std::str;

use jiff::Timestamp;

/// What readers have heard since it was last asked for.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// From each change to its arrival, in microseconds.
    late: Vec<u32>,
    repeated: u64,
}

/// The newest change of each symbol that one reader has heard of.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<Vec<u8>, Timestamp>);

/// What readers heard in a while. Times in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counted {
    /// Changes that arrived, each once for each reader.
    pub(crate) delivered: u64,
    /// Events of a change that the reader had heard of, or older than one.
    pub(crate) repeated: u64,
    /// Connections that have ended.
    pub(crate) ended: u64,
    pub(crate) p50: u32,
    pub(crate) p99: u32,
    pub(crate) most: u32,
}

impl Tally {
    /// Notes an event that came at `now`. Every change of a symbol has an instant
    /// of its own, later than those before it.
    pub(crate) fn note(&mut self, message: &[u8], known: &mut Known, now: Timestamp) {
        let Some((symbol, made_at)) = change(message) else { return };
        if !known.is_news(symbol, made_at) {
            self.repeated += 1;
            return;
        }
        let late = now.duration_since(made_at).as_micros();
        self.late.push(u32::try_from(late.max(0)).unwrap_or(u32::MAX));
    }

    /// What was heard since the last time.
    pub(crate) fn count(&mut self, ended: u64) -> Counted {
        let Self { mut late, repeated } = std::mem::take(self);
        late.sort_unstable();
        let at = |share: f64| {
            let place = (late.len() as f64 * share) as usize;
            late.get(place.min(late.len().saturating_sub(1))).copied().unwrap_or(0)
        };
        Counted {
            delivered: late.len() as u64,
            repeated,
            ended,
            p50: at(0.5),
            p99: at(0.99),
            most: at(1.0),
        }
    }
}

impl Known {
    /// Whether this is later than what is known, and if so knows it.
    fn is_news(&mut self, symbol: &[u8], made_at: Timestamp) -> bool {
        match self.0.get_mut(symbol) {
            Some(last) if made_at <= *last => false,
            Some(last) => {
                *last = made_at;
                true
            }
            None => self.0.insert(symbol.to_owned(), made_at).is_none(),
        }
    }
}

/// The symbol that a quote tells of, and when it changed; `None` for other
/// events.
fn change(message: &[u8]) -> Option<(&[u8], Timestamp)> {
    if !message.starts_with(br#"{"type":"quote""#) {
        return None;
    }
    let made_at = str::from_utf8(text(message, br#""as_of":""#)?).ok()?;
    Some((text(message, br#""symbol":""#)?, made_at.parse().ok()?))
}

/// What stands between a member's name and the next quotation mark.
fn text<'a>(message: &'a [u8], member: &[u8]) -> Option<&'a [u8]> {
    let rest = &message[memchr::memmem::find(message, member)? + member.len()..];
    Some(&rest[..memchr::memchr(b'"', rest)?])
}

impl Counted {
    /// As one line of text.
    pub(crate) fn told(self) -> String {
        let Self { delivered, repeated, ended, p50, p99, most } = self;
        format!("counted {delivered} {repeated} {ended} {p50} {p99} {most}")
    }

    /// Reads [`Counted::told`].
    pub(crate) fn read(line: &str) -> Option<Self> {
        let numbers: Result<Vec<u64>, _> =
            line.strip_prefix("counted ")?.trim().split(' ').map(str::parse).collect();
        let &[delivered, repeated, ended, p50, p99, most] = numbers.ok()?.as_slice() else {
            return None;
        };
        let [p50, p99, most] = [p50, p99, most].map(|it| u32::try_from(it).unwrap_or(u32::MAX));
        Some(Self { delivered, repeated, ended, p50, p99, most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanoseconds: i128) -> Timestamp {
        Timestamp::from_nanosecond(nanoseconds).unwrap()
    }

    #[test]
    fn each_change_counts_once_and_what_is_no_change_not_at_all() {
        let quote = |symbol, made_at| {
            format!(r#"{{"type":"quote","symbol":"{symbol}","price":1,"as_of":"{made_at}"}}"#)
        };
        let (mut tally, mut known) = (Tally::default(), Known::default());
        let events = [("A", 1_000, 3_000), ("A", 1_000, 4_000), ("A", 2_000, 9_000)];
        for (symbol, made_at, now) in events.into_iter().chain([("B", 1_500, 9_500)]) {
            tally.note(quote(symbol, at(made_at)).as_bytes(), &mut known, at(now));
        }
        tally.note(br#"{"type":"state","symbol":"A"}"#, &mut known, at(9_000));
        let counted = Counted { delivered: 3, repeated: 1, ended: 5, p50: 7, p99: 8, most: 8 };
        assert_eq!(tally.count(5), counted);
        assert_eq!(tally.count(0), Counted::default(), "nothing is counted twice");
    }

    #[test]
    fn shares_are_of_all_that_arrived() {
        let mut tally = Tally { late: (1..=1_000).rev().collect(), repeated: 0 };
        let Counted { p50, p99, most, .. } = tally.count(0);
        assert_eq!([p50, p99, most], [501, 991, 1_000]);
    }

    #[test]
    fn what_is_told_is_read_again() {
        let counted = Counted { delivered: 9, repeated: 1, ended: 2, p50: 3, p99: 4, most: 5 };
        assert_eq!(Counted::read(&counted.told()), Some(counted));
        assert_eq!(Counted::read("counted 1 2"), None);
    }
}
