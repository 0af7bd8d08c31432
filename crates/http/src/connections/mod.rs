//! Connections of readers. hyper answers on each of them, until one asks for a
//! stream: that is taken out of its hands, because what hyper holds for requests
//! that never come is many times what an idle reader needs.

mod answered;
mod date;
mod event_writer;
mod events;
mod figures;
mod guarded;
mod handover;
mod host;
mod places;
mod refusals;
mod shortage;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug, error};

use crate::caller::Peer;
use crate::front::Front;
use crate::log::Now;
use answered::Answered;
pub use events::Events;
use guarded::Guarded;
pub use handover::EventStream;
use handover::Slot;
use places::{Answering, Holder, Place};
pub use refusals::MOST_REFUSED;
use shortage::Shortage;

/// A peer that takes nothing for so long is gone, or as good as gone.
const LONGEST_STALL: Duration = Duration::from_mins(1);

/// A peer that asks nothing for so long has its place taken back: one that has vanished is not
/// noticed otherwise, and files are few.
const LONGEST_SILENCE: Duration = Duration::from_mins(2);

/// So long a connection may take to be closed.
const CLOSING: Duration = Duration::from_millis(5);

/// Where no connection can be taken, as when there are too many files open.
const NEXT_TRY: Duration = Duration::from_secs(1);

/// Answers on every connection, at most so many at once, until `stop` turns true
/// and the last answer has been given. Streams are ended by their hub. `now` is for the
/// date of each answer.
pub async fn serve(
    listener: TcpListener,
    front: Front,
    most: usize,
    now: Now,
    stop: watch::Receiver<bool>,
) {
    let (mut open, mut stopped) = (JoinSet::new(), stop.clone());
    let mut shortage = Shortage::new(most);
    figures::begin(most);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match shortage.place() {
                    Some(place) => {
                        let holder = place.holder();
                        let io = guard(stream, place, peer);
                        let front = (front.clone(), Arc::clone(&now));
                        open.spawn(answer(io, holder, front, stop.clone()));
                    }
                    None => shortage.refuse(stream),
                },
                Err(error) => pause_after(&error, &mut shortage).await,
            },
            () = shortage.tell() => {},
            () = is_over(&mut stopped) => break,
        }
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    shortage.tell_now();
    open.join_all().await;
}

async fn is_over(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which also means: stop.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn guard(stream: TcpStream, place: Place, peer: SocketAddr) -> Guarded<TcpStream> {
    // An event is small and must not wait for the next one.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, %peer, "small packets may be late");
    }
    Guarded::new(stream, place, peer, LONGEST_STALL)
}

/// A peer that has left already concerns nobody. Where files are short, one that
/// nobody needs is closed; anything else will not be over at once.
async fn pause_after(error: &io::Error, shortage: &mut Shortage) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    if shortage.make_room() {
        return tokio::time::sleep(CLOSING).await;
    }
    error!(%error, "a connection cannot be accepted");
    tokio::time::sleep(NEXT_TRY).await;
}

/// Answers on one connection until it ends, becomes a stream's, or loses its place.
async fn answer(
    io: Guarded<TcpStream>,
    holder: Arc<Holder>,
    (front, now): (Front, Now),
    mut stop: watch::Receiver<bool>,
) {
    let slot = Arc::<Slot>::default();
    let (asked, asker) = (Arc::clone(&slot), Arc::clone(&holder));
    let peer = Peer(io.peer().ip());
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let front = (front.clone(), Arc::clone(&now));
        ask(front, request, Arc::clone(&asked), asker.answering())
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(LONGEST_SILENCE).auto_date_header(false);
    let mut connection = http.serve_connection(TokioIo::new(io), service).with_upgrades();
    let mut is_last = false;
    let begun = loop {
        let over = poll_fn(|cx| match Pin::new(&mut connection).poll(cx) {
            // An error is a peer who left, or no HTTP.
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => slot.take().map_or(Poll::Pending, |begun| Poll::Ready(Some(begun))),
        });
        tokio::select! {
            begun = over => break begun,
            () = is_over(&mut stop), if !is_last => {
                is_last = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            () = holder.lost() => return,
        }
    };
    if let Some((begun, parts)) = begun.zip(connection.into_parts()) {
        // In a task of its own: this one is as large as hyper's state.
        tokio::spawn(begun.to(parts.io.into_inner()));
    }
}

/// The service's answer; one that goes on is put into the slot instead, and no
/// more is heard of it here.
async fn ask(
    (front, now): (Front, Now),
    request: hyper::Request<Incoming>,
    slot: Arc<Slot>,
    answering: Answering,
) -> Result<Response, Infallible> {
    let may_be_handed_over = slot.is_first() && request.method() == Method::GET;
    let request: Request = request.map(Body::new);
    let mut response = if let Some(fault) = host::fault(&request) {
        front.refuse(request, fault)
    } else {
        // Apart: an idle connection is not to hold room for an answer.
        Box::pin(front.answer(request)).await
    };
    date::tell(response.headers_mut(), now());
    let events = response.extensions_mut().remove::<EventStream>();
    if let Some(events) = events.filter(|_| may_be_handed_over) {
        answering.goes_on();
        slot.put(&events, &response);
        return std::future::pending().await;
    }
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        answering.goes_on();
        return Ok(response);
    }
    Ok(response.map(|body| Body::new(Answered { body, _answering: answering })))
}
