use jiff::civil::date;
use market::{
    Allowance, Credit, Interval, Kind, Polled, Rank, Redistribution, ReferenceRates, SourceFacts,
    UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "ecb";

/// Of which length there are bars.
pub(super) const INTERVALS: &[Interval] = &[Interval::D1];

/// Where the bank is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "the ECB",
    gives: "reference rates of the European Central Bank, new each working day",
    address: "https://www.ecb.europa.eu",
    address_setting: "MARKETPULSE_ECB_URL",
    address_about: "base address of the European Central Bank",
    key: None,
    allowance: Allowance {
        // No limit is published. One file is set each working day around 16:00 in
        // Frankfurt.
        per_hour: 12.0,
        burst: 6.0,
        terms: "Free to use with the European Central Bank named as the source. For information only; the bank advises against using the rates for transactions.",
        terms_url: "https://www.ecb.europa.eu/services/using-our-site/disclaimer/html/index.en.html",
        redistribution: Redistribution::Public,
    },
    probe: "EUR/USD",
};

/// What is known of the European Central Bank.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "European Central Bank", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[Rank { kinds: &[Kind::Currency], rank: 30 }],
        is_live: false,
        intervals: INTERVALS,
        tells_actions: true,
    }),
    streamed: None,
    spelling: None,
    reference: Some(REFERENCE),
};

/// The euro's reference rates. The rouble's were suspended.
const REFERENCE: ReferenceRates = ReferenceRates {
    source: NAME,
    set_by: POLLED.label,
    base: "EUR",
    first: date(1999, 1, 4),
    time_zone: "Europe/Berlin",
    currencies: &[
        "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "GBP", "HKD", "HUF", "IDR", "ILS", "INR",
        "ISK", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD", "THB",
        "TRY", "USD", "ZAR",
    ],
    ended: &["BGN", "CYP", "EEK", "HRK", "LTL", "LVL", "MTL", "ROL", "SIT", "SKK", "TRL"],
    stopped: &[("RUB", date(2022, 3, 1))],
};
