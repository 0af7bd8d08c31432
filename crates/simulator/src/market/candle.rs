/// A stretch of trading in whole units of the last decimal.
///
/// Integers, so that bars built in different ways agree to the last digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candle {
    pub(super) open: i64,
    pub(super) high: i64,
    pub(super) low: i64,
    pub(super) close: i64,
    /// Hundreds of units.
    pub(super) lots: u64,
}

impl Candle {
    /// This stretch and the one that follows it as one.
    pub(super) fn then(self, next: Self) -> Self {
        Self {
            open: self.open,
            high: self.high.max(next.high),
            low: self.low.min(next.low),
            close: next.close,
            lots: self.lots + next.lots,
        }
    }
}
