use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::Stream;
use tokio::net::TcpStream;

use super::event_writer;
use super::events::Events;
use super::guarded::Guarded;

/// An answer that goes on. It is its response's body, so that any server can
/// send it, and stands beside it as an extension, so that ours can send it
/// without the body.
#[derive(Clone)]
pub struct EventStream(Arc<Mutex<Option<Boxed>>>);

type Boxed = Pin<Box<dyn Events>>;

impl EventStream {
    /// An answer of these events.
    pub fn new(events: impl Events + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::pin(events)))))
    }

    fn take(&self) -> Option<Boxed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The body of a response that is sent as any other.
    pub fn body(&self) -> Body {
        Body::from_stream(Lazy { stream: self.clone(), events: None })
    }
}

/// Takes the events when the first is asked for.
struct Lazy {
    stream: EventStream,
    events: Option<Boxed>,
}

impl Stream for Lazy {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.events.is_none() {
            self.events = self.stream.take();
        }
        match &mut self.events {
            Some(events) => events.as_mut().poll_next(cx),
            None => Poll::Ready(None),
        }
    }
}

/// Where a connection's service leaves the answer that ends all answering there.
#[derive(Default)]
pub(super) struct Slot {
    asked: AtomicBool,
    left: Mutex<Option<Begun>>,
}

/// A head that is to be sent, and the events after it.
pub(super) struct Begun {
    head: Bytes,
    events: Boxed,
}

impl Slot {
    /// Whether nothing was asked before on this connection. What was may not have
    /// left hyper's memory yet, and would be lost in a handover.
    pub(super) fn is_first(&self) -> bool {
        !self.asked.swap(true, Ordering::Relaxed)
    }

    pub(super) fn put(&self, stream: &EventStream, response: &Response) {
        let begun = stream.take().map(|events| {
            let head = event_writer::head(response);
            Begun { head, events }
        });
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = begun;
    }

    pub(super) fn take(&self) -> Option<Begun> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Begun {
    /// Sends all of it, until the reader leaves or there will be no more.
    pub(super) async fn to(self, io: Guarded<TcpStream>) {
        event_writer::write(io, self.head, self.events).await;
    }
}
