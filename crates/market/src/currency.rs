use std::fmt;
use std::str::FromStr;

/// What a price is counted in, exactly as the upstream wrote it.
///
/// Letter case carries meaning: `GBP` is pounds, `GBp` is pence. Prices in a
/// minor unit stay in it; [`Currency::major`] tells what they are a hundredth of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(Box<str>);

/// A text that names no currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a currency code (2 to 10 letters or digits)")]
pub struct CurrencyError(String);

/// Minor units seen in upstream answers and the currency they are 1/100 of.
const MINOR_UNITS: [(&str, &str); 5] =
    [("GBp", "GBP"), ("GBX", "GBP"), ("USX", "USD"), ("ZAc", "ZAR"), ("ILA", "ILS")];

impl Currency {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For a minor unit such as pence, the currency of which 100 make one.
    pub fn major(&self) -> Option<&'static str> {
        MINOR_UNITS.iter().find(|(minor, _)| *minor == &*self.0).map(|(_, major)| *major)
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(code: &str) -> Result<Self, CurrencyError> {
        let fits =
            (2..=10).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric());
        if fits {
            Ok(Self(code.into()))
        } else {
            Err(CurrencyError(code.chars().take(20).collect()))
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pence_are_not_pounds() {
        let pence: Currency = "GBp".parse().unwrap();
        assert_ne!(pence, "GBP".parse().unwrap());
        assert_eq!(pence.major(), Some("GBP"));
        assert_eq!("GBP".parse::<Currency>().unwrap().major(), None);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "E", "EU R", "<b>", "EUROPEANEURO"] {
            assert!(text.parse::<Currency>().is_err(), "{text:?}");
        }
    }
}
