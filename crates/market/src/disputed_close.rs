use jiff::civil::Date;

use crate::{Currency, Price, Source};

/// A close of which two sources say different things.
#[derive(Clone, Debug, PartialEq)]
pub struct DisputedClose {
    /// The trading date it is of.
    pub date: Date,
    /// What the disputed source says, adjusted for splits.
    pub close: Price,
    /// Who says something else.
    pub against: Source,
    /// What that one says, adjusted for splits.
    pub against_close: Price,
    /// What both are counted in.
    pub currency: Currency,
}

impl DisputedClose {
    /// Puts some in the order they are told: by date, then by who says something else.
    pub(crate) fn sort(all: &mut [Self]) {
        all.sort_by(|a, b| (a.date, &a.against).cmp(&(b.date, &b.against)));
    }
}
