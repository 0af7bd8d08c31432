//! How much of what was asked for an answer holds, and what the store says of it.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::Slot;

/// How much of what was asked for an answer holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// First and last date asked for, as far as there can have been bars. `None`
    /// where it is not known how far back that is.
    pub asked: Option<(Date, Date)>,
    /// First and last date of a bar.
    pub held: Option<(Date, Date)>,
    /// How many bars are held.
    pub bars: usize,
    /// How many bars there ought to be: of days and longer each one, of shorter
    /// bars the days that have any. `None` where no calendar tells.
    pub expected: Option<usize>,
    /// How many of those are not there.
    pub missing: usize,
    /// How many are there that no calendar expects.
    pub extra: usize,
    /// By which calendar: a market identifier code, `learned` from the bars
    /// themselves, or none.
    pub calendar: Option<&'static str>,
    /// What is missing, oldest first, as far as it is listed.
    pub holes: Vec<Hole>,
    /// How many holes are not listed.
    pub more_holes: usize,
    /// Whether everything is there that its source has; `None` where that cannot
    /// be known.
    pub complete: Option<bool>,
}

/// Slots that follow each other and have no bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hole {
    /// The first date of it.
    pub from: Date,
    /// The last date of it.
    pub to: Date,
    /// How many bars are missing.
    pub slots: usize,
    /// Why they are.
    pub why: Absence,
}

/// Why a bar is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Its source was never asked for it, or failed.
    NotHeld,
    /// Its source was asked and has none.
    NoneAtSource,
    /// Its source told one that cannot be.
    SetAside,
    /// Its source told one and took it back.
    Withdrawn,
}

impl Absence {
    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotHeld => "not_held",
            Self::NoneAtSource => "none_at_source",
            Self::SetAside => "set_aside",
            Self::Withdrawn => "withdrawn",
        }
    }
}

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
    /// What the bars were about that it told once and tells no more.
    pub withdrawn: Vec<Slot>,
    pub(crate) coverage: Once,
}

impl Kept {
    /// As the store gives an answer back.
    pub fn of(revision: u64, is_part: bool, askings: Vec<Asking>) -> Self {
        Self { revision, is_part, askings, ..Self::default() }
    }

    /// The same, with what was taken back.
    #[must_use]
    pub fn without(self, withdrawn: Vec<Slot>) -> Self {
        Self { withdrawn, ..self }
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

/// What follows from the rest of an answer, worked out when it is first wanted. A
/// copy may be changed, so that it works it out anew; and it makes no answer
/// another one.
#[derive(Debug, Default)]
pub(crate) struct Once(pub(crate) OnceLock<Arc<Coverage>>);

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
