//! Under which names this service answers, and to pages of which origins.

use http::{Admission, Hosts};

use crate::config::Config;

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
