use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{HistoryQuery, HistoryResult};

use super::NoRate;
use crate::engine::Engine;
use crate::failures::SourceFailures;
use crate::history::HistoryError;

/// The day whose rate is asked for, and the instant of which it is to be told; `None`
/// for the present.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// As it was told then.
    pub at: Option<Timestamp>,
}

/// Days where the reference rates are set, and what was told of them.
impl Engine {
    /// The present day where the reference rates are set.
    pub fn reference_day(&self) -> Date {
        self.reference_day_of(self.now())
    }

    /// The day of an instant where the reference rates are set.
    pub fn reference_day_of(&self, at: Timestamp) -> Date {
        self.day_of(at)
    }

    pub(super) fn reference_day_at(&self, at: Option<Timestamp>) -> Date {
        at.map_or_else(|| self.reference_day(), |at| self.day_of(at))
    }

    /// What is told of a query, or was told at an instant.
    pub(super) async fn told(
        &self,
        query: &HistoryQuery,
        at: Option<Timestamp>,
    ) -> Result<Arc<HistoryResult>, HistoryError> {
        let Some(at) = at else { return self.history(query).await };
        let nothing = || HistoryError::from(SourceFailures::default());
        match self.history_as_known(query, at).await {
            Ok(told) => told.map(Arc::new).ok_or_else(nothing),
            Err(error) => Err(nothing().with_store(Some(error))),
        }
    }

    /// The day of an instant where the reference rates are set.
    pub(super) fn day_of(&self, at: Timestamp) -> Date {
        let rates = self.catalog().reference_rates();
        let zone = rates.and_then(|rates| TimeZone::get(rates.time_zone).ok());
        at.to_zoned(zone.unwrap_or(TimeZone::UTC)).date()
    }

    pub(super) fn check_day(&self, Day { date, at }: Day) -> Result<(), NoRate> {
        let today = self.reference_day_at(at);
        let first = self.catalog().reference_rates().map(|rates| rates.first);
        match first {
            _ if date > today => Err(NoRate::Future { date, today }),
            Some(first) if date < first => Err(NoRate::BeforeFirst { date, first }),
            _ => Ok(()),
        }
    }
}
