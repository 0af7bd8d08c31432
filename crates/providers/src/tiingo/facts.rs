use market::{
    Allowance, Credit, Interval, KeySetting, Kind, Polled, Rank, Redistribution, SourceFacts,
    UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "tiingo";

/// Of which length there are bars.
pub(super) const INTERVALS: &[Interval] = &[Interval::D1];

/// Where it is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "Tiingo",
    gives: "shares and funds of the United States, and their daily history",
    address: "https://api.tiingo.com",
    address_setting: "MARKETPULSE_TIINGO_URL",
    address_about: "base address of Tiingo",
    key: Some(KeySetting {
        name: "MARKETPULSE_TIINGO_KEY",
        file: "MARKETPULSE_TIINGO_KEY_FILE",
        secret: None,
        allowance: "MARKETPULSE_TIINGO_ALLOWANCE",
        about: "key to Tiingo, which its users find at www.tiingo.com/account/api/token; without one it is not asked",
    }),
    allowance: Allowance {
        // The free plan is said to have 50 requests an hour and 1,000 a day: so many in any
        // hour, and all day long, stay below both.
        per_hour: 40.0,
        burst: 8.0,
        terms: "Needs a key. The free plan has some 50 requests an hour, 1,000 a day and 500 symbols a month, for its holder alone: what it brings may not be passed on to others.",
        terms_url: "https://www.tiingo.com/about/terms",
        redistribution: Redistribution::Private,
    },
    probe: "AAPL",
};

/// What is known of Tiingo.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "Tiingo", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[Rank { kinds: &[Kind::Equity, Kind::Etf, Kind::Fund], rank: 20 }],
        is_live: true,
        intervals: INTERVALS,
        tells_actions: true,
    }),
    streamed: None,
    spelling: None,
    reference: None,
};
