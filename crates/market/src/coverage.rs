//! How much of what was asked for an answer holds, and what the store says of it.

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

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
    /// bars the days. `None` where no calendar tells.
    pub expected: Option<usize>,
    /// How many of those are not there. A day of shorter bars is not there either where
    /// a large part of its trading has none.
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
    /// Its source was never asked for it, failed, or gave a part without it.
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
    /// Which days of the series its source was asked for, and when.
    pub askings: Vec<Asking>,
    /// Since when its source has given the same answer, but for prices; `None` where
    /// it has just come.
    pub same_since: Option<Timestamp>,
    /// What the bars were about that it told once and tells no more.
    pub withdrawn: Vec<Slot>,
    /// From the first date to the last of which the answer says nothing: it lacked bars
    /// there that are told all the same, as it may have been half of one.
    pub thin: Option<(Date, Date)>,
    /// How much there was of the bars that these are put together from.
    pub(crate) parts: Option<Arc<Coverage>>,
    pub(crate) coverage: Once,
}

impl Kept {
    /// As the store gives an answer back.
    pub fn of(revision: u64, is_part: bool, askings: Vec<Asking>) -> Self {
        Self { revision, is_part, askings, ..Self::default() }
    }

    /// The same, of an answer that has been given since then.
    #[must_use]
    pub fn since(self, same_since: Timestamp) -> Self {
        Self { same_since: Some(same_since), ..self }
    }

    /// The same, of bars that are put together from others: what of those is missing is
    /// missing of these.
    #[must_use]
    pub fn made_of(self, parts: &Coverage) -> Self {
        Self { parts: Some(Arc::new(parts.clone())), ..self }
    }

    /// Whether one of the answers that it is made of tells of each of these days.
    pub(crate) fn covers(&self, from: Date, to: Date) -> bool {
        self.askings.iter().any(|asking| asking.covers(from, to))
    }

    /// The same, of other bars: how many are missing is to be worked out anew.
    pub(crate) fn of_others(self) -> Self {
        Self { coverage: Once::default(), ..self }
    }

    /// The same, with what was taken back.
    #[must_use]
    pub fn without(self, withdrawn: Vec<Slot>) -> Self {
        Self { withdrawn, ..self }
    }

    /// The same, of an answer that says nothing of the dates from one to another.
    #[must_use]
    pub fn but_for(self, thin: Option<(Date, Date)>) -> Self {
        Self { thin, ..self }
    }

    /// Whether the answer says nothing of a date.
    pub(crate) fn is_thin_on(&self, date: Date) -> bool {
        self.thin.is_some_and(|(first, last)| (first..=last).contains(&date))
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
    /// From the first date to the last of which that answer said nothing.
    pub thin: Option<(Date, Date)>,
}

impl Asking {
    /// Two answers so far apart are two looks at a gap within a day.
    pub const APART_IN_A_DAY: SignedDuration = SignedDuration::from_hours(1);

    /// Two answers so far apart are two looks at a hole of days.
    pub const APART_IN_DAYS: SignedDuration = SignedDuration::from_hours(20);

    /// Whether all of these days were asked for, and the answer tells of each.
    pub fn covers(&self, from: Date, to: Date) -> bool {
        let is_thin = self.thin.is_some_and(|(first, last)| first <= to && from <= last);
        self.from.is_none_or(|first| first <= from) && to <= self.to && !is_thin
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
