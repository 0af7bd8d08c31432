use std::fmt;

use market::StoreError;

use crate::failures::SourceFailures;

/// Why there is no history to give.
#[derive(Clone, Debug)]
pub enum HistoryError {
    /// Nothing is stored, and no source gave it. No failure is named where
    /// sources are still being asked.
    Sources(SourceFailures),
    /// The store cannot be read, so nobody knows what it holds, and no source
    /// gave anything either.
    Store {
        /// Why it cannot be read.
        error: StoreError,
        /// Who was asked besides, and what came back.
        failures: SourceFailures,
    },
}

impl HistoryError {
    /// Every source that was asked in vain.
    pub fn failures(&self) -> &SourceFailures {
        match self {
            Self::Sources(failures) | Self::Store { failures, .. } => failures,
        }
    }

    /// As it is once the store is known to be unreadable, if it is.
    pub(crate) fn with_store(self, error: Option<StoreError>) -> Self {
        match (self, error) {
            (Self::Sources(failures), Some(error)) => Self::Store { error, failures },
            (unchanged, _) => unchanged,
        }
    }
}

impl From<SourceFailures> for HistoryError {
    fn from(failures: SourceFailures) -> Self {
        Self::Sources(failures)
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sources(failures) => failures.fmt(f),
            Self::Store { error, failures } => write!(f, "{error}; {failures}"),
        }
    }
}

impl std::error::Error for HistoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Sources(_) => None,
            Self::Store { error, .. } => Some(error),
        }
    }
}
