use jiff::civil::{Date, date};
use market::{
    Allowance, Credit, Interval, Kind, Polled, Rank, Redistribution, SourceFacts, UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "coinbase";

/// Of which length there are bars.
pub(super) const INTERVALS: &[Interval] =
    &[Interval::D1, Interval::H1, Interval::M15, Interval::M5, Interval::M1];

/// The day on which trading began there.
pub(super) const BEGINNING: Date = date(2015, 1, 26);

/// Where it is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "Coinbase",
    gives: "cryptocurrencies as they trade there",
    address: "https://api.exchange.coinbase.com",
    address_setting: "MARKETPULSE_COINBASE_URL",
    address_about: "base address of Coinbase Exchange",
    key: None,
    allowance: Allowance {
        // Ten a second are let through for each address.
        // <https://docs.cdp.coinbase.com/exchange/docs/rate-limits>
        per_hour: 3_600.0,
        burst: 20.0,
        terms: "Public market data, free and without a key at 10 requests a second. Coinbase's market data terms allow one's own use; passing the data on needs an agreement.",
        terms_url: "https://www.coinbase.com/legal/market_data",
        redistribution: Redistribution::Private,
    },
    probe: "BTC/USD",
};

/// What is known of Coinbase.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "Coinbase", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[Rank { kinds: &[Kind::Crypto], rank: 24 }],
        is_live: true,
        intervals: INTERVALS,
        // Coins know none.
        tells_actions: true,
    }),
    streamed: None,
    spelling: None,
    reference: None,
};
