use jiff::Timestamp;

use crate::{Interval, Quote, SeriesHead, Source, Symbol};

/// That a source's history of one interval differs by a factor from what was believed
/// before, while nothing decides between the two.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// Of which instrument.
    pub symbol: Symbol,
    /// How long its bars are.
    pub interval: Interval,
    /// Whose.
    pub source: Source,
    /// How many times what was believed before it is.
    pub factor: f64,
    /// Since when that is so.
    pub since: Timestamp,
}

impl Dispute {
    /// Whether it is about this series.
    pub fn is_of(&self, head: &SeriesHead) -> bool {
        (&self.symbol, &self.source, self.interval) == (&head.symbol, &head.source, head.interval)
    }
}

/// How a dispute ended, told by what is shown after it. The other side may have come to
/// say the same, or say nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What was shown while it lasted is still shown, or what is nearer to it by half.
    Stood,
    /// What spoke against it is shown, or what is nearer to that by half.
    GaveWay,
    /// Nothing is shown that is nearer to the one than to the other.
    Neither,
}

impl Outcome {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Stood, Self::GaveWay, Self::Neither];

    /// The name used in JSON and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stood => "stood",
            Self::GaveWay => "gave_way",
            Self::Neither => "neither",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }
}

/// What is disputed, and who said what when it began.
#[derive(Clone, Debug, PartialEq)]
pub enum Matter {
    /// A price.
    Price {
        /// What was shown.
        shown: Box<Quote>,
        /// What spoke against it.
        against: Box<Quote>,
        /// Whether that was believed before; else another source says so.
        was_believed: bool,
    },
    /// A source's history of one interval.
    History {
        /// How long its bars are.
        interval: Interval,
        /// Whose.
        source: Source,
        /// How many times what was believed before it is.
        factor: f64,
    },
}

/// A dispute, from its beginning to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Disputed {
    /// Its place among all disputes, which only grows.
    pub number: u64,
    /// Of which instrument.
    pub symbol: Symbol,
    /// What is disputed.
    pub matter: Matter,
    /// Since when.
    pub since: Timestamp,
    /// When it ended; `None` while it is open.
    pub until: Option<Timestamp>,
    /// How it ended, where that is known.
    pub outcome: Option<Outcome>,
}

/// Which disputes are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputesQuery {
    /// Those of one instrument; else of all.
    pub symbol: Option<Symbol>,
    /// Those that ended after an instant, or are open; else all.
    pub since: Option<Timestamp>,
    /// Of these, the open ones alone.
    pub is_open: bool,
    /// Of these, those with a smaller number.
    pub before: u64,
    /// So many at most, the newest of them.
    pub most: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_read_back_by_its_name() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_name(outcome.as_str()), Some(outcome));
        }
        assert_eq!(Outcome::from_name("draw"), None);
    }
}
