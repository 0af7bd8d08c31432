//! How hosts outside are reached: straight or through the proxy that an environment names,
//! and whose certificates are trusted.
//!
//! Knows neither who is reached nor what is said there.

mod reached;
mod route;
mod trust;
mod tunnel;

use std::sync::Arc;

use hyper::header::HeaderValue;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use tokio::net::TcpStream;

pub use reached::ReachError;
pub use route::{EXCEPT, NAMED_IN, OWN, Route, RouteError, Via};
pub use trust::{Trust, TrustError, certificates};
pub use tunnel::connect;

/// The way out. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Egress {
    route: Arc<Route>,
    trust: Trust,
}

impl Egress {
    /// By a route, trusting somebody.
    pub fn new(route: Route, trust: Trust) -> Self {
        Self { route: Arc::new(route), trust }
    }

    /// A connection to a host, straight or through the proxy on the way.
    ///
    /// # Errors
    ///
    /// [`ReachError`] with the step that failed.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, ReachError> {
        connect(&self.route, host, port).await
    }

    /// The proxy on the way to a host; `None` where it is reached straight.
    pub fn proxy_for(&self, host: &str) -> Option<&Via> {
        self.route.proxy_for(host)
    }

    /// What the proxy is told to let us through, as the value of a header.
    pub fn credentials(&self) -> Option<HeaderValue> {
        self.route.credentials()
    }

    /// The certificates that are trusted beside the machine's own.
    pub fn trusted(&self) -> &[CertificateDer<'static>] {
        self.trust.certificates()
    }

    /// How secure connections are made where more is trusted than the machine trusts by
    /// itself; `None` where it is not.
    pub fn tls(&self) -> Option<Arc<ClientConfig>> {
        self.trust.tls()
    }
}
