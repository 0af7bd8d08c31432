use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};
use tracing::warn;

use super::places::Place;

/// A connection on which a write fails once it has been waiting for so long.
///
/// Whoever writes to a peer that takes nothing waits, and cannot notice it.
pub(super) struct Guarded<T> {
    io: T,
    /// Kept for as long as the connection is open, whoever writes to it.
    _place: Place,
    peer: SocketAddr,
    longest_stall: Duration,
    /// Runs while a write waits.
    stall: Option<Pin<Box<Sleep>>>,
}

impl<T> Guarded<T> {
    pub(super) fn new(io: T, place: Place, peer: SocketAddr, longest_stall: Duration) -> Self {
        Self { io, _place: place, peer, longest_stall, stall: None }
    }

    /// Who is at the other end.
    pub(super) fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// What a write came to, or that it has waited for too long.
    fn checked<R>(
        &mut self,
        written: Poll<io::Result<R>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<R>> {
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        let longest = self.longest_stall;
        let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(longest)));
        ready!(stall.as_mut().poll(cx));
        let (peer, seconds) = (self.peer, longest.as_secs());
        warn!(%peer, "closing a connection that took nothing for {seconds} s");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Guarded<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Guarded<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.checked(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, pieces);
        self.checked(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        self.checked(flushed, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;
    use crate::connections::places::Places;

    #[tokio::test(start_paused = true)]
    async fn a_peer_who_takes_nothing_is_let_go_and_one_who_reads_is_not() {
        let peer = "192.0.2.1:5".parse().unwrap();
        let (ours, mut theirs) = duplex(4);
        let place = Places::new(1).take();
        let mut guarded = Guarded::new(ours, place, peer, Duration::from_millis(5));
        let mut taken = [0; 8];
        let (written, read) =
            tokio::join!(guarded.write_all(b"12345678"), theirs.read_exact(&mut taken));
        assert!(written.is_ok() && read.is_ok());
        let stalled = guarded.write_all(b"12345678").await.unwrap_err();
        assert_eq!(stalled.kind(), io::ErrorKind::TimedOut);
    }
}
