use market::{Instrument, SourceError};

/// Our codes and `CoinGecko`'s ids. A code alone is not an id there: many coins
/// share one.
pub const IDS: [(&str, &str); 14] = [
    ("BTC", "bitcoin"),
    ("ETH", "ethereum"),
    ("SOL", "solana"),
    ("XRP", "ripple"),
    ("ADA", "cardano"),
    ("DOGE", "dogecoin"),
    ("DOT", "polkadot"),
    ("LTC", "litecoin"),
    ("BCH", "bitcoin-cash"),
    ("LINK", "chainlink"),
    ("AVAX", "avalanche-2"),
    ("XLM", "stellar"),
    ("BNB", "binancecoin"),
    ("TRX", "tron"),
];

/// A pair as `CoinGecko` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) id: &'static str,
    /// Lower case, as all currencies are there.
    pub(super) currency: String,
}

/// Names an instrument in `CoinGecko`'s terms.
///
/// # Errors
///
/// [`SourceError::NotOffered`] for anything but a known coin in a currency.
pub(super) fn pair(instrument: &Instrument) -> Result<Pair, SourceError> {
    let codes = instrument.symbol.pair();
    let found = codes.and_then(|(base, currency)| {
        let (_, id) = IDS.iter().find(|(code, _)| *code == base)?;
        Some(Pair { id, currency: currency.to_ascii_lowercase() })
    });
    found.ok_or_else(|| {
        let codes: Vec<&str> = IDS.iter().map(|(code, _)| *code).collect();
        SourceError::NotOffered(format!("only {} in a currency are", codes.join(", ")))
    })
}
