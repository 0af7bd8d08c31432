use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::{Currency, Name, Symbol};

/// A thing with a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Our name for it.
    pub symbol: Symbol,
    /// Its name for people, as published or our own.
    pub name: Name,
    /// What sort of thing it is.
    pub kind: Kind,
    /// What its price is counted in, where known.
    pub currency: Option<Currency>,
    /// Where it trades, as its source names the place.
    pub exchange: Option<Name>,
    /// The exchange's market identifier code (ISO 10383), where known.
    pub mic: Option<String>,
    /// The first date on which it traded, as far as its source knows.
    pub first_trade: Option<Date>,
    /// The exchange's zone in the tz database; trading dates are dates there.
    pub time_zone: String,
    /// Digits after the point that people expect to see. For eyes only:
    /// values are never rounded.
    pub price_decimals: u8,
}

impl Instrument {
    /// The exchange's zone; UTC where the tz database does not have it.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// The kinds of instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A number computed from other prices.
    Index,
    /// A currency priced in another.
    Currency,
    /// A crypto asset priced in a currency or another asset.
    Crypto,
    /// A share.
    Equity,
    /// An exchange-traded fund.
    Etf,
    /// A fund priced once a day.
    Fund,
    /// A future.
    Future,
    /// An option.
    Option,
    /// A yield or interest rate, in per cent a year. It may be zero and less.
    Rate,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Index,
        Self::Currency,
        Self::Crypto,
        Self::Equity,
        Self::Etf,
        Self::Fund,
        Self::Future,
        Self::Option,
        Self::Rate,
    ];

    /// The name used in JSON and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Currency => "currency",
            Self::Crypto => "crypto",
            Self::Equity => "equity",
            Self::Etf => "etf",
            Self::Fund => "fund",
            Self::Future => "future",
            Self::Option => "option",
            Self::Rate => "rate",
        }
    }

    /// Reads [`Kind::as_str`] back.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
