use fastrand::Rng;
use jiff::SignedDuration;

use super::share::{Share, in_ticks, tick, to_whole};

/// Which price of the last minute a source takes for the close.
#[derive(Clone, Copy, Debug)]
enum Close {
    /// The closing auction's.
    Auction,
    /// The last trade before it, of all venues or of one: a tick beside, or a little more
    /// of what costs much.
    LastTrade,
}

/// How a source tells what is true. No two that are right tell it alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Which of the sources it is.
    pub(super) place: usize,
    close: Close,
    /// Whether it rounds what it adjusted.
    rounds: bool,
    /// It counts so much of the volume that another counts.
    counts: f64,
    /// It tells its prices so much later.
    pub(super) delay: SignedDuration,
    /// It tells of a split so much later than others, and adjusts for it then.
    pub(super) learns_after: SignedDuration,
    /// Whether it tells closes that are adjusted for payments beside the others, all of
    /// them anew after each payment.
    pub(super) adjusts: bool,
}

/// The furthest from the auction that a last trade is, as a part of the price.
const BESIDE: f64 = 0.000_45;

impl Manner {
    pub(super) fn drawn(chance: &mut Rng, place: usize) -> Self {
        let hours = |n: i64| SignedDuration::from_hours(n);
        let late = [hours(0), hours(0), hours(20), hours(70)];
        Self {
            place,
            // One of them takes another price than the exchange's own: two such would lie
            // on both sides of it.
            close: if place == 1 { Close::LastTrade } else { Close::Auction },
            rounds: chance.bool(),
            counts: 1.0 + (chance.f64() - 0.5) * 0.01,
            delay: SignedDuration::from_mins(*chance.choice(&[0, 15]).unwrap()),
            // The first is what answers are made of: it is in time.
            learns_after: if place == 0 { hours(0) } else { *chance.choice(&late).unwrap() },
            adjusts: chance.bool(),
        }
    }

    /// The close of a day, as it was on that day.
    pub(super) fn close(&self, share: &Share, day: usize) -> f64 {
        let auction = share.auction(day);
        match self.close {
            Close::Auction => auction,
            Close::LastTrade => {
                let furthest = tick(auction).max(BESIDE * auction);
                let by = share.noise(day as u64 ^ (self.place as u64 + 1) << 40) * furthest;
                // A step that is rounded up would be too far.
                let steps = (by / tick(auction)).trunc();
                in_ticks(auction + steps * tick(auction))
            }
        }
    }

    /// What it counted of a day's volume.
    pub(super) fn volume(&self, share: &Share, day: usize) -> f64 {
        ((share.noise(day as u64 ^ 0x5151) + 1.5) * 1e6 * self.counts).round()
    }

    /// A price as it prints it, after it was adjusted.
    pub(super) fn printed(&self, price: f64) -> f64 {
        if self.rounds { to_whole(price, tick(price)) } else { price }
    }
}
