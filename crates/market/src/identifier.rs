use std::fmt;
use std::str::FromStr;

use crate::Symbol;

/// How nearly all FIGIs begin.
const FIRST_FIGIS: &str = "BBG";

/// Characters of an ISIN, and of a FIGI.
const LENGTH: usize = 12;

/// An International Securities Identification Number (ISO 6166): two letters of a country,
/// nine letters or digits, and a check digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isin(Box<str>);

/// A Financial Instrument Global Identifier (OMG specification of that name): `BBG`, or two
/// other consonants and a G, eight consonants or digits, and a check digit. It may be of one
/// listing, of all in a country, or of the share class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figi(Box<str>);

/// Why a text is no such identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Another length, or other characters.
    #[error("{0:?} is no {1}: it has 12 letters and digits, in an order of its own")]
    Shape(String, &'static str),
    /// The last digit is not that of the others: one of them is mistyped.
    #[error("{0:?} is no {1}: its last digit should be {2}")]
    CheckDigit(String, &'static str, u8),
}

impl Isin {
    /// As text, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Figi {
    /// As text, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Isin {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let is_country = |text: &str| text[..2].bytes().all(|it| it.is_ascii_alphabetic());
        checked(text, "ISIN", is_country, isin_digit).map(Self)
    }
}

impl FromStr for Figi {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let is_one = |text: &str| {
            let has_g = text.as_bytes()[2] == b'G';
            let begins = text[..2].bytes().all(|it| it.is_ascii_alphabetic());
            has_g && begins && !text.contains(['A', 'E', 'I', 'O', 'U'])
        };
        checked(text, "FIGI", is_one, figi_digit).map(Self)
    }
}

/// A text in upper case, if it has the shape and its last digit is that of the others.
fn checked(
    text: &str,
    kind: &'static str,
    is_one: impl FnOnce(&str) -> bool,
    digit: impl FnOnce(&[u8]) -> u8,
) -> Result<Box<str>, IdentifierError> {
    let shape = || IdentifierError::Shape(text.chars().take(2 * LENGTH).collect(), kind);
    if text.len() != LENGTH {
        return Err(shape());
    }
    let upper = text.to_ascii_uppercase();
    let is_plain = upper.bytes().all(|it| it.is_ascii_alphanumeric());
    let last = upper.bytes().last().filter(u8::is_ascii_digit);
    let last = last.filter(|_| is_plain && is_one(&upper)).ok_or_else(shape)?;
    let expected = digit(&upper.as_bytes()[..LENGTH - 1]);
    if last - b'0' != expected {
        return Err(IdentifierError::CheckDigit(upper, kind, expected));
    }
    Ok(upper.into())
}

/// A digit is its value, a letter its place in the alphabet and nine.
fn value(character: u8) -> u8 {
    if character.is_ascii_digit() { character - b'0' } else { character - b'A' + 10 }
}

/// The check digit of an ISIN: each character is written as its value in decimal, and of
/// these digits, from the right, the first and each second one after it counts twice (ISO
/// 6166, annex C).
fn isin_digit(characters: &[u8]) -> u8 {
    let decimal = characters.iter().flat_map(|it| match value(*it) {
        letter @ 10.. => vec![letter / 10, letter % 10],
        digit => vec![digit],
    });
    let decimal: Vec<u8> = decimal.collect();
    let twice = decimal.iter().rev().enumerate().map(|(n, it)| it * if n % 2 == 0 { 2 } else { 1 });
    complement(twice)
}

/// The check digit of a FIGI: the values of each second character count twice.
fn figi_digit(characters: &[u8]) -> u8 {
    let values = characters.iter().map(|it| value(*it)).enumerate();
    complement(values.map(|(n, it)| it * if n % 2 == 0 { 1 } else { 2 }))
}

