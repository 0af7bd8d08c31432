use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use market::{HistoryResult, Moment, Source};

use crate::client::Client;
use crate::figures::Noted;
use crate::upstream::Allotment;

/// One who asks, and what its answers have depended on so far.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    client: Client,
    /// The upstreams that had to be asked, each with whether all that it was asked
    /// for is known to exist.
    asked: Arc<Mutex<BTreeMap<Source, bool>>>,
    /// Until when it waits for its turns.
    waits_until: Moment,
    /// Whether bars of its stretch that others asked for will do where the rest of it
    /// cannot be had.
    takes_parts: bool,
    /// Where it is noted whose figures it is given, if that matters.
    noted: Option<Noted>,
}

impl Asker {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            asked: Arc::default(),
            waits_until: Moment::default(),
            takes_parts: true,
            noted: None,
        }
    }

    /// The same, who waits for its turns until then.
    pub(crate) fn waiting_until(self, waits_until: Moment) -> Self {
        Self { waits_until, ..self }
    }

    /// The same, who is given all that it asks for, or the reason why not.
    pub(crate) fn taking_no_parts(self) -> Self {
        Self { takes_parts: false, ..self }
    }

    /// The same, of whom it is noted whose figures it is given.
    pub(crate) fn noting(self) -> Self {
        Self { noted: Some(Noted::default()), ..self }
    }

    /// The same, of whom that is noted elsewhere.
    pub(crate) fn unnoted(self) -> Self {
        Self { noted: None, ..self }
    }

    pub(crate) fn noted(&self) -> Option<&Noted> {
        self.noted.as_ref()
    }

    /// Whether this answers it.
    pub(crate) fn takes(&self, result: &HistoryResult) -> bool {
        self.takes_parts || !result.is_part()
    }

    /// How long it still waits for its turns.
    pub(crate) fn patience(&self, now: Moment) -> Duration {
        self.waits_until.since(now)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// What is to be answered depends on what these may be asked.
    pub(crate) fn depends_on(&self, upstreams: impl IntoIterator<Item = Source>, is_known: bool) {
        let mut asked = self.asked();
        for upstream in upstreams {
            *asked.entry(upstream).or_insert(true) &= is_known;
        }
    }

    pub(crate) fn depended_on(&self) -> BTreeMap<Source, bool> {
        self.asked().clone()
    }

    fn asked(&self) -> MutexGuard<'_, BTreeMap<Source, bool>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client's share of the requests that an upstream may be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The upstream.
    pub upstream: Source,
    /// Requests that a client may cause at once, where nobody caused any of late.
    pub most: u32,
    /// Requests that this one may cause now.
    pub left: u32,
    /// In what time so many come in as it may cause at once.
    pub window: Duration,
    /// The time until it may cause one more.
    pub next_in: Duration,
}

impl Share {
    pub(crate) fn of(upstream: Source, allotment: Allotment) -> Self {
        let Allotment { most, left, window, next_in } = allotment;
        Self { upstream, most, left, window, next_in }
    }
}
