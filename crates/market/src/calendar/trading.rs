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
}

impl Trading {
    /// Whether an instant is between open and close, the rest at noon included.
    pub fn spans(&self, at: Timestamp) -> bool {
        self.open <= at && at < self.close
    }

    /// Whether there is trading at an instant.
    pub fn trades(&self, at: Timestamp) -> bool {
        self.spans(at) && !self.rests(at)
    }

    /// Whether an instant is in the rest at noon.
    pub fn rests(&self, at: Timestamp) -> bool {
        self.pause.is_some_and(|pause| pause.start <= at && at < pause.end)
    }
}
