//! Reading an indicator from its name.

use std::str::FromStr;

use super::{Deviations, Indicator, Window};

/// Why a text names no indicator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndicatorError {
    /// There is no such kind.
    #[error("{asked:?} is not an indicator{}; there are {}", did_you_mean(near.as_deref()), usual())]
    Unknown {
        /// The beginning of what was asked for.
        asked: String,
        /// The text that was probably meant, if one looks much like it.
        near: Option<String>,
    },
    /// Too few or too many figures.
    #[error("{asked:?} should have {figures}, such as {example}")]
    Figures {
        /// The beginning of what was asked for.
        asked: String,
        /// Which figures the kind takes.
        figures: &'static str,
        /// One that works.
        example: Indicator,
    },
    /// A number of bars that is not one.
    #[error("{0:?} is not a number of bars from 1 to {most}, such as 20", most = Window::MOST)]
    Window(String),
    /// A width of bands that is not one.
    #[error("{0:?} is not a number of deviations from 0.1 to 10, written as 2 or 2.5")]
    Deviations(String),
    /// The quick average of a MACD is not the quicker one.
    #[error("the first number of {asked:?} must be less than the second, such as macd:12:26:9")]
    Order {
        /// What was asked for.
        asked: String,
    },
}

fn usual() -> String {
    Indicator::USUAL.map(|one| one.to_string()).join(", ")
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean {near}?"))
}

impl FromStr for Indicator {
    type Err = IndicatorError;

    fn from_str(text: &str) -> Result<Self, IndicatorError> {
        let mut parts = text.split(':');
        let kind = parts.next().unwrap_or_default();
        let figures: Vec<&str> = parts.collect();
        match Self::USUAL.into_iter().find(|one| one.kind() == kind) {
            Some(usual) => usual.with(text, &figures),
            None => Err(unknown(text, kind, &figures)),
        }
    }
}

impl Indicator {
    fn kind(self) -> &'static str {
        match self {
            Self::Sma(_) => "sma",
            Self::Ema(_) => "ema",
            Self::Bollinger(..) => "bollinger",
            Self::Rsi(_) => "rsi",
            Self::Macd { .. } => "macd",
            Self::Roc(_) => "roc",
        }
    }

    /// The same kind with other figures.
    fn with(self, text: &str, figures: &[&str]) -> Result<Self, IndicatorError> {
        match (self, figures) {
            (Self::Sma(_), [n]) => Ok(Self::Sma(n.parse()?)),
            (Self::Ema(_), [n]) => Ok(Self::Ema(n.parse()?)),
            (Self::Rsi(_), [n]) => Ok(Self::Rsi(n.parse()?)),
            (Self::Roc(_), [n]) => Ok(Self::Roc(n.parse()?)),
            (Self::Bollinger(..), [n, wide]) => Ok(Self::Bollinger(n.parse()?, wide.parse()?)),
            (Self::Macd { .. }, [fast, slow, signal]) => {
                let (fast, slow) = (fast.parse()?, slow.parse()?);
                let is_ordered = fast < slow;
                let macd = Self::Macd { fast, slow, signal: signal.parse()? };
                is_ordered
                    .then_some(macd)
                    .ok_or_else(|| IndicatorError::Order { asked: short(text) })
            }
            _ => Err(IndicatorError::Figures {
                asked: short(text),
                figures: self.figures(),
                example: self,
            }),
        }
    }

    fn figures(self) -> &'static str {
        match self {
            Self::Sma(_) | Self::Ema(_) | Self::Rsi(_) | Self::Roc(_) => "one number, of bars",
            Self::Bollinger(..) => "two numbers, of bars and of deviations",
            Self::Macd { .. } => "three numbers, of bars: quick, slow and signal",
        }
    }
}

/// Names what was probably meant, with the figures asked for where they fit.
fn unknown(text: &str, kind: &str, figures: &[&str]) -> IndicatorError {
    let lower = kind.trim().to_lowercase();
    let likeness = |one: &Indicator| {
        (strsim::normalized_damerau_levenshtein(&lower, one.kind()) * 1000.0) as u32
    };
    let near = Indicator::USUAL.into_iter().max_by_key(likeness);
    let near = near
        .filter(|one| likeness(one) > 500)
        .map(|one| one.with(text, figures).unwrap_or(one).to_string());
    IndicatorError::Unknown { asked: short(text), near }
}

impl FromStr for Window {
    type Err = IndicatorError;

    fn from_str(text: &str) -> Result<Self, IndicatorError> {
        let bars = digits(text).and_then(|text| text.parse().ok()).and_then(Self::new);
        bars.ok_or_else(|| IndicatorError::Window(short(text)))
    }
}

/// In one spelling only: `2.0` would make another column name of the same bands.
impl FromStr for Deviations {
    type Err = IndicatorError;

    fn from_str(text: &str) -> Result<Self, IndicatorError> {
        let found = (1..=100).map(Self).find(|deviations| deviations.to_string() == text);
        found.ok_or_else(|| IndicatorError::Deviations(short(text)))
    }
}

/// A whole number as it is usually written: no sign, no zero before it.
fn digits(text: &str) -> Option<&str> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    (is_number && !text.is_empty()).then_some(text)
}

/// The beginning of a text, so that an error does not repeat ten kilobytes.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
