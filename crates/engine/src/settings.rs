use std::time::Duration;

use market::{Period, Repairing, Symbol};

/// What the engine is given at start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Symbols kept fresh in the background, in the order they are shown.
    pub watchlist: Vec<Symbol>,
    /// How often a watched instrument is refreshed while its market is open.
    pub refresh_every: Duration,
    /// How far back a reader sees who does not say. In so many days, the history of a
    /// watched instrument is asked for out of the watchlist's part of budgets.
    pub default_period: Period,
    /// How long a read waits for an upstream where an older value could be given.
    pub read_deadline: Duration,
    /// How long a read waits for an upstream where nothing could.
    pub longest_wait: Duration,
    /// Memory for results about history, in bytes.
    pub cache_bytes: u64,
    /// Memory for what is passed on as upstreams said it, in bytes; `None` where nothing
    /// is passed on.
    pub document_bytes: Option<u64>,
    /// What becomes of bars that other sources know better.
    pub repairing: Repairing,
}
