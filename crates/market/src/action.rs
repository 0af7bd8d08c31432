use jiff::civil::Date;

use crate::Currency;

/// Something a company or fund did that moves its price without a trade.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// First trading date on which the price no longer includes it.
    pub ex_date: Date,
    /// What happened.
    pub kind: ActionKind,
}

/// The kinds of action, with their terms as published.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// Cash paid per share.
    Dividend(Payment),
    /// `numerator` new shares for `denominator` old ones. Terms may be fractional.
    Split {
        /// New shares.
        numerator: f64,
        /// Old shares.
        denominator: f64,
    },
    /// Gains a fund paid out per share.
    CapitalGain(Payment),
}

/// What is paid per share.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// How much, as published.
    pub amount: f64,
    /// What the amount is counted in, where that is another currency than the
    /// series' own: a share priced in pence may pay dollars.
    pub currency: Option<Currency>,
}

/// An amount in the series' currency.
impl From<f64> for Payment {
    fn from(amount: f64) -> Self {
        Self { amount, currency: None }
    }
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

    /// What was paid, where something was.
    pub fn payment(&self) -> Option<&Payment> {
        match self {
            Self::Dividend(payment) | Self::CapitalGain(payment) => Some(payment),
            Self::Split { .. } => None,
        }
    }
}
