use jiff::Timestamp;
use jiff::civil::Date;

use crate::{ActionKind, Bar, Basis, Currency, Interval, ShownFrom, Source, Symbol};

/// Why something is as it is from some instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Nothing was known of it before.
    First,
    /// The bar before it was still running.
    Continued,
    /// Its source said something else before, or had taken it back.
    Corrected,
    /// Nothing but its stamp is another.
    Restamped,
    /// Its source has it no more.
    Withdrawn,
    /// An action that its source has on another day now: the end on the one, and
    /// the beginning on the other.
    Moved,
    /// Prices are on another basis, as after a split.
    Rebased,
    /// Somebody brought it in by hand.
    Imported,
}

impl Why {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::First,
        Self::Continued,
        Self::Corrected,
        Self::Restamped,
        Self::Withdrawn,
        Self::Moved,
        Self::Rebased,
        Self::Imported,
    ];

    /// The name used in JSON and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Continued => "continued",
            Self::Corrected => "corrected",
            Self::Restamped => "restamped",
            Self::Withdrawn => "withdrawn",
            Self::Moved => "moved",
            Self::Rebased => "rebased",
            Self::Imported => "imported",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == name)
    }

    /// Whether what was known before holds no more, so that whoever has a copy of
    /// it must know.
    pub const fn is_change(self) -> bool {
        match self {
            Self::Corrected | Self::Restamped | Self::Withdrawn | Self::Moved | Self::Rebased => {
                true
            }
            Self::First | Self::Continued | Self::Imported => false,
        }
    }
}

/// For how long something was known, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// When it became known here.
    pub from: Timestamp,
    /// When it gave way to something else; `None` while it is in force.
    pub until: Option<Timestamp>,
    /// Why it is so since then.
    pub why: Why,
}

/// What a source said of one bar, for as long as that was known.
#[derive(Clone, Debug, PartialEq)]
pub struct BarVersion {
    /// Whose.
    pub source: Source,
    /// What prices are counted in, where that is known.
    pub currency: Option<Currency>,
    /// What they are adjusted for.
    pub basis: Basis,
    /// The trading date.
    pub date: Date,
    /// The instant it began.
    pub open_time: Timestamp,
    /// The bar; `None` where it was withdrawn.
    pub bar: Option<Bar>,
    /// For how long.
    pub known: Known,
}

/// What a source said of one action, for as long as that was known.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionVersion {
    /// Whose.
    pub source: Source,
    /// First trading date on which the price no longer includes it.
    pub ex_date: Date,
    /// The name of its kind.
    pub kind: &'static str,
    /// Its terms; `None` where it was withdrawn, or moved to another day.
    pub terms: Option<ActionKind>,
    /// For how long.
    pub known: Known,
}

/// Why something else is shown of an instrument from some instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyShown {
    /// No real price was shown before.
    First,
    /// Its source says something newer.
    Newer,
    /// Its source says something else of the same instant, or of an earlier one.
    Corrected,
    /// Another source's price is shown.
    OtherSource,
    /// The price differs from what was believed before, and nothing decides.
    Disputed,
    /// The same price is disputed no more.
    Settled,
    /// There is none any more.
    Withdrawn,
    /// The simulator made one up.
    MadeUp,
}

impl WhyShown {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::First,
        Self::Newer,
        Self::Corrected,
        Self::OtherSource,
        Self::Disputed,
        Self::Settled,
        Self::Withdrawn,
        Self::MadeUp,
    ];

    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Newer => "newer",
            Self::Corrected => "corrected",
            Self::OtherSource => "other_source",
            Self::Disputed => "disputed",
            Self::Settled => "settled",
            Self::Withdrawn => "withdrawn",
            Self::MadeUp => "simulated",
        }
    }
}

/// What was shown of an instrument, for as long as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteVersion {
    /// Its place among all versions of the instrument, which only grows.
    pub number: u64,
    /// What, and from when on.
    pub from: ShownFrom,
    /// When something else was; `None` while it still is.
    pub until: Option<Timestamp>,
    /// Why it is so since then.
    pub why: WhyShown,
}

/// Which versions of a quote are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteVersionsQuery {
    /// Of which instrument.
    pub symbol: Symbol,
    /// Those shown then or later; all from the first on if not given.
    pub from: Option<Timestamp>,
    /// Those shown then or earlier; all to the last if not given.
    pub to: Option<Timestamp>,
    /// Of these, those with a greater number.
    pub after: u64,
    /// So many at most, the oldest of them.
    pub most: usize,
}

/// That what was known of history holds no more, for one reason and from one
/// instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place among all changes, which only grows.
    pub number: u64,
    /// When it became known.
    pub at: Timestamp,
    /// Of what.
    pub symbol: Symbol,
    /// How long the bars are; `None` where actions have changed.
    pub interval: Option<Interval>,
    /// Whose.
    pub source: Source,
    /// The first date that is concerned.
    pub first: Date,
    /// The last.
    pub last: Date,
    /// What happened.
    pub why: Why,
}

/// Which changes are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangesQuery {
    /// Those that became known then or later.
    pub since: Timestamp,
    /// Of these, those with a greater number.
    pub after: u64,
    /// Those of one instrument; else of all.
    pub symbol: Option<Symbol>,
    /// So many at most, the oldest of them.
    pub most: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_read_back_by_its_name() {
        for why in Why::ALL {
            assert_eq!(Why::from_name(why.as_str()), Some(why));
        }
        assert_eq!(Why::from_name("because"), None);
    }
}
