use market::{Instrument, Kind, SourceError};

use crate::united_states::{no_such_ticker, ticker};

/// What Tiingo calls an instrument: `BRK-B` as we do, and a preferred share `SPG-P-J` where
/// Yahoo, and so we, write `SPG-PJ`.
///
/// # Errors
///
/// [`SourceError::NotOffered`] for what does not trade in the United States and in dollars,
/// and for spellings of which nobody knows what they mean there.
pub(super) fn of(instrument: &Instrument) -> Result<String, SourceError> {
    let (letters, class) = ticker(instrument, &[Kind::Equity, Kind::Etf, Kind::Fund])?;
    match class.map(str::as_bytes) {
        None => Ok(letters.to_owned()),
        Some([class]) if class.is_ascii_uppercase() => Ok(instrument.symbol.to_string()),
        Some([b'P', series]) if series.is_ascii_uppercase() => {
            Ok(format!("{letters}-P-{}", char::from(*series)))
        }
        Some(_) => no_such_ticker(),
    }
}

/// As [`of`], for latest prices.
///
/// # Errors
///
/// As for [`of`], and for funds that are priced once a day.
pub(super) fn of_traded(instrument: &Instrument) -> Result<String, SourceError> {
    if instrument.kind == Kind::Fund {
        return Err(SourceError::NotOffered("it has latest prices of what is traded alone".into()));
    }
    of(instrument)
}

#[cfg(test)]
mod tests {
    use market::Catalog;

    use super::*;

    fn asked(symbol: &str) -> Instrument {
        Catalog::new().instrument(&symbol.parse().unwrap())
    }

    #[test]
    fn a_class_is_written_alike_and_a_preferred_share_is_not() {
        let check =
            |symbol: &str, expected: &str| assert_eq!(of(&asked(symbol)).unwrap(), expected);
        check("AAPL", "AAPL");
        check("BRK-B", "BRK-B");
        check("SPG-PJ", "SPG-P-J");
        check("VFINX", "VFINX");
    }

    #[test]
    fn what_trades_elsewhere_is_not_asked_about() {
        for symbol in ["VOD.L", "7203.T", "600519.SS", "^GSPC", "GC=F", "EUR/USD", "BTC/USD"] {
            assert_eq!(of(&asked(symbol)).unwrap_err().reason(), "not_offered", "{symbol}");
        }
        for symbol in ["ABC-WT", "ABCDEF", "A1", "-B", "BRK-"] {
            assert_eq!(of(&asked(symbol)).unwrap_err().reason(), "not_offered", "{symbol}");
        }
        let in_euros = Instrument { currency: "EUR".parse().ok(), ..asked("ABC") };
        assert!(of(&in_euros).is_err(), "the same letters are another share there");
        let in_london = Instrument { time_zone: "Europe/London".into(), ..asked("ABC") };
        assert!(of(&in_london).is_err());
    }

    #[test]
    fn a_fund_has_a_history_and_no_latest_price() {
        let fund = Instrument { kind: Kind::Fund, ..asked("VFINX") };
        assert!(of(&fund).is_ok() && of_traded(&fund).is_err());
    }
}
