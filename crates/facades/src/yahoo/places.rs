//! What this protocol calls the places where instruments trade.

use market::{Instrument, Kind, Name};

/// A market identifier code (ISO 10383), where there is one; the protocol's code and
/// its name for people.
type Place = (&'static str, &'static str, &'static str);

/// The code of the place to which everything is moved that is no longer listed.
pub(super) const DELISTED: &str = "YHD";

const PLACES: [Place; 62] = [
    ("XNAS", "NMS", "NasdaqGS"),
    ("", "NGM", "NasdaqGM"),
    ("", "NCM", "NasdaqCM"),
    ("XNYS", "NYQ", "NYSE"),
    ("XASE", "ASE", "NYSE American"),
    ("ARCX", "PCX", "NYSEArca"),
    ("BATS", "BTS", "Cboe US"),
    ("XCBT", "CBT", "CBOT"),
    ("XCME", "CME", "CME"),
    ("XCEC", "CMX", "COMEX"),
    ("XNYM", "NYM", "NY Mercantile"),
    ("IFUS", "NYB", "ICE Futures"),
    ("XTSE", "TOR", "Toronto"),
    ("XTSX", "VAN", "TSXV"),
    ("XMEX", "MEX", "Mexico"),
    ("BVMF", "SAO", "São Paulo"),
    ("XBUE", "BUE", "Buenos Aires"),
    ("XPAR", "PAR", "Paris"),
    ("XAMS", "AMS", "Amsterdam"),
    ("XBRU", "BRU", "Brussels"),
    ("XLIS", "LIS", "Lisbon"),
    ("XDUB", "ISE", "Irish"),
    ("XMIL", "MIL", "Milan"),
    ("XOSL", "OSL", "Oslo"),
    ("XLON", "LSE", "LSE"),
    ("XETR", "GER", "XETRA"),
    ("XFRA", "FRA", "Frankfurt"),
    ("XSTU", "STU", "Stuttgart"),
    ("XSWX", "EBS", "Swiss"),
    ("XWBO", "VIE", "Vienna"),
    ("XMAD", "MCE", "MCE"),
    ("XSTO", "STO", "Stockholm"),
    ("XCSE", "CPH", "Copenhagen"),
    ("XHEL", "HEL", "Helsinki"),
    ("XICE", "ICE", "Iceland"),
    ("XWAR", "WSE", "Warsaw"),
    ("XPRA", "PRA", "Prague"),
    ("XBUD", "BUD", "Budapest"),
    ("XATH", "ATH", "Athens"),
    ("XIST", "IST", "Istanbul"),
    ("XTAE", "TLV", "Tel Aviv"),
    ("XSAU", "SAU", "Saudi"),
    ("XJSE", "JNB", "Johannesburg"),
    ("XTKS", "JPX", "Tokyo"),
    ("XHKG", "HKG", "HKSE"),
    ("XSHG", "SHH", "Shanghai"),
    ("XSHE", "SHZ", "Shenzhen"),
    ("XKRX", "KSC", "KSE"),
    ("XKOS", "KOE", "KOSDAQ"),
    ("XTAI", "TAI", "Taiwan"),
    ("ROCO", "TWO", "Taipei Exchange"),
    ("XNSE", "NSI", "NSE"),
    ("XBOM", "BSE", "BSE"),
    ("XSES", "SES", "SES"),
    ("XASX", "ASX", "ASX"),
    ("XNZE", "NZE", "NZSE"),
    ("", "SNP", "SNP"),
    ("", "DJI", "DJI"),
    ("", "NIM", "Nasdaq GIDS"),
    ("", "CGI", "Cboe Indices"),
    ("", "FGI", "FTSE Index"),
    ("", DELISTED, "YHD"),
];

/// The code and the name of the place where an instrument trades. A place that is not
/// listed is called as its source calls it.
pub(super) fn of(instrument: &Instrument) -> (&str, &str) {
    match instrument.kind {
        Kind::Currency => return ("CCY", "CCY"),
        Kind::Crypto => return ("CCC", "CCC"),
        _ => {}
    }
    let word = instrument.exchange.as_ref().map(Name::as_str);
    let is_named =
        |(_, code, name): &&Place| word.is_some_and(|word| word == *code || word == *name);
    let has_code = |(mic, ..): &&Place| instrument.mic.as_deref() == Some(*mic);
    let place = PLACES.iter().find(is_named).or_else(|| PLACES.iter().find(has_code));
    match (place, word) {
        (Some((_, code, name)), _) => (code, name),
        (None, Some(word)) => (word, word),
        (None, None) => ("", ""),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use market::Catalog;

    use super::*;

    #[test]
    fn a_place_is_known_by_its_name_its_code_or_its_market_identifier() {
        let aapl = Catalog::new().instrument(&"AAPL".parse().unwrap());
        let at = |exchange: Option<&str>, mic: Option<&str>| {
            let (exchange, mic) = (exchange.map(Into::into), mic.map(str::to_owned));
            let instrument = Instrument { exchange, mic, ..aapl.clone() };
            let (code, name) = of(&instrument);
            (code.to_owned(), name.to_owned())
        };
        let nasdaq = ("NMS".to_owned(), "NasdaqGS".to_owned());
        assert_eq!(at(Some("NasdaqGS"), Some("XNAS")), nasdaq);
        assert_eq!(at(Some("NMS"), None), nasdaq);
        assert_eq!(at(Some("NASDAQ"), Some("XNAS")), nasdaq);
        assert_eq!(at(Some("Moon"), None), ("Moon".to_owned(), "Moon".to_owned()));
        assert_eq!(at(None, None), (String::new(), String::new()));
    }

    #[test]
    fn no_code_stands_for_two_places() {
        let codes: HashSet<&str> = PLACES.iter().map(|(_, code, _)| *code).collect();
        assert_eq!(codes.len(), PLACES.len());
    }
}
