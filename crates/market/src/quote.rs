use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::{CLOCK_SLACK, Currency, Instrument, Price, Session, Source, Witness};

/// The latest price of an instrument, with where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// The instrument as this source describes it.
    pub instrument: Instrument,
    /// The price.
    pub price: Price,
    /// What the price is counted in; `None` where the source left it out.
    pub currency: Option<Currency>,
    /// What the price is compared with.
    pub previous: Option<Previous>,
    /// Highest price of the day.
    pub day_high: Option<Price>,
    /// Lowest price of the day.
    pub day_low: Option<Price>,
    /// Units traded today, in the source's own unit; finite and not below zero.
    pub volume: Option<f64>,
    /// The trading day the source considered current.
    pub session: Option<Session>,
    /// When the price was true; `None` where the source does not say, and then
    /// the quote is never called fresh.
    pub as_of: Option<Timestamp>,
    /// When we received it.
    pub received_at: Timestamp,
    /// Who published it.
    pub source: Source,
    /// Made up by the simulator.
    pub simulated: bool,
    /// What the same answer says besides. `None` where it says no more, and in
    /// what the store gives back.
    pub witness: Option<Arc<Witness>>,
}

/// An earlier price that a change is counted from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Previous {
    /// The earlier price.
    pub price: Price,
    /// Which one it is.
    pub kind: PreviousKind,
}

/// Which earlier price a change is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviousKind {
    /// Close of the trading day before.
    Close,
    /// The price 24 hours earlier, for markets that never close.
    DayAgo,
    /// The figure published before this one, for rates set once a day.
    Publication,
}

impl PreviousKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Close, Self::DayAgo, Self::Publication];

    /// The name used in JSON and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Close => "previous_close",
            Self::DayAgo => "24h",
            Self::Publication => "previous_publication",
        }
    }

    /// Reads [`PreviousKind::as_str`] back.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Quote {
    /// How old the price is at `now`, never negative; `None` where the source
    /// does not say when it was true, or it lies further ahead than clocks differ:
    /// then one of them is wrong, and nobody knows.
    pub fn age(&self, now: Timestamp) -> Option<SignedDuration> {
        let age = now.duration_since(self.as_of?);
        (-CLOCK_SLACK <= age).then(|| age.max(SignedDuration::ZERO))
    }

    /// Difference from the previous price, in the quote's currency.
    pub fn change(&self) -> Option<f64> {
        self.previous.map(|previous| self.price.get() - previous.price.get())
    }

    /// The change as a percentage of the previous price.
    pub fn change_percent(&self) -> Option<f64> {
        let before = self.previous?.price.get();
        (before != 0.0).then(|| (self.price.get() / before - 1.0) * 100.0)
    }
}
