use std::sync::Arc;
use std::time::Duration;

use engine::{Calls, Engine, Settings, Simulator, Sources};
use market::{Catalog, Clock, SourcePorts};
use providers::{Client, Dialer, Kit, Provider, StreamLimits};
use store::{NullStore, Opening};

use crate::config::{Config, Environment};
use crate::start_error::StartError;

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
/// What cannot be used.
pub async fn engine(
    config: &Config,
    demo_only: bool,
    clock: Arc<dyn Clock>,
    opening: &Opening,
) -> Result<Engine, StartError> {
    let store = if demo_only {
        Arc::new(NullStore)
    } else {
        config.database.open(opening, clock.now()).await?
    };
    let upstreams = if demo_only { known(config) } else { upstreams(config, &clock)? };
    let mut sources = upstreams.offline(demo_only || config.offline);
    let is_for_developers = demo_only || config.environment == Environment::Development;
    if is_for_developers {
        sources = sources.with_simulator(simulator(&clock));
    }
    let documents = config.documents.unwrap_or(is_for_developers).then_some(config.cache_bytes / 8);
    let settings = Settings {
        watchlist: config.watchlist.clone(),
        refresh_every: config.refresh_every,
        read_deadline: config.read_deadline,
        longest_wait: config.upstream_timeout + ANOTHER_SOURCE,
        default_period: config.default_period,
        cache_bytes: config.cache_bytes - documents.unwrap_or_default(),
        document_bytes: documents,
        repairing: config.repairing,
    };
    Ok(Engine::start(settings, clock, sources, store).await)
}

/// Every source that could be asked, by name, without a way to ask any.
fn known(config: &Config) -> Sources {
    Sources::of(catalog(config))
}

/// Who answers for what, in the order that is wanted.
fn catalog(config: &Config) -> Catalog {
    let usable = unlocked(config).map(|provider| provider.facts);
    Catalog::of(usable).preferring(&config.preferences)
}

/// The sources that need no key, or have it.
fn unlocked(config: &Config) -> impl Iterator<Item = &'static Provider> {
    let registry = providers::registry().iter().copied();
    registry.filter(|provider| config.upstreams.unlock(provider.facts))
}

fn upstreams(config: &Config, clock: &Arc<dyn Clock>) -> Result<Sources, String> {
    let http = Client::new(Arc::clone(clock), config.upstream_timeout, &config.egress)
        .map_err(|error| format!("cannot prepare HTTPS: {error}"))?;
    let limits = StreamLimits { connect: config.upstream_timeout, idle: config.stream_silence };
    let kit = Kit {
        http,
        clock: Arc::clone(clock),
        dialer: Dialer { limits, egress: config.egress.clone() },
        access: &|upstream| config.upstreams.access(upstream),
    };
    let usable: Vec<_> = unlocked(config).collect();
    let sources = Sources::of(catalog(config))
        .with_calls(Calls { deadline: config.upstream_timeout + GRACE, ..Calls::default() });
    let sources = config
        .upstreams
        .limits()
        .fold(sources, |sources, (upstream, limits)| sources.with_limits(upstream, limits));
    let ports = usable.iter().map(|provider| provider.connect(&kit));
    let ports = ports.map(|it| SourcePorts { stream: it.stream.filter(|_| config.streams), ..it });
    Ok(ports.fold(sources, Sources::with))
}

fn simulator(clock: &Arc<dyn Clock>) -> Simulator {
    let simulator = Arc::new(providers::Simulator::usual(Arc::clone(clock)));
    Simulator {
        quotes: simulator.clone(),
        bars: simulator.clone(),
        stream: Some(simulator.clone()),
        documents: Some(simulator),
    }
}
