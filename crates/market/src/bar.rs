use jiff::Timestamp;
use jiff::civil::Date;

use crate::Price;

/// By how much an adjusted close may differ, relatively, and be the same. An
/// upstream computes it anew for each answer, in single precision.
const ADJUSTED_CLOSE_WOBBLE: f64 = 1e-6;

/// Prices over one interval.
///
/// `open`, `high` and `low` are `None` where the source publishes one figure
/// only, such as a reference rate. A stretch without a close is a hole and has
/// no bar. That `low` ≤ `close` ≤ `high` is not assumed: upstreams break it,
/// and inventing figures would hide that; [`Bar::is_contradictory`] says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// When the interval began.
    pub open_time: Timestamp,
    /// Trading date in the exchange's zone; for longer bars that of the first day.
    pub date: Date,
    /// First price.
    pub open: Option<Price>,
    /// Highest price.
    pub high: Option<Price>,
    /// Lowest price.
    pub low: Option<Price>,
    /// Last price.
    pub close: Price,
    /// Close adjusted for splits and dividends as the source sees it.
    pub adj_close: Option<Price>,
    /// Units traded, in the source's own unit; finite and not below zero.
    pub volume: Option<f64>,
    /// The interval was still running when this was received.
    pub provisional: bool,
}

impl Bar {
    /// Whether the close lies outside low–high, or high is below low.
    pub fn is_contradictory(&self) -> bool {
        let below = self.low.is_some_and(|low| self.close < low);
        let above = self.high.is_some_and(|high| self.close > high);
        below || above || matches!((self.low, self.high), (Some(low), Some(high)) if high < low)
    }

    /// Whether another bar says the same, so that it is no new version of this
    /// one: adjusted closes may differ by what is lost in computing them.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let adjusted = match (self.adj_close, other.adj_close) {
            (Some(one), Some(other)) => is_close(one, other),
            (one, other) => one == other,
        };
        adjusted && *self == Self { adj_close: self.adj_close, ..*other }
    }
}

/// A count of units traded; `None` for what is no such count.
pub(crate) fn volume(number: f64) -> Option<f64> {
    (number.is_finite() && number >= 0.0).then_some(number)
}

fn is_close(one: Price, other: Price) -> bool {
    let (one, other) = (one.get(), other.get());
    (one - other).abs() <= ADJUSTED_CLOSE_WOBBLE * one.abs().max(other.abs())
}

/// What a series' prices are adjusted for. One series has one basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// As traded or published.
    Unadjusted,
    /// Earlier prices divided by later splits.
    Splits,
    /// Splits, and dividends and gains paid out, as the source adjusts closes.
    All,
}

impl Basis {
    /// The name used in JSON and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unadjusted => "unadjusted",
            Self::Splits => "splits",
            Self::All => "splits_and_dividends",
        }
    }

    /// Reads [`Basis::as_str`] back.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Unadjusted, Self::Splits, Self::All].into_iter().find(|basis| basis.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn bases_read_back() {
        for basis in [Basis::Unadjusted, Basis::Splits, Basis::All] {
            assert_eq!(Basis::from_name(basis.as_str()), Some(basis));
        }
        assert_eq!(Basis::from_name("dividends"), None);
    }

    fn price(n: f64) -> Price {
        Price::new(n).unwrap()
    }

    fn sample() -> Bar {
        Bar {
            open_time: Timestamp::UNIX_EPOCH,
            date: date(1970, 1, 1),
            open: None,
            high: Some(price(2.0)),
            low: Some(price(1.0)),
            close: price(1.5),
            adj_close: None,
            volume: None,
            provisional: false,
        }
    }

    #[test]
    fn an_adjusted_close_may_wobble_and_nothing_else() {
        let adjusted = |n| Bar { adj_close: Some(price(n)), ..sample() };
        let bar = adjusted(1.4);
        assert!(bar.says_the_same(&adjusted(1.400_001)));
        assert!(!bar.says_the_same(&adjusted(1.400_002)));
        assert!(!bar.says_the_same(&sample()) && sample().says_the_same(&sample()));
        assert!(!bar.says_the_same(&Bar { close: price(1.500_001), ..bar }));
        assert!(!bar.says_the_same(&Bar { provisional: true, ..bar }));
    }

    #[test]
    fn contradictions_are_told() {
        let bar = sample();
        assert!(!bar.is_contradictory());
        assert!(Bar { close: price(2.1), ..bar }.is_contradictory());
        assert!(Bar { high: Some(price(0.5)), low: Some(price(1.0)), ..bar }.is_contradictory());
        assert!(!Bar { high: None, low: None, ..bar }.is_contradictory());
    }
}
