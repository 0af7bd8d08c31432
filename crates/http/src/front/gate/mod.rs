//! Who may use the service: whoever shows a key, once there are keys.

mod clearance;
mod folded;
mod forwarded;
mod refusals;
mod shown;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use access::{Instant, Keyring, Looked, Networks, Pass, Refusal, Scope, Secret};
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, HeaderValue, LINK, LOCATION, UPGRADE, WWW_AUTHENTICATE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use prometheus::proto::MetricFamily;
use tokio::sync::Semaphore;

use crate::accept::wants_page;
use crate::cache_policy::CachePolicy;
use crate::caller::{Admits, Admitted, Peer};
use crate::problem::Problem;
pub(super) use folded::Folded;
pub use refusals::TurnedAway;
use refusals::{NotLetIn, Refusals};
use shown::Shown;
pub use shown::Spelled;

/// Tells what time it is, by both clocks.
pub type Time = Arc<dyn Fn() -> Instant + Send + Sync>;

/// What a key has to be good for, to be answered at an address, or to open a socket there;
/// `None` where nobody needs one.
pub type Needs = fn(path: &str, is_socket: bool) -> Option<Scope>;

/// What stands between a service and those who have no key to it.
pub struct Gate {
    keys: Keyring,
    terms: Gated,
    refusals: Refusals,
    /// A look at a secret that is not known yet takes a processor for a while: one at a time.
    looking: Semaphore,
}

/// How a gate is to be: what it asks of whom, and where a key may stand in a request.
pub struct Gated {
    /// What time it is.
    pub time: Time,
    /// What each address needs.
    pub needs: Needs,
    /// Where a key may stand, beside where it always may.
    pub spelled: Spelled,
    /// Whether no figures of any source are at an address, or those that are there are
    /// cleared one by one.
    pub has_no_figures: fn(path: &str) -> bool,
    /// Whom nothing is asked of.
    pub open_to: Networks,
    /// Proxies that are believed when they say for whom they ask.
    pub behind: Networks,
    /// Hears of each request that is turned away. Never waits.
    pub hears: Box<dyn Fn(&TurnedAway<'_>) + Send + Sync>,
    /// The address of the page where a reader shows a key once.
    pub login: &'static str,
}

impl Gate {
    /// A gate that these keys open.
    pub fn new(keys: Keyring, terms: Gated) -> Self {
        Self { keys, terms, refusals: Refusals::default(), looking: Semaphore::new(1) }
    }

    /// The keys.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// Who was not let in so far, counted by why.
    pub fn refusals(&self) -> Vec<MetricFamily> {
        self.refusals.families()
    }

    /// Whether a key is wanted of anybody.
    pub fn is_closed(&self) -> bool {
        self.keys.is_closed()
    }

    fn now(&self) -> Instant {
        (self.terms.time)()
    }

    /// Reads the keys anew where they are others.
    ///
    /// # Errors
    ///
    /// A sentence about why they cannot be read; those before stay in force.
    pub fn look(&self) -> Result<bool, access::KeyFileError> {
        self.keys.look(self.now().steady)
    }

    /// The key that somebody has typed, and whom it lets in.
    ///
    /// # Errors
    ///
    /// Why it lets nobody in.
    pub async fn typed(&self, text: &str) -> Result<(Secret, Pass), Refusal> {
        let secret = Secret::read(text.trim()).ok_or(Refusal::Unknown);
        let admitted = match secret {
            Ok(secret) => self.admit(&secret).await.map(|pass| (secret, pass)),
            Err(refusal) => Err(refusal),
        };
        admitted.inspect_err(|refusal| self.refusals.count(refusal.reason()))
    }

    /// Whom a secret lets in.
    async fn admit(&self, secret: &Secret) -> Result<Pass, Refusal> {
        if let Some(decided) = decided(self.keys.admit(secret, self.now())) {
            return decided;
        }
        let _turn = self.looking.acquire().await;
        // Somebody else may have shown it meanwhile.
        let proof = match self.keys.admit(secret, self.now()) {
            Looked::Unproven(proof) => proof,
            looked => return decided(looked).unwrap_or(Err(Refusal::Unknown)),
        };
        let is_given = tokio::task::spawn_blocking(|| proof.is_given()).await;
        if !is_given.unwrap_or(false) {
            return Err(Refusal::Unknown);
        }
        decided(self.keys.admit(secret, self.now())).unwrap_or(Err(Refusal::Unknown))
    }

    /// Takes off a request what stands before its path, and what a proxy says of whom it
    /// asks for: from here on it is as if they had asked themselves.
    pub(super) fn unfold(&self, request: &mut Request) -> Option<Folded> {
        if let Some(peer) = self.asker(request) {
            request.extensions_mut().insert(Peer(peer));
        }
        folded::unfold(request)
    }

    fn asker(&self, request: &Request) -> Option<IpAddr> {
        let (Peer(peer), trusted) = (*request.extensions().get()?, &self.terms.behind);
        trusted.contain(peer).then(|| forwarded::asker(peer, request.headers(), trusted))
    }

