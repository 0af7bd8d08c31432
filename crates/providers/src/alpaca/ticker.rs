use market::{Instrument, Kind, SourceError};

use crate::united_states::{no_such_ticker, ticker};

/// What Alpaca calls a share or fund: `BRK.B` for `BRK-B`.
///
/// # Errors
///
/// [`SourceError::NotOffered`] for what does not trade in the United States and in dollars,
/// for mutual funds, and for spellings of which nobody knows what they mean there.
pub(super) fn of(instrument: &Instrument) -> Result<String, SourceError> {
    let (letters, class) = ticker(instrument, &[Kind::Equity, Kind::Etf])?;
    match class.map(str::as_bytes) {
        None => Ok(letters.to_owned()),
        Some([class]) if class.is_ascii_uppercase() => {
            Ok(format!("{letters}.{}", char::from(*class)))
        }
        Some(_) => no_such_ticker(),
    }
}

#[cfg(test)]
mod tests {
    use market::Catalog;

    use super::*;

    fn asked(symbol: &str) -> Instrument {
        Catalog::new().instrument(&symbol.parse().unwrap())
    }

    #[test]
    fn a_class_stands_behind_a_dot() {
        let check =
            |symbol: &str, expected: &str| assert_eq!(of(&asked(symbol)).unwrap(), expected);
        check("AAPL", "AAPL");
        check("BRK-B", "BRK.B");
    }

    #[test]
    fn what_it_does_not_have_is_not_asked_about() {
        for symbol in ["VOD.L", "^GSPC", "EUR/USD", "BTC/USD", "SPG-PJ", "ABCDEF", "A1", "BRK-"] {
            assert_eq!(of(&asked(symbol)).unwrap_err().reason(), "not_offered", "{symbol}");
        }
        assert!(of(&Instrument { kind: Kind::Fund, ..asked("VFINX") }).is_err());
    }
}
