//! Every upstream here: the settings that move all of them to one address of this
//! machine, so that no test ever asks over the internet.

use simulator::Upstream;

/// A setting's name and its value.
pub type Setting = (String, String);

/// The setting that says where each upstream is, with its scheme and path there.
const ADDRESSES: [(&str, &str, &str); 6] = [
    ("MARKETPULSE_YAHOO_URL", "http", ""),
    ("MARKETPULSE_COINGECKO_URL", "http", ""),
    ("MARKETPULSE_ERAPI_URL", "http", ""),
    ("MARKETPULSE_ECB_URL", "http", ""),
    ("MARKETPULSE_YAHOO_STREAM_URL", "ws", "/?version=2"),
    ("MARKETPULSE_KRAKEN_URL", "ws", "/v2"),
];

/// Every upstream is the simulator.
pub fn simulated(upstream: &Upstream) -> Vec<Setting> {
    at(&upstream.url())
}

/// Every upstream is at an address such as `http://127.0.0.1:18200`.
pub fn at(base: &str) -> Vec<Setting> {
    let moved = |(name, scheme, path): &(&str, &str, &str)| {
        ((*name).to_owned(), format!("{}{path}", base.replacen("http", scheme, 1)))
    };
    ADDRESSES.iter().map(moved).collect()
}

/// Every upstream that streams is at an address.
pub fn streamed_at(base: &str) -> Vec<Setting> {
    at(base).into_iter().filter(|(_, address)| address.starts_with("ws")).collect()
}
