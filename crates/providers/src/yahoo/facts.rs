use market::{
    Allowance, Credit, Interval, Kind, Polled, Rank, Redistribution, SourceFacts, Spelling,
    Streamed, UpstreamFacts,
};

/// The source's name.
pub(super) const NAME: &str = "yahoo";

/// The streamer's own: neither host counts what is asked of the other.
pub(super) const STREAM_NAME: &str = "yahoo_stream";

/// Nothing is published about limits. The interface is undocumented.
const ON_ITS_TERMS: Allowance = Allowance {
    per_hour: 0.0,
    burst: 0.0,
    terms: "Undocumented, with unpublished limits. The data is for personal use; whoever serves others must hold the rights to it.",
    terms_url: "https://legal.yahoo.com/us/en/yahoo/terms/otos/index.html",
    redistribution: Redistribution::Private,
};

/// Where history, quotes and searches are asked for.
pub(super) const POLLED: UpstreamFacts = UpstreamFacts {
    name: NAME,
    label: "Yahoo",
    gives: "shares, indices, funds, currencies and cryptocurrencies, and their history",
    address: "https://query1.finance.yahoo.com",
    address_setting: "MARKETPULSE_YAHOO_URL",
    address_about: "base address of Yahoo Finance",
    key: None,
    // People report being refused from about 2,000 an hour on.
    allowance: Allowance { per_hour: 1800.0, burst: 60.0, ..ON_ITS_TERMS },
    probe: "EUR/USD",
};

/// Where prices come from as they change, in the version that wraps them in JSON.
pub(super) const STREAMED: UpstreamFacts = UpstreamFacts {
    name: STREAM_NAME,
    label: "Yahoo’s stream",
    gives: "Yahoo’s prices as they change, over one lasting connection",
    address: "wss://streamer.finance.yahoo.com/?version=2",
    address_setting: "MARKETPULSE_YAHOO_STREAM_URL",
    address_about: "address of Yahoo Finance's streamer",
    key: None,
    // What is counted is connections; one that holds is all a stream needs.
    allowance: Allowance { per_hour: 60.0, burst: 6.0, ..ON_ITS_TERMS },
    // Traded at all hours, so that something is sent within seconds.
    probe: "BTC/USD",
};

/// The hosts that clients of its own ask, in lower case; `*.` stands for everything below.
/// The first two have the prices and the streamer. Clients fetch a cookie from the others,
/// and lead people to them who have to agree to something.
pub const HOSTS: &[&str] = &[
    "finance.yahoo.com",
    "*.finance.yahoo.com",
    "fc.yahoo.com",
    "guce.yahoo.com",
    "consent.yahoo.com",
    "www.yahoo.com",
    "help.yahoo.com",
];

/// Crypto assets come from those who specialise in them first.
const RANKS: &[Rank] = &[
    Rank { kinds: &[Kind::Crypto], rank: 20 },
    Rank {
        kinds: &[
            Kind::Index,
            Kind::Currency,
            Kind::Equity,
            Kind::Etf,
            Kind::Fund,
            Kind::Future,
            Kind::Option,
            Kind::Rate,
        ],
        rank: 10,
    },
];

/// What is known of Yahoo Finance.
pub(super) static FACTS: SourceFacts = SourceFacts {
    name: NAME,
    credit: Credit { text: "Yahoo Finance", url: None },
    polled: Some(Polled {
        upstream: POLLED,
        ranks: RANKS,
        is_live: true,
        intervals: &[
            Interval::M1,
            Interval::M2,
            Interval::M5,
            Interval::M15,
            Interval::M30,
            Interval::H1,
            Interval::D1,
            Interval::Wk1,
            Interval::Mo1,
            Interval::Mo3,
        ],
        tells_actions: true,
    }),
    streamed: Some(Streamed { upstream: STREAMED, ranks: RANKS }),
    spelling: Some(SPELLING),
    reference: None,
};

/// How Yahoo writes names, which is also how most people would.
pub(super) const SPELLING: Spelling =
    Spelling { names: &[("CAC40", "^FCHI")], codes: &[], pair: read_pair, of_pair: write_pair };

/// `EURUSD=X`, and `JPY=X` for what a dollar costs in yen.
fn read_pair(name: &str) -> Option<(&str, &str)> {
    let codes = name.strip_suffix("=X")?;
    if codes.len() == 3 { Some(("USD", codes)) } else { codes.split_at_checked(3) }
}

/// `EURUSD=X` of currencies, `BTC-EUR` of anything else.
fn write_pair(base: &str, quote: &str) -> String {
    if market::Catalog::is_currency(base) {
        format!("{base}{quote}=X")
    } else {
        format!("{base}-{quote}")
    }
}
