//! Every upstream here: the settings that move all of them to one address of this
//! machine, so that no test ever asks over the internet. Which there are is what the
//! registry says, so that one added later is moved, too.

use simulator::Upstream;

/// A setting's name and its value.
pub type Setting = (String, String);

/// Every upstream is the simulator, and has time to answer: a busy machine is no fault
/// of an upstream.
pub fn simulated(upstream: &Upstream) -> Vec<Setting> {
    let patience = [("MARKETPULSE_UPSTREAM_TIMEOUT", "5m"), ("MARKETPULSE_READ_DEADLINE", "1m")];
    let patience = patience.map(|(name, value)| (name.to_owned(), value.to_owned()));
    at(&upstream.url()).into_iter().chain(patience).collect()
}

/// Every upstream is at an address such as `http://127.0.0.1:18200`.
///
/// # Panics
///
/// Where it is no address.
pub fn at(base: &str) -> Vec<Setting> {
    providers::all_moved_to(&base.parse().unwrap())
}

/// A key to each upstream that wants one.
pub fn keys() -> Vec<Setting> {
    let keys = providers::upstreams().filter_map(|upstream| upstream.key.as_ref());
    let names = keys.flat_map(|key| [Some(key.name), key.secret.as_ref().map(|it| it.name)]);
    names.flatten().map(|name| (name.to_owned(), "key".to_owned())).collect()
}

/// Every upstream that streams is at an address.
pub fn streamed_at(base: &str) -> Vec<Setting> {
    at(base).into_iter().filter(|(_, address)| address.starts_with("ws")).collect()
}
