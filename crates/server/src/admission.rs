//! Who is answered: under which names, pages of which origins, and with which key.

use std::sync::Arc;
use std::time::Duration;

use access::{Instant, KeyFile, Keyring, Scope, SystemRandom};
use audit::{Event, Kind, Outcome, Trail};
use http::{Admission, Gate, Gated, Hosts, Spelled, Time, TurnedAway};
use market::{Clock, Moment};
use table::text::with_causes;
use tracing::{info, warn};

use crate::config::Config;

/// Where a reader shows a key, ...
pub(crate) const LOGIN: &str = "/marketpulse/login";

/// ... and has the browser forget it.
pub(crate) const LOGOUT: &str = "/marketpulse/logout";

/// The cookie in which it keeps it.
pub(crate) const KEPT: &str = "marketpulse_key";

const OTHER_NAMES: &str = "MARKETPULSE_HOSTS names those under which it does";

const OTHER_PAGES: &str = "MARKETPULSE_ORIGINS names the origins whose pages may";

/// What the settings say, beside what holds anyway: the names of this machine, and those
/// of the services whose protocols are spoken here.
pub(crate) fn admission(config: &Config) -> Admission {
    let spoken = facades::HOSTS.iter().map(|&host| host.to_owned());
    let names = machine().into_iter().chain(spoken).chain(config.reach.hosts.iter().cloned());
    Admission::default()
        .under(Hosts::new(names.collect(), OTHER_NAMES))
        .to_pages(config.reach.origins.clone(), OTHER_PAGES)
        .with_credentials(&facades::TRUSTED)
}

/// What this machine calls itself, and how its network finds it by that (RFC 6762).
fn machine() -> [String; 2] {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    [format!("{name}.local"), name]
}

/// Where a key may stand in a request.
const SPELLED: Spelled =
    Spelled { headers: &facades::KEY_HEADERS, params: &facades::KEY_PARAMS, cookie: KEPT };

/// How often it is looked whether keys are others.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The gate that the keys of the settings open.
///
/// # Errors
///
/// A sentence about keys that cannot be read.
pub(crate) fn gate(
    config: &Config,
    clock: &Arc<dyn Clock>,
    audit: Option<Arc<Trail>>,
) -> Result<Gate, String> {
    let clock = Arc::clone(clock);
    let time: Time = Arc::new(move || {
        let steady = clock.moment().since(Moment::default());
        Instant { wall: clock.now(), steady }
    });
    let (file, random) = (KeyFile::at(config.reach.keys.clone()), SystemRandom::new());
    let keys = Keyring::open(config.reach.closed, file, time().steady, &random);
    let keys = keys.map_err(|error| with_causes(&error))?;
    let (open_to, behind) = (config.reach.open_to.clone(), config.reach.behind.clone());
    let hears = Box::new(move |turned: &TurnedAway<'_>| {
        if let Some(audit) = &audit {
            audit.note(refused(turned));
        }
    });
    let (spelled, login) = (SPELLED, LOGIN);
    let terms = Gated { time, needs, has_no_figures, spelled, open_to, behind, hears, login };
    Ok(Gate::new(keys, terms))
}

/// The longest address in the audit log, in bytes: whoever is refused says no more in it.
const LONGEST_TOLD: usize = 200;

fn refused(turned: &TurnedAway<'_>) -> Event {
    let TurnedAway { address, key, method, path, reason } = turned;
    let path = &path[..path.floor_char_boundary(LONGEST_TOLD)];
    Event {
        address: *address,
        key: key.map(ToString::to_string),
        what: Some(format!("{method} {path}")),
        reason: Some(reason),
        ..Event::new(Kind::Refused, Outcome::Refused)
    }
}

/// What a key has to be good for. Whether the service is well is for everybody, and so is
/// what the page is made of where a key is shown.
fn needs(path: &str, is_socket: bool) -> Option<Scope> {
    match path {
        "/healthz" | "/readyz" | LOGIN | LOGOUT => None,
        path if path.starts_with("/marketpulse/assets/") => None,
        path if is_socket || path == crate::api::operation::STREAM.path => Some(Scope::Stream),
        _ => Some(Scope::Read),
    }
}

/// Addresses of whose answers no part is a source's, beside those whose figures are cleared
/// one by one: agents are told by each tool why they may not have them.
fn has_no_figures(path: &str) -> bool {
    const OWN: [&str; 6] = [
        "/marketpulse/config",
        "/marketpulse/openapi.json",
        "/marketpulse/asyncapi.json",
        "/marketpulse/docs",
        "/metrics",
        mcp::AT,
    ];
    needs(path, false).is_none()
        || OWN.contains(&path)
        || path.starts_with("/marketpulse/docs/")
        || facades::has_no_figures(path)
}

/// Takes in keys as they are made and taken back, until it is dropped.
pub(crate) async fn follow_keys(gate: Arc<Gate>, audit: Option<Arc<Trail>>) {
    let mut is_told = false;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let looked = gate.look();
        match &looked {
            Ok(true) => {
                info!("the keys are others; they hold from now on");
                if let Some(audit) = &audit {
                    audit.note(Event::new(Kind::KeysChanged, Outcome::Done));
                }
            }
            Err(error) if !is_told => {
                warn!("{}; those before stay in force", with_causes(error));
            }
            Ok(false) | Err(_) => {}
        }
        is_told = looked.is_err();
    }
}
