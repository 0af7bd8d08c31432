//! What is passed on as upstreams said it, to clients that speak their protocol.
//!
//! A question goes upstream once in its lifetime, however many ask it, through the gate
//! of every other question to that source. What came back is held, as long as there is
//! room, also past its lifetime: it is given, and called stale, while its source is away.
//! It is held in memory alone. The store keeps prices, as they were known at any instant;
//! these are texts of somebody else, large and soon outdated, and a restart costs each
//! of them one request at most, out of the same budget.

mod asking;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use market::{Document, DocumentOffer, DocumentQuery, Moment, Source, Symbol};
use moka::sync::Cache;
use tokio::time::timeout;
use tracing::warn;

use crate::asker::Asker;
use crate::context::Context;
use crate::failures::SourceFailures;
use crate::figures::Figures;
use crate::flight::Flights;
use crate::interest::Question;
use crate::settings::Settings;

/// What says that a question has no answer is current for no longer: somebody may list
/// an instrument a minute later.
const NO_ANSWER_FOR: Duration = Duration::from_mins(5);

/// So many addresses that are refused are remembered, so that each is logged once.
const REFUSED_REMEMBERED: u64 = 1_000;

/// So many segments of an address tell what it is for; what follows is whom it is about.
const TELLING: usize = 4;

/// A question to a source.
type Key = (Source, DocumentQuery);

/// An answer that is passed on.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenDocument {
    /// What the upstream said.
    pub document: Document,
    /// Who said it.
    pub source: Source,
    /// Made up, because there is nothing real.
    pub simulated: bool,
    /// When it was received.
    pub received_at: Timestamp,
    /// How long ago that was.
    pub age: Duration,
    /// For how long it is still current; nothing where it no longer is.
    pub current_for: Duration,
    /// Why there is no newer one, where it is no longer current.
    pub failures: SourceFailures,
}

impl Figures for GivenDocument {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        if !self.simulated {
            name(&self.source, None);
        }
    }
}

/// Why nothing is passed on.
#[derive(Clone, Debug, PartialEq)]
pub enum NoDocument {
    /// It is none of the questions that are.
    NotOffered,
    /// It is one, and settings say that nothing is.
    SwitchedOff,
    /// Nothing is held, and nothing came.
    Failed(SourceFailures),
}

impl NoDocument {
    /// Who was asked in vain, where somebody was to be.
    pub(crate) fn failures(&self) -> Option<&SourceFailures> {
        match self {
            Self::Failed(failures) => Some(failures),
            Self::NotOffered | Self::SwitchedOff => None,
        }
    }
}

/// An answer as it is held.
#[derive(Clone, Debug)]
struct Held {
    document: Document,
    received_at: Timestamp,
    at: Moment,
    lifetime: Duration,
}

/// Holds what is passed on, and asks for it.
pub(crate) struct Documents {
    context: Context,
    /// None where nothing is passed on.
    held: Option<Cache<Key, Arc<Held>>>,
    flights: Flights<Key, Result<Arc<Held>, SourceFailures>>,
    preparing: Flights<Source, Result<(), market::SourceError>>,
    refused: Cache<Vec<String>, ()>,
}

impl Documents {
    pub(crate) fn new(context: Context) -> Self {
        let held = context.settings().document_bytes.map(|bytes| {
            let weight = |(_, query): &Key, held: &Arc<Held>| {
                u32::try_from(query.len() + held.document.body.len()).unwrap_or(u32::MAX)
            };
            Cache::builder().weigher(weight).max_capacity(bytes).build()
        });
        let refused = Cache::new(REFUSED_REMEMBERED);
        Self { context, held, flights: Flights::default(), preparing: Flights::default(), refused }
    }

