use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use market::{Quote, contradicted_calendar};
use tracing::info;

/// Days of trading that sources state otherwise than calendars have them: each is
/// logged once.
#[derive(Debug, Default)]
pub(super) struct Differing {
    /// By calendar, with when the day begins and ends.
    said: Mutex<BTreeSet<(&'static str, Timestamp, Timestamp)>>,
}

/// After so long a day is not stated any more.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Differing {
    /// Says so if a quote's day of trading is not that of the calendar.
    pub(super) fn note(&self, quote: &Quote) {
        let stated = quote.session.map(|session| session.regular);
        let Some((calendar, stated)) = contradicted_calendar(quote).zip(stated) else { return };
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.retain(|(_, start, _)| quote.received_at.duration_since(*start) < REMEMBERED_FOR);
        if said.insert((calendar.mic(), stated.start, stated.end)) {
            let (symbol, calendar) = (&quote.instrument.symbol, calendar.mic());
            info!(%symbol, calendar, from = %stated.start, to = %stated.end, "a source states another day of trading than the calendar; it is believed for that day");
        }
    }
}
