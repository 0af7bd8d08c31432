use market::{
    Allowance, Credit, Interval, KeySetting, Kind, Polled, Rank, Redistribution, SecretSetting,
    SourceFacts, UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "alpaca";

/// Of which length there are bars.
pub(super) const INTERVALS: &[Interval] =
    &[Interval::M1, Interval::M5, Interval::M15, Interval::M30, Interval::D1];

/// Where it is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "Alpaca",
    gives: "shares and exchange-traded funds of the United States, as one exchange trades them, with their history",
    address: "https://data.alpaca.markets",
    address_setting: "MARKETPULSE_ALPACA_URL",
    address_about: "base address of Alpaca's market data",
    key: Some(KeySetting {
        name: "MARKETPULSE_ALPACA_KEY",
        file: "MARKETPULSE_ALPACA_KEY_FILE",
        secret: Some(SecretSetting {
            name: "MARKETPULSE_ALPACA_SECRET",
            file: "MARKETPULSE_ALPACA_SECRET_FILE",
        }),
        allowance: "MARKETPULSE_ALPACA_ALLOWANCE",
        about: "id of a key to Alpaca, which its users make at app.alpaca.markets; without one and its secret it is not asked",
    }),
    allowance: Allowance {
        // The free plan is said to have 200 requests a minute; a quarter of that is plenty.
        per_hour: 3_000.0,
        burst: 30.0,
        terms: "Needs a key and its secret. The free plan has some 200 requests a minute, prices of one exchange, and those of all exchanges a quarter of an hour later, for its holder alone: passing on takes an agreement.",
        terms_url: "https://alpaca.markets/disclosures",
        redistribution: Redistribution::Private,
    },
    probe: "AAPL",
};

/// What is known of Alpaca.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "Alpaca", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[Rank { kinds: &[Kind::Equity, Kind::Etf], rank: 25 }],
        is_live: true,
        intervals: INTERVALS,
        tells_actions: true,
    }),
    streamed: None,
    spelling: None,
    reference: None,
};
