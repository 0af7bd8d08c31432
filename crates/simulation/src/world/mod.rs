//! What is true, and what each source believes of it.
//!
//! A pure function of the seed. The truth of an instrument is its sessions by the
//! exchange's calendar, a path of prices, splits and dividends (`listing`). A source
//! believes the truth but for its story (`story`): windows of time in which it says
//! something else of one day or one action. `belief` is what it says at an instant.

mod belief;
mod listing;
mod sayings;
mod story;

use std::collections::BTreeMap;
use std::sync::Mutex;

use fastrand::Rng;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use market::{HistoryResult, Symbol};

pub(crate) use belief::Belief;
pub(crate) use listing::Listing;
pub(crate) use sayings::Said;
use sayings::Sayings;
pub(crate) use story::{Lie, Story};

/// The days that are simulated begin somewhere in these.
const FIRST_START: Date = date(2019, 1, 7);

/// Sources by name; the first is asked first.
pub(crate) const SOURCES: [&str; 2] = ["alpha", "beta"];

/// A made-up market, all its sources, and what goes wrong when.
pub(crate) struct World {
    pub(crate) seed: u64,
    /// When the simulated time begins and when all is healed.
    pub(crate) start: Timestamp,
    pub(crate) healed: Timestamp,
    pub(crate) listings: Vec<Listing>,
    /// By source, then by listing.
    stories: Vec<Vec<Story>>,
    /// When a source cannot be reached, by source.
    pub(crate) outages: Vec<Vec<(Timestamp, Timestamp, Outage)>>,
    pub(crate) manner: Manner,
    /// Which question a source answered by half last, by source, symbol and interval,
    /// until it answers it wholly: nobody can tell two halves in a row from a source
    /// that has no more.
    pub(crate) halved: Mutex<BTreeMap<String, String>>,
    /// What its sources said of prices.
    pub(crate) sayings: Sayings,
}

/// How a source fails for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outage {
    Unreachable,
    Unresolved,
    Insecure,
    Failing,
    Throttling,
    Refusing,
    /// In words, with status 200.
    Excusing,
    Babbling,
    /// Of all symbols.
    Unknowing,
    Silent,
}

impl Outage {
    const ALL: [Self; 10] = [
        Self::Unreachable,
        Self::Unresolved,
        Self::Insecure,
        Self::Failing,
        Self::Throttling,
        Self::Refusing,
        Self::Excusing,
        Self::Babbling,
        Self::Unknowing,
        Self::Silent,
    ];
}

/// Which faults of transport there are, as a number of calls of which one has it; 0
/// for never.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(crate) struct Manner {
    pub(crate) half_one_in: u32,
    pub(crate) left_out_one_in: u32,
    pub(crate) broken_one_in: u32,
    pub(crate) months_for_max: bool,
    pub(crate) adjusts_closes: bool,
    pub(crate) states_sessions: bool,
    /// Whether a quote comes with bars and actions.
    pub(crate) has_witnesses: bool,
    pub(crate) per_hour: f64,
    pub(crate) clock_steps: bool,
}

impl World {
    /// The world of a seed, for so many days.
    pub(crate) fn new(seed: u64, days: u32) -> Self {
        let mut chance = Rng::with_seed(seed);
        let start = FIRST_START + i64::from(chance.u32(0..1_900)).days();
        let start =
            start.at(chance.i8(0..24), 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let healed = start + SignedDuration::from_hours(24 * i64::from(days));
        let listings = Listing::some(&mut chance, start, healed);
        let faults = story::Faults::drawn(&mut chance);
        let story =
            |chance: &mut Rng, it: &Listing| Story::drawn(chance, it, &faults, (start, healed));
        let stories = SOURCES.map(|_| listings.iter().map(|it| story(&mut chance, it)).collect());
        let outages = SOURCES.map(|_| outages(&mut chance, start, healed)).to_vec();
        let manner = Manner::drawn(&mut chance);
        Self {
            seed,
            start,
            healed,
            listings,
            stories: stories.to_vec(),
            outages,
            manner,
            halved: Mutex::default(),
            sayings: Sayings::default(),
        }
    }

    /// What a source believes of an instrument at an instant.
    pub(crate) fn belief(&self, source: usize, listing: usize, at: Timestamp) -> Belief {
        let adjusts = self.manner.adjusts_closes;
        Belief::at(&self.listings[listing], &self.stories[source][listing], at, adjusts)
    }

    /// Whether a session has ended between when an answer was received and an instant.
    pub(crate) fn has_closed_since(&self, answer: &HistoryResult, at: Timestamp) -> bool {
        let of = |it: &&Listing| it.instrument.symbol == answer.query.symbol;
        let days = self.listings.iter().find(of).map(|it| it.days.as_slice()).unwrap_or_default();
        days.iter().any(|day| answer.received_at < day.close && day.close <= at)
    }

    /// Whether trading in an instrument began so short a time before an instant, be it
    /// after a rest.
    pub(crate) fn has_begun_within(
        &self,
        time: SignedDuration,
        symbol: &Symbol,
        at: Timestamp,
    ) -> bool {
        let days = self.listings.iter().filter(|it| it.instrument.symbol == *symbol);
        let mut days = days.flat_map(|it| &it.days);
        let is_late = |began: Timestamp| at - time < began && began <= at;
        days.any(|day| is_late(day.open) || day.pause.is_some_and(|rest| is_late(rest.end)))
    }

    /// How a source fails at an instant, if it does.
    pub(crate) fn outage(&self, source: usize, at: Timestamp) -> Option<Outage> {
        let now = self.outages[source].iter().find(|(from, until, _)| *from <= at && at < *until);
        now.map(|(.., outage)| *outage)
    }
}

impl Manner {
    fn drawn(chance: &mut Rng) -> Self {
        let mut one_in = |most: u32| if chance.bool() { chance.u32(most / 4..most) } else { 0 };
        Self {
            half_one_in: one_in(60),
            left_out_one_in: one_in(20),
            broken_one_in: one_in(40),
            months_for_max: chance.bool(),
            adjusts_closes: chance.bool(),
            states_sessions: chance.u8(0..4) > 0,
            has_witnesses: chance.bool(),
            per_hour: *chance.choice(&[30.0, 120.0, 600.0]).unwrap(),
            clock_steps: chance.u8(0..4) == 0,
        }
    }
}

/// About one a week of some minutes, and one a month of a day.
fn outages(
    chance: &mut Rng,
    start: Timestamp,
    healed: Timestamp,
) -> Vec<(Timestamp, Timestamp, Outage)> {
    let mut all = Vec::new();
    let mut at = start;
    loop {
        at += SignedDuration::from_mins(chance.i64(60..15_000));
        if at >= healed {
            return all;
        }
        let longest = if chance.u8(0..4) == 0 { 1_500 } else { 90 };
        let until = at + SignedDuration::from_mins(chance.i64(1..longest));
        all.push((at, until.min(healed), *chance.choice(&Outage::ALL).unwrap()));
        at = until;
    }
}
