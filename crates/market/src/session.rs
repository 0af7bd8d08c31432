use jiff::Timestamp;

/// A stretch of trading, its start included, its end not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradingPeriod {
    /// First instant of trading.
    pub start: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
}

impl TradingPeriod {
    fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }
}

/// One trading day, as the source itself states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Trading before the open.
    pub pre: Option<TradingPeriod>,
    /// The day itself.
    pub regular: TradingPeriod,
    /// Trading after the close.
    pub post: Option<TradingPeriod>,
}

/// What a market is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarketState {
    /// Before the open, with early trading.
    Pre,
    /// Trading.
    Open,
    /// After the close, with late trading.
    Post,
    /// Not trading.
    Closed,
}

impl MarketState {
    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pre => "pre",
            Self::Open => "open",
            Self::Post => "post",
            Self::Closed => "closed",
        }
    }
}

impl Session {
    /// When the first trading of the day begins.
    pub fn begins(&self) -> Timestamp {
        self.pre.unwrap_or(self.regular).start
    }

    /// What the market does at `now`, as far as this one day can tell.
    pub fn state(&self, now: Timestamp) -> MarketState {
        let within =
            |period: Option<TradingPeriod>| period.is_some_and(|period| period.contains(now));
        if self.regular.contains(now) {
            MarketState::Open
        } else if within(self.pre) {
            MarketState::Pre
        } else if within(self.post) {
            MarketState::Post
        } else {
            MarketState::Closed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_tells_its_own_state_and_no_other() {
        let period = |start, end| TradingPeriod { start: at(start), end: at(end) };
        let session = Session {
            pre: Some(period("2025-10-29T08:00:00Z", "2025-10-29T13:30:00Z")),
            regular: period("2025-10-29T13:30:00Z", "2025-10-29T20:00:00Z"),
            post: Some(period("2025-10-29T20:00:00Z", "2025-10-30T00:00:00Z")),
        };
        let state = |text| session.state(at(text));
        assert_eq!(state("2025-10-29T07:59:59Z"), MarketState::Closed);
        assert_eq!(state("2025-10-29T08:00:00Z"), MarketState::Pre);
        assert_eq!(state("2025-10-29T13:30:00Z"), MarketState::Open);
        assert_eq!(state("2025-10-29T20:00:00Z"), MarketState::Post);
        assert_eq!(state("2025-10-30T01:00:00Z"), MarketState::Closed);
    }
}