    /// Lets a request in, with the key that it shows, or says why not.
    pub(super) async fn pass(
        self: &Arc<Self>,
        request: &mut Request,
        folded: Option<&Folded>,
    ) -> Result<(), Turned> {
        let is_socket = request.headers().contains_key(UPGRADE);
        let Some(scope) = (self.terms.needs)(request.uri().path(), is_socket) else {
            return Ok(());
        };
        if !self.is_closed() || self.is_open_to(request) {
            return Ok(());
        }
        let shown = match folded {
            Some(folded) => folded.shown(),
            None => self.terms.spelled.shown(request),
        };
        let is_of_browser = matches!(shown, Shown::Nothing | Shown::InCookie(_));
        match self.entitled(shown, scope).await {
            Ok(pass) => {
                let by = Arc::clone(self) as Arc<dyn Admits>;
                request.extensions_mut().insert(Admitted { pass, by });
                Ok(())
            }
            Err(why) => {
                let address = request.extensions().get().map(|Peer(address)| *address);
                self.turn_away(&TurnedAway {
                    address,
                    key: why.key(),
                    method: request.method(),
                    path: &access::masked(request.uri().path()),
                    reason: why.reason(),
                });
                let why = why.problem();
                Err(if is_of_browser { self.turned(request, why) } else { Turned::Refused(why) })
            }
        }
    }

    fn turn_away(&self, turned: &TurnedAway<'_>) {
        self.refusals.count(turned.reason);
        (self.terms.hears)(turned);
    }

    /// The key that is shown, where it is good for this.
    async fn entitled(&self, shown: Shown, scope: Scope) -> Result<Pass, NotLetIn> {
        let secret = match shown {
            Shown::Key(secret) | Shown::InCookie(secret) => secret,
            Shown::Nothing => return Err(NotLetIn::NoKey),
            Shown::Other => return Err(NotLetIn::OtherKey),
        };
        match self.admit(&secret).await {
            Ok(pass) if pass.allows(scope) => Ok(pass),
            Ok(pass) => Err(NotLetIn::Scope(pass.name().clone(), scope)),
            Err(refusal) => Err(NotLetIn::Refused(refusal)),
        }
    }

    fn is_open_to(&self, request: &Request) -> bool {
        let peer = request.extensions().get::<Peer>();
        peer.is_some_and(|Peer(address)| self.terms.open_to.contain(*address))
    }

    /// A reader of pages is led to where a key can be shown; a program is told.
    fn turned(&self, request: &Request, why: Problem) -> Turned {
        let is_browser = request.method() == Method::GET && wants_page(request.headers());
        // One whose key is known and does not do is told so.
        if !is_browser || why.status() != StatusCode::UNAUTHORIZED {
            return Turned::Refused(why);
        }
        let wanted = request.uri().path_and_query().map_or("/", |it| it.as_str());
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", wanted)
            .finish();
        Turned::ToLogin(format!("{}?{query}", self.terms.login))
    }

    /// What an answer needs whose request passed: no copy of it is for others, and what it
    /// leads to is where its reader may go.
    pub(super) fn complete(&self, response: &mut Response, folded: Option<&Folded>) {
        if self.is_closed() {
            make_private(response);
        }
        let Some(folded) = folded else { return };
        for name in [LINK, LOCATION] {
            if let Some(value) = response.headers_mut().get_mut(name) {
                folded.lead(value);
            }
        }
    }
}

impl Admits for Gate {
    fn still_admits(&self, pass: &Pass) -> bool {
        self.keys.still_admits(pass, self.now().wall)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// Who is not let in.
pub(super) enum Turned {
    Refused(Problem),
    ToLogin(String),
}

impl Turned {
    /// What they are told, by `say` where it is a problem.
    pub(super) fn answer(self, say: impl FnOnce(Problem) -> Response) -> Response {
        match self {
            Self::Refused(why) => {
                let is_unknown = why.status() == StatusCode::UNAUTHORIZED;
                let mut response = say(why);
                if is_unknown {
                    let scheme = HeaderValue::from_static("Bearer realm=\"marketpulse\"");
                    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
                }
                response
            }
            Self::ToLogin(address) => {
                (StatusCode::SEE_OTHER, CachePolicy::Never, [(LOCATION, address)]).into_response()
            }
        }
    }
}

fn decided(looked: Looked) -> Option<Result<Pass, Refusal>> {
    match looked {
        Looked::Admitted(pass) => Some(Ok(pass)),
        Looked::Refused(refusal) => Some(Err(refusal)),
        Looked::Unproven(_) => None,
    }
}

/// A cache that many share may not give to one what another was answered (RFC 9111,
/// section 5.2.2.7).
fn make_private(response: &mut Response) {
    let Some(policy) = response.headers_mut().get_mut(CACHE_CONTROL) else { return };
    let private = policy.to_str().ok().and_then(|it| it.strip_prefix("public"));
    if let Some(rest) = private.map(|rest| format!("private{rest}")) {
        *policy = HeaderValue::try_from(rest).expect("it was a header's value before");
    }
}

#[cfg(test)]
mod tests;
