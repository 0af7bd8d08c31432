//! How much of what was asked for is there.

use jiff::civil::Date;
use market::{Absence, Coverage, Hole};
use serde::Serialize;

/// How much of what was asked for an answer holds.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct CoverageJson {
    /// The dates asked for, as far as there can have been bars; null where it is not known how far back that is.
    asked: Option<Stretch>,
    /// The dates of the first and the last bar; null where there is none.
    held: Option<Stretch>,
    /// How many bars there are.
    bars: usize,
    /// How many bars there ought to be, of shorter bars than a day how many days with bars; null where no calendar tells.
    expected: Option<usize>,
    /// How many of those are not there.
    missing: usize,
    /// How many are there that the calendar does not expect.
    extra: usize,
    /// By which calendar that is so: a market identifier code, or learned from the bars; null where none is known.
    calendar: Option<&'static str>,
    /// What is not there, oldest first: the first fifty stretches.
    holes: Vec<HoleJson>,
    /// How many holes are not listed.
    more_holes: usize,
}

/// The first and the last of some dates.
#[derive(Serialize, schemars::JsonSchema)]
struct Stretch {
    /// The first.
    from: String,
    /// The last.
    to: String,
}

/// Bars that follow each other and are not there.
#[derive(Serialize, schemars::JsonSchema)]
struct HoleJson {
    /// The first date.
    from: String,
    /// The last date.
    to: String,
    /// How many bars are missing.
    slots: usize,
    /// `not_held`: its source was never asked, or failed; `none_at_source`: it was asked and has none; `set_aside`: it sent one that cannot be; `withdrawn`: it withdrew one.
    why: &'static str,
}

impl CoverageJson {
    pub(super) fn of(coverage: &Coverage) -> Self {
        Self {
            asked: coverage.asked.map(stretch),
            held: coverage.held.map(stretch),
            bars: coverage.bars,
            expected: coverage.expected,
            missing: coverage.missing,
            extra: coverage.extra,
            calendar: coverage.calendar,
            holes: coverage.holes.iter().map(hole).collect(),
            more_holes: coverage.more_holes,
        }
    }
}

fn stretch((from, to): (Date, Date)) -> Stretch {
    Stretch { from: from.to_string(), to: to.to_string() }
}

fn hole(hole: &Hole) -> HoleJson {
    let Hole { from, to, slots, why } = *hole;
    let why = Absence::as_str(why);
    HoleJson { from: from.to_string(), to: to.to_string(), slots, why }
}
