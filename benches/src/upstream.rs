use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use simulator::{Market, Upstream};
use tokio::runtime::Runtime;

/// Fake upstreams whose clock goes with the machine's, as the service's does.
pub(crate) fn start(runtime: &Runtime) -> std::sync::Arc<Upstream> {
    let upstream = runtime.block_on(Upstream::start(Market::new(7), now()));
    let upstream = std::sync::Arc::new(upstream);
    let clock = std::sync::Arc::clone(&upstream);
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            clock.set_now(now());
        }
    });
    upstream
}

/// The machine's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).expect("the machine's clock is within jiff's years")
}
