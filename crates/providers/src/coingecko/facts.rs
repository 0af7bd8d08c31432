use market::{
    Allowance, Credit, Interval, Kind, Polled, Rank, Redistribution, SourceFacts, UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "coingecko";

/// Of which length there are bars.
pub(super) const INTERVALS: &[Interval] = &[Interval::D1];

/// Where it is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "CoinGecko",
    gives: "cryptocurrencies",
    address: "https://api.coingecko.com",
    address_setting: "MARKETPULSE_COINGECKO_URL",
    address_about: "base address of CoinGecko",
    key: None,
    allowance: Allowance {
        // Without a key some 5 to 15 calls a minute go through, depending on their load.
        per_hour: 300.0,
        burst: 10.0,
        terms: "Free without a key at 5 to 15 calls a minute. CoinGecko must be named as the source, with a link; passing the data on as such is not allowed.",
        terms_url: "https://www.coingecko.com/en/api_terms",
        redistribution: Redistribution::Internal,
    },
    probe: "BTC/EUR",
};

/// What is known of `CoinGecko`.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "data by CoinGecko", url: Some("https://www.coingecko.com/") },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[Rank { kinds: &[Kind::Crypto], rank: 10 }],
        is_live: true,
        intervals: INTERVALS,
        tells_actions: true,
    }),
    streamed: None,
    spelling: None,
    reference: None,
};
