use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use market::{Catalog, Instrument, Store, Symbol};
use tracing::warn;

use crate::likeness::Words;

/// An instrument, ready to be compared with what is looked for.
pub(crate) struct Described {
    pub(crate) instrument: Instrument,
    pub(crate) words: Words,
}

impl Described {
    fn of(instrument: Instrument) -> Arc<Self> {
        Arc::new(Self { words: Words::of(&instrument), instrument })
    }
}

/// What is known of instruments: by the catalog, by the sources that described
/// them, and which of them are on the watchlist.
pub(crate) struct Instruments {
    catalog: Catalog,
    watchlist: Vec<Symbol>,
    /// What the catalog assumes of the watchlist.
    assumed: Vec<Arc<Described>>,
    described: RwLock<HashMap<Symbol, Arc<Described>>>,
}

impl Instruments {
    /// Starts from the descriptions that are stored. Where they cannot be read,
    /// the log says so, and it starts without them.
    pub(crate) async fn start(catalog: Catalog, watchlist: &[Symbol], store: &dyn Store) -> Self {
        let mut seen = HashSet::new();
        let canonical = watchlist.iter().map(|symbol| catalog.canonical(symbol));
        let watchlist: Vec<_> = canonical.filter(|symbol| seen.insert(symbol.clone())).collect();
        let assumed = watchlist.iter().map(|it| Described::of(catalog.instrument(it))).collect();
        let described = RwLock::new(stored_descriptions(store).await);
        Self { catalog, watchlist, assumed, described }
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The canonical symbols of the watchlist, each once.
    pub(crate) fn watchlist(&self) -> &[Symbol] {
        &self.watchlist
    }

    fn described(&self) -> RwLockReadGuard<'_, HashMap<Symbol, Arc<Described>>> {
        self.described.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The instrument as a source described it, else as the catalog assumes it.
    /// Expects a canonical symbol.
    pub(crate) fn get(&self, symbol: &Symbol) -> Instrument {
        let described = self.described().get(symbol).map(|it| it.instrument.clone());
        described.unwrap_or_else(|| self.catalog.instrument(symbol))
    }

    /// Up to three known symbols that look like a mistyped one, best first.
    pub(crate) fn near(&self, symbol: &Symbol) -> Vec<Symbol> {
        self.catalog.near(symbol, self.described().keys().chain(&self.watchlist))
    }

    /// Whether the instrument is known without asking anybody.
    pub(crate) fn is_known(&self, symbol: &Symbol) -> bool {
        self.described().contains_key(symbol) || self.watchlist.contains(symbol)
    }

    /// Every instrument that a source ever described or that is watched.
    pub(crate) fn all(&self) -> Vec<Arc<Described>> {
        let described = self.described();
        let mut all: Vec<_> = described.values().cloned().collect();
        let is_described = |it: &Described| described.contains_key(&it.instrument.symbol);
        all.extend(self.assumed.iter().filter(|it| !is_described(it)).cloned());
        all.sort_by(|a, b| a.instrument.symbol.cmp(&b.instrument.symbol));
        all
    }

    /// Remembers how a source describes an instrument.
    pub(crate) fn describe(&self, instrument: &Instrument) {
        let mut described = self.described.write().unwrap_or_else(PoisonError::into_inner);
        if described.get(&instrument.symbol).is_none_or(|it| it.instrument != *instrument) {
            described.insert(instrument.symbol.clone(), Described::of(instrument.clone()));
        }
    }
}

async fn stored_descriptions(store: &dyn Store) -> HashMap<Symbol, Arc<Described>> {
    match store.instruments().await {
        Ok(all) => {
            all.into_iter().map(|found| (found.symbol.clone(), Described::of(found))).collect()
        }
        Err(error) => {
            warn!(%error, "stored instruments cannot be read; starting without them");
            HashMap::new()
        }
    }
}
