use market::{Allowance, Credit, Kind, Polled, Rank, Redistribution, SourceFacts, UpstreamFacts};

/// The source's name.
pub(super) const NAME: &str = "er_api";

/// Where it is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "ExchangeRate-API",
    gives: "currency rates, new once a day",
    address: "https://open.er-api.com",
    address_setting: "MARKETPULSE_ERAPI_URL",
    address_about: "base address of ExchangeRate-API's open access",
    key: None,
    allowance: Allowance {
        // Asking once an hour is never limited, their documentation says, and the
        // rates change once a day. Each base currency is a request of its own.
        // After 429 the service asks for 20 minutes' pause.
        per_hour: 4.0,
        burst: 6.0,
        terms: "Free without a key, updated once a day. Pages that show the rates must link to www.exchangerate-api.com; caching is allowed, passing the data on is not.",
        terms_url: "https://www.exchangerate-api.com/terms",
        redistribution: Redistribution::Internal,
    },
    probe: "EUR/USD",
};

/// What is known of ExchangeRate-API.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    // The words and the link are theirs to say.
    credit: Credit {
        text: "rates by Exchange Rate API",
        url: Some("https://www.exchangerate-api.com"),
    },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[Rank { kinds: &[Kind::Currency], rank: 20 }],
        is_live: false,
        intervals: &[],
        tells_actions: true,
    }),
    streamed: None,
    spelling: None,
    reference: None,
};
