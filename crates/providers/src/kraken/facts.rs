use market::{Allowance, Credit, Kind, Rank, SourceFacts, Streamed, UpstreamFacts};

/// The source's name.
pub(super) const NAME: &str = "kraken";

/// Where the stream is opened.
pub(super) const STREAMED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "Kraken",
    gives: "cryptocurrencies as they trade there, over one lasting connection",
    address: "wss://ws.kraken.com/v2",
    address_setting: "MARKETPULSE_KRAKEN_URL",
    address_about: "address of Kraken's stream",
    key: None,
    allowance: Allowance {
        // What is counted is connections and messages that subscribe. Limits vary
        // with load; one connection that holds is all a stream needs.
        per_hour: 60.0,
        burst: 6.0,
        terms: "Public market data, free and without a key, with limits that are not published. Kraken's terms of service say what may be passed on; whoever serves others must see to it.",
        terms_url: "https://www.kraken.com/legal",
    },
    // Traded at all hours, so that something is sent within seconds.
    probe: "BTC/USD",
};

/// What is known of Kraken.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "Kraken", url: None },
    polled: None,
    // Kraken trades some currencies too, but thinly: its EUR/USD is not the
    // market's.
    streamed: Some(Streamed {
        upstream: STREAMED,
        ranks: &[Rank { kinds: &[Kind::Crypto], rank: 10 }],
    }),
    spelling: None,
    reference: None,
};
