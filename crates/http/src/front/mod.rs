//! What every request passes on its way in, and every answer on its way out.
//!
//! One service written by hand: the same as layers of axum's and tower-http's
//! would cost half as much as answering from memory does.

mod admission;
mod gate;
mod headers;
mod hosts;
mod id;
mod measured;
mod origins;
mod parts;
mod repeats;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use access::Pass;
use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tower::Service;

use crate::caller::{Admitted, Caller};
use crate::log::{RequestLine, RequestLog};
use crate::problem::Problem;
use crate::routes::Routes;
pub use admission::Admission;
use admission::Page;
use gate::Folded;
pub use gate::{Gate, Gated, Needs, Spelled, Time, TurnedAway};
pub use hosts::Hosts;
pub use measured::Answers;
use measured::Measured;
pub use origins::Origins;
use parts::Versions;
use repeats::Repeats;
pub use repeats::{Standing, Stands};

/// The longest address that is read, in bytes: five hundred symbols fit, and the names of
/// all figures of a company that a widely used client asks for at once.
const LONGEST_ADDRESS: usize = 18 << 10;

/// Says why a request to an address is refused that no route was asked for.
pub type Wording = fn(path: &str, why: Problem) -> Response;

/// The routes, and before them what holds for all: a request gets an id and a caller, is
/// refused where it is not let in, shows no key that is wanted, or no question of ours
/// looks like it, is answered even if a handler panics, and is logged; an answer gets the headers that guard it,
/// those that let pages read it, and its caller's limits.
#[derive(Clone)]
pub struct Front {
    routes: Router,
    log: RequestLog,
    measured: Arc<Measured>,
    versions: Arc<Versions>,
    repeats: Option<Arc<Repeats>>,
    wording: Wording,
    reading: &'static [&'static str],
    admission: Arc<Admission>,
    gate: Option<Arc<Gate>>,
}

impl Front {
    /// Puts the routes behind the front, and counts in `answers` what each is asked.
    pub fn new(routes: Routes, answers: Answers) -> Self {
        let (routes, addresses) = routes.into_parts();
        let wording: Wording = |_, why| why.into_response();
        Self {
            routes,
            log: RequestLog::default(),
            measured: Arc::new(Measured::new(&addresses, answers)),
            versions: Arc::default(),
            repeats: None,
            wording,
            reading: &[],
            admission: Arc::default(),
            gate: None,
        }
    }

    /// The same, with bodies let through to these addresses, whose routes bound them.
    /// Elsewhere none is read.
    #[must_use]
    pub fn reading_bodies_at(self, reading: &'static [&'static str]) -> Self {
        Self { reading, ..self }
    }

    /// The same, with answers that are the same for all given again while things stand as
    /// they did ([`Encoded::respond_to_all`](crate::reply::Encoded::respond_to_all)).
    #[must_use]
    pub fn repeating(self, stands: Stands) -> Self {
        Self { repeats: Some(Arc::new(Repeats::new(stands))), ..self }
    }

    /// The same, letting in who is admitted alone.
    #[must_use]
    pub fn admitting(self, admission: Admission) -> Self {
        Self { admission: Arc::new(admission), ..self }
    }

    /// The same, behind a gate.
    #[must_use]
    pub fn behind(self, gate: Arc<Gate>) -> Self {
        Self { gate: Some(gate), ..self }
    }

    /// The same, with what it refuses by itself said in other words than those of a
    /// problem document, where a client would not understand these.
    #[must_use]
    pub fn wording(self, wording: Wording) -> Self {
        Self { wording, ..self }
    }

    /// The answer to a request.
    pub(crate) async fn answer(self, mut request: Request) -> Response {
        let folded = self.gate.as_ref().and_then(|gate| gate.unfold(&mut request));
        let mut asked = Asked::of(&request, &self.admission);
        let response = if let Some(response) = self.turned(&mut request, folded.as_ref()).await {
            response
        } else {
            asked.key = request.extensions().get().map(|it: &Admitted| it.pass.clone());
            self.routed(request).await
        };
        let mut response = asked.answered(response, &self.log, &self.measured);
        if let Some(gate) = &self.gate {
            gate.complete(&mut response, folded.as_ref());
        }
        response
    }

    /// The answer to what does not reach the routes.
    async fn turned(&self, request: &mut Request, folded: Option<&Folded>) -> Option<Response> {
        if let Some(response) = self.at_once(request) {
            return Some(response);
        }
        let turned = self.gate.as_ref()?.pass(request, folded).await.err()?;
        Some(turned.answer(|why| (self.wording)(request.uri().path(), why)))
    }

    /// The answer of the routes.
    async fn routed(&self, request: Request) -> Response {
        let whole = async |request| self.whole(request).await;
        if parts::is_asked(&request) {
            let answer = async |request| parts::answer(request, whole, &self.versions).await;
            return to_caller(request, answer).await;
        }
        let anew = async |request| to_caller(request, whole).await;
        // What all are given is cleared for nobody.
        let is_for_all = !Caller::of(request.extensions()).passes_on();
        match self.repeats.as_ref().filter(|_| is_for_all) {
            Some(repeats) => repeats.answer(request, anew).await,
            None => anew(request).await,
        }
    }

    /// The routes' answer, where its caller may have it.
    async fn whole(&self, request: Request) -> Response {
        let caller = Caller::named_in(request.extensions());
        let answer = |request| answer(self.routes.clone(), request, self.wording);
        let Some(gate) = self.gate.as_ref().filter(|_| caller.passes_on()) else {
            return answer(request).await;
        };
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = answer(request).await;
        let withheld = gate.withheld(&caller, (&method, &path), response.status());
        withheld.map_or(response, |why| (self.wording)(&path, why))
    }

    /// The answer to what is no request that could be put to the routes; logged, as
    /// every other.
    pub(crate) fn refuse(&self, mut request: Request, why: Problem) -> Response {
        // No key stands in the log, whatever else is wrong.
        if let Some(gate) = &self.gate {
            gate.unfold(&mut request);
        }
        let answer = (self.wording)(request.uri().path(), why);
        Asked::of(&request, &self.admission).answered(answer, &self.log, &self.measured)
    }

    /// The answer to what need not reach the routes.
    fn at_once(&self, request: &Request) -> Option<Response> {
        let fault = self.admission.fault(request).or_else(|| fault(request, self.reading));
        if let Some(why) = fault {
            return Some((self.wording)(request.uri().path(), why));
        }
        (request.method() == Method::OPTIONS)
            .then(|| headers::preflight(request, is_read(request, self.reading)))
    }

    /// The same, with its requests logged elsewhere.
    #[must_use]
    pub fn logging_to(self, log: RequestLog) -> Self {
        Self { log, ..self }
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let front = self.clone();
        Box::pin(async move { Ok(front.answer(request).await) })
    }
}

