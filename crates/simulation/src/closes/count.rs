use std::collections::BTreeMap;
use std::fmt;

use super::mistake::Mistake;

/// What became of mistakes of one kind, each after two refreshes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// What is right was shown, and marked.
    pub righted: u64,
    /// What is wrong was disputed, left out with the day named, or not given.
    pub told: u64,
    /// What was right already was shown, as another source is wrong.
    pub unharmed: u64,
    /// So small that two right sources may differ by as much.
    pub small: u64,
    /// About a split of which the source it is compared with did not know yet: that one may be
    /// as right as the other.
    pub early: u64,
    /// What is wrong was shown as if it were right.
    pub missed: u64,
}

/// What became of all mistakes.
#[derive(Clone, Debug, Default)]
pub struct Counts(pub BTreeMap<Mistake, Count>);

impl Counts {
    /// The counts of two years together.
    pub fn add(&mut self, other: &Self) {
        for (mistake, more) in &other.0 {
            let sum = self.0.entry(*mistake).or_default();
            sum.righted += more.righted;
            sum.told += more.told;
            sum.unharmed += more.unharmed;
            sum.small += more.small;
            sum.early += more.early;
            sum.missed += more.missed;
        }
    }

    /// How many were shown as if they were right.
    pub fn missed(&self) -> u64 {
        self.0.values().map(|it| it.missed).sum()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "righted told unharmed small early missed  mistake")?;
        for (mistake, it) in &self.0 {
            let Count { righted, told, unharmed, small, early, missed } = it;
            let name = mistake.name();
            write!(f, "{righted:>7} {told:>4} {unharmed:>8} {small:>5} {early:>5} ")?;
            writeln!(f, "{missed:>6}  {name}")?;
        }
        Ok(())
    }
}
