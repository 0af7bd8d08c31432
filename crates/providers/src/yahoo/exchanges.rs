//! What we know of places by Yahoo's codes for them (`PAR`, `NMS`).

use market::Kind;

/// A place as Yahoo knows it.
struct Exchange {
    /// Yahoo's code.
    code: &'static str,
    /// Its market identifier code (ISO 10383), where it is one market and we
    /// are sure which.
    mic: Option<&'static str>,
    /// Its zone in the tz database, as Yahoo has it: futures of Chicago are
    /// dated by New York there.
    time_zone: &'static str,
}

const fn exchange(code: &'static str, mic: &'static str, time_zone: &'static str) -> Exchange {
    Exchange { code, mic: Some(mic), time_zone }
}

/// A place that is no market of its own (a family of indices, a tape, dealers
/// over the counter), or whose code we are not sure of.
const fn elsewhere(code: &'static str, time_zone: &'static str) -> Exchange {
    Exchange { code, mic: None, time_zone }
}

const NEW_YORK: &str = "America/New_York";
const BERLIN: &str = "Europe/Berlin";

const EXCHANGES: [Exchange; 101] = [
    exchange("NMS", "XNAS", NEW_YORK),
    exchange("NGM", "XNAS", NEW_YORK),
    exchange("NCM", "XNAS", NEW_YORK),
    exchange("NYQ", "XNYS", NEW_YORK),
    exchange("ASE", "XASE", NEW_YORK),
    exchange("PCX", "ARCX", NEW_YORK),
    exchange("BTS", "BATS", NEW_YORK),
    exchange("CBT", "XCBT", NEW_YORK),
    exchange("CME", "XCME", NEW_YORK),
    exchange("CMX", "XCEC", NEW_YORK),
    exchange("NYM", "XNYM", NEW_YORK),
    exchange("NYB", "IFUS", NEW_YORK),
    exchange("TOR", "XTSE", "America/Toronto"),
    exchange("VAN", "XTSX", "America/Toronto"),
    exchange("CNQ", "XCNQ", "America/Toronto"),
    exchange("NEO", "NEOE", "America/Toronto"),
    exchange("MEX", "XMEX", "America/Mexico_City"),
    exchange("SAO", "BVMF", "America/Sao_Paulo"),
    exchange("BUE", "XBUE", "America/Argentina/Buenos_Aires"),
    exchange("SGO", "XSGO", "America/Santiago"),
    exchange("BVC", "XBOG", "America/Bogota"),
    exchange("PAR", "XPAR", "Europe/Paris"),
    exchange("AMS", "XAMS", "Europe/Amsterdam"),
    exchange("BRU", "XBRU", "Europe/Brussels"),
    exchange("LIS", "XLIS", "Europe/Lisbon"),
    exchange("ISE", "XDUB", "Europe/Dublin"),
    exchange("MIL", "XMIL", "Europe/Rome"),
    exchange("OSL", "XOSL", "Europe/Oslo"),
    exchange("LSE", "XLON", "Europe/London"),
    exchange("GER", "XETR", BERLIN),
    exchange("FRA", "XFRA", BERLIN),
    exchange("STU", "XSTU", BERLIN),
    exchange("BER", "XBER", BERLIN),
    exchange("DUS", "XDUS", BERLIN),
    exchange("HAM", "XHAM", BERLIN),
    exchange("HAN", "XHAN", BERLIN),
    exchange("MUN", "XMUN", BERLIN),
    exchange("EBS", "XSWX", "Europe/Zurich"),
    exchange("VIE", "XWBO", "Europe/Vienna"),
    exchange("MCE", "XMAD", "Europe/Madrid"),
    exchange("STO", "XSTO", "Europe/Stockholm"),
    exchange("CPH", "XCSE", "Europe/Copenhagen"),
    exchange("HEL", "XHEL", "Europe/Helsinki"),
    exchange("ICE", "XICE", "Atlantic/Reykjavik"),
    exchange("TAL", "XTAL", "Europe/Tallinn"),
    exchange("RIS", "XRIS", "Europe/Riga"),
    exchange("LIT", "XLIT", "Europe/Vilnius"),
    exchange("WSE", "XWAR", "Europe/Warsaw"),
    exchange("PRA", "XPRA", "Europe/Prague"),
    exchange("BUD", "XBUD", "Europe/Budapest"),
    exchange("BVB", "XBSE", "Europe/Bucharest"),
    exchange("ATH", "XATH", "Europe/Athens"),
    exchange("IST", "XIST", "Europe/Istanbul"),
    exchange("TLV", "XTAE", "Asia/Jerusalem"),
    exchange("SAU", "XSAU", "Asia/Riyadh"),
    exchange("KUW", "XKUW", "Asia/Kuwait"),
    exchange("DOH", "DSMD", "Asia/Qatar"),
    exchange("DFM", "XDFM", "Asia/Dubai"),
    exchange("CAI", "XCAI", "Africa/Cairo"),
    exchange("JNB", "XJSE", "Africa/Johannesburg"),
    exchange("JPX", "XTKS", "Asia/Tokyo"),
    exchange("FKA", "XFKA", "Asia/Tokyo"),
    exchange("SAP", "XSAP", "Asia/Tokyo"),
    exchange("HKG", "XHKG", "Asia/Hong_Kong"),
    exchange("SHH", "XSHG", "Asia/Shanghai"),
    exchange("SHZ", "XSHE", "Asia/Shanghai"),
    exchange("KSC", "XKRX", "Asia/Seoul"),
    exchange("KOE", "XKOS", "Asia/Seoul"),
    exchange("TAI", "XTAI", "Asia/Taipei"),
    exchange("TWO", "ROCO", "Asia/Taipei"),
    exchange("NSI", "XNSE", "Asia/Kolkata"),
    exchange("BSE", "XBOM", "Asia/Kolkata"),
    exchange("SES", "XSES", "Asia/Singapore"),
    exchange("JKT", "XIDX", "Asia/Jakarta"),
    exchange("KLS", "XKLS", "Asia/Kuala_Lumpur"),
    exchange("SET", "XBKK", "Asia/Bangkok"),
    exchange("PHS", "XPHS", "Asia/Manila"),
    exchange("PHP", "XPHS", "Asia/Manila"),
    exchange("ASX", "XASX", "Australia/Sydney"),
    exchange("NZE", "XNZE", "Pacific/Auckland"),
    elsewhere("CCY", "Europe/London"),
    elsewhere("CCC", "UTC"),
    elsewhere("OPR", NEW_YORK),
    elsewhere("NAS", NEW_YORK),
    elsewhere("NYS", NEW_YORK),
    elsewhere("NIM", NEW_YORK),
    elsewhere("SNP", NEW_YORK),
    elsewhere("DJI", NEW_YORK),
    elsewhere("WCB", NEW_YORK),
    elsewhere("PNK", NEW_YORK),
    elsewhere("OQB", NEW_YORK),
    elsewhere("OQX", NEW_YORK),
    elsewhere("OEM", NEW_YORK),
    elsewhere("CGI", "America/Chicago"),
    elsewhere("CXI", "America/Chicago"),
    elsewhere("FGI", "Europe/London"),
    elsewhere("IOB", "Europe/London"),
    elsewhere("AQS", "Europe/London"),
    elsewhere("CXA", "Australia/Sydney"),
    elsewhere("CCS", "America/Caracas"),
    elsewhere("OSA", "Asia/Tokyo"),
];

