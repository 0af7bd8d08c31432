use market::{
    Allowance, Credit, Kind, Rank, Redistribution, SourceFacts, Spelling, Streamed, UpstreamFacts,
};

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
        redistribution: Redistribution::Private,
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
    spelling: Some(SPELLING),
    reference: None,
};

/// How Kraken's older interfaces write names, and people after them
/// (<https://api.kraken.com/0/public/Assets>): codes of its own for two coins,
/// and an X before coins and a Z before currencies. Its stream of today, in
/// version 2, writes as we do.
const SPELLING: Spelling = Spelling {
    names: &[],
    codes: &[
        ("BTC", "XBT"),
        ("BTC", "XXBT"),
        ("DOGE", "XDG"),
        ("DOGE", "XXDG"),
        ("ETH", "XETH"),
        ("LTC", "XLTC"),
        ("XLM", "XXLM"),
        ("XRP", "XXRP"),
        ("AUD", "ZAUD"),
        ("CAD", "ZCAD"),
        ("EUR", "ZEUR"),
        ("GBP", "ZGBP"),
        ("JPY", "ZJPY"),
        ("USD", "ZUSD"),
    ],
    pair: read_pair,
    of_pair: write_pair,
};

/// `XXBTZEUR`, and `XBTEUR` of the coins with codes of their own.
fn read_pair(name: &str) -> Option<(&str, &str)> {
    let has_own_code = name.starts_with("XBT") || name.starts_with("XDG");
    match name.len() {
        8 if name.starts_with('X') => name.split_at_checked(4),
        6 | 7 if has_own_code => name.split_at_checked(3),
        _ => None,
    }
}

/// `XBT/EUR`.
fn write_pair(base: &str, quote: &str) -> String {
    let base = match base {
        "BTC" => "XBT",
        "DOGE" => "XDG",
        base => base,
    };
    format!("{base}/{quote}")
}

#[cfg(test)]
mod tests {
    use market::{Catalog, Symbol};

    use super::*;

    #[test]
    fn names_of_its_own_are_pairs_of_ours() {
        let catalog = Catalog::of([&FACTS]);
        let symbol = |text: &str| text.parse::<Symbol>().unwrap();
        for (ours, spellings) in [
            ("BTC/EUR", vec!["XBT/EUR", "XBTEUR", "XXBTZEUR", "XBT-EUR", "XXBT/ZEUR", "XBTZEUR"]),
            ("DOGE/USD", vec!["XDG/USD", "XDGUSD", "XXDGZUSD"]),
            ("ETH/JPY", vec!["XETHZJPY", "ETH/ZJPY"]),
            ("XETCZEUR", vec!["XETCZEUR"]),
            ("XBTABC", vec!["XBTABC"]),
        ] {
            for spelling in spellings {
                assert_eq!(catalog.canonical(&symbol(spelling)), symbol(ours), "{spelling}");
            }
        }
        assert!(catalog.aliases(&symbol("BTC/EUR")).contains(&"XBT/EUR".to_owned()));
    }
}
