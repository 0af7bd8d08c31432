use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use market::{Catalog, Clock, Instrument, Moment, Noted, Store, StoreError, Symbol};
use tracing::debug;

use crate::clock_steps::ClockSteps;
use crate::instruments::Instruments;
use crate::interest::Interest;
use crate::now::Now;
use crate::settings::Settings;
use crate::sources::Sources;
use crate::upstreams::Upstreams;

/// What every part of the engine works with. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Context {
    settings: Arc<Settings>,
    clock: Arc<dyn Clock>,
    clock_steps: Arc<ClockSteps>,
    store: Arc<dyn Store>,
    instruments: Arc<Instruments>,
    interest: Arc<Interest>,
    upstreams: Arc<Upstreams>,
}

impl Context {
    pub(crate) async fn start(
        settings: Settings,
        clock: Arc<dyn Clock>,
        sources: Sources,
        store: Arc<dyn Store>,
    ) -> Self {
        if let Err(error) = store.note_start(clock.now()).await {
            debug!(%error, "the start cannot be noted");
        }
        let instruments =
            Instruments::start(sources.catalog().clone(), &settings.watchlist, &*store).await;
        let instruments = Arc::new(instruments);
        let interest = Arc::new(Interest::new(Arc::clone(&clock), Arc::clone(&instruments)));
        let clock_steps = Arc::new(ClockSteps::new(&*clock));
        let clocks = (Arc::clone(&clock), Arc::clone(&clock_steps));
        let upstreams = Upstreams::start(sources, clocks, Arc::clone(&interest), &store).await;
        Self {
            instruments,
            interest,
            upstreams: Arc::new(upstreams),
            settings: Arc::new(settings),
            clock_steps,
            clock,
            store,
        }
    }

    /// The present instant, to stamp with.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How far time has come, to wait by.
    pub(crate) fn moment(&self) -> Moment {
        self.clock.moment()
    }

    /// Both, of one look.
    pub(crate) fn look(&self) -> Now {
        self.clock_steps.with_latest(Now::by(&*self.clock))
    }

    /// By how much the wall clock was set since this was asked last, if it was.
    pub(crate) fn clock_step(&self) -> Option<SignedDuration> {
        self.clock_steps.look(&*self.clock)
    }

    /// Has the store know what the wall clock did not show when it was set ahead.
    pub(crate) async fn note_skipped(&self) -> Result<(), StoreError> {
        for skipped in self.clock_steps.skipped() {
            match self.store.note_skipped(skipped.clone()).await? {
                Noted::Stored => self.clock_steps.is_noted(&skipped),
                Noted::Held(why) => debug!(%why, "a leap of the clock is not stored yet"),
            }
        }
        Ok(())
    }

    /// Whether it did not show an instant when it was set ahead, and the store does not know.
    pub(crate) fn has_skipped(&self, at: Timestamp) -> bool {
        self.clock_steps.has_skipped(at)
    }

    /// When it was last set back so far that what was received before may look younger
    /// than it is.
    pub(crate) fn clock_set_back_at(&self) -> Option<Moment> {
        self.clock_steps.set_back_at()
    }

    /// A price was true at an instant.
    pub(crate) fn was_true(&self, as_of: Timestamp) {
        self.clock_steps.was_true(as_of, Now::by(&*self.clock));
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        self.instruments.catalog()
    }

    pub(crate) fn instruments(&self) -> &Instruments {
        &self.instruments
    }

    /// Who wants what.
    pub(crate) fn interest(&self) -> &Arc<Interest> {
        &self.interest
    }

    pub(crate) fn upstreams(&self) -> &Upstreams {
        &self.upstreams
    }

    /// The instrument of a canonical symbol, as best known.
    pub(crate) fn instrument(&self, symbol: &Symbol) -> Instrument {
        self.instruments.get(symbol)
    }
}
