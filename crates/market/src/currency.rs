use std::fmt;
use std::str::FromStr;

mod ended;
pub(crate) mod iso;
mod names;

pub use ended::Ended;

/// What a price is counted in, exactly as the upstream wrote it.
///
/// Letter case carries meaning: `GBP` is pounds, `GBp` is pence. Prices in a
/// minor unit stay in it; [`Currency::major`] tells what they are a part of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(Box<str>);

/// A text that names no currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a currency code (2 to 10 letters or digits)")]
pub struct CurrencyError(String);

/// A currency, for one of its minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Major {
    /// The currency's code.
    pub code: &'static str,
    /// How many of the minor unit make one of it.
    pub units: u32,
}

/// Codes of minor units that prices are quoted in, none of them of ISO 4217.
///
/// `GBp`, `USX`, `ZAc`, `ILA` and `KWF` are seen in charts (the factor of the last
/// is that of yfinance, `scrapers/history.py`, and of the dinar's three digits);
/// data vendors in London, Johannesburg and Tel Aviv write `GBX`, `ZAC` and `ILA`;
/// `USc` is a cent of commodity exchanges.
const MINOR_UNITS: [(&str, Major); 8] = [
    ("GBp", Major { code: "GBP", units: 100 }),
    ("GBX", Major { code: "GBP", units: 100 }),
    ("USX", Major { code: "USD", units: 100 }),
    ("USc", Major { code: "USD", units: 100 }),
    ("ZAc", Major { code: "ZAR", units: 100 }),
    ("ZAC", Major { code: "ZAR", units: 100 }),
    ("ILA", Major { code: "ILS", units: 100 }),
    ("KWF", Major { code: "KWD", units: 1_000 }),
];

impl Major {
    /// What part of it the minor unit is, as a noun.
    pub fn part(&self) -> &'static str {
        if self.units == 1_000 { "thousandth" } else { "hundredth" }
    }
}

impl Currency {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people call it, where reference rates are set in it or were.
    pub fn name(&self) -> Option<&'static str> {
        names::name(&self.0)
    }

    /// For a minor unit such as pence, the currency that so many of it make.
    pub fn major(&self) -> Option<Major> {
        MINOR_UNITS.iter().find(|(minor, _)| *minor == &*self.0).map(|(_, major)| *major)
    }

    /// How many of its minor unit make one of the currency, whichever of the two
    /// this is: by so much are prices off that are in the wrong one. A hundred
    /// where there is none, since such are mistaken for each other too.
    pub fn minor_units(&self) -> u32 {
        let code = self.major().map_or(self.as_str(), |major| major.code);
        10_u32.pow(u32::from(iso::minor_digits(code)).max(2))
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
        assert_eq!(pence.major(), Some(Major { code: "GBP", units: 100 }));
        assert_eq!("GBP".parse::<Currency>().unwrap().major(), None);
    }

    #[test]
    fn a_minor_unit_is_as_small_as_its_currency_says() {
        for (code, major) in MINOR_UNITS {
            assert_eq!(10_u32.pow(iso::minor_digits(major.code).into()), major.units, "{code}");
            let unit = |code: &str| code.parse::<Currency>().unwrap().minor_units();
            assert_eq!((unit(code), unit(major.code)), (major.units, major.units), "{code}");
            assert!(iso::is_currency(major.code) && !iso::is_currency(code), "{code}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "E", "EU R", "<b>", "EUROPEANEURO"] {
            assert!(text.parse::<Currency>().is_err(), "{text:?}");
        }
    }
}
