use jiff::Unit;
use jiff::civil::{Date, date};

use crate::draw::{Draw, mix};
use crate::listing::Course;
use crate::money::Worth;

/// The date at which every course stands at its stated level.
const ANCHOR: Date = date(2026, 1, 1);

/// Days between the dates to which a walk is tied, about ninety years.
const SPAN: i64 = 1 << 15;

/// Natural logarithm of the close of that date, for any date.
pub(super) fn log_close(course: &Course, seed: u64, date: Date) -> f64 {
    let day = days_since_anchor(date);
    match course {
        Course::Own { log_level, yearly_growth, volatility } => {
            let grown = yearly_growth * day as f64 / 365.0;
            log_level + grown + daily(*volatility) * wander(seed, day)
        }
        Course::Pair { base, quote } => log_worth(base, seed, day) - log_worth(quote, seed, day),
    }
}

/// Natural logarithms of what one unit is worth in euros in the afternoons of
/// those dates, half-way between two closes. Neighbouring dates share a close.
pub(super) fn log_fixings(worth: &Worth, seed: u64, dates: &[Date]) -> Vec<f64> {
    let mut known = (i64::MIN, 0.0);
    let mut log_worth = |day| {
        if known.0 != day {
            known = (day, log_worth(worth, seed, day));
        }
        known.1
    };
    let mut fixing = |date: &Date| {
        let day = days_since_anchor(*date);
        let (close, before) = (log_worth(day), log_worth(day - 1));
        f64::midpoint(before, close)
    };
    dates.iter().map(&mut fixing).collect()
}

fn log_worth(worth: &Worth, seed: u64, day: i64) -> f64 {
    worth.log_euros + daily(worth.volatility) * wander(mix(seed, worth.key), day)
}

/// Standard deviation of one day's change of the logarithm.
pub(super) fn daily_volatility(course: &Course) -> f64 {
    match course {
        Course::Own { volatility, .. } => daily(*volatility),
        Course::Pair { base, quote } => daily(base.volatility.hypot(quote.volatility)),
    }
}

fn daily(yearly: f64) -> f64 {
    yearly / 365.0_f64.sqrt()
}

fn days_since_anchor(date: Date) -> i64 {
    let span = date.since((Unit::Day, ANCHOR)).map_or(0, |span| span.get_days());
    i64::from(span)
}

/// A random walk over days with variance 1 a day, zero at every multiple of
/// `SPAN`. Any day is found by halving, in fifteen steps, from no other day.
fn wander(key: u64, day: i64) -> f64 {
    let mut from = day.div_euclid(SPAN) * SPAN;
    let mut length = SPAN;
    let (mut before, mut after) = (0.0, 0.0);
    while from != day {
        length /= 2;
        let middle = from + length;
        // Between two known ends the middle is normal around their mean, its
        // variance a quarter of the distance: the law of a Brownian bridge.
        let deviation = (length as f64 / 2.0).sqrt() * Draw::new(mix(key, middle as u64)).normal();
        let between = f64::midpoint(before, after) + deviation;
        if day < middle {
            after = between;
        } else {
            (from, before) = (middle, between);
        }
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_starts_at_its_level_and_steps_by_about_one_a_day() {
        assert!(wander(5, 0).abs() < f64::EPSILON);
        let steps: Vec<f64> =
            (-2_000..2_000).map(|day| wander(5, day + 1) - wander(5, day)).collect();
        let variance = steps.iter().map(|step| step * step).sum::<f64>() / steps.len() as f64;
        assert!((0.9..1.1).contains(&variance), "{variance}");
    }

    #[test]
    fn dates_beyond_the_tied_span_still_have_a_price() {
        for date in [Date::MIN, Date::MAX, date(1900, 1, 1), date(2150, 1, 1)] {
            let course = Course::Own { log_level: 1.0, yearly_growth: 0.0, volatility: 0.2 };
            assert!(log_close(&course, 1, date).is_finite());
        }
    }
}
