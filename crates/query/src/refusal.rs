use engine::{HistoryError, NoRate, SourceFailures};
use jiff::Timestamp;
use market::{Identifier, SourceError, StoreError, Symbol};

use crate::explain::explained;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Part of the question cannot be used.
    #[error("{parameter}: {fault}")]
    Invalid {
        /// The part, as the parameter of that name.
        parameter: &'static str,
        /// What is wrong and what is accepted.
        fault: String,
    },
    /// Upstreams in good health know no such instrument.
    #[error("no source knows {symbol}{}", did_you_mean(near))]
    Unknown {
        /// What was asked for.
        symbol: Symbol,
        /// Known symbols that look like it.
        near: Vec<Symbol>,
    },
    /// Nothing is held, and no source could give it.
    #[error("no value is held for {symbol} and no source could give one: {}", explained(failures))]
    Unavailable {
        /// What was asked for.
        symbol: Symbol,
        /// Who was asked in vain.
        failures: SourceFailures,
    },
    /// Nothing was known of an instrument at the instant asked about.
    #[error(
        "nothing was known here of {symbol} at {at}; as_of can go back to when it was first asked for"
    )]
    NothingKnown {
        /// What was asked for.
        symbol: Symbol,
        /// The instant.
        at: Timestamp,
    },
    /// So far back no answer is promised to be what was told.
    #[error(
        "what was answered about {what} is retained since {horizon}; as_of can go back to then"
    )]
    BeforeHorizon {
        /// Of what.
        what: &'static str,
        /// The first instant that can be asked about.
        horizon: Timestamp,
    },
    /// What was shown at an instant is not kept: others followed it within a second.
    #[error(
        "of what was shown of {symbol} from {from} on, only what was shown at {until} is kept; as_of can be that, or an instant before the first"
    )]
    NotKept {
        /// Of which instrument.
        symbol: Symbol,
        /// From when on.
        from: Timestamp,
        /// From when on it is kept again.
        until: Timestamp,
    },
    /// What is stored cannot be read.
    #[error("what is stored cannot be read at the moment; try again later")]
    Store(#[source] StoreError),
}

/// The type by which programs know that nothing is held, and whoever asks has had its
/// share of what upstreams may be asked.
pub const SHARE_SPENT: &str = "/problems/share-spent";

/// The type of the problem of which a value is held nowhere and had from nobody.
pub const NO_VALUE: &str = "/problems/no-value";

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotKept { symbol, from, until } => Self::NotKept { symbol, from, until },
            error => Self::Store(error),
        }
    }
}

fn did_you_mean(near: &[Symbol]) -> String {
    let names: Vec<&str> = near.iter().map(Symbol::as_str).collect();
    if names.is_empty() { String::new() } else { format!("; did you mean {}?", names.join(" or ")) }
}

impl Refusal {
    /// Part of the question that cannot be used.
    pub fn invalid(parameter: &'static str, fault: impl std::fmt::Display) -> Self {
        Self::Invalid { parameter, fault: fault.to_string() }
    }

    /// The type by which programs know it: a reference that is the same in each
    /// answer (RFC 9457, section 3.1.1).
    pub fn problem_type(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "/problems/parameter",
            Self::Unknown { .. } => "/problems/unknown-symbol",
            Self::Unavailable { failures, .. } if failures.tells_of_spent_share() => SHARE_SPENT,
            Self::Unavailable { .. } => NO_VALUE,
            Self::NothingKnown { .. } => "/problems/nothing-known",
            Self::BeforeHorizon { .. } => "/problems/before-horizon",
            Self::NotKept { .. } => "/problems/not-kept",
            Self::Store(_) => "/problems/store",
        }
    }

    /// Whether nobody was asked because whoever wants to know has had its share.
    pub fn is_share_spent(&self) -> bool {
        self.problem_type() == SHARE_SPENT
    }

    /// Says what the absence of a rate means to whoever asked for it by a parameter of
    /// that name.
    pub fn no_rate(parameter: &'static str, error: NoRate) -> Self {
        match error {
            NoRate::Unknown { pair } => Self::Unknown { symbol: pair, near: Vec::new() },
            NoRate::Away { pair, failures } => Self::Unavailable { symbol: pair, failures },
            NoRate::Store { error, .. } => error.into(),
            NoRate::MinorUnit { .. }
            | NoRate::Ended { .. }
            | NoRate::Future { .. }
            | NoRate::BeforeFirst { .. }
            | NoRate::Unpublished { .. }
            | NoRate::Gap { .. } => Self::invalid(parameter, error),
        }
    }

    /// Says what the absence of an answer means to whoever asked.
    pub fn no_history(symbol: Symbol, error: impl Into<HistoryError>, near: Vec<Symbol>) -> Self {
        let failures = match error.into() {
            HistoryError::Sources(failures) => failures,
            HistoryError::Store { error, .. } => return Self::Store(error),
        };
        match failures.most_telling().map(|failure| &failure.error) {
            Some(error @ SourceError::OutsideWindow { .. }) => Self::invalid("interval", error),
            _ if failures.is_unknown() => Self::Unknown { symbol, near },
            // It stands for none, or for several: no source was asked.
            None if Identifier::of(&symbol).is_some() => Self::Unknown { symbol, near },
            Some(error @ SourceError::NotOffered(_)) => Self::invalid("interval", error),
            _ => Self::Unavailable { symbol, failures },
        }
    }
}
