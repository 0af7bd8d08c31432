use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use market::{
    Catalog, Identifier, Identities, Identity, Instrument, Store, StoreError, Symbol, TwoOfOne,
};
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
    identities: RwLock<Identities>,
}

/// Why what instruments are called elsewhere was not taken in.
#[derive(Debug)]
pub enum IdentitiesError {
    /// It contradicts itself, or what was brought in before.
    TwoOfOne(TwoOfOne),
    /// It cannot be stored.
    Store(StoreError),
}

impl fmt::Display for IdentitiesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TwoOfOne(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for IdentitiesError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::TwoOfOne(_) => None,
            Self::Store(error) => error.source(),
        }
    }
}

impl From<TwoOfOne> for IdentitiesError {
    fn from(error: TwoOfOne) -> Self {
        Self::TwoOfOne(error)
    }
}

impl From<StoreError> for IdentitiesError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Instruments {
    /// Starts from the descriptions that are stored. Where they cannot be read,
    /// the log says so, and it starts without them.
    pub(crate) async fn start(catalog: Catalog, watchlist: &[Symbol], store: &dyn Store) -> Self {
        let described = RwLock::new(stored_descriptions(store).await);
        let identities = RwLock::new(stored_identities(store).await);
        let (mut seen, none) = (HashSet::new(), Vec::new());
        let all = Self { catalog, watchlist: Vec::new(), assumed: none, described, identities };
        let canonical = watchlist.iter().map(|symbol| all.canonical(symbol));
        let watchlist: Vec<_> = canonical.filter(|symbol| seen.insert(symbol.clone())).collect();
        let assumed = watchlist.iter().map(|it| Described::of(all.catalog.instrument(it)));
        Self { assumed: assumed.collect(), watchlist, ..all }
    }

    /// The one symbol that all spellings of an instrument resolve to, and what stands for
    /// it and for nothing else.
    pub(crate) fn canonical(&self, symbol: &Symbol) -> Symbol {
        match &self.meant_by(symbol)[..] {
            [one] => one.clone(),
            _ => self.catalog.canonical(symbol),
        }
    }

    /// The symbols that a text stands for which is an ISIN or the like.
    fn meant_by(&self, symbol: &Symbol) -> Vec<Symbol> {
        let Some(identifier) = Identifier::of(symbol) else { return Vec::new() };
        let mic_of =
            |symbol: &Symbol| Some(self.described().get(symbol)?.instrument.mic.as_deref()?.into());
        self.identities().meant_by(&identifier, &mic_of)
    }

    fn identities(&self) -> RwLockReadGuard<'_, Identities> {
        self.identities.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an instrument is called elsewhere. Expects a canonical symbol.
    pub(crate) fn identity(&self, symbol: &Symbol) -> Identity {
        self.identities().of(symbol)
    }

    /// Whether these contradict neither each other nor what was brought in before.
    pub(crate) fn check(&self, brought: &[Identity]) -> Result<(), TwoOfOne> {
        self.identities().clone().with(brought.iter().cloned()).map(|_| ())
    }

    /// Takes in what somebody says that instruments are called, and stores it.
    pub(crate) async fn identify(
        &self,
        brought: &[Identity],
        store: &dyn Store,
    ) -> Result<(), IdentitiesError> {
        self.check(brought)?;
        store.persist_identities(brought).await?;
        let mut identities = self.identities.write().unwrap_or_else(PoisonError::into_inner);
        *identities = identities.clone().with(brought.iter().cloned())?;
        Ok(())
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

    /// Up to three known symbols that look like a mistyped one, best first; all that an ISIN
    /// or the like may stand for.
    pub(crate) fn near(&self, symbol: &Symbol) -> Vec<Symbol> {
        let meant = self.meant_by(symbol);
        if !meant.is_empty() {
            return meant;
        }
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

/// As stored. What contradicts itself was not stored by us, and is not believed.
async fn stored_identities(store: &dyn Store) -> Identities {
    let read = async {
        let brought = store.identities().await?;
        Ok::<_, IdentitiesError>(Identities::default().with(brought)?)
    };
    read.await.unwrap_or_else(|error| {
        warn!(%error, "what instruments are called elsewhere cannot be read; starting without it");
        Identities::default()
    })
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
