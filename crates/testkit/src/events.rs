use std::pin::Pin;

use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt};
use serde_json::Value;

use crate::soon;

/// A reader of server-sent events, whose data is JSON with a `type` and an `id`.
pub struct Events {
    body: Pin<Box<dyn Stream<Item = Bytes> + Send>>,
    unread: String,
}

impl Events {
    /// Reads a body that is an endless answer.
    pub fn of<E: std::fmt::Debug + 'static>(
        body: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Self {
        Self { body: Box::pin(body.map(Result::unwrap)), unread: String::new() }
    }

    /// The next event, whatever shows in the meantime that the stream is alive;
    /// `None` at its end.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some(end) = self.unread.find("\n\n") {
                let event: String = self.unread.drain(..end + 2).collect();
                if let Some(read) = read(&event) {
                    return Some(read);
                }
            }
            let piece = soon(self.body.next()).await?;
            self.unread += std::str::from_utf8(&piece).unwrap();
        }
    }

    /// The next event that satisfies, whatever comes before it.
    pub async fn next_that(&mut self, satisfies: impl Fn(&Value) -> bool) -> Value {
        loop {
            let event = self.next().await.expect("the stream has ended");
            if satisfies(&event) {
                return event;
            }
        }
    }

    /// The next event of a type, whatever comes before it.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        self.next_that(|event| event["type"] == kind).await
    }

    /// The events that can be had without waiting.
    pub fn at_hand(&mut self) -> Vec<Value> {
        std::iter::from_fn(|| self.next().now_or_never().flatten()).collect()
    }
}

/// The JSON of an event; `None` of a comment.
fn read(event: &str) -> Option<Value> {
    let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
    let read: Value = serde_json::from_str(field("data: ")?).unwrap();
    assert_eq!(read["id"].as_str(), field("id: "), "{read}");
    Some(read)
}
