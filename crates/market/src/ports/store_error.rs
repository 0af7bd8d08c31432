use std::error::Error;
use std::sync::Arc;

use jiff::Timestamp;

use crate::Symbol;

/// Why the store could not do as asked.
///
/// It reads as a sentence for whoever runs the service: it names the file or
/// server, so it is for the log and the command line, not for a client. Its
/// [source](Error::source) is what the backend reported.
///
/// Cheap to clone: one failure is reported to everyone who waited.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The file or server cannot be used: locked, full, read-only, gone.
    #[error("the store cannot be used: {why}")]
    Unusable {
        /// The kind of it.
        trouble: StoreTrouble,
        /// What is wrong and what would help.
        why: String,
        /// What the backend reported.
        #[source]
        cause: Option<StoreCause>,
    },
    /// What is in it cannot be right.
    #[error("the store is damaged: {why}")]
    Damaged {
        /// What is wrong and where.
        why: String,
        /// What the backend reported.
        #[source]
        cause: Option<StoreCause>,
    },
    /// Such a value is never stored. The store itself is well.
    #[error("not stored: {0}")]
    Refused(&'static str),
    /// What was shown at an instant is not kept: others followed it within a second.
    /// The store itself is well.
    #[error("of what was shown of {symbol} from {from} on, only what was shown at {until} is kept")]
    NotKept {
        /// Of which instrument.
        symbol: Symbol,
        /// From when on.
        from: Timestamp,
        /// From when on it is kept again.
        until: Timestamp,
    },
}

/// What keeps a store from being used, in words that name no place: also for clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreTrouble {
    /// Its file or folder is not there any more.
    #[error("it has been deleted or moved")]
    Gone,
    /// There is no room.
    #[error("its disk is full")]
    Full,
    /// It may only be read.
    #[error("it is read-only")]
    ReadOnly,
    /// We may not look at it, or not make it.
    #[error("it may not be used by the user that the service runs as")]
    Denied,
    /// Another program keeps it to itself.
    #[error("it is locked by another program")]
    Locked,
    /// Another service works on it.
    #[error("another service uses it")]
    InUse,
    /// What is there is none of ours.
    #[error("what is in its place is no store of this service")]
    NotOurs,
    /// A newer version of this program wrote it.
    #[error("a newer version of this service wrote it")]
    Newer,
    /// Its disk fails.
    #[error("its disk cannot be read or written")]
    Failing,
    /// What is in it cannot be right.
    #[error("it is damaged")]
    Damaged,
    /// None of these.
    #[error("it cannot be used")]
    Other,
}

impl StoreTrouble {
    /// The stable name, used in JSON.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Full => "disk_full",
            Self::ReadOnly => "read_only",
            Self::Denied => "denied",
            Self::Locked => "locked",
            Self::InUse => "in_use",
            Self::NotOurs => "not_ours",
            Self::Newer => "newer",
            Self::Failing => "disk_failing",
            Self::Damaged => "damaged",
            Self::Other => "unusable",
        }
    }

    /// Whether a service had better not start at all: it would have to use what is
    /// somebody else's.
    pub fn is_final(self) -> bool {
        self.is_wrong_setting() || self == Self::InUse
    }

    /// Whether other settings would help, and waiting would not.
    pub fn is_wrong_setting(self) -> bool {
        matches!(self, Self::NotOurs | Self::Newer)
    }
}

/// What a backend reported of a failure.
pub type StoreCause = Arc<dyn Error + Send + Sync>;

impl StoreError {
    /// [`StoreError::Unusable`] for a reason of our own.
    pub fn unusable(why: impl Into<String>) -> Self {
        Self::troubled(StoreTrouble::Other, why)
    }

    /// [`StoreError::Unusable`] of a known kind.
    pub fn troubled(trouble: StoreTrouble, why: impl Into<String>) -> Self {
        Self::Unusable { trouble, why: why.into(), cause: None }
    }

    /// [`StoreError::Damaged`] for a reason of our own.
    pub fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged { why: why.into(), cause: None }
    }

    /// The same failure with what caused it.
    #[must_use]
    pub fn caused_by(self, error: impl Error + Send + Sync + 'static) -> Self {
        let cause: Option<StoreCause> = Some(Arc::new(error));
        match self {
            Self::Unusable { trouble, why, .. } => Self::Unusable { trouble, why, cause },
            Self::Damaged { why, .. } => Self::Damaged { why, cause },
            Self::Refused(_) | Self::NotKept { .. } => self,
        }
    }

    /// What is the matter with the store as a whole; `None` where a single value or
    /// piece of work is at fault.
    pub fn trouble(&self) -> Option<StoreTrouble> {
        match self {
            Self::Unusable { trouble: StoreTrouble::Other, .. }
            | Self::Refused(_)
            | Self::NotKept { .. } => None,
            Self::Unusable { trouble, .. } => Some(*trouble),
            Self::Damaged { .. } => Some(StoreTrouble::Damaged),
        }
    }

    /// The sentence with all that caused it, for the log and the command line.
    /// A cause that the sentence already quotes is not repeated.
    pub fn in_full(&self) -> String {
        let mut text = self.to_string();
        let causes = std::iter::successors(self.source(), |&cause| cause.source());
        for cause in causes.map(ToString::to_string) {
            if !text.contains(&cause) {
                text = format!("{text}: {cause}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_store_reports_each_cause_once() {
        let cause = || std::io::Error::other("disk on fire");
        let locked = StoreError::unusable("x.db is locked").caused_by(cause());
        assert_eq!(locked.to_string(), "the store cannot be used: x.db is locked");
        assert_eq!(locked.in_full(), "the store cannot be used: x.db is locked: disk on fire");
        let quoting = StoreError::damaged("x.db: disk on fire").caused_by(cause());
        assert_eq!(quoting.in_full(), "the store is damaged: x.db: disk on fire");
        assert_eq!(StoreError::Refused("it is made up").in_full(), "not stored: it is made up");
    }
}
