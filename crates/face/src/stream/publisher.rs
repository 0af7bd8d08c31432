use std::sync::Weak;
use std::time::Duration;

use market::Change;
use tokio::sync::{broadcast, watch};
use tokio::time::{MissedTickBehavior, interval};

use super::hub::Hub;

/// Sends changes on the board and of history as they come, and once a second of
/// what changes with time alone. Ends when the hub is gone.
pub(super) async fn publish(
    hub: Weak<Hub>,
    mut changes: watch::Receiver<u64>,
    mut revised: broadcast::Receiver<Change>,
) {
    let mut every_second = interval(Duration::from_secs(1));
    every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let has_changed = tokio::select! {
            changed = changes.changed() => changed.is_ok(),
            _ = every_second.tick() => false,
            change = revised.recv() => {
                let Some(hub) = hub.upgrade() else { return };
                // One that came too late to be told is among those of /v1/changes.
                if let Ok(change) = change {
                    hub.send_revised(&change);
                }
                continue;
            }
        };
        let Some(hub) = hub.upgrade() else { return };
        hub.send_quotes();
        if !has_changed {
            hub.send_states();
            hub.send_all_bars();
            hub.send_sources();
            hub.let_go();
            hub.send_away();
        }
    }
}
