use super::candle::Candle;
use super::minute::{Minute, SECONDS};
use crate::draw::{Draw, mix};

/// Lengths, in minutes, at which a day is cut, so that bars of these lengths,
/// counted from the open, are nodes of the tree and cost nothing to add up.
const CUTS: [u32; 5] = [60, 30, 15, 5, 1];

/// One session: its bar, and every shorter bar inside it.
///
/// A tree that is never built. A stretch knows its open, high, low and close;
/// halving it draws the price in the middle and says which half reaches the
/// high and which the low. So a bar over any stretch is exact, whether read
/// from the top or added up from its minutes.
pub(super) struct Day {
    pub(super) whole: Candle,
    pub(super) minutes: u32,
    /// Standard deviation of the price over one minute.
    pub(super) deviation: f64,
    pub(super) key: u64,
}

/// A stretch of the day in minutes since the open.
#[derive(Clone, Copy)]
struct Stretch {
    from: u32,
    to: u32,
    candle: Candle,
}

impl Stretch {
    fn minutes(self) -> u32 {
        self.to - self.from
    }
}

impl Day {
    /// A day that opens and closes at these prices.
    pub(super) fn new(
        (open, close): (i64, i64),
        minutes: u32,
        deviation: f64,
        lots: u64,
        key: u64,
    ) -> Self {
        let mut draw = Draw::new(key);
        let variance = deviation * deviation * f64::from(minutes);
        let high = highest(open, close, variance, &mut draw);
        let low = (-highest(-open, -close, variance, &mut draw)).max(open.min(close).min(1));
        let lots = (lots as f64 * (0.5 + draw.unit())) as u64;
        Self { whole: Candle { open, high, low, close, lots }, minutes, deviation, key }
    }

    /// How many seconds the session has.
    pub(super) fn seconds(&self) -> u32 {
        self.minutes * SECONDS
    }

    /// The bar of the first `seconds` of the session; `None` for none of them.
    pub(super) fn first(&self, seconds: u32) -> Option<Candle> {
        let mut sum: Option<Candle> = None;
        self.bars(self.minutes, seconds, |_, candle| {
            sum = Some(sum.map_or(candle, |sum| sum.then(candle)));
        });
        sum
    }

    /// Bars of `length` minutes over the first `seconds`, ascending, each with
    /// the minute it starts at.
    pub(super) fn bars(&self, length: u32, seconds: u32, mut each: impl FnMut(u32, Candle)) {
        let whole = Stretch { from: 0, to: self.minutes, candle: self.whole };
        // Two minutes divide neither five nor fifteen: those are added up.
        let node = if length == 2 { 1 } else { length };
        let mut open: Option<(u32, Candle)> = None;
        self.descend(whole, node, seconds, &mut |minute, candle| {
            let start = minute - minute % length;
            match open {
                Some((began, sum)) if began == start => open = Some((began, sum.then(candle))),
                _ => {
                    if let Some((began, sum)) = open.replace((start, candle)) {
                        each(began, sum);
                    }
                }
            }
        });
        if let Some((began, sum)) = open {
            each(began, sum);
        }
    }

    fn descend(
        &self,
        stretch: Stretch,
        length: u32,
        seconds: u32,
        each: &mut dyn FnMut(u32, Candle),
    ) {
        if seconds == 0 {
            return;
        }
        if stretch.minutes() <= length && seconds >= stretch.minutes() * SECONDS {
            each(stretch.from, stretch.candle);
        } else if stretch.minutes() == 1 {
            let minute = Minute::new(stretch.candle, self.key_of(stretch));
            each(stretch.from, minute.first(seconds));
        } else {
            let (left, right) = self.halve(stretch);
            self.descend(left, length, seconds, each);
            let rest = seconds.saturating_sub(left.minutes() * SECONDS);
            self.descend(right, length, rest, each);
        }
    }

    fn halve(&self, stretch: Stretch) -> (Stretch, Stretch) {
        let Stretch { from, to, candle } = stretch;
        let middle = from + left_part(stretch.minutes());
        let mut draw = Draw::new(self.key_of(stretch));
        let (left, right) = (f64::from(middle - from), f64::from(to - middle));
        let at = self.between(candle, left, right, &mut draw);
        let ends = [(candle.open, at), (at, candle.close)];
        let highs = self.reach(ends, [left, right], candle.high, &mut draw);
        let mirrored = ends.map(|(a, b)| (-a, -b));
        let lows = self.reach(mirrored, [left, right], -candle.low, &mut draw).map(|low| -low);
        let share = (left / (left + right) * (0.7 + 0.6 * draw.unit())).min(1.0);
        let lots = (candle.lots as f64 * share) as u64;
        let half = |n: usize, lots| Candle {
            open: ends[n].0,
            high: highs[n],
            low: lows[n],
            close: ends[n].1,
            lots,
        };
        (
            Stretch { from, to: middle, candle: half(0, lots) },
            Stretch { from: middle, to, candle: half(1, candle.lots - lots) },
        )
    }

    /// The price where two parts of these lengths meet.
    fn between(&self, candle: Candle, left: f64, right: f64, draw: &mut Draw) -> i64 {
        let straight =
            candle.open as f64 + (candle.close - candle.open) as f64 * left / (left + right);
        let deviation = self.deviation * (left * right / (left + right)).sqrt();
        let at = (straight + deviation * draw.normal()).round() as i64;
        at.clamp(candle.low, candle.high)
    }

    /// The highs of two halves: one of them is the high of both.
    fn reach(
        &self,
        ends: [(i64, i64); 2],
        lengths: [f64; 2],
        high: i64,
        draw: &mut Draw,
    ) -> [i64; 2] {
        let variance = self.deviation * self.deviation;
        let left = highest(ends[0].0, ends[0].1, variance * lengths[0], draw);
        let right = highest(ends[1].0, ends[1].1, variance * lengths[1], draw);
        if left >= right { [high, right.min(high)] } else { [left.min(high), high] }
    }

    fn key_of(&self, stretch: Stretch) -> u64 {
        mix(self.key, u64::from(stretch.from) << 32 | u64::from(stretch.to))
    }
}

/// Where to cut so many minutes: about the middle, at a multiple of the longest
/// of `CUTS` that is shorter.
fn left_part(minutes: u32) -> u32 {
    let unit = CUTS.into_iter().find(|unit| *unit < minutes).unwrap_or(1);
    unit * minutes.div_ceil(unit).div_ceil(2)
}

/// Variance, in units of the last decimal, that trades jumping between bid and
/// ask add to any stretch: without it a currency at four decimals would seem to
/// stand still for minutes.
const BOUNCE: f64 = 9.0;

/// A draw of the highest price between two ends, by the law of the maximum of a
/// Brownian bridge with that variance; never below either end.
fn highest(open: i64, close: i64, variance: f64, draw: &mut Draw) -> i64 {
    let apart = (close - open) as f64;
    let beyond = (apart * apart - 2.0 * (variance + BOUNCE) * draw.unit().ln()).sqrt();
    let high = f64::midpoint((open + close) as f64, beyond);
    (high.round() as i64).max(open).max(close)
}
