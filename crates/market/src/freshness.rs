mod hours;
mod quote;
mod series;

use jiff::{SignedDuration, Timestamp};

pub use self::quote::{contradicted_calendar, market_opens_after, market_state, quote_freshness};
pub use self::series::{end_freshness, is_current, series_freshness, series_lifetime};
use crate::Kind;

/// Whether a value may be taken for the present one; the best first: an old one is
/// better than one that is made up, and that than none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// As new as its market allows.
    Fresh,
    /// Older than its rule allows, or of an age that no source states.
    Stale,
    /// Made up by the simulator.
    Simulated,
    /// There is no value.
    Missing,
}

impl Freshness {
    /// The name used in JSON and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Missing => "missing",
            Self::Simulated => "simulated",
        }
    }
}

/// How old a price of this kind may be while its market is open.
///
/// Exchanges publish to the public with a delay of up to 15 minutes; funds are
/// priced once a day.
pub fn open_limit(kind: Kind) -> SignedDuration {
    match kind {
        Kind::Crypto => SignedDuration::from_mins(10),
        Kind::Currency => SignedDuration::from_mins(15),
        Kind::Fund => SignedDuration::from_hours(36),
        Kind::Index | Kind::Equity | Kind::Etf | Kind::Future | Kind::Option | Kind::Rate => {
            SignedDuration::from_mins(25)
        }
    }
}

/// The longest a market stays closed, where its calendar is not known.
const LONGEST_CLOSURE: SignedDuration = SignedDuration::from_hours(5 * 24);

fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn earlier(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_sub(by).unwrap_or(Timestamp::MIN)
}
