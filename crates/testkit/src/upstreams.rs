//! Every upstream here: the settings that move all of them to one address of this
//! machine, so that no test ever asks over the internet.

use simulator::Upstream;

/// The settings of upstreams that are polled.
const POLLED: [&str; 4] = [
    "MARKETPULSE_YAHOO_URL",
    "MARKETPULSE_COINGECKO_URL",
    "MARKETPULSE_ERAPI_URL",
    "MARKETPULSE_ECB_URL",
];

/// The settings of upstreams that are streamed, with the path of each.
const STREAMED: [(&str, &str); 2] =
    [("MARKETPULSE_YAHOO_STREAM_URL", "/?version=2"), ("MARKETPULSE_KRAKEN_URL", "/v2")];

/// A setting's name and its value.
pub type Setting = (String, String);

/// Every upstream is the simulator.
pub fn simulated(upstream: &Upstream) -> Vec<Setting> {
    at(&upstream.url())
}

/// Every upstream is at an address such as `http://127.0.0.1:18200`.
pub fn at(base: &str) -> Vec<Setting> {
    [polled_at(base), streamed_at(base)].concat()
}

/// Every upstream that is polled is at an address.
pub fn polled_at(base: &str) -> Vec<Setting> {
    POLLED.iter().map(|name| ((*name).to_owned(), base.to_owned())).collect()
}

/// Every upstream that is streamed is at an address.
pub fn streamed_at(base: &str) -> Vec<Setting> {
    let socket = base.replacen("http", "ws", 1);
    STREAMED.iter().map(|(name, path)| ((*name).to_owned(), format!("{socket}{path}"))).collect()
}
