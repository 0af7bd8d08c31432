/// An exchange, by the suffix its symbols carry at Yahoo.
pub(crate) struct Place {
    pub(crate) suffix: &'static str,
    pub(crate) exchange: &'static str,
    pub(crate) exchange_name: &'static str,
    pub(crate) time_zone: &'static str,
    pub(crate) currency: &'static str,
    /// Opening time in hours and minutes, then the session's minutes.
    pub(crate) hours: (i8, i8, u32),
}

const fn place(
    suffix: &'static str,
    (exchange, exchange_name): (&'static str, &'static str),
    time_zone: &'static str,
    currency: &'static str,
    hours: (i8, i8, u32),
) -> Place {
    Place { suffix, exchange, exchange_name, time_zone, currency, hours }
}

/// London, Johannesburg, Tel Aviv and Kuwait quote shares in minor units, as Yahoo
/// writes them: pence, cents, agorot and fils.
pub(crate) const PLACES: [Place; 27] = [
    place("PA", ("PAR", "Paris"), "Europe/Paris", "EUR", (9, 0, 510)),
    place("L", ("LSE", "LSE"), "Europe/London", "GBp", (8, 0, 510)),
    place("DE", ("GER", "XETRA"), "Europe/Berlin", "EUR", (9, 0, 510)),
    place("AS", ("AMS", "Amsterdam"), "Europe/Amsterdam", "EUR", (9, 0, 510)),
    place("BR", ("BRU", "Brussels"), "Europe/Brussels", "EUR", (9, 0, 510)),
    place("MI", ("MIL", "Milan"), "Europe/Rome", "EUR", (9, 0, 510)),
    place("MC", ("MCE", "MCE"), "Europe/Madrid", "EUR", (9, 0, 510)),
    place("LS", ("LIS", "Lisbon"), "Europe/Lisbon", "EUR", (8, 0, 510)),
    place("SW", ("EBS", "Swiss"), "Europe/Zurich", "CHF", (9, 0, 500)),
    place("VI", ("VIE", "Vienna"), "Europe/Vienna", "EUR", (9, 0, 510)),
    place("ST", ("STO", "Stockholm"), "Europe/Stockholm", "SEK", (9, 0, 510)),
    place("CO", ("CPH", "Copenhagen"), "Europe/Copenhagen", "DKK", (9, 0, 480)),
    place("OL", ("OSL", "Oslo"), "Europe/Oslo", "NOK", (9, 0, 440)),
    place("HE", ("HEL", "Helsinki"), "Europe/Helsinki", "EUR", (10, 0, 510)),
    place("T", ("JPX", "Tokyo"), "Asia/Tokyo", "JPY", (9, 0, 390)),
    place("HK", ("HKG", "HKSE"), "Asia/Hong_Kong", "HKD", (9, 30, 390)),
    place("SS", ("SHH", "Shanghai"), "Asia/Shanghai", "CNY", (9, 30, 330)),
    place("SZ", ("SHZ", "Shenzhen"), "Asia/Shanghai", "CNY", (9, 30, 330)),
    place("KS", ("KSC", "KSE"), "Asia/Seoul", "KRW", (9, 0, 390)),
    place("NS", ("NSI", "NSE"), "Asia/Kolkata", "INR", (9, 15, 375)),
    place("AX", ("ASX", "ASX"), "Australia/Sydney", "AUD", (10, 0, 360)),
    place("TO", ("TOR", "Toronto"), "America/Toronto", "CAD", (9, 30, 390)),
    place("JO", ("JNB", "Johannesburg"), "Africa/Johannesburg", "ZAc", (9, 0, 480)),
    place("TA", ("TLV", "Tel Aviv"), "Asia/Jerusalem", "ILA", (10, 0, 390)),
    place("KW", ("KUW", "Kuwait"), "Asia/Kuwait", "KWF", (9, 0, 220)),
    place("SA", ("SAO", "São Paulo"), "America/Sao_Paulo", "BRL", (10, 0, 420)),
    place("MX", ("MEX", "Mexico"), "America/Mexico_City", "MXN", (8, 30, 390)),
];
