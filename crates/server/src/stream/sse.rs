use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use http::connections::Events;
use jiff::Timestamp;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::frame::Frame;
use super::reader::Reader;

/// How long a browser waits before it connects again.
const RETRY: &[u8] = b"retry: 3000\n\n";

/// A comment, which readers pass over.
const HEARTBEAT: Bytes = Bytes::from_static(b": heartbeat\n\n");

/// The body of an answer that goes on: all events that wait, as one piece each
/// time the connection can take one.
pub(crate) struct SseEvents {
    reader: Reader,
    first: Option<Bytes>,
    heartbeat: Interval,
    /// Empty between two pieces; its room is used again.
    taken: Vec<Arc<Frame>>,
}

impl SseEvents {
    /// Events for a reader, beginning with these.
    pub(crate) fn new(reader: Reader, first: &[Arc<Frame>]) -> Self {
        let every = reader.hub().limits.heartbeat;
        let mut heartbeat = interval_at(Instant::now() + every, every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let first = Bytes::from([RETRY, &together(first)].concat());
        Self { reader, first: Some(first), heartbeat, taken: Vec::new() }
    }
}

impl Events for SseEvents {
    fn now(&self) -> Timestamp {
        self.reader.hub().engine.now()
    }
}

impl Stream for SseEvents {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let Self { reader, taken, .. } = &mut *self;
        if let Poll::Ready(more) = reader.poll_next(cx, taken) {
            let piece = more.map(|()| Ok(together(taken)));
            taken.clear();
            return Poll::Ready(piece);
        }
        self.heartbeat.poll_tick(cx).map(|_| Some(Ok(HEARTBEAT)))
    }
}

/// One frame's bytes are shared by all readers; those of several are joined.
fn together(frames: &[Arc<Frame>]) -> Bytes {
    match frames {
        [one] => one.sse.clone(),
        all => all.iter().map(|frame| &frame.sse[..]).collect::<Vec<_>>().concat().into(),
    }
}
