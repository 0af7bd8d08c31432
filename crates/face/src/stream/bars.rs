//! Bars as they form, for those who asked for them.

use engine::Engine;
use jiff::Timestamp;
use market::{Interval, Source, Symbol};

use super::about;
use super::followers::Followers;

/// Intervals in which bars form.
pub const INTERVALS: [&str; 10] = ["1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "4h", "1d"];

/// Reads an interval in which bars form; says which there are where it is none.
pub(super) fn read_interval(text: &str) -> Result<Interval, String> {
    let known = INTERVALS.contains(&text).then(|| text.parse().ok()).flatten();
    known.ok_or_else(|| {
        let asked = table::text::short(text);
        format!("no bars of {asked:?} form; use one of {}", INTERVALS.join(" "))
    })
}

/// Bars of one interval of a symbol that somebody follows.
pub(super) struct Bars {
    pub(super) interval: Interval,
    /// Every event about them with a greater number is among the recent ones, or
    /// was.
    pub(super) since: u64,
    pub(super) followers: Followers,
    pub(super) newest: Option<Newest>,
}

/// The newest bar as it was last sent.
pub(super) struct Newest {
    pub(super) open_time: Timestamp,
    /// Whose prices it was formed from.
    pub(super) of: Source,
    pub(super) sent: Vec<u8>,
}

impl Bars {
    pub(super) fn new(engine: &Engine, symbol: &Symbol, interval: Interval, since: u64) -> Self {
        let newest = engine.live_bars(symbol, interval, None).and_then(|(source, bars)| {
            let newest = bars.last()?;
            let sent = about::bar(symbol, interval, &source, newest);
            Some(Newest { open_time: newest.open_time, of: source, sent })
        });
        Self { interval, since, followers: Followers::default(), newest }
    }

    /// The newest as it was last sent.
    pub(super) fn sent(&self) -> Option<&[u8]> {
        self.newest.as_ref().map(|newest| newest.sent.as_slice())
    }
}
