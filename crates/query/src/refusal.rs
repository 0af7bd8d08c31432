use engine::{HistoryError, SourceFailures};
use jiff::Timestamp;
use market::{SourceError, StoreError, Symbol};

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
    #[error("what was told of {what} is retained since {horizon}; as_of can go back to then")]
    BeforeHorizon {
        /// Of what.
        what: &'static str,
        /// The first instant that can be asked about.
        horizon: Timestamp,
    },
    /// What is stored cannot be read.
    #[error("what is stored cannot be read at the moment; try again later")]
    Store(#[source] StoreError),
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
            Self::Unavailable { .. } => "/problems/no-value",
            Self::NothingKnown { .. } => "/problems/nothing-known",
            Self::BeforeHorizon { .. } => "/problems/before-horizon",
            Self::Store(_) => "/problems/store",
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
            Some(error @ SourceError::NotOffered(_)) => Self::invalid("interval", error),
            _ => Self::Unavailable { symbol, failures },
        }
    }
}
