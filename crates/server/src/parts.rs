use std::sync::Arc;

use engine::{Demo, Engine, Settings, Sources};
use market::{Clock, Store};
use providers::http::Client;

use crate::config::{Config, Environment};

/// The simulated market is the same on every machine.
const DEMO_SEED: u64 = 2024;

/// Starts the engine that the settings describe.
///
/// With `demo_only` nothing but the simulator exists, and nothing is stored.
///
/// # Errors
///
/// A sentence about what cannot be used.
pub(crate) async fn engine(
    config: &Config,
    demo_only: bool,
    clock: Arc<dyn Clock>,
) -> Result<Engine, String> {
    let store = open_store(config, demo_only)?;
    let upstreams = if demo_only { Sources::default() } else { upstreams(config, &clock)? };
    let mut sources = upstreams.offline(demo_only || config.offline);
    if demo_only || config.environment == Environment::Development {
        sources = sources.with_demo(demo(&clock));
    }
    let settings = Settings {
        watchlist: config.watchlist.clone(),
        refresh_every: config.refresh_every,
        cache_bytes: config.cache_bytes,
    };
    Ok(Engine::start(settings, clock, sources, store).await)
}

fn open_store(config: &Config, demo_only: bool) -> Result<Arc<dyn Store>, String> {
    if demo_only {
        return Ok(Arc::new(store::Nowhere));
    }
    let opened = store::SqliteStore::open(&config.database);
    Ok(Arc::new(opened.map_err(|error| error.to_string())?))
}

fn upstreams(config: &Config, clock: &Arc<dyn Clock>) -> Result<Sources, String> {
    let client = Client::new(Arc::clone(clock), config.upstream_timeout)
        .map_err(|error| format!("cannot prepare HTTPS: {error}"))?;
    let at = &config.upstreams;
    let yahoo = Arc::new(providers::Yahoo::new(client.clone(), at.yahoo.clone()));
    let coingecko = Arc::new(providers::CoinGecko::new(client.clone(), at.coingecko.clone()));
    let er_api = Arc::new(providers::ErApi::new(client.clone(), at.er_api.clone()));
    let ecb = Arc::new(providers::Ecb::new(client, at.ecb.clone()));
    Ok(Sources::default()
        .with_quotes(yahoo.clone())
        .with_bars(yahoo)
        .with_quotes(coingecko.clone())
        .with_bars(coingecko)
        .with_quotes(er_api)
        .with_quotes(ecb.clone())
        .with_bars(ecb))
}

fn demo(clock: &Arc<dyn Clock>) -> Demo {
    let demo = Arc::new(providers::Demo::new(simulator::Market::new(DEMO_SEED), Arc::clone(clock)));
    Demo { quotes: demo.clone(), bars: demo }
}
