use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{
    Action, ActionVersion, Bar, BarVersion, Change, ChangesQuery, HistoryQuery, HistoryResult,
    Instrument, Interval, Quote, Shown, Slot, Source, Symbol, Tick,
};

/// Tells the time. Given to whoever needs it, so that tests can set it.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// All that a source can be asked for.
#[derive(Clone, Default)]
pub struct SourcePorts {
    /// Latest prices.
    pub quotes: Option<Arc<dyn QuoteSource>>,
    /// Price history.
    pub bars: Option<Arc<dyn BarSource>>,
    /// Instruments by name.
    pub search: Option<Arc<dyn SearchSource>>,
    /// Prices as they change.
    pub stream: Option<Arc<dyn StreamSource>>,
}

/// An upstream that can answer for latest prices.
#[async_trait]
pub trait QuoteSource: Send + Sync {
    /// Stable name for logs, stored rows and answers.
    fn source(&self) -> Source;

    /// Divides instruments into the fewest batches that one request each can
    /// serve.
    fn batches(&self, instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        vec![instruments]
    }

    /// The latest price of each instrument of one batch, in the order asked, by
    /// one request.
    ///
    /// # Errors
    ///
    /// Why the request came to nothing; what concerns one instrument alone is
    /// said in its place.
    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError>;

    /// What [`QuoteSource::quotes`] would say of an instrument without a request:
    /// out of a table that an earlier one brought and that is still the newest, or
    /// because it is never offered. It costs the upstream nothing and is not
    /// counted. `None` where a request is needed.
    fn at_hand(&self, _instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        None
    }
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
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError>;

    /// What [`BarSource::bars`] would say without a request: from what an earlier
    /// one brought, or because such bars are never offered. It costs the upstream
    /// nothing and is not counted. `None` where a request is needed.
    fn at_hand(
        &self,
        _question: &HistoryQuery,
        _instrument: &Instrument,
    ) -> Option<Result<HistoryResult, SourceError>> {
        None
    }
}

/// An upstream in which instruments can be looked up.
#[async_trait]
pub trait SearchSource: Send + Sync {
    /// Stable name for logs and answers.
    fn source(&self) -> Source;

    /// Instruments whose name, symbol or ISIN resembles a text, best first.
    /// Empty where there is none.
    async fn search(&self, text: &str) -> Result<Vec<Instrument>, SourceError>;
}

/// An upstream that sends prices as they change, over a connection that stays
/// open.
#[async_trait]
pub trait StreamSource: Send + Sync {
    /// Stable name for logs and answers.
    fn source(&self) -> Source;

    /// The upstream whose allowance a connection counts against. Another than
    /// the source where the same source is also polled: who is refused at the one
    /// door may be welcome at the other.
    fn upstream(&self) -> Source {
        self.source()
    }

    /// Whether prices of this instrument are sent at all, as far as is known
    /// without asking.
    fn streams(&self, instrument: &Instrument) -> bool;

    /// Opens one connection and subscribes to these instruments. It is tried
    /// once; when to try again is decided elsewhere.
    ///
    /// # Errors
    ///
    /// Why there is no connection. [`SourceError::NotOffered`], and nobody was
    /// asked, where one of the instruments is not streamed there.
    async fn connect(&self, instruments: &[Instrument])
    -> Result<Box<dyn TickStream>, SourceError>;
}

/// One open connection of a [`StreamSource`].
#[async_trait]
pub trait TickStream: Send {
    /// The next price, or what is wrong with one message or one instrument.
    ///
    /// `None` once the connection has ended; the error before it says why. No
    /// tick is lost where the future is dropped before it is done.
    async fn next(&mut self) -> Option<Result<Tick, SourceError>>;

    /// Adds instruments. That one is not known there is said later, by
    /// [`TickStream::next`].
    async fn subscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError>;

    /// Takes instruments out. A price sent before may still arrive.
    async fn unsubscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError>;

    /// Takes leave of the upstream and ends the connection, within a second.
    async fn close(&mut self);
}

/// Why an upstream gave no value.
///
/// Cheap to clone: one failed request is reported to everybody who waited for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The upstream is well and knows no such instrument.
    #[error("{0} is not known there")]
    UnknownSymbol(Symbol),
    /// The upstream is well and knows that it is traded no more.
    #[error("{0} is no longer listed there")]
    Delisted(Symbol),
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
    #[error("asks for a pause{}", .retry_after.map_or(String::new(), |it| format!(" of {}", length(it))))]
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
    /// The answer about many says nothing of this one. Left out once is not
    /// unknown: that is said of a symbol by name.
    #[error("its answer leaves {0} out")]
    LeftOut(Symbol),
    /// The upstream is well, and gave bars of another length than asked for, as
    /// some do for long periods that are asked for by name.
    #[error(
        "gave {} bars in place of those asked for",
        .given.map_or("other", Interval::as_str)
    )]
    OtherInterval {
        /// How long they are, where that is a length we know.
        given: Option<Interval>,
        /// The first date that there is anything of, where it says.
        first: Option<Date>,
    },
    /// Nobody was asked, to spare the upstream.
    #[error("not asked: {why}; again in {}", length(*again_in))]
    NotAsked {
        /// What forbids it.
        why: NotAsked,
        /// When it may be asked again.
        again_in: Duration,
    },
    /// The value cannot be believed and waits to be confirmed.
    #[error("gave a value that is not believed: {0}")]
    Suspect(String),
    /// Settings forbid asking upstreams.
    #[error("not asked: the service runs without upstreams")]
    Offline,
}

