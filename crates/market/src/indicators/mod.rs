//! Indicators: figures computed from the closes of a series.
//!
//! All of them are computed over the bars that exist: a hole in a series is no
//! bar, so it is neither counted nor filled. A bar for which an indicator is not
//! defined has none: the first ones (the warm-up), and those where the formula
//! divides by nothing. No later bar changes the value of an earlier one.
//!
//! A moving mean or deviation depends on its own bars alone. Those that remember
//! (`ema`, `rsi`, `macd`) depend on where the closes given begin, less with each
//! bar: an `ema:n` by less than a thousandth after 3.5 × (n + 1) bars, Wilder's
//! smoothing after 7 × n.

mod averages;
mod bands;
mod macd;
mod momentum;
mod name;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::Price;

pub use name::IndicatorError;

/// How many bars something is computed over: 1 to 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window(u16);

/// How many standard deviations wide, in tenths: 0.1 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deviations(u8);

/// What to compute from closes, read from a text such as `sma:20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Indicator {
    /// Simple moving average (`StockCharts`, "Moving Averages"): the mean of the
    /// latest closes. In the currency, from the nth bar on.
    Sma(Window),
    /// Exponential moving average (`StockCharts`, "Moving Averages"): each close
    /// has the weight 2 / (n + 1). It begins at the nth bar with the mean of the
    /// first n closes. In the currency.
    Ema(Window),
    /// Bollinger bands (J. Bollinger, "Bollinger on Bollinger Bands", 2001): the
    /// simple moving average, and so many standard deviations above and below
    /// it. The deviation is that of a population (divided by n, not n - 1). In
    /// the currency, from the nth bar on.
    Bollinger(Window, Deviations),
    /// Relative strength index (J. W. Wilder, "New Concepts in Technical Trading
    /// Systems", 1978): the average gain as a share of average gain and average
    /// loss, 0 to 100, from bar n + 1 on. The averages begin with the mean of
    /// the first n changes; each later change then has the weight 1 / n. None
    /// while no close has differed from the one before.
    Rsi(Window),
    /// Moving average convergence/divergence (G. Appel; `StockCharts`, "MACD"):
    /// the EMA of `fast` closes less that of `slow`, from the bar `slow` on; its
    /// own EMA, the signal, begun likewise with a mean; and the difference of
    /// the two, the histogram. In the currency.
    Macd {
        /// Of the quicker average; less than `slow`.
        fast: Window,
        /// Of the slower average.
        slow: Window,
        /// Of the signal.
        signal: Window,
    },
    /// Rate of change (`StockCharts`, "Rate of Change"): how far the close is
    /// from that of n bars before, in percent of it, from bar n + 1 on. None
    /// where the earlier close is not above zero.
    Roc(Window),
}

impl Window {
    /// The most bars.
    pub const MOST: u16 = 500;

    /// So many bars, unless they are none or too many.
    pub fn new(bars: u16) -> Option<Self> {
        (1..=Self::MOST).contains(&bars).then_some(Self(bars))
    }

    fn bars(self) -> usize {
        usize::from(self.0)
    }
}

impl Deviations {
    fn get(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl Indicator {
    /// One of each kind, with the figures that are usual.
    pub const USUAL: [Self; 6] = [
        Self::Sma(Window(20)),
        Self::Ema(Window(50)),
        Self::Bollinger(Window(20), Deviations(20)),
        Self::Rsi(Window(14)),
        Self::Macd { fast: Window(12), slow: Window(26), signal: Window(9) },
        Self::Roc(Window(12)),
    ];

    /// The names of its columns, such as `sma_20` or `macd_12_26_9_signal`.
    pub fn columns(&self) -> Vec<String> {
        let name = self.to_string().replace([':', '.'], "_");
        let with = |ending: &str| format!("{name}_{ending}");
        match self {
            Self::Bollinger(..) => ["lower", "middle", "upper"].map(with).to_vec(),
            Self::Macd { .. } => vec![name.clone(), with("signal"), with("histogram")],
            Self::Sma(_) | Self::Ema(_) | Self::Rsi(_) | Self::Roc(_) => vec![name],
        }
    }

    /// Its columns over closes, oldest first: each as long as `closes`, in the
    /// order of [`Indicator::columns`]. A number that left the range of numbers
    /// is a hole.
    pub fn over(&self, closes: &[Price]) -> Vec<Vec<Option<f64>>> {
        let closes: Vec<f64> = closes.iter().map(|close| close.get()).collect();
        let mut columns = match *self {
            Self::Sma(window) => vec![averages::simple(&closes, window)],
            Self::Ema(window) => vec![averages::exponential(&closes, window)],
            Self::Bollinger(window, deviations) => bands::bollinger(&closes, window, deviations),
            Self::Rsi(window) => vec![momentum::relative_strength(&closes, window)],
            Self::Macd { fast, slow, signal } => macd::macd(&closes, [fast, slow, signal]),
            Self::Roc(window) => vec![momentum::rate_of_change(&closes, window)],
        };
        for cell in columns.iter_mut().flatten() {
            *cell = cell.filter(|number| number.is_finite());
        }
        columns
    }

    /// For how many bars at the beginning at least one column has no value.
    pub fn warm_up(&self) -> usize {
        match self {
            Self::Sma(window) | Self::Ema(window) | Self::Bollinger(window, _) => window.bars() - 1,
            Self::Rsi(window) | Self::Roc(window) => window.bars(),
            Self::Macd { slow, signal, .. } => slow.bars() + signal.bars() - 2,
        }
    }

    /// How it is computed, for people.
    pub fn formula(&self) -> String {
        match *self {
            Self::Sma(Window(n)) => format!("mean of the latest {n} closes"),
            Self::Ema(Window(n)) => format!(
                "previous + 2/({n} + 1) × (close − previous), begun with the mean of the first \
                 {n} closes"
            ),
            Self::Bollinger(Window(n), deviations) => format!(
                "middle: mean of the latest {n} closes; upper and lower: {} population standard \
                 deviations of these closes above and below it",
                deviations.get()
            ),
            Self::Rsi(Window(n)) => format!(
                "100 × gain / (gain + loss): averages of the rises and the falls from close to \
                 close, begun with the mean of the first {n}, then (previous × ({n} − 1) + latest) \
                 / {n} (Wilder)"
            ),
            Self::Macd { fast: Window(fast), slow: Window(slow), signal: Window(signal) } => {
                format!(
                    "EMA of {fast} closes − EMA of {slow} closes; signal: EMA of {signal} of these; \
                 histogram: the first − signal; each EMA begun with a mean of as many"
                )
            }
            Self::Roc(Window(n)) => {
                format!("100 × (close − close {n} bars before) / close {n} bars before, in percent")
            }
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Deviations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// The text that it is read from.
impl fmt::Display for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sma(window) => write!(f, "sma:{window}"),
            Self::Ema(window) => write!(f, "ema:{window}"),
            Self::Bollinger(window, deviations) => write!(f, "bollinger:{window}:{deviations}"),
            Self::Rsi(window) => write!(f, "rsi:{window}"),
            Self::Macd { fast, slow, signal } => write!(f, "macd:{fast}:{slow}:{signal}"),
            Self::Roc(window) => write!(f, "roc:{window}"),
        }
    }
}
