use std::ops::Range;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Action, ActionVersion, Bar, BarVersion, Change, ChangesQuery, Dispute, Disputed, DisputesQuery,
    HistoryQuery, HistoryResult, Identity, Instrument, Interval, Noted, Outcome, Quote,
    QuoteVersion, QuoteVersionsQuery, Repair, RepairEnd, RepairRecord, RepairsQuery, Saved, Shown,
    ShownFrom, Slot, Source, Speaks, Spending, Store, StoreError, Symbol,
};

/// A store that has nothing and stores nothing, for running on the simulator
/// alone: simulated values are never stored, and what an earlier run stored is
/// not to be shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullStore;

#[async_trait]
impl Store for NullStore {
    async fn persist_shown(&self, _: &[ShownFrom], _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn shown_at(&self, _: &[Symbol], _: Timestamp) -> Result<Vec<Shown>, StoreError> {
        Ok(Vec::new())
    }

    async fn quotes(&self) -> Result<Vec<Quote>, StoreError> {
        Ok(Vec::new())
    }

    async fn persist_answer(
        &self,
        _: &HistoryResult,
        _: Speaks,
        _: Timestamp,
    ) -> Result<Saved, StoreError> {
        Ok(Saved::default())
    }

    async fn rebase(&self, _: &HistoryResult, _: Timestamp) -> Result<Saved, StoreError> {
        Ok(Saved::default())
    }

    async fn answer(
        &self,
        _: &HistoryQuery,
        _: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        Ok(None)
    }

    async fn overlapping(
        &self,
        _: &HistoryQuery,
        _: Option<Date>,
        _: Date,
        _: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        Ok(None)
    }

    async fn covering(
        &self,
        _: &HistoryQuery,
        _: Option<Date>,
        _: Date,
        _: Timestamp,
        _: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        Ok(None)
    }

    async fn persist_streamed(
        &self,
        _: &HistoryResult,
        _: Slot,
        _: Timestamp,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn streamed(
        &self,
        _: &HistoryQuery,
        _: &Source,
        _: Timestamp,
    ) -> Result<Option<(Vec<Bar>, Timestamp)>, StoreError> {
        Ok(None)
    }

    async fn persist_identities(&self, _: &[Identity]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn identities(&self) -> Result<Vec<Identity>, StoreError> {
        Ok(Vec::new())
    }

    async fn note_start(&self, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn note_skipped(&self, _: Range<Timestamp>) -> Result<Noted, StoreError> {
        Ok(Noted::Stored)
    }

    async fn persist_spending(&self, _: &Spending) -> Result<(), StoreError> {
        Ok(())
    }

    async fn spendings(&self) -> Result<Vec<Spending>, StoreError> {
        Ok(Vec::new())
    }

    async fn actions(
        &self,
        _: &Symbol,
        _: &Source,
        _: Option<Timestamp>,
    ) -> Result<Vec<Action>, StoreError> {
        Ok(Vec::new())
    }

    async fn bar_versions(
        &self,
        _: &Symbol,
        _: Interval,
        _: Option<&Source>,
        _: Option<Date>,
        _: Date,
    ) -> Result<Vec<BarVersion>, StoreError> {
        Ok(Vec::new())
    }

    async fn action_versions(
        &self,
        _: &Symbol,
        _: Option<Date>,
        _: Date,
    ) -> Result<Vec<ActionVersion>, StoreError> {
        Ok(Vec::new())
    }

    async fn quote_versions(
        &self,
        _: &QuoteVersionsQuery,
    ) -> Result<Vec<QuoteVersion>, StoreError> {
        Ok(Vec::new())
    }

    async fn changes(&self, _: &ChangesQuery) -> Result<Vec<Change>, StoreError> {
        Ok(Vec::new())
    }

    async fn begin_dispute(&self, _: &Dispute) -> Result<(), StoreError> {
        Ok(())
    }

    async fn end_dispute(&self, _: &Dispute, _: Timestamp, _: Outcome) -> Result<(), StoreError> {
        Ok(())
    }

    async fn disputes(
        &self,
        _: Option<&Symbol>,
        _: Option<Timestamp>,
    ) -> Result<Vec<Dispute>, StoreError> {
        Ok(Vec::new())
    }

    async fn disputed(&self, _: &DisputesQuery) -> Result<Vec<Disputed>, StoreError> {
        Ok(Vec::new())
    }

    async fn begin_repair(&self, _: &Repair) -> Result<(), StoreError> {
        Ok(())
    }

    async fn end_repair(&self, _: &Repair, _: Timestamp, _: RepairEnd) -> Result<(), StoreError> {
        Ok(())
    }

    async fn repairs(
        &self,
        _: Option<&Symbol>,
        _: Option<Timestamp>,
    ) -> Result<Vec<Repair>, StoreError> {
        Ok(Vec::new())
    }

    async fn repair_records(&self, _: &RepairsQuery) -> Result<Vec<RepairRecord>, StoreError> {
        Ok(Vec::new())
    }

    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError> {
        Ok(Vec::new())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
