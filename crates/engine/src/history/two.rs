//! What two sources say of the days of one instrument.

use jiff::civil::Date;
use market::{HistoryQuery, HistoryResult, Interval, Source, Span, Symbol};

use crate::plausibility::Comparison;

/// What two sources said of one instrument.
#[derive(Clone, Copy)]
pub(super) struct Two<'a> {
    /// The one whose history is disputed.
    pub(super) first: &'a HistoryResult,
    /// The other.
    pub(super) second: &'a HistoryResult,
    /// What they say of the same dates.
    pub(super) compared: &'a Comparison,
}

impl Two<'_> {
    pub(super) fn symbol(&self) -> &Symbol {
        &self.first.series.head.symbol
    }

    pub(super) fn sources(&self) -> [&Source; 2] {
        [self.first, self.second].map(|it| &it.series.head.source)
    }
}

/// What a source says of the days between two dates.
pub(super) fn days_of(symbol: &Symbol, source: &Source, (from, to): (Date, Date)) -> HistoryQuery {
    HistoryQuery {
        symbol: symbol.clone(),
        interval: Interval::D1,
        span: Span::Dates { from, to },
        source: Some(source.clone()),
    }
}
