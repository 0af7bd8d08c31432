use jiff::Timestamp;
use market::{Interval, Series};

use crate::history::Bounds;

/// Which bars of the days asked for are requested, by when they opened. Both ends are
/// requested themselves; where none is named, all are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Opened {
    /// The instants among the bounds. Longer bars are requested by their dates.
    pub fn between((from, to): Bounds, interval: Interval) -> Self {
        let instant = |bound: Option<market::Bound>| {
            bound.and_then(market::Bound::instant).filter(|_| interval.is_intraday())
        };
        Self { from: instant(from), to: instant(to) }
    }

    /// Whether a bar that opened then is requested.
    pub fn takes(self, open_time: Timestamp) -> bool {
        self.from.is_none_or(|from| open_time >= from) && self.to.is_none_or(|to| open_time <= to)
    }

    /// The bars that are requested.
    pub fn of(self, series: Series) -> Series {
        if self == Self::default() {
            return series;
        }
        let requested = series.bars().filter(|bar| self.takes(bar.open_time)).collect();
        Series::new(series.head, requested)
    }
}
