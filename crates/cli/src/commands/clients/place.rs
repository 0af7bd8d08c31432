//! What a proxy of ours goes by.

use std::path::PathBuf;
use std::sync::Arc;

use access::Secret;
use egress::Route;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::Clock;
use proxy::{Authority, Bundle, Hosts, Proxy, Service, ServiceError, Token};
use server::{Config, SystemClock};
use table::text::with_causes;
use url::Url;

/// The hosts that are answered from the service.
pub(super) const HOSTS: Hosts = Hosts::new(server::HOSTS);

/// What names the service on the command line.
pub(super) const SERVICE: &str = "Address of the service, such as http://prices.example.net:5000, whatever the setting says; by default \
     the one on this machine";

/// Where authority, certificates and the address of a standing proxy are kept.
pub(super) fn folder(config: &Config) -> PathBuf {
    config.data_dir.join("proxy")
}

/// The variables around this program. One that is no text cannot name what is meant.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn today() -> Date {
    SystemClock.now().to_zoned(TimeZone::UTC).date()
}

/// The service at an address, or the one that the settings say, or the one on this
/// machine; it answers.
pub(super) async fn service(config: &Config, named: Option<Url>) -> Result<Service, String> {
    let here = || {
        let here = server::reachable(config.listen);
        format!("http://{here}").parse().expect("an address and a port are one")
    };
    let address = named.or_else(|| config.url.clone()).unwrap_or_else(here);
    let service = Service::at(address, server::away).map_err(|error| with_causes(&error))?;
    let service = service.shown_key(config.reach.key.as_ref().map(Secret::reveal));
    match service.greet().await {
        Ok(()) => Ok(service),
        Err(error @ ServiceError::Away { .. }) => Err(format!("{error}; {USABLE}")),
        Err(error) => Err(with_causes(&error)),
    }
}

/// What would work, where no service answers.
const USABLE: &str = "start one with `marketpulse serve`, name another one with --service or MARKETPULSE_URL, or have one \
     started for one program alone: `marketpulse run --standalone -- COMMAND`";

/// A proxy in front of a service, and the file of certificates that its programs are to
/// trust.
pub(super) fn prepare(
    config: &Config,
    service: Service,
    route: Route,
    token: Token,
) -> Result<(Proxy, PathBuf), String> {
    let authority = authority(config)?;
    let bundle = written(config, &authority)?;
    let today = Arc::new(today);
    Ok((Proxy { hosts: HOSTS, authority, service, route, token, today }, bundle))
}

/// The file of certificates for programs of this environment.
pub(super) fn bundle(config: &Config) -> Result<PathBuf, String> {
    written(config, &authority(config)?)
}

fn authority(config: &Config) -> Result<Authority, String> {
    Authority::open(&folder(config), HOSTS, today()).map_err(|error| with_causes(&error))
}

fn written(config: &Config, authority: &Authority) -> Result<PathBuf, String> {
    let bundle = Bundle::with(authority, variable).map_err(|error| with_causes(&error))?;
    bundle.write(&folder(config)).map_err(|error| with_causes(&error))
}

/// How other hosts were reached before.
pub(super) fn route() -> Result<Route, String> {
    Route::of(variable).map_err(|error| error.to_string())
}
