use std::sync::Arc;
use std::time::Duration;

use engine::{Calls, Demo, Engine, Settings, Sources};
use market::Clock;
use providers::http::Client;
use providers::{Kraken, StreamLimits, YahooStreamer};
use store::{IfDamaged, NullStore};

use crate::config::{Config, Environment};

/// The simulated market is the same on every machine.
const DEMO_SEED: u64 = 2024;

/// The client ends a call that takes too long, and says at which step; what it
/// fails to end is ended a little later.
const GRACE: Duration = Duration::from_secs(2);

/// Where one source takes all its time, another may still answer.
const ANOTHER_SOURCE: Duration = Duration::from_secs(5);

/// Starts the engine that the settings describe.
///
/// With `demo_only` nothing but the simulator exists, and nothing is stored.
///
/// # Errors
///
/// A sentence about what cannot be used.
pub async fn engine(
    config: &Config,
    demo_only: bool,
    clock: Arc<dyn Clock>,
    damaged: IfDamaged,
) -> Result<Engine, String> {
    let store = if demo_only {
        Arc::new(NullStore)
    } else {
        config.database.open(damaged, clock.now()).map_err(|error| error.in_full())?
    };
    let upstreams = if demo_only { Sources::default() } else { upstreams(config, &clock)? };
    let mut sources = upstreams.offline(demo_only || config.offline);
    if demo_only || config.environment == Environment::Development {
        sources = sources.with_demo(demo(&clock));
    }
    let settings = Settings {
        watchlist: config.watchlist.clone(),
        refresh_every: config.refresh_every,
        read_deadline: config.read_deadline,
        longest_wait: config.upstream_timeout + ANOTHER_SOURCE,
        cache_bytes: config.cache_bytes,
    };
    Ok(Engine::start(settings, clock, sources, store).await)
}

fn upstreams(config: &Config, clock: &Arc<dyn Clock>) -> Result<Sources, String> {
    let client = Client::new(Arc::clone(clock), config.upstream_timeout)
        .map_err(|error| format!("cannot prepare HTTPS: {error}"))?;
    let at = &config.upstreams;
    let yahoo = Arc::new(providers::Yahoo::new(client.clone(), at.yahoo.clone()));
    let coingecko = Arc::new(providers::CoinGecko::new(client.clone(), at.coingecko.clone()));
    let er_api = Arc::new(providers::ErApi::new(client.clone(), at.er_api.clone()));
    let ecb = Arc::new(providers::Ecb::new(client, at.ecb.clone()));
    let sources = Sources::default()
        .with_allowances(providers::allowances())
        .with_calls(Calls { deadline: config.upstream_timeout + GRACE, ..Calls::default() })
        .with_quotes(yahoo.clone())
        .with_bars(yahoo.clone())
        .with_search(yahoo)
        .with_quotes(coingecko.clone())
        .with_bars(coingecko)
        .with_quotes(er_api)
        .with_quotes(ecb.clone())
        .with_bars(ecb);
    Ok(if config.streams { with_streams(sources, config, clock) } else { sources })
}

fn with_streams(sources: Sources, config: &Config, clock: &Arc<dyn Clock>) -> Sources {
    let (at, clock) = (&config.upstreams, || Arc::clone(clock));
    let limits = StreamLimits { connect: config.upstream_timeout, idle: config.stream_silence };
    sources
        .with_stream(Arc::new(YahooStreamer::new(clock(), at.yahoo_stream.clone(), limits)))
        .with_stream(Arc::new(Kraken::new(clock(), at.kraken.clone(), limits)))
}

fn demo(clock: &Arc<dyn Clock>) -> Demo {
    let demo = Arc::new(providers::Demo::new(simulator::Market::new(DEMO_SEED), Arc::clone(clock)));
    Demo { quotes: demo.clone(), bars: demo.clone(), stream: Some(demo) }
}
