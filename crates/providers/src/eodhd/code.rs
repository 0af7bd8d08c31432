use market::{Instrument, Kind, SourceError};

use crate::united_states::{self, no_such_ticker};

/// What EODHD has of shares and funds.
const KINDS: [Kind; 3] = [Kind::Equity, Kind::Etf, Kind::Fund];

/// Its codes of exchanges outside of the United States, by their market identifier code, as
/// its own list has them (`/exchanges-list`).
const EXCHANGES: [(&str, &str); 29] = [
    ("XTSE", "TO"),
    ("XTSX", "V"),
    ("NEOE", "NEO"),
    ("XETR", "XETRA"),
    ("XFRA", "F"),
    ("XBER", "BE"),
    ("XHAM", "HM"),
    ("XHAN", "HA"),
    ("XDUS", "DU"),
    ("XMUN", "MU"),
    ("XSTU", "STU"),
    ("XWBO", "VI"),
    ("XPAR", "PA"),
    ("XBRU", "BR"),
    ("XLIS", "LS"),
    ("XAMS", "AS"),
    ("XDUB", "IR"),
    ("XSWX", "SW"),
    ("XSTO", "ST"),
    ("XCSE", "CO"),
    ("XHEL", "HE"),
    ("XOSL", "OL"),
    ("XICE", "IC"),
    ("XPRA", "PR"),
    ("XBUD", "BUD"),
    ("XWAR", "WAR"),
    ("XASX", "AU"),
    ("XKRX", "KO"),
    ("XTAI", "TW"),
];

/// What EODHD calls a share or fund, with its exchange: `BRK-B.US`, `AIR.PA`.
///
/// # Errors
///
/// [`SourceError::NotOffered`] for other kinds, for what trades where it has nothing or
/// nobody knows where, and for what is priced in a hundredth of a currency: its lists name
/// the currency, and prices name none.
pub(super) fn of(instrument: &Instrument) -> Result<String, SourceError> {
    let symbol = instrument.symbol.as_str();
    let Some((name, _)) = symbol.rsplit_once('.') else {
        let (letters, class) = united_states::ticker(instrument, &KINDS)?;
        return match class.map(str::as_bytes) {
            None => Ok(format!("{letters}.US")),
            Some([class]) if class.is_ascii_uppercase() => Ok(format!("{symbol}.US")),
            Some(_) => no_such_ticker(),
        };
    };
    if !KINDS.contains(&instrument.kind) {
        return not("it has shares and funds alone");
    }
    let is_whole = |instrument: &Instrument| {
        instrument.currency.as_ref().is_some_and(|currency| currency.major().is_none())
    };
    if !is_whole(instrument) {
        return not("it does not say whether it means pence or pounds");
    }
    let mic = instrument.mic.as_deref();
    let exchange = EXCHANGES.iter().find(|(known, _)| Some(*known) == mic);
    let Some((_, exchange)) = exchange else { return not("it is not known where it trades") };
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    if name.bytes().all(is_plain) { Ok(format!("{name}.{exchange}")) } else { no_such_ticker() }
}

/// An instrument of which EODHD says nothing, but that it is the one asked for.
pub(super) fn described(asked: &Instrument) -> Instrument {
    let is_american = !asked.symbol.as_str().contains('.');
    if is_american { united_states::described(asked) } else { asked.clone() }
}

fn not<T>(what: &str) -> Result<T, SourceError> {
    Err(SourceError::NotOffered(what.to_owned()))
}

#[cfg(test)]
mod tests {
    use market::Catalog;

    use super::*;

    fn asked(symbol: &str) -> Instrument {
        Catalog::new().instrument(&symbol.parse().unwrap())
    }

    fn at(symbol: &str, mic: &str, currency: &str) -> Instrument {
        Instrument { mic: Some(mic.to_owned()), currency: currency.parse().ok(), ..asked(symbol) }
    }

    #[test]
    fn a_code_has_its_exchange() {
        assert_eq!(of(&asked("AAPL")).unwrap(), "AAPL.US");
        assert_eq!(of(&asked("BRK-B")).unwrap(), "BRK-B.US");
        assert_eq!(of(&at("AIR.PA", "XPAR", "EUR")).unwrap(), "AIR.PA");
        assert_eq!(of(&at("BMW.DE", "XETR", "EUR")).unwrap(), "BMW.XETRA");
        assert_eq!(of(&at("NOVO-B.CO", "XCSE", "DKK")).unwrap(), "NOVO-B.CO");
    }

    #[test]
    fn pence_are_not_taken_for_pounds() {
        for pence in [at("VOD.L", "XLON", "GBp"), at("NPN.JO", "XJSE", "ZAc")] {
            let refused = of(&pence).unwrap_err();
            assert!(refused.to_string().contains("pence"), "{refused}");
        }
        assert!(of(&Instrument { currency: None, ..at("AIR.PA", "XPAR", "EUR") }).is_err());
    }

    #[test]
    fn what_it_does_not_have_is_not_asked_about() {
        let other = at("7203.T", "XTKS", "JPY");
        for instrument in
            [asked("^GSPC"), asked("EUR/USD"), asked("BTC/USD"), asked("SPG-PJ"), other]
        {
            assert_eq!(of(&instrument).unwrap_err().reason(), "not_offered");
        }
    }
}
