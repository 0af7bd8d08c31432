use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use axum::http::header::{CONNECTION, DATE};
use axum::response::Response;
use bytes::Buf;
use futures_util::Stream;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::stream::Events;

/// The head of an answer whose end is the end of the connection (RFC 9112,
/// section 6.3): events go out as they are, without a length around each.
pub(super) fn head(response: &Response, now: Timestamp) -> Bytes {
    let mut head =
        format!("HTTP/1.1 {}\r\n{CONNECTION}: close\r\n", response.status()).into_bytes();
    if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&now) {
        head.extend_from_slice(format!("{DATE}: {date}\r\n").as_bytes());
    }
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
pub(super) async fn tell<T>(io: T, head: Bytes, events: Events)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut telling = pin!(Telling { io, waiting: head, events });
    // An error is a reader who left; one that stalls has been logged.
    let _ = std::future::poll_fn(|cx| telling.as_mut().poll(cx)).await;
}

struct Telling<T> {
    io: T,
    /// Not written yet.
    waiting: Bytes,
    events: Events,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Telling<T> {
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
            match ready!(Pin::new(&mut self.events).poll_next(cx)) {
                Some(Ok(events)) => self.waiting = events,
                None => return Pin::new(&mut self.io).poll_shutdown(cx),
            }
        }
    }

    /// Whether the reader has closed his side. What he says is passed over:
    /// nothing more can be asked here.
    fn has_left(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        let mut bytes = [0; 64];
        loop {
            let mut said = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.io).poll_read(cx, &mut said) {
                Poll::Ready(read) => read?,
                Poll::Pending => return Ok(false),
            }
            if said.filled().is_empty() {
                return Ok(true);
            }
        }
    }
}
