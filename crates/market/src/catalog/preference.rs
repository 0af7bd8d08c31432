use std::str::FromStr;

use super::order::Order;
use crate::Symbol;

/// Which sources go first for some symbols, whatever the usual order is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    symbols: Pattern,
    first: Vec<String>,
}

/// Symbols by how they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Exactly(String),
    /// What begins and ends so, with anything between.
    Between(String, String),
}

/// Why a text names no preferences.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPreference {
    /// A part of it has no `=`, or nothing on one side.
    #[error("{0:?} is not SYMBOLS=SOURCE,SOURCE, as in *.L=one,other")]
    NoPair(String),
    /// It is not said which symbols.
    #[error("{0:?} has more than one star")]
    Stars(String),
}

impl Preference {
    /// Reads preferences separated by `;`, each as `SYMBOLS=SOURCE,SOURCE`. Symbols are one,
    /// or many by a star in the place of anything: `*.L`, `BTC/*`, `*`.
    ///
    /// # Errors
    ///
    /// The part that cannot be read.
    pub fn all_of(text: &str) -> Result<Vec<Self>, NoPreference> {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::parse).collect()
    }

    /// The names of the sources that go first.
    pub fn first(&self) -> impl Iterator<Item = &str> {
        self.first.iter().map(String::as_str)
    }

    /// Whether it is about a symbol.
    pub(super) fn is_about(&self, symbol: &Symbol) -> bool {
        self.symbols.has(symbol.as_str())
    }

    /// A usual order with these before the others. What does not answer for a kind stays out.
    pub(super) fn applied_to(&self, usual: &Order) -> Order {
        let sorted = |usual: &[&'static str]| {
            let place = |name: &&str| self.first().position(|it| it == *name);
            let mut all = usual.to_vec();
            all.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
            all
        };
        let Order { polled, streamed, live } = usual;
        Order { polled: sorted(polled), streamed: sorted(streamed), live: sorted(live) }
    }
}

impl FromStr for Preference {
    type Err = NoPreference;

    fn from_str(text: &str) -> Result<Self, NoPreference> {
        let none = || NoPreference::NoPair(text.to_owned());
        let (symbols, sources) = text.rsplit_once('=').ok_or_else(none)?;
        let sources = sources.split(',').map(str::trim).filter(|name| !name.is_empty());
        let first: Vec<_> = sources.map(str::to_ascii_lowercase).collect();
        let symbols = symbols.trim().to_ascii_uppercase();
        if symbols.is_empty() || first.is_empty() {
            return Err(none());
        }
        Ok(Self { symbols: Pattern::of(&symbols)?, first })
    }
}

impl Pattern {
    fn of(text: &str) -> Result<Self, NoPreference> {
        match text.split_once('*') {
            None => Ok(Self::Exactly(text.to_owned())),
            Some((_, rest)) if rest.contains('*') => Err(NoPreference::Stars(text.to_owned())),
            Some((begin, end)) => Ok(Self::Between(begin.to_owned(), end.to_owned())),
        }
    }

    fn has(&self, symbol: &str) -> bool {
        match self {
            Self::Exactly(text) => text == symbol,
            Self::Between(begin, end) => {
                symbol.strip_prefix(begin.as_str()).is_some_and(|rest| rest.ends_with(end))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_once() {
        let has = |pattern: &str, symbol: &str| Pattern::of(pattern).unwrap().has(symbol);
        assert!(has("*.L", "VOD.L") && !has("*.L", "VOD.LS") && has("*", "AAPL"));
        assert!(has("BTC/*", "BTC/EUR") && !has("BTC/*", "ETH/EUR"));
        assert!(has("AAPL", "AAPL") && !has("AAPL", "AAPL.L"));
        assert!(has("A*A", "AA") && !has("A*A", "A"), "one letter is not both ends");
    }

    #[test]
    fn what_is_no_preference_is_named() {
        let read = |text: &str| Preference::all_of(text).map(|all| all.len());
        assert_eq!((read(""), read("*.L = ONE, other ; AAPL=one;")), (Ok(0), Ok(2)));
        assert!(
            read("*.L").unwrap_err().to_string().contains("\"*.L\" is not SYMBOLS=SOURCE,SOURCE")
        );
        assert_eq!("GC=F=one".parse::<Preference>().unwrap().symbols, Pattern::of("GC=F").unwrap());
        assert!(read("=one").is_err() && read("AAPL=,").is_err());
        assert_eq!(read("*.*=one"), Err(NoPreference::Stars("*.*".to_owned())));
    }
}
