//! The codes of currencies: facts out of ISO 4217's list one (current) and list
//! three (historic), which SIX keeps:
//! <https://www.six-group.com/en/products-services/financial-information/data-standards.html>.
//! The codes for tests and for no currency are left out. A table of our own, because
//! the crates there are lack the historic codes; codes in use and their digits were
//! compared with those of `iso_currency` 0.7.1.

/// How many digits a code's minor unit takes, where these are not two.
const OTHER_DIGITS: [(u8, &[&str]); 3] = [
    (
        0,
        &[
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
            "VND", "VUV", "XAF", "XOF", "XPF",
        ],
    ),
    (3, &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]),
    (4, &["CLF", "UYW"]),
];

/// List one: in use, funds and metals included.
const CURRENT: [&str; 176] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD",
    "BIF", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF",
    "CHE", "CHF", "CHW", "CLF", "CLP", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DJF",
    "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP",
    "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR",
    "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT",
    "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP",
    "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR",
    "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB",
    "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH",
    "UGX", "USD", "USN", "UYI", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAD",
    "XAF", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XCD", "XCG", "XDR", "XOF", "XPD", "XPF",
    "XPT", "XSU", "XUA", "YER", "ZAR", "ZMW", "ZWG",
];

/// List three: no longer in use.
const FORMER: [&str; 129] = [
    "ADP", "AFA", "ALK", "ANG", "AOK", "AON", "AOR", "ARA", "ARP", "ARY", "ATS", "AYM", "AZM",
    "BAD", "BEC", "BEF", "BEL", "BGJ", "BGK", "BGL", "BGN", "BOP", "BRB", "BRC", "BRE", "BRN",
    "BRR", "BUK", "BYB", "BYR", "CHC", "CSD", "CSJ", "CSK", "CUC", "CYP", "DDM", "DEM", "ECS",
    "ECV", "EEK", "ESA", "ESB", "ESP", "FIM", "FRF", "GEK", "GHC", "GHP", "GNE", "GNS", "GQE",
    "GRD", "GWE", "GWP", "HRD", "HRK", "IEP", "ILP", "ILR", "ISJ", "ITL", "LAJ", "LSM", "LTL",
    "LTT", "LUC", "LUF", "LUL", "LVL", "LVR", "MGF", "MLF", "MRO", "MTL", "MTP", "MVQ", "MXP",
    "MZE", "MZM", "NIC", "NLG", "PEH", "PEI", "PES", "PLZ", "PTE", "RHD", "ROK", "ROL", "RUR",
    "SDD", "SDP", "SIT", "SKK", "SLL", "SRG", "STD", "SUR", "TJR", "TMM", "TPE", "TRL", "UAK",
    "UGS", "UGW", "USS", "UYN", "UYP", "VEB", "VEF", "VNC", "XEU", "XFO", "XFU", "XRE", "YDD",
    "YUD", "YUM", "YUN", "ZAL", "ZMK", "ZRN", "ZRZ", "ZWC", "ZWD", "ZWL", "ZWN", "ZWR",
];

/// Not of the standard, and quoted all the same: the yuan traded outside China,
/// and the pounds and dollars of islands that tables of rates list besides.
const BESIDES: [&str; 7] = ["CNH", "FOK", "GGP", "IMP", "JEP", "KID", "TVD"];

/// Whether a code is that of a currency, now or once.
pub(crate) fn is_currency(code: &str) -> bool {
    let lists: [&[&str]; 3] = [&CURRENT, &FORMER, &BESIDES];
    lists.into_iter().any(|list| list.binary_search(&code).is_ok())
}

/// How many digits after the point amounts in a currency have.
pub(crate) fn minor_digits(code: &str) -> u8 {
    let other = OTHER_DIGITS.iter().find(|(_, codes)| codes.contains(&code));
    other.map_or(2, |(digits, _)| *digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_listed_once_and_in_order() {
        let lists: [&[&str]; 3] = [&CURRENT, &FORMER, &BESIDES];
        for list in lists {
            assert!(list.is_sorted_by(|one, other| one < other));
            assert!(list.iter().all(|code| code.len() == 3));
        }
        assert!(FORMER.iter().chain(&BESIDES).all(|code| CURRENT.binary_search(code).is_err()));
        let other = OTHER_DIGITS.iter().flat_map(|(_, codes)| *codes);
        assert!(other.clone().all(|code| CURRENT.binary_search(code).is_ok()));
    }

    #[test]
    fn currencies_of_now_and_then_are_known_and_others_are_not() {
        for code in ["EUR", "VND", "KWD", "UAH", "XAU", "CNH", "DEM", "HRK", "BGN"] {
            assert!(is_currency(code), "{code}");
        }
        for code in ["BTC", "XBT", "XXX", "XTS", "ABC", "eur", "EURO", ""] {
            assert!(!is_currency(code), "{code}");
        }
        let digits = ["USD", "JPY", "KWD", "CLF", "ABC"].map(minor_digits);
        assert_eq!(digits, [2, 0, 3, 4, 2]);
    }
}
