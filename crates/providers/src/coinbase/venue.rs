use super::facts::{BEGINNING, INTERVALS, NAME};
use super::parse;
use crate::exchange::Venue;

/// How Coinbase is asked.
pub(super) static VENUE: Venue = Venue {
    name: NAME,
    intervals: INTERVALS,
    bars: (300, BEGINNING),
    quoted_in: &["USD", "EUR", "GBP", "USDT", "USDC", "BTC", "ETH"],
    pair: |base, currency| format!("{base}-{currency}"),
    ask_latest: |pair| (path(pair, "ticker"), Vec::new()),
    ask_bars: |pair, interval, (first, last)| {
        let query = vec![
            ("granularity", interval.seconds().to_string()),
            ("start", first.to_string()),
            ("end", last.to_string()),
        ];
        (path(pair, "candles"), query)
    },
    // Its answer about a pair does not name it.
    quote: |reply, _, asked, received_at| parse::quote(reply, asked, received_at),
    history: parse::history,
};

fn path(pair: &str, what: &str) -> Vec<String> {
    ["products", pair, what].map(str::to_owned).to_vec()
}
