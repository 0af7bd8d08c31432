use market::{
    Allowance, Credit, Interval, KeySetting, Kind, Polled, Rank, Redistribution, SourceFacts,
    UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "twelvedata";

/// Of which length there are bars.
pub(super) const INTERVALS: &[Interval] =
    &[Interval::M1, Interval::M5, Interval::M15, Interval::M30, Interval::D1];

/// Where it is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "Twelve Data",
    gives: "shares and exchange-traded funds with their history, and latest rates of currencies and coins",
    address: "https://api.twelvedata.com",
    address_setting: "MARKETPULSE_TWELVEDATA_URL",
    address_about: "base address of Twelve Data",
    key: Some(KeySetting {
        name: "MARKETPULSE_TWELVEDATA_KEY",
        file: "MARKETPULSE_TWELVEDATA_KEY_FILE",
        secret: None,
        allowance: "MARKETPULSE_TWELVEDATA_ALLOWANCE",
        about: "key to Twelve Data, which its users find at twelvedata.com/account/api-keys; without one it is not asked",
    }),
    allowance: Allowance {
        // The free plan has 8 credits a minute and 800 a day, and each request made here costs
        // one: so many in any hour, and all day long, stay below both.
        per_hour: 30.0,
        burst: 6.0,
        terms: "Needs a key. The free plan has 8 requests a minute and 800 a day, for its holder alone; shares of other countries than the United States take a larger plan.",
        terms_url: "https://twelvedata.com/terms",
        redistribution: Redistribution::Private,
    },
    probe: "AAPL",
};

/// What is known of Twelve Data.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "Twelve Data", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[
            Rank { kinds: &[Kind::Currency], rank: 15 },
            Rank { kinds: &[Kind::Equity, Kind::Etf, Kind::Crypto], rank: 30 },
        ],
        is_live: true,
        intervals: INTERVALS,
        // They are told elsewhere, and not on the free plan.
        tells_actions: false,
    }),
    streamed: None,
    spelling: None,
    reference: None,
};
