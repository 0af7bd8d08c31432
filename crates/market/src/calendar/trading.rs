use jiff::Timestamp;
use jiff::civil::Date;

use crate::TradingPeriod;

/// A day of trading, as a calendar has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trading {
    /// The date it counts as at the exchange.
    pub date: Date,
    /// First instant of trading; on the evening before where the day begins then.
    pub open: Timestamp,
    /// First instant after it.
    pub close: Timestamp,
    /// The rest at noon.
    pub pause: Option<TradingPeriod>,
    /// The pause before its end in which nothing trades although the day goes on.
    pub(super) halt: Option<TradingPeriod>,
}

impl Trading {
    /// Whether an instant is between open and close, rests included.
    pub fn spans(&self, at: Timestamp) -> bool {
        self.open <= at && at < self.close
    }

    /// Whether there is trading at an instant.
    pub fn trades(&self, at: Timestamp) -> bool {
        self.spans(at) && !self.rests(at)
    }

    /// Whether an instant is in the rest at noon, or in a halt before the close.
    pub fn rests(&self, at: Timestamp) -> bool {
        self.rest(at).is_some()
    }

    /// The rest that an instant is in.
    pub fn rest(&self, at: Timestamp) -> Option<TradingPeriod> {
        self.all_rests().find(|rest| rest.start <= at && at < rest.end)
    }

    /// All that is rest between open and close.
    pub(crate) fn all_rests(&self) -> impl Iterator<Item = TradingPeriod> + use<> {
        [self.pause, self.halt].into_iter().flatten()
    }

    /// The stretch of trading that ended last at an instant of the day, if one has.
    pub fn stretch_over(&self, at: Timestamp) -> Option<TradingPeriod> {
        let rests = [self.halt, self.pause].into_iter().flatten();
        let ended = rests.map(|rest| rest.start).find(|start| *start <= at);
        ended.map(|end| TradingPeriod { start: self.open, end })
    }
}
