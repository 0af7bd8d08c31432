use std::collections::HashSet;
use std::str::FromStr;

use market::{Indicator, IndicatorError};

/// The most indicators one question may ask for.
pub const MOST_INDICATORS: usize = 10;

/// Indicators in the order asked for, none twice.
#[derive(Debug, Default)]
pub struct Indicators(pub Vec<Indicator>);

/// Why a list of indicators is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum IndicatorsError {
    /// One is none.
    #[error(transparent)]
    NotOne(#[from] IndicatorError),
    /// One is asked for again.
    #[error("{0} is named twice; name it once")]
    Twice(Indicator),
    /// There are too many.
    #[error("{0} indicators; at most {MOST_INDICATORS} in one question")]
    TooMany(usize),
}

impl FromStr for Indicators {
    type Err = IndicatorsError;

    fn from_str(text: &str) -> Result<Self, IndicatorsError> {
        let asked = text.split(',').count();
        if asked > MOST_INDICATORS {
            return Err(IndicatorsError::TooMany(asked));
        }
        let all: Vec<Indicator> =
            text.split(',').map(|one| one.trim().parse()).collect::<Result<_, _>>()?;
        let mut seen = HashSet::new();
        let twice = all.iter().find(|indicator| !seen.insert(**indicator));
        twice.map_or(Ok(()), |twice| Err(IndicatorsError::Twice(*twice)))?;
        Ok(Self(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_order_and_faults_are_named() {
        let read = |text: &str| text.parse::<Indicators>().map_err(|error| error.to_string());
        let Indicators(all) = read("rsi:14, sma:20").unwrap();
        assert_eq!(all.iter().map(Indicator::to_string).collect::<Vec<_>>(), ["rsi:14", "sma:20"]);
        assert_eq!(read("sma:20,sma:20").unwrap_err(), "sma:20 is named twice; name it once");
        let many = ["sma:20"; 11].join(",");
        assert_eq!(read(&many).unwrap_err(), "11 indicators; at most 10 in one question");
        assert!(read("sma:20,").is_err() && read(",").is_err());
    }
}
