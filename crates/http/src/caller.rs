use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use access::{Audience, Left, Pass};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};

use crate::problem::Problem;
use crate::seconds::seconds;

/// How much a client may ask for, and how much of that is left to it.
pub(crate) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub(crate) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The address at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// A key that was shown, and who let its holder in.
#[derive(Clone)]
pub(crate) struct Admitted {
    pub(crate) pass: Pass,
    pub(crate) by: Arc<dyn Admits>,
}

/// Lets in whoever shows a key.
pub(crate) trait Admits: Send + Sync {
    /// Whether somebody who was let in would be now, too.
    fn still_admits(&self, pass: &Pass) -> bool;
}

/// Who makes a request, and what it is to be told of its limits.
#[derive(Clone, Default)]
pub struct Caller(Arc<Calling>);

#[derive(Default)]
struct Calling {
    peer: Option<Peer>,
    admitted: Option<Admitted>,
    limits: OnceLock<Box<dyn Fn() -> Vec<RateLimit> + Send + Sync>>,
    clearances: Mutex<Vec<Box<dyn Fn() -> Clearance + Send + Sync>>>,
}

/// Whether an answer may go to a caller that shows it to others.
#[derive(Clone, Debug)]
pub enum Clearance {
    /// Whose figures it has is not known.
    Unknown,
    /// It may, or what it goes on with is cleared piece by piece.
    Given,
    /// It may not, and why.
    Refused(Problem),
}

/// A limit as the headers `RateLimit-Policy` and `RateLimit` tell it
/// (draft-ietf-httpapi-ratelimit-headers).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// What is limited: letters, digits and `_`.
    pub policy: String,
    /// How much may be asked for within the window.
    pub quota: u32,
    /// In whole seconds, one at least.
    pub window: Duration,
    /// How much may be asked for now.
    pub left: u32,
    /// When there will be more.
    pub next_in: Duration,
}

impl Caller {
    /// Who makes a request, as far as its connection and its key tell.
    pub(crate) fn of(request: &Extensions) -> Self {
        let (peer, admitted) = (request.get::<Peer>().copied(), request.get().cloned());
        Self(Arc::new(Calling { peer, admitted, ..Calling::default() }))
    }

    /// Who makes a request that has passed the front; nobody, where it has not.
    pub fn named_in(request: &Extensions) -> Self {
        request.get::<Self>().cloned().unwrap_or_default()
    }

    /// Its address; `None` where there is no connection, as in a test.
    pub fn address(&self) -> Option<IpAddr> {
        self.0.peer.map(|Peer(address)| address)
    }

    /// The key that it has shown, where one is wanted.
    pub fn pass(&self) -> Option<&Pass> {
        self.0.admitted.as_ref().map(|admitted| &admitted.pass)
    }

    /// Tells whether its key is still good, for what goes on after the answer has begun;
    /// `None` where none is wanted.
    pub fn stays_admitted(&self) -> Option<impl Fn() -> bool + Send + Sync + use<>> {
        let Admitted { pass, by } = self.0.admitted.clone()?;
        Some(move || by.still_admits(&pass))
    }

    /// Whom it shows what it is answered.
    pub fn audience(&self) -> Audience {
        self.pass().map(Pass::audience).unwrap_or_default()
    }

    /// Whether that is others than itself: then each answer needs a clearance.
    pub fn passes_on(&self) -> bool {
        self.audience() != Audience::Private
    }

    /// What clears its answer, asked when that is made. Of several each has to.
    pub fn clears(&self, clearance: impl Fn() -> Clearance + Send + Sync + 'static) {
        let mut all = self.0.clearances.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Box::new(clearance));
    }

    /// Whether the answer that was made may go to it.
    pub(crate) fn clearance(&self) -> Clearance {
        let all = self.0.clearances.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().fold(Clearance::Unknown, |before, clearance| match (before, clearance()) {
            (refused @ Clearance::Refused(_), _) | (_, refused @ Clearance::Refused(_)) => refused,
            (Clearance::Unknown, Clearance::Unknown) => Clearance::Unknown,
            (Clearance::Given, _) | (_, Clearance::Given) => Clearance::Given,
        })
    }

    /// What of its limits is to be told with the answer, asked when that is made. The
    /// first to say so is listened to.
    pub fn limits_are(&self, limits: impl Fn() -> Vec<RateLimit> + Send + Sync + 'static) {
        let _ = self.0.limits.set(Box::new(limits));
    }

    /// Adds its limits to an answer, where that depended on them.
    pub(crate) fn tell_limits(&self, headers: &mut HeaderMap) {
        let of_key = self.pass().and_then(Pass::left).map(RateLimit::of_key);
        let others = self.0.limits.get().map(|limits| limits()).unwrap_or_default();
        let limits: Vec<_> = of_key.into_iter().chain(others).collect();
        if limits.is_empty() {
            return;
        }
        let list = |each: fn(&RateLimit) -> String| {
            let list = limits.iter().map(each).collect::<Vec<_>>().join(", ");
            HeaderValue::try_from(list).expect("names and numbers are a header's value")
        };
        headers.insert(RATE_LIMIT_POLICY, list(RateLimit::policy));
        headers.insert(RATE_LIMIT, list(RateLimit::state));
    }
}

impl RateLimit {
    /// How often a key may be used.
    fn of_key(Left { rate, left, next_in }: Left) -> Self {
        let policy = "key".to_owned();
        Self { policy, quota: rate.times, window: rate.window, left, next_in }
    }

    fn policy(&self) -> String {
        format!("{:?};q={};w={}", self.policy, self.quota, seconds(self.window))
    }

    fn state(&self) -> String {
        format!("{:?};r={};t={}", self.policy, self.left, seconds(self.next_in))
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Caller").field(&self.address()).finish()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::named_in(&parts.extensions))
    }
}
