use market::{
    Allowance, Credit, Interval, KeySetting, Kind, Polled, Rank, Redistribution, SourceFacts,
    UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "eodhd";

/// Of which length there are bars.
pub(super) const INTERVALS: &[Interval] = &[Interval::M1, Interval::M5, Interval::D1];

/// Where it is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "EODHD",
    gives: "shares and funds of many exchanges, a quarter of an hour late, with their history",
    address: "https://eodhd.com/api",
    address_setting: "MARKETPULSE_EODHD_URL",
    address_about: "base address of EODHD",
    key: Some(KeySetting {
        name: "MARKETPULSE_EODHD_KEY",
        file: "MARKETPULSE_EODHD_KEY_FILE",
        secret: None,
        allowance: "MARKETPULSE_EODHD_ALLOWANCE",
        about: "key (API token) to EODHD, which its users find at eodhd.com/cp/dashboard; without one it is not asked",
    }),
    allowance: Allowance {
        // The free plan is said to have 20 requests a day: so many at once, and then one every
        // two hours, stay within that. History takes three of them.
        per_hour: 0.5,
        burst: 8.0,
        terms: "Needs a key. The free plan has some 20 requests a day and one year of days, for its holder alone; minutes take a larger plan, and cost five of its requests each; larger plans for one person may not be shown to others either.",
        terms_url: "https://eodhd.com/financial-apis/terms-conditions",
        redistribution: Redistribution::Private,
    },
    probe: "AAPL",
};

/// What is known of EODHD.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "EODHD", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[Rank { kinds: &[Kind::Equity, Kind::Etf, Kind::Fund], rank: 40 }],
        // Beside one that is not late they would differ while the market moves.
        is_live: false,
        intervals: INTERVALS,
        tells_actions: true,
    }),
    streamed: None,
    spelling: None,
    reference: None,
};
