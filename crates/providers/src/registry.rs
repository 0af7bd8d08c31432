use market::{SourceFacts, UpstreamFacts};
use url::Url;

use crate::provider::Provider;
use crate::{
    alpaca, binance, coinbase, coingecko, demo, ecb, eodhd, er_api, kraken, tiingo, twelvedata,
    yahoo,
};

/// Every source there is. Lists of them for people are in this order.
static REGISTRY: [&Provider; 11] = [
    &yahoo::PROVIDER,
    &tiingo::PROVIDER,
    &twelvedata::PROVIDER,
    &alpaca::PROVIDER,
    &eodhd::PROVIDER,
    &coingecko::PROVIDER,
    &coinbase::PROVIDER,
    &binance::PROVIDER,
    &er_api::PROVIDER,
    &ecb::PROVIDER,
    &kraken::PROVIDER,
];

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

/// One upstream, by its name.
pub fn upstream(name: &str) -> Option<&'static UpstreamFacts> {
    upstreams().find(|upstream| upstream.name == name)
}

/// Whose spellings of symbols are read besides ours, as people know them.
pub fn spellings() -> impl Iterator<Item = &'static str> {
    let spelling = REGISTRY.iter().filter(|provider| provider.facts.spelling.is_some());
    spelling.map(|provider| provider.facts.credit.text)
}

/// Names of the sources that have price history.
pub const WITH_HISTORY: [&str; counted(Having::History)] = named(Having::History);

/// Names of the sources that set reference rates.
pub const WITH_REFERENCE_RATES: [&str; counted(Having::ReferenceRates)] =
    named(Having::ReferenceRates);

/// What a source may have.
#[derive(Clone, Copy)]
enum Having {
    History,
    ReferenceRates,
}

impl Having {
    const fn is_there(self, facts: &SourceFacts) -> bool {
        match self {
            Self::History => facts.has_history(),
            Self::ReferenceRates => facts.reference.is_some(),
        }
    }
}

/// Parameters and their documentation are constants, so these are counted by the
/// compiler, in the only kind of loop that it runs.
const fn counted(having: Having) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < REGISTRY.len() {
        if having.is_there(REGISTRY[at].facts) {
            count += 1;
        }
        at += 1;
    }
    count
}

const fn named<const COUNT: usize>(having: Having) -> [&'static str; COUNT] {
    let (mut names, mut count, mut at) = ([""; COUNT], 0, 0);
    while at < REGISTRY.len() {
        if having.is_there(REGISTRY[at].facts) {
            names[count] = REGISTRY[at].facts.name;
            count += 1;
        }
        at += 1;
    }
    names
}

/// The name of a source or upstream within a sentence.
pub fn label(name: &str) -> Option<&'static str> {
    let simulated = (name == demo::NAME).then_some(demo::LABEL);
    simulated.or_else(|| upstream(name).map(|upstream| upstream.label))
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
