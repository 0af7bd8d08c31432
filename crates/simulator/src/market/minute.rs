use super::candle::Candle;
use crate::draw::Draw;

pub(super) const SECONDS: u32 = 60;

/// The sixty seconds of one minute, between its given open, high, low and close.
///
/// The path starts at the open, touches the high and the low each at a second
/// of its own, ends at the close, and shivers in between without leaving
/// low–high: so a minute's extremes are known without walking it.
pub(super) struct Minute {
    whole: Candle,
    key: u64,
    /// Second and price, ascending.
    turns: [(u32, i64); 4],
}

impl Minute {
    pub(super) fn new(whole: Candle, key: u64) -> Self {
        let mut draw = Draw::new(key);
        let high_at = 1 + draw.below(58);
        let low_at = 1 + (high_at + draw.below(57)) % 58;
        let (high, low) = ((high_at, whole.high), (low_at, whole.low));
        let (first, second) = if high_at < low_at { (high, low) } else { (low, high) };
        let turns = [(0, whole.open), first, second, (SECONDS - 1, whole.close)];
        Self { whole, key, turns }
    }

    /// The price during that second.
    fn price(&self, second: u32) -> i64 {
        if let Some((_, price)) = self.turns.iter().find(|(at, _)| *at == second) {
            return *price;
        }
        let next = self.turns.iter().position(|(at, _)| *at > second).unwrap_or(3);
        let ((t0, p0), (t1, p1)) = (self.turns[next - 1], self.turns[next]);
        let straight = p0 + (p1 - p0) * i64::from(second - t0) / i64::from(t1 - t0);
        let reach = ((self.whole.high - self.whole.low) / 4).max(1);
        let shiver = Draw::new(self.key ^ u64::from(second)).below(2 * reach as u32 + 1);
        (straight + i64::from(shiver) - reach).clamp(self.whole.low, self.whole.high)
    }

    /// The first `seconds` of the minute, at least one, as a bar.
    pub(super) fn first(&self, seconds: u32) -> Candle {
        if seconds >= SECONDS {
            return self.whole;
        }
        let lots = self.whole.lots * u64::from(seconds) / u64::from(SECONDS);
        let at = |second| {
            let price = self.price(second);
            Candle { open: price, high: price, low: price, close: price, lots: 0 }
        };
        let walked = (1..seconds).map(at).fold(at(0), Candle::then);
        Candle { lots, ..walked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_touches_its_extremes_and_ends_at_its_close() {
        for key in 0..2_000 {
            let whole = Candle { open: 100, high: 140, low: 90, close: 120, lots: 7 };
            let minute = Minute::new(whole, key);
            let walked = minute.first(59).then(Candle { lots: 1, ..whole_at(minute.price(59)) });
            assert_eq!(Candle { lots: 7, ..walked }, whole, "key {key}");
        }
    }

    fn whole_at(price: i64) -> Candle {
        Candle { open: price, high: price, low: price, close: price, lots: 0 }
    }

    #[test]
    fn the_price_moves_most_seconds() {
        let minute = Minute::new(Candle { open: 100, high: 112, low: 94, close: 101, lots: 0 }, 11);
        let moved = (1..60).filter(|&s| minute.price(s) != minute.price(s - 1)).count();
        assert!(moved > 40, "{moved}");
    }
}
