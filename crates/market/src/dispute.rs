use jiff::Timestamp;

use crate::{Interval, SeriesHead, Source, Symbol};

/// That a source's history of one interval differs by a factor from what was believed
/// before, while nothing decides between the two.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// Of which instrument.
    pub symbol: Symbol,
    /// How long its bars are.
    pub interval: Interval,
    /// Whose.
    pub source: Source,
    /// The factor; `None` where it is disputed no more.
    pub factor: Option<f64>,
    /// Since when that is so.
    pub since: Timestamp,
}

impl Dispute {
    /// Whether it is about this series.
    pub fn is_of(&self, head: &SeriesHead) -> bool {
        (&self.symbol, &self.source, self.interval) == (&head.symbol, &head.source, head.interval)
    }
}
