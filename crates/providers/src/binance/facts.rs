use jiff::civil::{Date, date};
use market::{
    Allowance, Credit, Interval, Kind, Polled, Rank, Redistribution, SourceFacts, UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "binance";

/// Of which length there are bars.
pub(super) const INTERVALS: &[Interval] =
    &[Interval::D1, Interval::H1, Interval::M30, Interval::M15, Interval::M5, Interval::M1];

/// The day on which trading began there.
pub(super) const BEGINNING: Date = date(2017, 7, 14);

/// Where it is asked.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "Binance",
    gives: "cryptocurrencies as they trade there, in euros and in coins",
    // The host for public market data alone.
    // <https://developers.binance.com/docs/binance-spot-api-docs/faqs/market_data_only>
    address: "https://data-api.binance.vision",
    address_setting: "MARKETPULSE_BINANCE_URL",
    address_about: "base address of Binance's market data",
    key: None,
    allowance: Allowance {
        // 6000 units a minute for each address; what is asked here counts as 2 to 4.
        // <https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits>
        per_hour: 3_600.0,
        burst: 20.0,
        terms: "Public market data, free and without a key at 6000 units of weight a minute. Binance's terms of use allow one's own use; it is not offered in every country.",
        terms_url: "https://www.binance.com/en/terms",
        redistribution: Redistribution::Private,
    },
    probe: "BTC/EUR",
};

/// What is known of Binance.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "Binance", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: &[Rank { kinds: &[Kind::Crypto], rank: 26 }],
        is_live: true,
        intervals: INTERVALS,
        // Coins know none.
        tells_actions: true,
    }),
    streamed: None,
    spelling: None,
    reference: None,
};