    /// What a source says to a question, held or asked now.
    pub(crate) async fn get(
        self: &Arc<Self>,
        source: &Source,
        asked: &DocumentQuery,
        asker: &Asker,
    ) -> Result<GivenDocument, NoDocument> {
        let offer = self.offered(source, asked)?;
        let key = (source.clone(), offer.query.clone());
        if let Some(held) = self.current(&key) {
            return Ok(self.given(source, &held, SourceFailures::default()));
        }
        let held = self.held.as_ref().and_then(|held| held.get(&key));
        let Settings { read_deadline, longest_wait, .. } = *self.context.settings();
        let patience = if held.is_some() { read_deadline } else { longest_wait };
        let anew = timeout(patience, self.anew(key, offer.lifetime, asker)).await;
        match (anew.unwrap_or_else(|_| Err(SourceFailures::default())), held) {
            (Ok(anew), _) => Ok(self.given(source, &anew, SourceFailures::default())),
            (Err(failures), Some(held)) => Ok(self.given(source, &held, failures)),
            (Err(failures), None) => self.made_up(&offer, failures).await,
        }
    }

    /// What is held and may be given without asking.
    fn current(&self, key: &Key) -> Option<Arc<Held>> {
        let held = self.held.as_ref()?.get(key)?;
        (!self.left(&held).is_zero()).then_some(held)
    }

    /// The question as it would be put.
    fn offered(&self, source: &Source, asked: &DocumentQuery) -> Result<DocumentOffer, NoDocument> {
        let offering = self.context.upstreams().offering(source);
        let Some(offer) = offering.and_then(|offering| offering.offer(asked)) else {
            self.tell_refused(asked);
            return Err(NoDocument::NotOffered);
        };
        self.held.as_ref().map(|_| offer).ok_or(NoDocument::SwitchedOff)
    }

    /// Says once of each kind of address that it is not asked for. Parameters are not
    /// repeated: clients put keys there.
    fn tell_refused(&self, asked: &DocumentQuery) {
        let path = asked.path().iter().take(TELLING).cloned().collect::<Vec<_>>();
        let is_news = self.refused.entry(path.clone()).or_insert(()).is_fresh();
        if is_news && self.held.is_some() {
            let path = path.join("/");
            warn!(path, "refused to pass on /{path}: it is on no list");
        }
    }

    /// Joins whoever asks the same.
    async fn anew(
        self: &Arc<Self>,
        key: Key,
        lifetime: Duration,
        asker: &Asker,
    ) -> Result<Arc<Held>, SourceFailures> {
        self.context.interest().asks(asker.client(), Question::document(&key.1));
        asker.depends_on([key.0.clone()], false);
        let begin = || {
            let (documents, key) = (Arc::clone(self), key.clone());
            async move { documents.ask(key, lifetime).await }
        };
        let of_another = |anew: &Result<_, SourceFailures>| {
            anew.as_ref().err().is_some_and(SourceFailures::is_share_spent)
        };
        let anew = self.flights.join_or_begin(&key, begin, of_another).await;
        anew.unwrap_or_else(|| Err(SourceFailures::default()))
    }

    /// What the simulator makes up, where it may stand in.
    async fn made_up(
        &self,
        offer: &DocumentOffer,
        failures: SourceFailures,
    ) -> Result<GivenDocument, NoDocument> {
        let simulator = self.context.upstreams().simulator();
        let Some(simulator) = simulator.and_then(|it| it.documents.as_ref()) else {
            return Err(NoDocument::Failed(failures));
        };
        let Ok(Some(document)) = simulator.document(&offer.query).await else {
            return Err(NoDocument::Failed(failures));
        };
        Ok(GivenDocument {
            document,
            source: simulator.source(),
            simulated: true,
            received_at: self.context.now(),
            age: Duration::ZERO,
            current_for: Duration::ZERO,
            failures,
        })
    }

    fn given(&self, source: &Source, held: &Held, failures: SourceFailures) -> GivenDocument {
        GivenDocument {
            document: held.document.clone(),
            source: source.clone(),
            simulated: false,
            received_at: held.received_at,
            age: self.context.moment().since(held.at),
            current_for: self.left(held),
            failures,
        }
    }

    /// For how long an answer is still current.
    fn left(&self, held: &Held) -> Duration {
        (held.at + held.lifetime).since(self.context.moment())
    }
}
