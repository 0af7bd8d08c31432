use jiff::Timestamp;

use crate::{Quote, Symbol};

/// What is shown of an instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Which.
    pub symbol: Symbol,
    /// Its price.
    pub showing: Showing,
    /// Quotes of other sources that it is compared with, by source.
    pub rivals: Vec<Quote>,
    /// What was believed before, where the price differs from it and nothing decides
    /// between the two.
    pub believed: Option<Box<Quote>>,
}

impl Shown {
    /// What speaks against the price: what was believed before, or else what another
    /// source says.
    pub fn against(&self) -> Option<&Quote> {
        self.believed.as_deref().or_else(|| self.rivals.first())
    }
}

/// What is shown as an instrument's price.
#[derive(Clone, Debug, PartialEq)]
pub enum Showing {
    /// That there is none.
    Nothing,
    /// One that the simulator made up, whatever it is.
    MadeUp,
    /// A quote, which is not made up.
    Quote(Box<Quote>),
}

/// What is shown of an instrument from an instant on.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownFrom {
    /// What.
    pub shown: Shown,
    /// From when on.
    pub at: Timestamp,
    /// Since when something else was shown that is not kept: of prices that follow
    /// each other within a second, the last is.
    pub unkept_since: Option<Timestamp>,
}
