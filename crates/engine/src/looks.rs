use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// Looks at once and then every so often, one look after the other, until `stop` turns
/// true: that ends a look under way.
pub(crate) async fn look_every<Look: Future>(
    period: Duration,
    mut stop: watch::Receiver<bool>,
    look: impl Fn() -> Look,
) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let looking = async {
        loop {
            ticks.tick().await;
            look().await;
        }
    };
    // An error means that the sender is gone, which also means: stop.
    tokio::select! {
        () = looking => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}
