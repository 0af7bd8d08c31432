use jiff::civil::Date;

use crate::{Action, ActionKind, Bar, Price};

/// What an answer says beside a price, by which the price can be judged. It comes
/// out of the same feed: it shows a slip, and does not clear an error of the unit,
/// which takes it along.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Witness {
    /// Daily bars up to the price's own day, oldest first, as published.
    pub bars: Vec<Bar>,
    /// Actions with an ex-date among them, by ex-date.
    pub actions: Vec<Action>,
    /// The lowest price of the last year.
    pub year_low: Option<Price>,
    /// The highest price of the last year.
    pub year_high: Option<Price>,
}

impl Witness {
    /// What all splits from one day to another multiply earlier prices by; `None`
    /// where there is none.
    pub fn split_between(&self, from: Date, to: Date) -> Option<f64> {
        let within = self.actions.iter().filter(|it| (from..=to).contains(&it.ex_date));
        within.filter_map(Action::split_factor).reduce(|one, other| one * other)
    }
}

impl Action {
    /// What a split multiplies the prices before it by; `None` for what is paid.
    pub fn split_factor(&self) -> Option<f64> {
        match self.kind {
            ActionKind::Split { numerator, denominator } => Some(denominator / numerator),
            ActionKind::Dividend(_) | ActionKind::CapitalGain(_) => None,
        }
    }
}
