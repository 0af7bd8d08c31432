use jiff::Timestamp;

use crate::{
    DisputedClose, HistoryResult, Interval, Price, Quote, Repair, Series, SeriesHead, Source,
    Symbol,
};

/// In what a source's history differs, and from what.
#[derive(Clone, Debug, PartialEq)]
pub enum Differs {
    /// It is so many times what was believed before.
    ByFactor(f64),
    /// One close of it, from what another source says.
    Close(DisputedClose),
}

impl Differs {
    /// How many times what was believed before the history is.
    pub fn factor(&self) -> Option<f64> {
        match self {
            Self::ByFactor(factor) => Some(*factor),
            Self::Close(_) => None,
        }
    }

    /// The close that is disputed.
    pub fn close(&self) -> Option<&DisputedClose> {
        match self {
            Self::Close(close) => Some(close),
            Self::ByFactor(_) => None,
        }
    }
}

/// That a source's history of one interval differs from what was believed before, or
/// from what another source says, while nothing decides between the two.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// Of which instrument.
    pub symbol: Symbol,
    /// How long its bars are.
    pub interval: Interval,
    /// Whose.
    pub source: Source,
    /// In what it differs.
    pub differs: Differs,
    /// Since when that is so.
    pub since: Timestamp,
}

impl Dispute {
    /// Whether it is about this series.
    pub fn is_of(&self, head: &SeriesHead) -> bool {
        (&self.symbol, &self.source, self.interval) == (&head.symbol, &head.source, head.interval)
    }

    /// Whether it is about all of this series.
    pub fn is_of_all(&self, head: &SeriesHead) -> bool {
        self.differs.factor().is_some() && self.is_of(head)
    }

    /// The close that one source disputes of another's series, where that is what it is
    /// about.
    pub fn close_between(&self, source: &Source, against: &Source) -> Option<&DisputedClose> {
        let close = self.differs.close()?;
        (self.source == *source && close.against == *against).then_some(close)
    }

    /// Whether both are about the same close of the same series, by the same source.
    pub fn is_of_same_close(&self, other: &Self) -> bool {
        let Some(close) = other.differs.close() else { return false };
        let here = self.close_between(&other.source, &close.against);
        (&self.symbol, self.interval) == (&other.symbol, other.interval)
            && here.is_some_and(|here| here.date == close.date)
    }

    /// The close of this series that is disputed, seen from its side: the other source's
    /// series is disputed by the first. `None` where the series does not say it any more.
    pub fn close_in(&self, series: &Series) -> Option<DisputedClose> {
        let said = self.differs.close()?;
        let seen = if self.is_of(&series.head) {
            said.clone()
        } else {
            let other = SeriesHead { source: self.source.clone(), ..series.head.clone() };
            (said.against == series.head.source && self.is_of(&other)).then(|| DisputedClose {
                close: said.against_close,
                against: self.source.clone(),
                against_close: said.close,
                ..said.clone()
            })?
        };
        (series.close_on(seen.date)? == seen.close).then_some(seen)
    }
}

impl HistoryResult {
    /// The same, marked as disputed by what is, and repaired by what other sources know
    /// better.
    #[must_use]
    pub fn marked(mut self, disputes: &[Dispute], repairs: &[Repair]) -> Self {
        let head = &self.series.head;
        self.superseded |= disputes.iter().any(|it| it.is_of_all(head));
        self.disputed = disputes.iter().filter_map(|it| it.close_in(&self.series)).collect();
        let mut marked = if repairs.is_empty() { self } else { self.with_repairs(repairs) };
        DisputedClose::sort(&mut marked.disputed);
        marked
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

    /// By which of two prices what is shown now is nearer to, by half.
    pub fn of([shown, against]: [Price; 2], now: Price) -> Self {
        let distance = |to: Price| (now.get() - to.get()).abs();
        let (to_shown, to_other) = (distance(shown), distance(against));
        if 2.0 * to_shown <= to_other {
            Self::Stood
        } else if 2.0 * to_other <= to_shown {
            Self::GaveWay
        } else {
            Self::Neither
        }
    }

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
        /// In what it differs.
        differs: Differs,
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
    fn what_is_shown_after_a_dispute_is_nearer_to_one_of_the_two_or_to_neither() {
        let price = |number| Price::new(number).unwrap();
        let of = |now| Outcome::of([price(100.0), price(110.0)], price(now));
        assert_eq!([100.0, 103.0, 110.0, 107.0].map(of), {
            use Outcome::{GaveWay, Stood};
            [Stood, Stood, GaveWay, GaveWay]
        });
        assert_eq!([105.0, 104.0].map(of), [Outcome::Neither; 2]);
    }

    #[test]
    fn every_outcome_is_read_back_by_its_name() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_name(outcome.as_str()), Some(outcome));
        }
        assert_eq!(Outcome::from_name("draw"), None);
    }
}
