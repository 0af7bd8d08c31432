use std::ops::Range;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use super::StoreError;
use crate::{
    Action, ActionVersion, Bar, BarVersion, Change, ChangesQuery, Dispute, Disputed, DisputesQuery,
    HistoryQuery, HistoryResult, Identity, Instrument, Interval, Outcome, Quote, QuoteVersion,
    QuoteVersionsQuery, Repair, RepairEnd, RepairRecord, RepairsQuery, Shown, ShownFrom, Slot,
    Source, Spending, Symbol,
};

/// Persists what was received, so that it outlives upstreams and restarts.
#[async_trait]
pub trait Store: Send + Sync {
    /// Persists what is shown of instruments, each from its instant on, in that
    /// order: each quote as the latest of its instrument and source, and in the log
    /// what differs from what was shown before. A quote that was only received again
    /// is noted as such. Never a simulated one. `now` as in [`Store::persist_answer`].
    async fn persist_shown(&self, shown: &[ShownFrom], now: Timestamp) -> Result<(), StoreError>;

    /// What was shown of some instruments at an instant, in the order asked;
    /// nothing of those of which nothing was.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotKept`] where something was, and is not kept; else why it
    /// cannot be read.
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
    ///
    /// `now` is what the clock shows as it is handed over. What comes much later than it was
    /// received, as after a disk was full, is known from now on: between the two nobody can
    /// read it here. Where `now` is before what is known, the clock was set back.
    async fn persist_answer(
        &self,
        answer: &HistoryResult,
        speaks: Speaks,
        now: Timestamp,
    ) -> Result<Saved, StoreError>;

    /// Persists an answer of a new basis, such as the first one after a split:
    /// what is known of this series (this symbol, interval, source, currency and
    /// kind of adjustment) from before can no longer stand beside it.
    ///
    /// From then on bars known before are read apart from those known since, and
    /// only in answers marked [`HistoryResult::superseded`]. Every bar of the
    /// answer counts as new. A split that nothing speaks of any more ends. So the
    /// answer that revealed the new basis must be persisted by this call alone. `now` as in
    /// [`Store::persist_answer`].
    async fn rebase(&self, answer: &HistoryResult, now: Timestamp) -> Result<Saved, StoreError>;

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

    /// Persists what instruments are called elsewhere, each in the place of what was
    /// persisted of its symbol before.
    async fn persist_identities(&self, brought: &[Identity]) -> Result<(), StoreError>;

    /// Everything that [`Store::persist_identities`] was given and that is still in its place.
    async fn identities(&self) -> Result<Vec<Identity>, StoreError>;

    /// Notes that the service starts.
    async fn note_start(&self, at: Timestamp) -> Result<(), StoreError>;

    /// Notes that the clock was set ahead, from the first of these instants to their end:
    /// it has not shown what lies between them, or not a second time. What is held and
    /// could not be stored is to be noted again.
    ///
    /// # Errors
    ///
    /// Where it is not known from now on: what was known at such an instant cannot be told.
    async fn note_skipped(&self, skipped: Range<Timestamp>) -> Result<Noted, StoreError>;

    /// Persists what is to be remembered of an upstream's budget and pause, in the place
    /// of what was before.
    async fn persist_spending(&self, spending: &Spending) -> Result<(), StoreError>;

    /// What was persisted last of each upstream's budget and pause.
    async fn spendings(&self) -> Result<Vec<Spending>, StoreError>;

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

    /// Every version of what was shown of an instrument, oldest first.
    async fn quote_versions(
        &self,
        query: &QuoteVersionsQuery,
    ) -> Result<Vec<QuoteVersion>, StoreError>;

    /// What has changed in history, oldest first: a change for each answer and
    /// reason. What only became known, and what a running bar came to, is none.
    async fn changes(&self, query: &ChangesQuery) -> Result<Vec<Change>, StoreError>;

    /// Persists that a history is disputed from an instant on. What was disputed of it
    /// until then is no more; of closes, that one by that source.
    async fn begin_dispute(&self, dispute: &Dispute) -> Result<(), StoreError>;

    /// Persists that a history is disputed no more.
    async fn end_dispute(
        &self,
        dispute: &Dispute,
        at: Timestamp,
        outcome: Outcome,
    ) -> Result<(), StoreError>;

    /// The histories that are disputed, or were at an instant, of one instrument or of
    /// all.
    async fn disputes(
        &self,
        symbol: Option<&Symbol>,
        at: Option<Timestamp>,
    ) -> Result<Vec<Dispute>, StoreError>;

    /// The disputes there are and were of prices and histories, the newest first. Those
    /// of prices begin and end with what [`Store::persist_shown`] is given.
    async fn disputed(&self, query: &DisputesQuery) -> Result<Vec<Disputed>, StoreError>;

    /// Persists that other sources know a bar better from an instant on. What was known
    /// of that bar until then is in force no more.
    async fn begin_repair(&self, repair: &Repair) -> Result<(), StoreError>;

    /// Persists that a repair is in force no more.
    async fn end_repair(
        &self,
        repair: &Repair,
        at: Timestamp,
        how: RepairEnd,
    ) -> Result<(), StoreError>;

    /// The repairs that are in force, or were at an instant, of one instrument or of all.
    async fn repairs(
        &self,
        symbol: Option<&Symbol>,
        at: Option<Timestamp>,
    ) -> Result<Vec<Repair>, StoreError>;

    /// The repairs there are and were, the newest first.
    async fn repair_records(&self, query: &RepairsQuery) -> Result<Vec<RepairRecord>, StoreError>;

    /// Every instrument ever described by a source.
    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError>;

    /// Reads the whole store for damage.
    async fn check(&self) -> Result<(), StoreError>;

    /// Looks whether the store is still where it was and can be written, and mends
    /// what can be mended: it is opened again where it could not be written, and put
    /// back or begun anew where it was deleted. Meant to be called every second or so;
    /// where nothing is the matter it costs next to nothing.
    ///
    /// The number of stores there have been here since the start: where it has grown,
    /// what was stored before is not in this one.
    ///
    /// # Errors
    ///
    /// What is the matter, for as long as it is. Writing is refused with the same
    /// words meanwhile, so that nobody waits for it.
    async fn tend(&self, _now: Timestamp) -> Result<u32, StoreError> {
        Ok(0)
    }
}

/// What an answer says of bars and actions that are not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// That its source does not have them, within the stretch that was asked for.
    OfItsStretch,
    /// Nothing, as of a file that somebody brings in by hand.
    OfItsBars,
}

/// Where a leap of the clock is known.
#[derive(Clone, Debug)]
pub enum Noted {
    /// It is stored.
    Stored,
    /// In memory, so until the service ends: why it could not be stored.
    Held(StoreError),
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