fn find(code: &str) -> Option<&'static Exchange> {
    EXCHANGES.iter().find(|exchange| exchange.code == code)
}

/// The market identifier code (ISO 10383) of the place where something of that
/// kind trades, where known.
///
/// `None` for what no exchange trades, whatever place Yahoo files it under:
/// indices, currencies, crypto assets, and funds that are priced once a day.
pub(super) fn mic(code: &str, kind: Kind) -> Option<String> {
    let is_traded = matches!(kind, Kind::Equity | Kind::Etf | Kind::Future | Kind::Option);
    find(code).filter(|_| is_traded)?.mic.map(str::to_owned)
}

/// The zone of a place in the tz database, where known.
pub(super) fn time_zone(code: &str) -> Option<&'static str> {
    Some(find(code)?.time_zone)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::tz::TimeZone;
    use market::Calendar;
    use serde_json::Value;
    use testkit::recordings;

    use super::*;

    #[test]
    fn every_place_is_known_once_with_a_zone_and_a_well_formed_mic() {
        let codes: HashSet<&str> = EXCHANGES.iter().map(|exchange| exchange.code).collect();
        assert_eq!(codes.len(), EXCHANGES.len());
        for Exchange { code, mic, time_zone } in &EXCHANGES {
            assert!(TimeZone::get(time_zone).is_ok(), "{code}: {time_zone}");
            let well_formed = |mic: &str| {
                mic.len() == 4 && mic.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            };
            assert!(mic.is_none_or(well_formed), "{code}: {mic:?}");
        }
    }

    #[test]
    fn every_exchange_has_a_calendar_or_a_week_to_learn() {
        let have_none = EXCHANGES.iter().filter_map(|exchange| exchange.mic);
        let have_none: Vec<_> = have_none.filter(|mic| Calendar::of(mic).is_none()).collect();
        assert_eq!(have_none, ["XKUW", "DSMD", "XDFM", "XCAI"]);
    }

    #[test]
    fn only_what_an_exchange_trades_has_a_mic() {
        let check = |code: &str, kind: Kind, expected: Option<&str>| {
            assert_eq!(mic(code, kind).as_deref(), expected, "{code} {kind:?}");
        };
        check("PAR", Kind::Equity, Some("XPAR"));
        check("PCX", Kind::Etf, Some("ARCX"));
        check("CMX", Kind::Future, Some("XCEC"));
        check("PAR", Kind::Index, None);
        check("TOR", Kind::Fund, None);
        check("CCY", Kind::Currency, None);
        check("CCC", Kind::Crypto, None);
        check("PNK", Kind::Equity, None);
        check("YHD", Kind::Equity, None);
        check("", Kind::Equity, None);
    }

    #[test]
    fn recorded_charts_are_in_the_zones_of_their_places() {
        for (name, body) in recordings::all("yahoo/chart", ".json") {
            let chart: Value = serde_json::from_slice(&body).unwrap();
            let meta = &chart["chart"]["result"][0]["meta"];
            let Some(code) = meta["exchangeName"].as_str().filter(|code| *code != "YHD") else {
                continue;
            };
            assert_eq!(time_zone(code), meta["exchangeTimezoneName"].as_str(), "{name}: {code}");
        }
    }
}
