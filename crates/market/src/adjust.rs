use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::{Action, Basis, Interval, Series, SeriesHead, Symbol};

mod payments;
mod splits;
#[cfg(test)]
mod tests;

/// What a reader wants prices adjusted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Adjust {
    /// Nothing: as traded.
    None,
    /// Splits: earlier prices divided by later splits.
    Splits,
    /// Splits and what was paid out, so that prices show what a holder earned.
    All,
}

/// A text that names no adjustment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an adjustment; use one of none splits all")]
pub struct AdjustNameError(String);

/// Why a series cannot be had on the basis asked for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AdjustError {
    /// The prices were adjusted for payments already.
    #[error("prices of {0} are adjusted for splits and dividends, which cannot be undone; use all")]
    Irreversible(Symbol),
    /// Something was paid, and no bar says what that did to prices.
    #[error(
        "{interval} bars of {symbol} have no adjusted close, and the {payment} of {ex_date} would \
         have to be taken out of them; use splits or none, or 1d bars"
    )]
    NoAdjustedClose {
        /// The instrument.
        symbol: Symbol,
        /// How long its bars are.
        interval: Interval,
        /// The name of what was paid.
        payment: String,
        /// When.
        ex_date: Date,
    },
    /// A split whose terms are no ratio.
    #[error(
        "the split of {ex_date} is published as {numerator} for {denominator}, which is no ratio; \
         only prices as their source publishes them can be had"
    )]
    SplitTerms {
        /// When.
        ex_date: Date,
        /// New shares.
        numerator: f64,
        /// Old shares.
        denominator: f64,
    },
    /// A price that left the range of numbers.
    #[error(
        "the prices of {0} become too large to write; \
         only prices as their source publishes them can be had"
    )]
    Overflow(Date),
}

impl Adjust {
    /// All adjustments, the least first.
    pub const ALL: [Self; 3] = [Self::None, Self::Splits, Self::All];

    /// The name used in URLs and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Splits => "splits",
            Self::All => "all",
        }
    }
}

impl FromStr for Adjust {
    type Err = AdjustNameError;

    fn from_str(text: &str) -> Result<Self, AdjustNameError> {
        let found = Self::ALL.into_iter().find(|adjust| adjust.as_str() == text);
        found.ok_or_else(|| AdjustNameError(text.chars().take(20).collect()))
    }
}

impl fmt::Display for Adjust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Series {
    /// The same bars on another basis.
    ///
    /// `actions` must hold every action since the first bar up to now, each
    /// once; one that is missing leaves prices wrong, and nothing here can tell.
    ///
    /// Splits are undone or applied to prices and volumes (whole volumes stay
    /// whole). Of a bar that a split falls into, such as a month's, only the
    /// close is known. A price that is multiplied keeps ten significant digits,
    /// more than sources publish; any other, and adjusted closes, keep all.
    ///
    /// [`Adjust::All`] moves each bar to its adjusted close, as its source
    /// computed it. An amount paid is never subtracted from a price here: it may
    /// be in another currency than the series. A bar without an adjusted close
    /// is left as it is where nothing was paid after it, and is a hole among
    /// others that have one. Where nothing had to be adjusted the basis keeps
    /// its name.
    ///
    /// # Errors
    ///
    /// Where the basis cannot be had from what is known; see [`AdjustError`].
    pub fn adjusted(&self, adjust: Adjust, actions: &[Action]) -> Result<Self, AdjustError> {
        match (adjust, self.head.basis) {
            (Adjust::All, Basis::All)
            | (Adjust::Splits, Basis::Splits)
            | (Adjust::None, Basis::Unadjusted) => Ok(self.clone()),
            (_, Basis::All) => Err(AdjustError::Irreversible(self.head.symbol.clone())),
            (Adjust::None, Basis::Splits) => self.as_traded(actions),
            (Adjust::Splits, Basis::Unadjusted) => self.with_splits(actions),
            (Adjust::All, _) => {
                self.adjusted(Adjust::Splits, actions)?.with_payments_taken_out(actions)
            }
        }
    }

    fn head_on(&self, basis: Basis) -> SeriesHead {
        SeriesHead { basis, ..self.head.clone() }
    }
}

/// Cuts off what binary multiplication adds; sources publish fewer digits.
fn ten_digits(number: f64) -> f64 {
    format!("{number:.9e}").parse().expect("a printed number reads back")
}
