use jiff::{SignedDuration, Timestamp};

use crate::refusal::Refusal;

/// What is retained for a time of its own.
#[derive(Clone, Copy, Debug)]
pub enum Retained {
    /// What was told of history: bars, actions, and rates of a day.
    Bars,
    /// What was shown: quotes, and latest rates.
    Quotes,
}

/// For how many days what was told can be told again; `None` for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retention {
    /// Of history.
    pub bars_days: Option<u32>,
    /// Of quotes.
    pub quotes_days: Option<u32>,
}

impl Retention {
    /// The first instant that can be asked about.
    pub fn horizon(self, of: Retained, now: Timestamp) -> Option<Timestamp> {
        let days = match of {
            Retained::Bars => self.bars_days,
            Retained::Quotes => self.quotes_days,
        };
        now.checked_sub(SignedDuration::from_hours(24 * i64::from(days?))).ok()
    }

    /// Why an instant cannot be asked about, where it lies before the horizon.
    pub fn refusal(self, of: Retained, at: Option<Timestamp>, now: Timestamp) -> Option<Refusal> {
        let horizon = self.horizon(of, now).filter(|horizon| at.is_some_and(|at| at < *horizon))?;
        let what = match of {
            Retained::Bars => "price history",
            Retained::Quotes => "quotes",
        };
        Some(Refusal::BeforeHorizon { what, horizon })
    }
}