/// In the largest unit it is several whole ones of: `90 s`, `30 min`, `2 h`.
fn length(of: Duration) -> String {
    let seconds = of.as_secs();
    let units = [("h", 3_600), ("min", 60)];
    let whole =
        units.into_iter().find(|(_, unit)| seconds > *unit && seconds.is_multiple_of(*unit));
    let (unit, seconds_each) = whole.unwrap_or(("s", 1));
    format!("{} {unit}", seconds / seconds_each)
}

/// What keeps us from asking an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// The requests we allow ourselves are used up.
    #[error("the requests allowed for now are used up")]
    RateLimited,
    /// It asked for a pause.
    #[error("it asked for a pause")]
    PauseRequested,
    /// It failed too often: its circuit breaker is open.
    #[error("it has failed too often of late")]
    CircuitOpen,
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
        !matches!(
            self,
            Self::UnknownSymbol(_)
                | Self::Delisted(_)
                | Self::NotOffered(_)
                | Self::OutsideWindow { .. }
        )
    }

    /// The stable name of this reason, used in JSON.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::UnknownSymbol(_) => "unknown_symbol",
            Self::Delisted(_) => "delisted",
            Self::NotOffered(_) => "not_offered",
            Self::OutsideWindow { .. } => "outside_window",
            Self::Throttled { .. } => "throttled",
            Self::Unauthorised { .. } => "unauthorised",
            Self::Failing { .. } => "upstream_failing",
            Self::Unreachable { .. } => "unreachable",
            Self::Unreadable(_) => "unreadable",
            Self::LeftOut(_) => "left_out",
            Self::OtherInterval { .. } => "other_interval",
            Self::NotAsked { .. } => "withheld",
            Self::Suspect(_) => "suspect",
            Self::Offline => "offline",
        }
    }
}

/// Persists what was received, so that it outlives upstreams and restarts.
#[async_trait]
pub trait Store: Send + Sync {
    /// Persists a quote as the latest of its instrument and source. Never a
    /// simulated one.
    async fn persist_quote(&self, quote: &Quote) -> Result<(), StoreError>;

    /// Persists what is shown of instruments from an instant on, as one revision:
    /// each quote as by [`Store::persist_quote`], and in the log what differs from
    /// what was shown before. A quote that was only received again is noted as
    /// such.
    async fn persist_shown(&self, shown: &[Shown], at: Timestamp) -> Result<(), StoreError>;

    /// What was shown of some instruments at an instant, in the order asked;
    /// nothing of those of which nothing was.
    async fn shown_at(&self, symbols: &[Symbol], at: Timestamp) -> Result<Vec<Shown>, StoreError>;

    /// The latest quote of every instrument: of several sources the one
    /// received last.
    async fn quotes(&self) -> Result<Vec<Quote>, StoreError>;

    /// Persists an answer, known from when it was received, as one revision: what
    /// is new, what differs, and what the answer speaks for and no longer says.
    /// The ledger notes what was asked of whom and when. Persisting the same
    /// answer twice adds nothing but the later time. Never a simulated one.
    ///
    /// Nothing stored before is changed: each fact was known from one instant
    /// until another, and what was known at an earlier one can be read for ever.
    ///
    /// A bar is known by what it is about (its [`Slot`](crate::Slot)), not by its
    /// stamp. An answer that lacks many finished bars may be half of one: they are
    /// withdrawn when a later answer lacks them too. What a source received
    /// earlier, and handed over after a later answer about the same, changes
    /// nothing of it.
    async fn persist_answer(
        &self,
        answer: &HistoryResult,
        speaks: Speaks,
    ) -> Result<Saved, StoreError>;

    /// Persists an answer of a new basis, such as the first one after a split:
    /// what is known of this series (this symbol, interval, source, currency and
    /// kind of adjustment) from before can no longer stand beside it.
    ///
    /// From then on bars known before are read apart from those known since, and
    /// only in answers marked [`HistoryResult::superseded`]. Every bar of the
    /// answer counts as new. A split that nothing speaks of any more ends. So the
    /// answer that revealed the new basis must be persisted by this call alone.
    async fn rebase(&self, answer: &HistoryResult) -> Result<Saved, StoreError>;