/// What is to be known of a request when it has been answered.
struct Asked {
    at: Instant,
    method: Method,
    address: Option<PathAndQuery>,
    id: HeaderValue,
    page: Page,
    key: Option<Pass>,
}

impl Asked {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long an answer took is for the log and figures alone"
    )]
    fn of(request: &Request, admission: &Admission) -> Self {
        Self {
            at: Instant::now(),
            method: request.method().clone(),
            address: request.uri().path_and_query().cloned(),
            id: id::of(request.headers()),
            page: admission.page(request.headers()),
            key: None,
        }
    }

    /// The answer with what every one has; logged and counted.
    fn answered(self, mut response: Response, log: &RequestLog, measured: &Measured) -> Response {
        headers::complete(response.headers_mut(), self.id.clone(), &self.page);
        let took = self.at.elapsed();
        self.log(&response, took, log);
        measured.note(self.path(), response.status(), took);
        response
    }

    fn path(&self) -> &str {
        self.address.as_ref().map_or("", PathAndQuery::path)
    }

    fn log(&self, response: &Response, took: Duration, log: &RequestLog) {
        log.write(&RequestLine {
            method: &self.method,
            // Somebody may have put a key where none belongs.
            path: &access::masked(self.path()),
            status: response.status(),
            took,
            id: self.id.to_str().unwrap_or_default(),
            key: self.key.as_ref().map(Pass::id),
            failure: response.extensions().get::<Arc<Problem>>().map(AsRef::as_ref),
        });
    }
}

/// The answer of the routes to whoever asks, with its limits.
async fn to_caller(
    mut request: Request,
    answer: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let caller = Caller::of(request.extensions());
    request.extensions_mut().insert(caller.clone());
    let mut response = answer(request).await;
    caller.tell_limits(response.headers_mut());
    response
}

/// Whether the body of a request is let through to its route.
fn is_read(request: &Request, reading: &[&str]) -> bool {
    reading.contains(&request.uri().path())
}

/// Why no question of ours looks like a request.
fn fault(request: &Request, reading: &[&str]) -> Option<Problem> {
    let address = request.uri().path_and_query().map_or("", PathAndQuery::as_str);
    if address.len() > LONGEST_ADDRESS {
        return Some(Problem::address_too_long(LONGEST_ADDRESS));
    }
    (!is_read(request, reading) && request.body().size_hint().lower() > 0)
        .then(Problem::body_not_read)
}

/// The routes' answer. The hook has logged a panic; it fails one request and no
/// other: what several share is behind locks that survive one.
async fn answer(mut routes: Router, request: Request, wording: Wording) -> Response {
    let uri = request.uri().clone();
    let answering = AssertUnwindSafe(async { routes.call(request).await });
    match answering.catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => wording(uri.path(), Problem::internal()),
    }
}

#[cfg(test)]
mod tests;
