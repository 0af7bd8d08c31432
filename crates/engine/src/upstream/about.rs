use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use market::{SourceError, Unreach};

/// What a call is about, so that failures of one question are told from those of an
/// upstream: an instrument whose answer it always fails to give says nothing of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct About(BTreeSet<u64>);

impl About {
    /// Nothing in particular: a failure speaks of the upstream.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    /// Things by their names, such as the instruments of a batch.
    pub(crate) fn these<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let hash = |name: &str| {
            let mut hasher = DefaultHasher::new();
            name.hash(&mut hasher);
            hasher.finish()
        };
        Self(names.into_iter().map(hash).collect())
    }

    /// What a failure speaks of: where it came to no question, of the upstream alone.
    pub(super) fn blamed(self, error: &SourceError) -> Self {
        let is_before_any_question = matches!(
            error,
            SourceError::Unreachable {
                why: Unreach::Dns | Unreach::Proxy | Unreach::Connect | Unreach::Tls,
                ..
            }
        );
        if is_before_any_question { Self::nothing() } else { self }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one thing is in both.
    pub(super) fn shares_with(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }
}
