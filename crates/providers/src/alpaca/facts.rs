use market::{
    Allowance, Credit, Interval, KeySetting, Kind, Polled, Rank, Redistribution, SecretSetting,
    SourceFacts, Streamed, UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "alpaca";

/// The name of the upstream that streams, beside the one that is polled.
pub(super) const STREAM_NAME: &str = "alpaca_stream";

/// So many instruments may be followed at once with the free plan.
pub(super) const FOLLOWED: usize = 30;

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

/// Where its stream is opened, with the same key.
pub(super) const STREAMED: UpstreamFacts = UpstreamFacts {
    name: STREAM_NAME,
    label: "Alpaca’s stream",
    gives: "trades of one exchange of the United States as they are made, of thirty instruments at once, over one lasting connection",
    address: "wss://stream.data.alpaca.markets/v2/iex",
    address_setting: "MARKETPULSE_ALPACA_STREAM_URL",
    address_about: "address of Alpaca's stream",
    key: None,
    // What is counted is connections; one that holds is all a stream needs.
    allowance: Allowance { per_hour: 60.0, burst: 6.0, ..POLLED.allowance },
    probe: "AAPL",
};

/// Whose it is, and how soon it is chosen.
const RANKS: &[Rank] = &[Rank { kinds: &[Kind::Equity, Kind::Etf], rank: 25 }];

/// What is known of Alpaca.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "Alpaca", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: RANKS,
        is_live: true,
        intervals: INTERVALS,
        tells_actions: true,
    }),
    streamed: Some(Streamed { upstream: STREAMED, ranks: RANKS }),
    spelling: None,
    reference: None,
};