    /// The last answer to exactly this question, each bar in its latest known
    /// version; of what was known at an instant, where one is given, as all that
    /// follows. One from before the last [`Store::rebase`] of its series is
    /// whole, as it was known just before, and marked [`HistoryResult::superseded`]; it
    /// is given only where no other source has answered.
    async fn answer(
        &self,
        question: &HistoryQuery,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError>;

    /// Bars that other questions brought, for when this one cannot be asked:
    /// those of the question's instrument and interval with trading dates from
    /// `from` (or the first there is) to `to`, of the source asked last, and of
    /// one basis: the one in force where there are any of it, or else the one
    /// before, marked [`HistoryResult::superseded`]. `None` where there are none.
    async fn overlapping(
        &self,
        question: &HistoryQuery,
        from: Option<Date>,
        to: Date,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError>;

    /// The bars with trading dates from `from` (`None` for the beginning) to
    /// `to`, where one answer received at or after `since` was asked for all of
    /// that stretch: what is not in it, its source does not have. So an answer
    /// without bars is one, too. `None` where no single answer covers the
    /// stretch. Of several, the one received last; never a superseded one.
    async fn covering(
        &self,
        question: &HistoryQuery,
        from: Option<Date>,
        to: Date,
        since: Timestamp,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError>;

    /// Persists the last bars of an answer to a question as they were told at an
    /// instant, having gone on with streamed prices.
    async fn persist_streamed(
        &self,
        told: &HistoryResult,
        since: Slot,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// The last bars that [`Store::persist_streamed`] was given of this question and
    /// source up to an instant, since the service had started last, and when the
    /// newest price in them was received. They take the place of what the source
    /// itself had answered.
    async fn streamed(
        &self,
        question: &HistoryQuery,
        source: &Source,
        at: Timestamp,
    ) -> Result<Option<(Vec<Bar>, Timestamp)>, StoreError>;

    /// Notes that the service starts.
    async fn note_start(&self, at: Timestamp) -> Result<(), StoreError>;

    /// All actions of an instrument that a source told and has not withdrawn, by
    /// ex-date; of what was known at an instant, where one is given.
    async fn actions(
        &self,
        symbol: &Symbol,
        source: &Source,
        at: Option<Timestamp>,
    ) -> Result<Vec<Action>, StoreError>;

    /// Every version of every bar with a trading date from `from` (or the first
    /// there is) to `to`, of one source or of all: by slot, then source, then
    /// when it became known. One that is in force no more says until when it was.
    async fn bar_versions(
        &self,
        symbol: &Symbol,
        interval: Interval,
        source: Option<&Source>,
        from: Option<Date>,
        to: Date,
    ) -> Result<Vec<BarVersion>, StoreError>;

    /// Every version of every action with an ex-date from `from` (or the first
    /// there is) to `to`: by ex-date, then source and kind, then when it became
    /// known.
    async fn action_versions(
        &self,
        symbol: &Symbol,
        from: Option<Date>,
        to: Date,
    ) -> Result<Vec<ActionVersion>, StoreError>;

    /// What has changed in history, oldest first: a change for each answer and
    /// reason. What only became known, and what a running bar came to, is none.
    async fn changes(&self, query: &ChangesQuery) -> Result<Vec<Change>, StoreError>;

    /// Every instrument ever described by a source.
    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError>;

    /// Reads the whole store for damage.
    async fn check(&self) -> Result<(), StoreError>;
}

/// What an answer says of bars and actions that are not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// That its source does not have them, within the stretch that was asked for.
    OfItsStretch,
    /// Nothing, as of a file that somebody brings in by hand.
    OfItsBars,
}

/// What persisting an answer changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Bars that were not in force before.
    pub new: usize,
    /// Bars that differ from the version known before.
    pub revised: usize,
    /// Bars that are in force no more.
    pub withdrawn: usize,
    /// Ex-dates on which something else happened than was known before.
    pub actions: usize,
    /// What was known before and holds no more.
    pub changes: Vec<Change>,
}

impl Saved {
    /// Whether anything that can be told has changed, but for when it was received.
    pub fn is_news(&self) -> bool {
        *self != Self::default()
    }
}

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
}

/// What a backend reported of a failure.
pub type StoreCause = Arc<dyn Error + Send + Sync>;

impl StoreError {
    /// [`StoreError::Unusable`] for a reason of our own.
    pub fn unusable(why: impl Into<String>) -> Self {
        Self::Unusable { why: why.into(), cause: None }
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
            Self::Unusable { why, .. } => Self::Unusable { why, cause },
            Self::Damaged { why, .. } => Self::Damaged { why, cause },
            Self::Refused(_) => self,
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
    fn a_pause_is_told_in_a_unit_people_count_in() {
        let sentence = |seconds| {
            SourceError::Throttled { retry_after: Some(Duration::from_secs(seconds)) }.to_string()
        };
        assert_eq!(sentence(60), "asks for a pause of 60 s");
        assert_eq!(sentence(90), "asks for a pause of 90 s");
        assert_eq!(sentence(1_800), "asks for a pause of 30 min");
        assert_eq!(sentence(5_400), "asks for a pause of 90 min");
        assert_eq!(sentence(86_400), "asks for a pause of 24 h");
        assert_eq!(SourceError::Throttled { retry_after: None }.to_string(), "asks for a pause");
    }

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
