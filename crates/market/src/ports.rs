use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Answer, Instrument, Interval, Question, Quote, Source, Symbol};

/// Tells the time. Given to whoever needs it, so that tests can set it.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// An upstream that can answer for latest prices.
#[async_trait]
pub trait QuoteSource: Send + Sync {
    /// Stable name for logs, stored rows and answers.
    fn source(&self) -> Source;

    /// The latest price of each instrument, in the order asked, in as few
    /// requests as the upstream allows.
    async fn quotes(&self, instruments: &[Instrument]) -> Vec<Result<Quote, SourceError>>;
}

/// An upstream that can answer for price history.
#[async_trait]
pub trait BarSource: Send + Sync {
    /// Stable name for logs, stored rows and answers.
    fn source(&self) -> Source;

    /// Bars as published: ascending, holes left open, one basis.
    ///
    /// `Ok` with an empty series means the instrument exists and had no bar in
    /// that stretch.
    async fn bars(
        &self,
        question: &Question,
        instrument: &Instrument,
    ) -> Result<Answer, SourceError>;
}

/// Why an upstream gave no value.
///
/// Cheap to clone: one failed request is told to everyone who waited for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The upstream is well and knows no such instrument.
    #[error("{0} is not known there")]
    UnknownSymbol(Symbol),
    /// This upstream never has such data; another may.
    #[error("not offered there: {0}")]
    NotOffered(String),
    /// Bars this fine reach back only so far.
    #[error("{interval} bars reach back {days} days at most; {hint}")]
    OutsideWindow {
        /// The interval asked for.
        interval: Interval,
        /// How many days back it reaches.
        days: u32,
        /// What would work, as a sentence.
        hint: String,
    },
    /// The upstream asks for a pause.
    #[error("asks for a pause{}", .retry_after.map_or(String::new(), |d| format!(" of {} s", d.as_secs())))]
    Throttled {
        /// For how long, where it says.
        retry_after: Option<Duration>,
    },
    /// The upstream wants credentials we do not have, or refuses us.
    #[error("refuses the request with status {status}")]
    Unauthorised {
        /// The HTTP status.
        status: u16,
    },
    /// The upstream failed by its own account.
    #[error("fails with status {status}")]
    Failing {
        /// The HTTP status.
        status: u16,
    },
    /// No answer arrived.
    #[error("cannot be reached: {why} ({detail})")]
    Unreachable {
        /// At which step it went wrong.
        why: Unreach,
        /// The cause in words.
        detail: String,
    },
    /// An answer arrived that cannot be what was asked for.
    #[error("gave an answer that cannot be read: {0}")]
    Unreadable(String),
    /// Settings forbid asking upstreams.
    #[error("not asked: the service runs without upstreams")]
    Offline,
}

/// At which step a request came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreach {
    /// The name could not be resolved.
    #[error("its name could not be resolved")]
    Dns,
    /// No connection.
    #[error("no connection")]
    Connect,
    /// No secure connection.
    #[error("no secure connection")]
    Tls,
    /// Too slow.
    #[error("no answer in time")]
    Timeout,
    /// Cut off inside the answer.
    #[error("the answer broke off")]
    BrokenOff,
}

impl SourceError {
    /// Whether the same question may succeed later, so older data may stand in.
    pub fn is_passing(&self) -> bool {
        !matches!(self, Self::UnknownSymbol(_) | Self::NotOffered(_) | Self::OutsideWindow { .. })
    }

    /// The stable name of this reason, used in JSON.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::UnknownSymbol(_) => "unknown_symbol",
            Self::NotOffered(_) => "not_offered",
            Self::OutsideWindow { .. } => "outside_window",
            Self::Throttled { .. } => "throttled",
            Self::Unauthorised { .. } => "unauthorised",
            Self::Failing { .. } => "upstream_failing",
            Self::Unreachable { .. } => "unreachable",
            Self::Unreadable(_) => "unreadable",
            Self::Offline => "offline",
        }
    }
}

/// Keeps what was received, so that it outlives upstreams and restarts.
#[async_trait]
pub trait Store: Send + Sync {
    /// Keeps a quote as the latest of its instrument and source. Never a
    /// simulated one.
    async fn keep_quote(&self, quote: &Quote) -> Result<(), StoreError>;

    /// The latest quote of every instrument: of several sources the one
    /// received last.
    async fn quotes(&self) -> Result<Vec<Quote>, StoreError>;

    /// Keeps an answer: bars and actions that are new or differ from the latest
    /// known version are added beside the old, and the ledger notes what was
    /// asked of whom and when. Keeping the same answer twice adds nothing but
    /// the later time in the ledger. Never a simulated one.
    async fn keep_answer(&self, answer: &Answer) -> Result<Saved, StoreError>;

    /// The last answer to exactly this question, each bar in its latest known
    /// version.
    async fn answer(&self, question: &Question) -> Result<Option<Answer>, StoreError>;

    /// Bars that other questions brought, for when this one cannot be asked:
    /// those of the question's instrument and interval with trading dates from
    /// `from` (or the first there is) to `to`, of the source asked last.
    /// `None` where there are none.
    async fn overlapping(
        &self,
        question: &Question,
        from: Option<Date>,
        to: Date,
    ) -> Result<Option<Answer>, StoreError>;

    /// Every instrument ever described by a source.
    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError>;

    /// Reads the whole store for damage.
    async fn check(&self) -> Result<(), StoreError>;
}

/// What keeping an answer changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Bars never seen before.
    pub new: usize,
    /// Bars that differ from the version known before.
    pub revised: usize,
}

/// Why the store could not do as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file or server cannot be used: locked, full, read-only, gone.
    #[error("the store cannot be used: {0}")]
    Unusable(String),
    /// What is in it cannot be right.
    #[error("the store is damaged: {0}")]
    Damaged(String),
}
