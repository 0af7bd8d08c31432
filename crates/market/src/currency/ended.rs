use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::Symbol;

/// A currency that gave way to another. After its last day it has no price, even
/// where an upstream goes on quoting the fixed rate, or something made up.
#[derive(Debug, PartialEq)]
pub struct Ended {
    /// Its code.
    pub code: &'static str,
    /// The last day on which it was a currency of its own.
    pub last: Date,
    /// What it gave way to.
    pub successor: &'static str,
    /// How many of it are one of the successor, by law.
    pub units: f64,
}

const fn ended(code: &'static str, last: Date, successor: &'static str, units: f64) -> Ended {
    Ended { code, last, successor, units }
}

/// The one table that every route goes by.
///
/// What the euro replaced, with the irrevocably fixed rates, is from Council
/// Regulation (EC) No 2866/98 and those that added members to it
/// (<https://eur-lex.europa.eu/eli/reg/1998/2866>). Redenominations are from list
/// three of ISO 4217 and the notices of the central banks.
const ENDED: [Ended; 42] = [
    ended("ATS", date(1998, 12, 31), "EUR", 13.760_3),
    ended("BEF", date(1998, 12, 31), "EUR", 40.339_9),
    ended("DEM", date(1998, 12, 31), "EUR", 1.955_83),
    ended("ESP", date(1998, 12, 31), "EUR", 166.386),
    ended("FIM", date(1998, 12, 31), "EUR", 5.945_73),
    ended("FRF", date(1998, 12, 31), "EUR", 6.559_57),
    ended("IEP", date(1998, 12, 31), "EUR", 0.787_564),
    ended("ITL", date(1998, 12, 31), "EUR", 1_936.27),
    ended("LUF", date(1998, 12, 31), "EUR", 40.339_9),
    ended("NLG", date(1998, 12, 31), "EUR", 2.203_71),
    ended("PTE", date(1998, 12, 31), "EUR", 200.482),
    ended("XEU", date(1998, 12, 31), "EUR", 1.0),
    ended("GRD", date(2000, 12, 31), "EUR", 340.75),
    ended("SIT", date(2006, 12, 31), "EUR", 239.64),
    ended("CYP", date(2007, 12, 31), "EUR", 0.585_274),
    ended("MTL", date(2007, 12, 31), "EUR", 0.429_3),
    ended("SKK", date(2008, 12, 31), "EUR", 30.126),
    ended("EEK", date(2010, 12, 31), "EUR", 15.646_6),
    ended("LVL", date(2013, 12, 31), "EUR", 0.702_804),
    ended("LTL", date(2014, 12, 31), "EUR", 3.452_8),
    ended("HRK", date(2022, 12, 31), "EUR", 7.534_5),
    ended("BGN", date(2025, 12, 31), "EUR", 1.955_83),
    ended("MXP", date(1992, 12, 31), "MXN", 1_000.0),
    ended("PLZ", date(1994, 12, 31), "PLN", 10_000.0),
    ended("RUR", date(1997, 12, 31), "RUB", 1_000.0),
    ended("BGL", date(1999, 7, 4), "BGN", 1_000.0),
    ended("SRG", date(2003, 12, 31), "SRD", 1_000.0),
    ended("TRL", date(2004, 12, 31), "TRY", 1_000_000.0),
    ended("ROL", date(2005, 6, 30), "RON", 10_000.0),
    ended("AZM", date(2005, 12, 31), "AZN", 5_000.0),
    ended("MZM", date(2006, 6, 30), "MZN", 1_000.0),
    ended("GHC", date(2007, 6, 30), "GHS", 10_000.0),
    ended("VEB", date(2007, 12, 31), "VEF", 1_000.0),
    ended("TMM", date(2008, 12, 31), "TMT", 5_000.0),
    ended("ZMK", date(2012, 12, 31), "ZMW", 1_000.0),
    ended("BYR", date(2016, 6, 30), "BYN", 10_000.0),
    ended("MRO", date(2017, 12, 31), "MRU", 10.0),
    ended("STD", date(2017, 12, 31), "STN", 1_000.0),
    ended("VEF", date(2018, 8, 19), "VES", 100_000.0),
    ended("SLL", date(2024, 3, 31), "SLE", 1_000.0),
    ended("ZWL", date(2024, 4, 7), "ZWG", 2_498.724_2),
    ended("ANG", date(2025, 3, 30), "XCG", 1.0),
];

impl Ended {
    /// The end of a currency, where it has one.
    pub fn of(code: &str) -> Option<&'static Self> {
        ENDED.iter().find(|ended| ended.code == code)
    }

    /// The earlier of the ends of a pair's two currencies.
    pub fn of_pair(symbol: &Symbol) -> Option<&'static Self> {
        let (base, quote) = symbol.pair()?;
        [base, quote].into_iter().filter_map(Self::of).min_by_key(|ended| ended.last)
    }

    /// Whether its last day is over everywhere.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.to_zoned(TimeZone::UTC).date() > self.last
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, last, successor, units } = self;
        write!(f, "{code} ended on {last}: {units} of it are 1 {successor}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::iso;

    #[test]
    fn each_end_is_that_of_a_currency_into_a_currency() {
        for (i, ended) in ENDED.iter().enumerate() {
            assert!(iso::is_currency(ended.code) && iso::is_currency(ended.successor));
            assert!(ended.units > 0.0 && ENDED[i + 1..].iter().all(|it| it.code != ended.code));
            let lasts_longer = Ended::of(ended.successor).is_none_or(|it| it.last > ended.last);
            assert!(lasts_longer, "{}", ended.code);
        }
    }

    #[test]
    fn a_pair_ends_with_the_first_of_its_currencies() {
        let end = |pair: &str| Ended::of_pair(&pair.parse().unwrap()).map(|it| it.code);
        assert_eq!(end("EUR/HRK"), Some("HRK"));
        assert_eq!(end("BGN/HRK"), Some("HRK"));
        assert_eq!(end("EUR/USD"), None);
        assert_eq!(end("HRK"), None);
    }

    #[test]
    fn the_last_day_is_still_one() {
        let kuna = Ended::of("HRK").unwrap();
        assert!(!kuna.is_over("2022-12-31T23:59:59Z".parse().unwrap()));
        assert!(kuna.is_over("2023-01-01T00:00:00Z".parse().unwrap()));
        assert_eq!(kuna.to_string(), "HRK ended on 2022-12-31: 7.5345 of it are 1 EUR");
    }
}
