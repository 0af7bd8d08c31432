//! An authority is tried before it is used, by the rules that clients go by: it must be
//! trusted for the hosts it is for, and for nothing else. So a file that says more than
//! ours does is found out, whatever stands in it.

use std::net::Ipv4Addr;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime};

use super::Authority;
use crate::{Hosts, crypto};

/// Names that an authority of ours must not be trusted for.
const FOREIGN: [&str; 2] = ["example.com", "localhost"];

/// Tries it.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn stand(authority: &Authority, hosts: Hosts, today: Date) -> Result<(), &'static str> {
    let trial = Trial::of(authority, today)?;
    if !hosts.examples().all(|host| trial.trusts(&host)) {
        return Err("its key and its certificate do not belong together");
    }
    let address = Ipv4Addr::LOCALHOST.to_string();
    if FOREIGN.into_iter().chain([address.as_str()]).any(|host| trial.trusts(host)) {
        return Err("it may speak for other hosts than it is for");
    }
    Ok(())
}

struct Trial<'a> {
    authority: &'a Authority,
    client: Arc<WebPkiServerVerifier>,
    today: Date,
}

impl<'a> Trial<'a> {
    fn of(authority: &'a Authority, today: Date) -> Result<Self, &'static str> {
        const UNUSABLE: &str = "its certificate cannot be read";
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.clone()).map_err(|_| UNUSABLE)?;
        let client = WebPkiServerVerifier::builder_with_provider(roots.into(), crypto::provider());
        Ok(Self { authority, client: client.build().map_err(|_| UNUSABLE)?, today })
    }

    /// Whether a client that trusts the authority would believe it about a host.
    fn trusts(&self, host: &str) -> bool {
        let Ok((certificate, _)) = self.authority.certify(host, self.today) else { return false };
        let Ok(name) = ServerName::try_from(host) else { return false };
        let noon = self.today.at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
        let noon = noon.ok().and_then(|it| u64::try_from(it.timestamp().as_second()).ok());
        let noon = UnixTime::since_unix_epoch(std::time::Duration::from_secs(noon.unwrap_or(0)));
        self.client.verify_server_cert(&certificate, &[], &name, &[], noon).is_ok()
    }
}
