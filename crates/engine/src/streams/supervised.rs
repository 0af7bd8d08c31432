//! A fault of ours must not cost a stream until the service is started anew.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use market::{SourceError, Unreach};
use tokio::sync::watch;
use tokio::time::timeout;
use tracing::error;

use super::backoff::Backoff;
use super::feed::Feed;
use super::follower::Follower;
use super::open::SETTLED;
use crate::engine::Engine;
use crate::schedule::later;

/// Follows a stream until `stop` turns true. After a panic it is followed anew,
/// by a follower that has nothing of the one before, after a wait that grows
/// with each panic that comes soon.
pub(super) async fn supervise(engine: Engine, feed: Arc<Feed>, mut stop: watch::Receiver<bool>) {
    let mut backoff = Backoff::default();
    loop {
        let began = engine.now();
        let follower = Follower::new(engine.clone(), Arc::clone(&feed));
        if AssertUnwindSafe(follower.run(stop.clone())).catch_unwind().await.is_ok() {
            return;
        }
        if engine.now().duration_since(began) >= SETTLED {
            backoff.reset();
        }
        let pause = backoff.wait(fastrand::f64());
        broke_down(&engine, &feed, pause);
        // An error means that the sender is gone, which also means: stop.
        if timeout(pause, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}

/// Tells of a panic and has polls fill the gap. It counts against the stream: the
/// likeliest cause is what the upstream sent, and its breaker keeps us from
/// asking for that again and again.
fn broke_down(engine: &Engine, feed: &Feed, pause: Duration) {
    let (now, source, symbols) = (engine.now(), &feed.source, feed.status().symbols);
    let (count, wait_s) = (symbols.len(), pause.as_secs());
    error!(%source, count, wait_s, "the task that follows the stream of {source} panicked; {count} symbols are polled meanwhile, and it is started again in {wait_s} s");
    let detail = "what follows the stream here broke down; the log says where".to_owned();
    let error = SourceError::Unreachable { why: Unreach::BrokenOff, detail };
    if let Some(gate) = engine.gate(feed) {
        gate.broke_off(&error);
    }
    engine.fill_gap(source, &symbols);
    feed.waiting(later(now, pause), error, now);
}
