use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::problem::Problem;

/// So many connections may be open for no more than to be answered that there is no
/// place.
pub const MOST_REFUSED: usize = 32;

/// How long one has to send its request and take the answer.
const LONGEST: Duration = Duration::from_secs(5);

/// When somebody for whom there was no place may come again.
const AGAIN_IN: Duration = Duration::from_secs(5);

/// Tells those for whom there is no place.
pub(super) struct Refusals(Arc<Semaphore>);

impl Refusals {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST_REFUSED)))
    }

    /// Answers the one request of a connection with 503; where too many are being
    /// told already, ends it without a word.
    pub(super) fn tell(&self, stream: TcpStream) {
        let Ok(room) = Arc::clone(&self.0).try_acquire_owned() else { return };
        tokio::spawn(async move {
            let _room = room;
            let service = service_fn(async |_| Ok::<_, Infallible>(no_place()));
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).keep_alive(false).auto_date_header(false);
            // An error, or no end in time, is a peer who does not listen.
            let _ = timeout(LONGEST, http.serve_connection(TokioIo::new(stream), service)).await;
        });
    }
}

fn no_place() -> Response {
    let detail = "all connections that there may be at once are in use; come back in a moment";
    let mut response = Problem::full(detail, AGAIN_IN).into_response();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
