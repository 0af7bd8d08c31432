use std::time::Duration;

use super::cut::Way;
use super::tally::Counted;

/// What one server did in one round. Times in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Deliveries per second while changes were made.
    pub(crate) rate: f64,
    /// Changes that a reader never heard of, of all readers together.
    pub(crate) lost: f64,
    /// Half of the deliveries took no longer, from the change to its arrival.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) most: f64,
    /// The server's processor time for one delivery.
    pub(crate) busy: f64,
    /// The readers' own for one delivery.
    pub(crate) reading: f64,
}

/// What was asked of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) readers: usize,
    pub(crate) changes: u64,
    /// How long it took to make them.
    pub(crate) took: Duration,
}

impl Figures {
    /// From what readers heard, and the processor times of both sides.
    pub(crate) fn of(counted: Counted, asked: Asked, busy: Duration, reading: Duration) -> Self {
        let wanted = asked.changes * asked.readers as u64;
        let each = |busy: Duration| busy.as_secs_f64() * 1e6 / counted.delivered.max(1) as f64;
        Self {
            rate: counted.delivered as f64 / asked.took.as_secs_f64(),
            lost: wanted.saturating_sub(counted.delivered) as f64,
            p50: counted.p50.into(),
            p99: counted.p99.into(),
            most: counted.most.into(),
            busy: each(busy),
            reading: each(reading),
        }
    }
}

/// What was measured of one lane.
pub(crate) struct Measured {
    pub(crate) title: String,
    pub(crate) way: Way,
    pub(crate) rounds: Vec<Figures>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_arrive_is_lost() {
        let counted = Counted { delivered: 180, ..Counted::default() };
        let asked = Asked { readers: 10, changes: 20, took: Duration::from_secs(2) };
        let figures = Figures::of(counted, asked, Duration::from_micros(900), Duration::ZERO);
        let whole = [figures.rate, figures.lost, figures.busy].map(|figure| figure.round() as u64);
        assert_eq!(whole, [90, 20, 5]);
    }
}
