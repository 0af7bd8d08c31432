//! What is wrong in a source's daily history by what other sources say, and what takes
//! its place.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Bar, Currency, DisputedClose, Price, Source, Symbol};

/// What becomes of bars that other sources know better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repairing {
    /// They are not looked for.
    Off,
    /// They are listed, with what would take their place.
    #[default]
    Suggest,
    /// They are replaced, and marked.
    On,
}

impl Repairing {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Off, Self::Suggest, Self::On];

    /// The name used in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Suggest => "suggest",
            Self::On => "on",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// What is wrong with a source's history of one trading date.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It says this close.
    Close(Price),
    /// It has no bar of a day of trading. The bars beside the hole tell whether its prices
    /// are still adjusted for the same.
    Missing {
        /// The date and close of the bar before.
        before: (Date, Price),
        /// Those of the bar after.
        after: (Date, Price),
    },
}

impl Fault {
    /// The close that is wrong; `None` of a bar that is missing.
    pub fn close(&self) -> Option<Price> {
        match self {
            Self::Close(close) => Some(*close),
            Self::Missing { .. } => None,
        }
    }
}

/// A fault in a source's daily history, and what other sources say.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// Of which instrument.
    pub symbol: Symbol,
    /// Whose history has the fault.
    pub source: Source,
    /// Of which trading date.
    pub date: Date,
    /// What the fault is.
    pub fault: Fault,
    /// The close that is right.
    pub close: Price,
    /// The bar with that close, adjusted and counted as the history is; `None` where it is
    /// not sure that it would be.
    pub bar: Option<Bar>,
    /// Who says so.
    pub by: Source,
    /// Who says the same close. A bar that is missing needs nobody else.
    pub confirmed_by: Option<Source>,
    /// What prices are counted in.
    pub currency: Currency,
    /// Whether the bar takes its place in answers; else it is suggested.
    pub served: bool,
    /// Since when.
    pub since: Timestamp,
}

impl Repair {
    /// Whether both are of the same bar of the same history.
    pub fn is_of_same_bar(&self, other: &Self) -> bool {
        (&self.symbol, &self.source, self.date) == (&other.symbol, &other.source, other.date)
    }

    /// Whether both are of the same fault of the same bar, whoever knows it better.
    pub fn is_of_same_fault(&self, other: &Self) -> bool {
        self.is_of_same_bar(other) && self.fault.close() == other.fault.close()
    }

    /// Whether it is the same fault, and the same said by the same in its place.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.is_of_same_bar(other)
            && (&self.fault, self.close, &self.by) == (&other.fault, other.close, &other.by)
    }

    /// The fault as something that another source says differently; `None` of a bar that
    /// is missing.
    pub(crate) fn as_disputed(&self) -> Option<DisputedClose> {
        Some(DisputedClose {
            date: self.date,
            close: self.fault.close()?,
            against: self.by.clone(),
            against_close: self.close,
            currency: self.currency.clone(),
        })
    }
}

/// A bar that took the place of another in an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// Why, and by whom.
    pub repair: Repair,
    /// What the answer's source says; `None` where it says nothing.
    pub published: Option<Bar>,
}

/// How a repair ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepairEnd {
    /// The source has the fault no more.
    Corrected,
    /// Who knew it better says something else by now.
    Withdrawn,
    /// Another repair of the same bar took its place, or the same under another setting.
    Replaced,
    /// Somebody took it back. The same is not found again.
    Undone,
}

impl RepairEnd {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Corrected, Self::Withdrawn, Self::Replaced, Self::Undone];

    /// The name used in JSON and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Withdrawn => "withdrawn",
            Self::Replaced => "replaced",
            Self::Undone => "undone",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// A repair, from its beginning to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairRecord {
    /// Its place among all repairs, which only grows.
    pub number: u64,
    /// What it is.
    pub repair: Repair,
    /// When it ended and how; `None` while it is in force.
    pub ended: Option<(Timestamp, RepairEnd)>,
}

/// Which repairs are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairsQuery {
    /// Those of one instrument; else of all.
    pub symbol: Option<Symbol>,
    /// Of these, those in force alone.
    pub in_force: bool,
    /// Of these, those with a smaller number.
    pub before: u64,
    /// So many at most, the newest of them.
    pub most: usize,
}

impl RepairsQuery {
    /// All repairs there are and were.
    pub const ALL: Self =
        Self { symbol: None, in_force: false, before: u64::MAX, most: usize::MAX };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for it in Repairing::ALL {
            assert_eq!(Repairing::from_name(it.as_str()), Some(it));
        }
        for it in RepairEnd::ALL {
            assert_eq!(RepairEnd::from_name(it.as_str()), Some(it));
        }
        assert_eq!((Repairing::from_name("yes"), RepairEnd::from_name("lost")), (None, None));
    }
}
