use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{HistoryQuery, HistoryResult, ReferenceRates};

use super::NoRate;
use crate::engine::Engine;
use crate::failures::SourceFailures;
use crate::history::HistoryError;

/// The day whose rate is asked for, and the instant as of which it is asked for; `None`
/// for the present.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// As it was answered then.
    pub at: Option<Timestamp>,
}

/// Days where the reference rates are set, and what was answered about them.
impl Engine {
    /// The reference rates that a source sets, where there is one that does.
    pub fn reference_rate_facts(&self) -> Option<&'static ReferenceRates> {
        self.catalog().reference_rates()
    }

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

    /// The result of a query, or what it was at an instant.
    pub(super) async fn history_at(
        &self,
        query: &HistoryQuery,
        at: Option<Timestamp>,
    ) -> Result<Arc<HistoryResult>, HistoryError> {
        let Some(at) = at else { return self.history(query).await };
        let nothing = || HistoryError::from(SourceFailures::default());
        match self.history_as_known(query, at).await {
            Ok(known) => known.map(Arc::new).ok_or_else(nothing),
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
