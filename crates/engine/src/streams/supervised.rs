//! A fault of ours must not cost a stream until the service is started anew.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use market::{SourceError, Unreach};
use tokio::sync::watch;
use tokio::time::timeout;
use tracing::error;

use super::Streams;
use super::backoff::Backoff;
use super::connection::SETTLED;
use super::follower::Follower;
use super::state::StreamState;

/// Follows a stream until `stop` turns true. After a panic it is followed anew,
/// by a follower that has nothing of the one before, after a wait that grows
/// with each panic that comes soon.
pub(super) async fn supervise(
    streams: Arc<Streams>,
    state: Arc<StreamState>,
    mut stop: watch::Receiver<bool>,
) {
    let mut backoff = Backoff::default();
    loop {
        let began = streams.context.moment();
        let follower = Follower::new(Arc::clone(&streams), Arc::clone(&state));
        if AssertUnwindSafe(follower.run(stop.clone())).catch_unwind().await.is_ok() {
            return;
        }
        if streams.context.moment().since(began) >= SETTLED {
            backoff.reset();
        }
        let pause = backoff.wait(fastrand::f64());
        broke_down(&streams, &state, pause);
        // An error means that the sender is gone, which also means: stop.
        if timeout(pause, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}

/// Logs a panic and has polls fill the gap. It counts against the stream: the
/// likeliest cause is what the upstream sent, and its breaker keeps us from
/// asking for that again and again.
fn broke_down(streams: &Streams, state: &StreamState, pause: Duration) {
    let (now, source, symbols) = (streams.context.look(), state.source(), state.status().symbols);
    let (count, wait_s) = (symbols.len(), pause.as_secs());
    error!(%source, count, wait_s, "the task that follows the stream of {source} panicked; {count} symbols are polled meanwhile, and it is started again in {wait_s} s");
    let detail = "what follows the stream here broke down; the log says where".to_owned();
    let error = SourceError::Unreachable { why: Unreach::BrokenOff, detail };
    if let Some(gate) = streams.gate(state) {
        gate.broke_off(&error);
    }
    streams.fill_gap(source, &symbols);
    state.waiting(now.moment + pause, error, now);
}
