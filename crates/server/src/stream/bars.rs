//! Bars as they form, for those who asked for them.

use std::sync::Arc;

use engine::Engine;
use jiff::Timestamp;
use market::{Bar, Interval, Source, Symbol};

use super::about;
use super::followers::Followers;
use super::frame::Subject;
use super::hub::{Hub, Inner};
use super::mailbox::{Cells, Mailbox};

/// Intervals in which bars form.
pub(crate) const INTERVALS: [&str; 10] =
    ["1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "4h", "1d"];

/// Reads an interval in which bars form; says which there are where it is none.
pub(crate) fn read_interval(text: &str) -> Result<Interval, String> {
    let known = INTERVALS.contains(&text).then(|| text.parse().ok()).flatten();
    known.ok_or_else(|| {
        let told = table::text::short(text);
        format!("no bars of {told:?} form; use one of {}", INTERVALS.join(" "))
    })
}

/// Bars of one interval of a symbol that somebody follows.
pub(super) struct Bars {
    pub(super) interval: Interval,
    /// Every event about them with a greater number is among the recent ones, or
    /// was.
    pub(super) since: u64,
    pub(super) followers: Followers,
    newest: Option<Newest>,
}

/// The newest bar as it was last told.
struct Newest {
    open_time: Timestamp,
    told: Vec<u8>,
}

impl Bars {
    pub(super) fn new(engine: &Engine, symbol: &Symbol, interval: Interval, since: u64) -> Self {
        let newest = engine.live_bars(symbol, interval, None).and_then(|(source, bars)| {
            let newest = bars.last()?;
            let told = about::bar(symbol, interval, &source, newest);
            Some(Newest { open_time: newest.open_time, told })
        });
        Self { interval, since, followers: Followers::default(), newest }
    }

    /// The newest as it was last told.
    pub(super) fn told(&self) -> Option<&[u8]> {
        self.newest.as_ref().map(|newest| newest.told.as_slice())
    }
}

impl Hub {
    /// Tells what the bars of a symbol have come to.
    pub(super) fn tell_bars(&self, symbol: &Symbol) {
        for (interval, since) in self.followed_bars(symbol) {
            if let Some((source, bars)) = self.engine.live_bars(symbol, interval, since) {
                self.inner().tell_bars(symbol, interval, &source, &bars);
            }
        }
    }

    /// Tells of bars that have ended with time alone, too.
    pub(super) fn tell_all_bars(&self) {
        let has_bars = |(symbol, topic): (&Symbol, &super::topic::Topic)| {
            (!topic.bars.is_empty()).then(|| symbol.clone())
        };
        let symbols: Vec<Symbol> = self.inner().topics.iter().filter_map(has_bars).collect();
        for symbol in symbols {
            self.tell_bars(&symbol);
        }
    }

    /// Which intervals, and when the bar began that was told last.
    fn followed_bars(&self, symbol: &Symbol) -> Vec<(Interval, Option<Timestamp>)> {
        let inner = self.inner();
        let all = inner.topics.get(symbol).map_or(&[][..], |topic| &topic.bars);
        let since = |bars: &Bars| bars.newest.as_ref().map(|newest| newest.open_time);
        all.iter().map(|bars| (bars.interval, since(bars))).collect()
    }
}

impl Inner {
    /// Tells what is another than it was. A bar that goes on waits in one cell, one
    /// that has ended in another: its last word is not replaced by the next bar's
    /// first.
    fn tell_bars(&mut self, symbol: &Symbol, interval: Interval, source: &Source, all: &[Bar]) {
        for (i, bar) in all.iter().enumerate() {
            let told = about::bar(symbol, interval, source, bar);
            let Some(bars) = self.bars(symbol, interval) else { return };
            if bars.told() == Some(&told) {
                continue;
            }
            bars.newest = Some(Newest { open_time: bar.open_time, told: told.clone() });
            let frame = self.event("bar", Subject::Bars(symbol.clone(), interval), &told);
            let goes_on = bar.provisional && i + 1 == all.len();
            let cell = if goes_on { Cells::running } else { Cells::ended };
            if let Some(bars) = self.bars(symbol, interval) {
                bars.followers.tell(&frame, cell);
            }
        }
    }

    fn bars(&mut self, symbol: &Symbol, interval: Interval) -> Option<&mut Bars> {
        let all = &mut self.topics.get_mut(symbol)?.bars;
        all.iter_mut().find(|bars| bars.interval == interval)
    }

    /// Lets one more follow these bars; `None` where the symbol is not followed.
    pub(super) fn follow_bars(
        &mut self,
        engine: &Engine,
        symbol: &Symbol,
        interval: Interval,
        mailbox: &Arc<Mailbox>,
    ) -> Option<Cells> {
        let last = self.last().number;
        let all = &mut self.topics.get_mut(symbol)?.bars;
        if !all.iter().any(|bars| bars.interval == interval) {
            all.push(Bars::new(engine, symbol, interval, last));
        }
        let cells = mailbox.allot();
        self.bars(symbol, interval)?.followers.add(mailbox, cells);
        Some(cells)
    }
}
