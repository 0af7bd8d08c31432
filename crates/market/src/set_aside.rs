//! Elements of answers that are not believed by themselves.

use std::fmt;

use jiff::civil::Date;

/// One element of an answer that is not believed. Where it stood is a hole, never
/// a zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// What sort of thing it is.
    pub element: Element,
    /// Its trading date or ex-date, where that could be read.
    pub date: Option<Date>,
    /// Why it cannot be.
    pub reason: Impossible,
}

/// The parts of an answer that are judged by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Element {
    /// Prices over one interval.
    Bar,
    /// A dividend, split or gain paid out.
    Action,
    /// A latest price.
    Quote,
}

impl Element {
    /// The name used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Action => "action",
            Self::Quote => "quote",
        }
    }
}

/// Why an element cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Impossible {
    /// Something else than a finite number in the place of one.
    NoNumber,
    /// A time that is none.
    NoTime,
    /// Smaller than anything is priced at, or larger.
    Magnitude,
    /// Zero or less, where the kind of instrument has no such prices.
    Sign,
    /// A low above its high.
    Crossed,
    /// A price many times its own bar's range, or a small part of it.
    OutOfRange,
    /// A hundredfold of what stands beside it in the same answer, or a hundredth, or
    /// a higher power of ten, and no action says why.
    OffNeighbours,
    /// True only in the future: somebody's clock is wrong.
    InFuture,
    /// A split without two positive terms.
    Terms,
    /// A payment without a positive amount.
    Amount,
}

impl Impossible {
    /// The stable name of this reason, used in JSON.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoNumber => "no_number",
            Self::NoTime => "no_time",
            Self::Magnitude => "magnitude",
            Self::Sign => "not_positive",
            Self::Crossed => "low_above_high",
            Self::OutOfRange => "out_of_range",
            Self::OffNeighbours => "off_neighbours",
            Self::InFuture => "in_future",
            Self::Terms => "split_terms",
            Self::Amount => "no_amount",
        }
    }
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoNumber => "it has no finite number where there must be one",
            Self::NoTime => "it has no readable time",
            Self::Magnitude => "it is smaller or larger than anything is priced at",
            Self::Sign => "it is not above zero",
            Self::Crossed => "its low is above its high",
            Self::OutOfRange => "it is a multiple or a fraction of its own range",
            Self::OffNeighbours => {
                "it is a hundredfold of what stands beside it, or a hundredth, and no split says why"
            }
            Self::InFuture => "it is from the future",
            Self::Terms => "its terms are not two positive numbers",
            Self::Amount => "it has no positive amount",
        })
    }
}
