use market::Interval;

use super::facts::{BEGINNING, INTERVALS, NAME};
use super::parse;
use crate::exchange::Venue;

/// The most bars that one answer has.
const MOST_BARS: u16 = 1_000;

/// How Binance is asked: of one pair at a time, as one that is not traded there spoils the
/// others.
pub(super) static VENUE: Venue = Venue {
    name: NAME,
    intervals: INTERVALS,
    bars: (MOST_BARS, BEGINNING),
    quoted_in: &["EUR", "TRY", "BRL", "JPY", "USDT", "USDC", "FDUSD", "BTC", "ETH", "BNB"],
    pair: |base, currency| format!("{base}{currency}"),
    ask_latest: |pair| (path(&["ticker", "24hr"]), vec![("symbol", pair.to_owned())]),
    ask_bars: |pair, interval, (first, last)| {
        let query = vec![
            ("symbol", pair.to_owned()),
            ("interval", length(interval).to_owned()),
            ("startTime", first.as_millisecond().to_string()),
            ("endTime", last.as_millisecond().to_string()),
            ("limit", MOST_BARS.to_string()),
        ];
        (path(&["klines"]), query)
    },
    quote: parse::quote,
    history: parse::history,
};

fn path(what: &[&str]) -> Vec<String> {
    [&["api", "v3"], what].concat().into_iter().map(str::to_owned).collect()
}

/// As Binance names it.
fn length(interval: Interval) -> &'static str {
    match interval {
        Interval::H1 => "1h",
        Interval::M30 => "30m",
        Interval::M15 => "15m",
        Interval::M5 => "5m",
        Interval::M1 => "1m",
        _ => "1d",
    }
}
