use market::UpstreamFacts;
use url::Url;

use crate::provider::Provider;
use crate::{coingecko, ecb, er_api, kraken, yahoo};

/// Every source there is. Lists of them for people are in this order.
static REGISTRY: [&Provider; 5] =
    [&yahoo::PROVIDER, &coingecko::PROVIDER, &er_api::PROVIDER, &ecb::PROVIDER, &kraken::PROVIDER];

/// Every source there is, except the simulator.
pub fn registry() -> &'static [&'static Provider] {
    &REGISTRY
}

/// Every address that may be asked: those that are polled, then those that stream.
pub fn upstreams() -> impl Iterator<Item = &'static UpstreamFacts> {
    let facts = || REGISTRY.iter().map(|provider| provider.facts);
    let polled = facts().filter_map(|facts| facts.polled.as_ref()).map(|it| &it.upstream);
    polled.chain(facts().filter_map(|facts| facts.streamed.as_ref()).map(|it| &it.upstream))
}

/// The name of a source or upstream within a sentence.
pub fn label(name: &str) -> Option<&'static str> {
    let known = upstreams().map(|upstream| (upstream.name, upstream.label));
    let mut known = known.chain([(crate::demo::NAME, crate::demo::LABEL)]);
    known.find(|(known, _)| *known == name).map(|(_, label)| label)
}

/// The settings that move every upstream to one server, such as the simulator: a
/// service started with them asks nobody else, whatever sources there are.
///
/// `server` is an address such as `http://127.0.0.1:8080`; each upstream keeps
/// its own path there.
pub fn all_moved_to(server: &Url) -> Vec<(String, String)> {
    let moved = |upstream: &UpstreamFacts| {
        let address = moved(upstream, server).to_string();
        (upstream.address_setting.to_owned(), address)
    };
    upstreams().map(moved).collect()
}

fn moved(upstream: &UpstreamFacts, server: &Url) -> Url {
    let theirs: Url = upstream.address.parse().expect("a test reads every address");
    let mut ours = server.clone();
    let is_secure = server.scheme() == "https";
    let scheme = match (theirs.scheme(), is_secure) {
        ("ws" | "wss", false) => "ws",
        ("ws" | "wss", true) => "wss",
        _ => server.scheme(),
    };
    ours.set_scheme(scheme).expect("web schemes stand for one another");
    ours.set_path(theirs.path());
    ours.set_query(theirs.query());
    ours
}
