use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;

use super::Coverage;
use crate::HistoryResult;

/// What the store says of an answer that it gives back. The default stands for one
/// that has just come from its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// Rises with whatever changes in what is known of the answer, so that two with
    /// the same number and instant are the same. 0 before it is stored.
    pub revision: u64,
    /// Bars that other questions brought: nobody was asked for the rest.
    pub is_part: bool,
    /// Which days of the series its source was asked for, and when first.
    pub askings: Vec<Asking>,
    coverage: Once,
}

impl Kept {
    /// As the store gives an answer back.
    pub fn of(revision: u64, is_part: bool, askings: Vec<Asking>) -> Self {
        Self { revision, is_part, askings, coverage: Once::default() }
    }
}

/// Days that a source was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asking {
    /// The first of them; `None` for the beginning of what there is.
    pub from: Option<Date>,
    /// The last.
    pub to: Date,
    /// When the answer came.
    pub at: Timestamp,
}

impl Asking {
    /// Whether all of these days were asked for.
    pub fn covers(&self, from: Date, to: Date) -> bool {
        self.from.is_none_or(|first| first <= from) && to <= self.to
    }
}

impl HistoryResult {
    /// How much of what was asked for is here. Worked out once.
    pub fn coverage(&self) -> &Coverage {
        self.kept.coverage.0.get_or_init(|| Arc::new(Coverage::of(self)))
    }
}

/// What follows from the rest of an answer, worked out when it is first wanted. A
/// copy may be changed, so that it works it out anew; and it makes no answer
/// another one.
#[derive(Debug, Default)]
struct Once(OnceLock<Arc<Coverage>>);

impl Clone for Once {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Once {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
