/// What people call a currency, for those in which reference rates are set or were.
const NAMES: [(&str, &str); 42] = [
    ("AUD", "Australian Dollar"),
    ("BGN", "Bulgarian Lev"),
    ("BRL", "Brazilian Real"),
    ("CAD", "Canadian Dollar"),
    ("CHF", "Swiss Franc"),
    ("CNY", "Chinese Yuan"),
    ("CYP", "Cypriot Pound"),
    ("CZK", "Czech Koruna"),
    ("DKK", "Danish Krone"),
    ("EEK", "Estonian Kroon"),
    ("EUR", "Euro"),
    ("GBP", "British Pound"),
    ("HKD", "Hong Kong Dollar"),
    ("HRK", "Croatian Kuna"),
    ("HUF", "Hungarian Forint"),
    ("IDR", "Indonesian Rupiah"),
    ("ILS", "Israeli New Shekel"),
    ("INR", "Indian Rupee"),
    ("ISK", "Icelandic Króna"),
    ("JPY", "Japanese Yen"),
    ("KRW", "South Korean Won"),
    ("LTL", "Lithuanian Litas"),
    ("LVL", "Latvian Lats"),
    ("MTL", "Maltese Lira"),
    ("MXN", "Mexican Peso"),
    ("MYR", "Malaysian Ringgit"),
    ("NOK", "Norwegian Krone"),
    ("NZD", "New Zealand Dollar"),
    ("PHP", "Philippine Peso"),
    ("PLN", "Polish Złoty"),
    ("ROL", "Romanian Leu (before 2005)"),
    ("RON", "Romanian Leu"),
    ("RUB", "Russian Rouble"),
    ("SEK", "Swedish Krona"),
    ("SGD", "Singapore Dollar"),
    ("SIT", "Slovenian Tolar"),
    ("SKK", "Slovak Koruna"),
    ("THB", "Thai Baht"),
    ("TRL", "Turkish Lira (before 2005)"),
    ("TRY", "Turkish Lira"),
    ("USD", "US Dollar"),
    ("ZAR", "South African Rand"),
];

/// The name of a currency; `None` where it is not in the list.
pub(super) fn name(code: &str) -> Option<&'static str> {
    let place = NAMES.binary_search_by(|(known, _)| (*known).cmp(code)).ok()?;
    Some(NAMES[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        for (code, expected) in NAMES {
            assert_eq!(name(code), Some(expected));
        }
        assert_eq!(name("XXX"), None);
    }
}