/// What is missing to a number of tens, of the digits of some numbers below a hundred.
fn complement(numbers: impl Iterator<Item = u8>) -> u8 {
    let sum: u32 = numbers.map(|it| u32::from(it / 10 + it % 10)).sum();
    ((10 - sum % 10) % 10) as u8
}

/// What stands for an instrument without being its symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// A share or fund, on whatever market: `FR0000121014`.
    Isin(Isin),
    /// The same on one market, by its code (ISO 10383): `FR0000121014@XPAR`.
    Listed(Isin, Box<str>),
    /// A listing, its country's, or a share class: `BBG000B9XRY4`.
    Figi(Figi),
}

impl Identifier {
    /// The identifier that a symbol is written as, if it is one.
    pub fn of(symbol: &Symbol) -> Option<Self> {
        Self::read(symbol.as_str())
    }

    /// The identifier of a text, if it is one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if let Some((isin, mic)) = text.split_once('@') {
            let is_code = mic.len() == 4 && mic.bytes().all(|it| it.is_ascii_alphanumeric());
            let mic = mic.to_ascii_uppercase().into();
            return is_code.then(|| isin.parse().ok().map(|isin| Self::Listed(isin, mic)))?;
        }
        if text.len() != LENGTH {
            return None;
        }
        let isin = || text.parse().ok().map(Self::Isin);
        let figi = || text.parse().ok().map(Self::Figi);
        // One of ten FIGIs would be an ISIN of Barbados as well.
        if text.starts_with(FIRST_FIGIS) { figi() } else { isin().or_else(figi) }
    }
}

impl fmt::Display for Isin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Figi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn well_known_ones_are_read_and_one_with_a_wrong_digit_is_not() {
        for text in ["US0378331005", "FR0000121014", "de0007164600", "GB00BH4HKS39"] {
            assert_eq!(text.parse::<Isin>().unwrap().as_str(), text.to_ascii_uppercase());
        }
        for text in ["BBG000B9XRY4", "BBG001S5N8V8", "BBG000B9Y5X2", "bbg000bph459"] {
            assert_eq!(text.parse::<Figi>().unwrap().as_str(), text.to_ascii_uppercase());
        }
        let said = "US0378331006".parse::<Isin>().unwrap_err().to_string();
        assert_eq!(said, "\"US0378331006\" is no ISIN: its last digit should be 5");
        for text in ["", "US037833100", "12O378331005", "US03783310é", "AAPL", "US037833100X"] {
            assert!(matches!(text.parse::<Isin>(), Err(IdentifierError::Shape(..))), "{text}");
        }
        assert!("BBA000B9XRY4".parse::<Figi>().is_err(), "no G");
        assert!("US0378331005".parse::<Figi>().is_err());
    }

    #[test]
    fn a_symbol_may_be_written_as_one() {
        let of = |text: &str| Identifier::of(&text.parse().unwrap());
        let isin: Isin = "FR0000121014".parse().unwrap();
        assert_eq!(of("fr0000121014"), Some(Identifier::Isin(isin.clone())));
        assert_eq!(of("FR0000121014@xpar"), Some(Identifier::Listed(isin, "XPAR".into())));
        for figi in ["BBG000B9XRY4", "BBG000BPH459"] {
            assert!(matches!(of(figi), Some(Identifier::Figi(_))), "{figi}");
        }
        for text in ["AAPL", "BRK-B", "EUR/USD", "FR0000121015"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_mistyped_digit_is_always_found(place in 2_usize..11, by in 1_u8..10) {
            let mut text = b"US0378331005".to_vec();
            text[place] = b'0' + (text[place] - b'0' + by) % 10;
            prop_assert!(String::from_utf8(text).unwrap().parse::<Isin>().is_err());
        }

        #[test]
        fn no_text_is_refused_in_another_way_than_by_an_error(text in "\\PC{0,16}") {
            let _ = (text.parse::<Isin>(), text.parse::<Figi>(), Identifier::read(&text));
        }
    }
}
