//! What every request passes on its way in, and every answer on its way out.
//!
//! One service written by hand: the same as layers of axum's and tower-http's
//! would cost half as much as answering from memory does.

mod headers;
mod id;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tower::Service;

use crate::log::{RequestLine, RequestLog};
use crate::problem::Problem;

/// The longest address that is read, in bytes: five hundred symbols fit.
const LONGEST_ADDRESS: usize = 16 << 10;

/// The routes, and before them what holds for all: a request gets an id, is
/// refused where no question of ours looks like it, is answered even if a
/// handler panics, and is logged; an answer gets the headers that guard it and
/// those that let any page read it.
#[derive(Clone)]
pub struct Front {
    routes: Router,
    log: RequestLog,
}

impl Front {
    /// Puts the routes behind the front.
    pub fn new(routes: Router) -> Self {
        Self { routes, log: RequestLog::default() }
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
        let Self { routes, log } = self.clone();
        let asked = Asked::of(&request);
        Box::pin(async move {
            let mut response = match at_once(&request) {
                Some(response) => response,
                None => answer(routes, request).await,
            };
            headers::complete(response.headers_mut(), asked.id.clone());
            asked.log(&response, &log);
            Ok(response)
        })
    }
}

/// What the log needs to know of a request when it has been answered.
struct Asked {
    at: Instant,
    method: Method,
    address: Option<PathAndQuery>,
    id: HeaderValue,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self {
            at: Instant::now(),
            method: request.method().clone(),
            address: request.uri().path_and_query().cloned(),
            id: id::of(request.headers()),
        }
    }

    fn log(&self, response: &Response, log: &RequestLog) {
        log.write(&RequestLine {
            method: &self.method,
            path: self.address.as_ref().map_or("", PathAndQuery::path),
            status: response.status(),
            took: self.at.elapsed(),
            id: self.id.to_str().unwrap_or_default(),
            failure: response.extensions().get::<Arc<Problem>>().map(AsRef::as_ref),
        });
    }
}

/// The answer to what need not reach the routes.
fn at_once(request: &Request) -> Option<Response> {
    let address = request.uri().path_and_query().map_or("", PathAndQuery::as_str);
    if address.len() > LONGEST_ADDRESS {
        return Some(Problem::address_too_long(LONGEST_ADDRESS).into_response());
    }
    if request.body().size_hint().lower() > 0 {
        return Some(Problem::body_not_read().into_response());
    }
    (request.method() == Method::OPTIONS).then(headers::preflight)
}

/// The routes' answer. The hook has logged a panic; it fails one request and no
/// other: what several share is behind locks that survive one.
async fn answer(mut routes: Router, request: Request) -> Response {
    let answering = AssertUnwindSafe(async { routes.call(request).await });
    match answering.catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => Problem::internal().into_response(),
    }
}

#[cfg(test)]
mod tests;
