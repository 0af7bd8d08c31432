use std::thread::sleep;
use std::time::Duration;

use super::crowd::Crowd;
use super::pace::once_each;
use super::stage::Lane;

/// So long everything is left alone before it is looked at.
const QUIET: Duration = Duration::from_secs(5);

/// What many connections cost a server that has nothing to tell them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) connections: usize,
    /// Resident memory for one of them while nothing happens, in bytes.
    pub(crate) idle: f64,
    /// The same after each has been told of a change of each symbol.
    pub(crate) told: f64,
    /// Deliveries of these changes that did not arrive.
    pub(crate) lost: u64,
    /// How long the last of them took, in microseconds.
    pub(crate) most: u32,
}

/// Holds connections, measures what they take, and makes sure that all of them
/// live.
pub(crate) fn hold(lane: &Lane, connections: usize, symbols: usize) -> Result<Held, String> {
    let before = lane.server.resident();
    let mut crowd = Crowd::gather(&lane.readers(connections))?;
    lane.ready()?;
    sleep(QUIET);
    crowd.count()?;
    let each = |resident: u64| resident.saturating_sub(before) as f64 / connections as f64;
    let idle = each(lane.server.resident());
    once_each(lane.publisher, symbols)?;
    sleep(QUIET);
    let counted = lane.alive(crowd.count()?)?;
    let lost = ((connections * symbols) as u64).saturating_sub(counted.delivered);
    let told = each(lane.server.resident());
    Ok(Held { connections, idle, told, lost, most: counted.most })
}
