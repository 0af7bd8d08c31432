use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::frame::Frame;
use super::reader::Reader;

/// How long a browser waits before it connects again. Stands in the block of the
/// first event: some readers make an event of every empty line.
const RETRY: &[u8] = b"retry: 3000\n";

/// A comment, which readers pass over. No empty line ends it, for the same reason.
const HEARTBEAT: Bytes = Bytes::from_static(b": heartbeat\n");

/// The body of an answer that goes on: all events that wait, as one piece each
/// time the connection can take one.
pub struct SseEvents {
    reader: Reader,
    first: Option<Bytes>,
    heartbeat: Interval,
    /// Empty between two pieces; its room is used again.
    taken: Vec<Arc<Frame>>,
}

impl SseEvents {
    /// Events for a reader, beginning with these.
    pub fn new(reader: Reader, first: &[Arc<Frame>]) -> Self {
        let every = reader.hub().limits.heartbeat;
        let mut heartbeat = interval(every);
        heartbeat.reset();
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let first = match first {
            [] => HEARTBEAT,
            first => [RETRY, &together(first)].concat().into(),
        };
        Self { reader, first: Some(first), heartbeat, taken: Vec::new() }
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
