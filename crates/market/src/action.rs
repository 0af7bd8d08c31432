use jiff::civil::Date;

/// Something a company or fund did that moves its price without a trade.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// First trading date on which the price no longer includes it.
    pub ex_date: Date,
    /// What happened.
    pub kind: ActionKind,
}

/// The kinds of action, with their terms as published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ActionKind {
    /// Cash paid per share, in the series' currency.
    Dividend(f64),
    /// `numerator` new shares for `denominator` old ones. Terms may be fractional.
    Split {
        /// New shares.
        numerator: f64,
        /// Old shares.
        denominator: f64,
    },
    /// Gains a fund paid out per share, in the series' currency.
    CapitalGain(f64),
}

impl ActionKind {
    /// The name used in JSON and the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Dividend(_) => "dividend",
            Self::Split { .. } => "split",
            Self::CapitalGain(_) => "capital_gain",
        }
    }
}
