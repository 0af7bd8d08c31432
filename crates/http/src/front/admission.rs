//! Who is let in: under which name a request may come, and pages of which origins may
//! send it.

use axum::extract::Request;
use axum::http::header::{HeaderValue, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, StatusCode};
use table::text::short;

use super::hosts::{self, Hosts};
use super::origins::Origins;
use crate::problem::Problem;

/// Under which names a service answers, and to pages of which origins. Unless said
/// otherwise it answers under any.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    hosts: Option<Hosts>,
    origins: Origins,
    remedy: &'static str,
    with_credentials: &'static [&'static str],
}

impl Admission {
    /// The same, under these names alone.
    #[must_use]
    pub fn under(self, hosts: Hosts) -> Self {
        Self { hosts: Some(hosts), ..self }
    }

    /// The same, to pages of these origins. `remedy` says to whoever is refused what
    /// would work.
    #[must_use]
    pub fn to_pages(self, origins: Origins, remedy: &'static str) -> Self {
        Self { origins, remedy, ..self }
    }

    /// The same, with pages of these origins allowed to ask with credentials, as pages
    /// do that keep a key of their user's.
    #[must_use]
    pub fn with_credentials(self, origins: &'static [&'static str]) -> Self {
        Self { with_credentials: origins, ..self }
    }

    /// Why a request is not let in.
    pub(super) fn fault(&self, request: &Request) -> Option<Problem> {
        let hosts = self.hosts.as_ref();
        hosts.and_then(|hosts| hosts.fault(request)).or_else(|| self.fault_of_socket(request))
    }

    /// A browser lets every page open a socket to anywhere, and leaves it to the other
    /// side to look whose page it is (RFC 6455, section 10.2).
    fn fault_of_socket(&self, request: &Request) -> Option<Problem> {
        request.headers().get(UPGRADE)?;
        let origin = request.headers().get(ORIGIN)?;
        if is_own(request, origin) || self.trusts(origin) || self.origins.opens_sockets(origin) {
            return None;
        }
        let page = short(&String::from_utf8_lossy(origin.as_bytes()));
        let detail = format!("a page of {page} opens no socket here; {}", self.remedy);
        Some(Problem::plain(StatusCode::FORBIDDEN, "Page not admitted", detail))
    }

    fn trusts(&self, origin: &HeaderValue) -> bool {
        self.with_credentials.iter().any(|it| it == origin)
    }

    /// What is told to the page that sent a request with these headers.
    pub(super) fn page(&self, headers: &HeaderMap) -> Page {
        let origin = headers.get(ORIGIN);
        match origin.filter(|origin| self.trusts(origin)) {
            Some(trusted) => Page { reads: Some(trusted.clone()), sends_credentials: true },
            None => Page { reads: self.origins.told(origin), sends_credentials: false },
        }
    }
}

/// The page that asks, where a browser named its origin.
#[derive(Debug)]
pub(super) struct Page {
    /// Who may read the answer: its origin, `*` for all, or nobody.
    pub(super) reads: Option<HeaderValue>,
    /// Whether its user's credentials may come with what it asks.
    pub(super) sends_credentials: bool,
}

/// Whether an origin is that of this service, as the request itself names it, or of this
/// machine.
fn is_own(request: &Request, origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let Some((_, host)) = origin else { return false };
    let addressed = hosts::addressed(request);
    addressed.is_some_and(|it| it.eq_ignore_ascii_case(host)) || hosts::is_this_machine(host)
}
