use std::sync::Arc;

use jiff::Timestamp;
use market::{Catalog, Clock, Instrument, Store, Symbol};
use tracing::debug;

use crate::instruments::Instruments;
use crate::settings::Settings;
use crate::sources::Sources;
use crate::upstreams::Upstreams;

/// What every part of the engine works with. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Context {
    settings: Arc<Settings>,
    clock: Arc<dyn Clock>,
    store: Arc<dyn Store>,
    instruments: Arc<Instruments>,
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
        Self {
            instruments: Arc::new(instruments),
            upstreams: Arc::new(Upstreams::new(sources, Arc::clone(&clock))),
            settings: Arc::new(settings),
            clock,
            store,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
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

    pub(crate) fn upstreams(&self) -> &Upstreams {
        &self.upstreams
    }

    /// The instrument of a canonical symbol, as best known.
    pub(crate) fn instrument(&self, symbol: &Symbol) -> Instrument {
        self.instruments.get(symbol)
    }
}
