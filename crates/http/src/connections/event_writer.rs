use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use axum::http::header::CONNECTION;
use axum::response::Response;
use bytes::Buf;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::events::Events;

/// The head of an answer whose end is the end of the connection (RFC 9112,
/// section 6.3): events go out as they are, without a length around each.
pub(super) fn head(response: &Response) -> Bytes {
    let mut head =
        format!("HTTP/1.1 {}\r\n{CONNECTION}: close\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head.into()
}

/// Writes a head and the events after it, until the reader leaves, takes nothing
/// for too long, or there will be no more.
pub(super) async fn write<T>(io: T, head: Bytes, events: Pin<Box<dyn Events>>)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut writing = pin!(Writing { io, waiting: head, events });
    // An error is a reader who left; one that stalls has been logged.
    let _ = std::future::poll_fn(|cx| writing.as_mut().poll(cx)).await;
}

struct Writing<T> {
    io: T,
    /// Not written yet.
    waiting: Bytes,
    events: Pin<Box<dyn Events>>,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Writing<T> {
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.has_left(cx)? {
                return Poll::Ready(Ok(()));
            }
            while self.waiting.has_remaining() {
                let Self { io, waiting, .. } = &mut *self;
                let written = ready!(Pin::new(io).poll_write(cx, waiting))?;
                waiting.advance(written);
            }
            match ready!(self.events.as_mut().poll_next(cx)) {
                Some(Ok(events)) => self.waiting = events,
                None => return Pin::new(&mut self.io).poll_shutdown(cx),
            }
        }
    }

    /// Whether the reader has closed its side. What it says is passed over:
    /// nothing more can be asked here.
    fn has_left(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        let mut bytes = [0; 64];
        loop {
            let mut received = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.io).poll_read(cx, &mut received) {
                Poll::Ready(read) => read?,
                Poll::Pending => return Ok(false),
            }
            if received.filled().is_empty() {
                return Ok(true);
            }
        }
    }
}
