//! Events about bars, for those who asked for them.

use std::sync::Arc;

use engine::Engine;
use jiff::Timestamp;
use market::{Bar, Interval, Source, Symbol};

use super::about;
use super::bars::{Bars, Newest};
use super::frame::Subject;
use super::hub::{Hub, Inner};
use super::queue::{ConflatingQueue, Slots};
use super::topic::Topic;

impl Hub {
    /// Sends what the bars of a symbol have come to.
    pub(super) fn send_bars(&self, symbol: &Symbol) {
        for (interval, since) in self.followed_bars(symbol) {
            if let Some((source, bars)) = self.engine.live_bars(symbol, interval, since) {
                self.inner().send_bars(symbol, interval, &source, &bars);
            }
        }
    }

    /// Sends bars that have ended with time alone, too.
    pub(super) fn send_all_bars(&self) {
        let has_bars =
            |(symbol, topic): (&Symbol, &Topic)| (!topic.bars.is_empty()).then(|| symbol.clone());
        let symbols: Vec<Symbol> = self.inner().topics.iter().filter_map(has_bars).collect();
        for symbol in symbols {
            self.send_bars(&symbol);
        }
    }

    /// Which intervals, and when the bar began that was sent last.
    fn followed_bars(&self, symbol: &Symbol) -> Vec<(Interval, Option<Timestamp>)> {
        let inner = self.inner();
        let all = inner.topics.get(symbol).map_or(&[][..], |topic| &topic.bars);
        let since = |bars: &Bars| bars.newest.as_ref().map(|newest| newest.open_time);
        all.iter().map(|bars| (bars.interval, since(bars))).collect()
    }
}

impl Inner {
    /// Sends what has changed. A bar that goes on waits in one slot, one
    /// that has ended in another: its last event is not replaced by
    /// the next bar's first.
    fn send_bars(&mut self, symbol: &Symbol, interval: Interval, source: &Source, all: &[Bar]) {
        for (i, bar) in all.iter().enumerate() {
            let now = about::bar(symbol, interval, source, bar);
            let Some(bars) = self.bars(symbol, interval) else { return };
            if bars.sent() == Some(&now) {
                continue;
            }
            let of = source.clone();
            bars.newest = Some(Newest { open_time: bar.open_time, of, sent: now.clone() });
            let subject = Subject::Bars(symbol.clone(), interval);
            let frame = self.event("bar", subject, &now, vec![source.clone()]);
            let goes_on = bar.provisional && i + 1 == all.len();
            let slot = if goes_on { Slots::running } else { Slots::ended };
            if let Some(bars) = self.bars(symbol, interval) {
                bars.followers.send(&frame, slot);
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
        queue: &Arc<ConflatingQueue>,
    ) -> Option<Slots> {
        let last = self.last().number;
        let all = &mut self.topics.get_mut(symbol)?.bars;
        if !all.iter().any(|bars| bars.interval == interval) {
            all.push(Bars::new(engine, symbol, interval, last));
        }
        let slots = queue.allot();
        self.bars(symbol, interval)?.followers.add(queue, slots);
        Some(slots)
    }
}
