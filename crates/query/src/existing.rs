use std::sync::Arc;

use engine::{Engine, Entry, SourceFailure, SourceFailures};
use market::{Catalog, Kind, Listed, Quote, SourceError, Symbol};

use crate::refusal::Refusal;

/// What is held of an instrument that exists, with or without a price. Expects a
/// canonical symbol.
///
/// # Errors
///
/// As for [`is_existing`].
pub async fn existing(engine: &Engine, symbol: &Symbol) -> Result<Arc<Entry>, Refusal> {
    let entry = engine.quotes(std::slice::from_ref(symbol)).await.into_iter().next();
    let nothing = || Refusal::no_history(symbol.clone(), SourceFailures::default(), Vec::new());
    let entry = entry.ok_or_else(nothing)?;
    is_existing(engine, &entry).map(|()| entry)
}

/// Whether an instrument exists. In development the simulator prices any symbol; what
/// only it knows of does not.
///
/// # Errors
///
/// Nobody knows such an instrument, or nobody could be asked.
pub fn is_existing(engine: &Engine, entry: &Entry) -> Result<(), Refusal> {
    let symbol = &entry.instrument.symbol;
    let is_made_up = entry.quote.as_ref().map(|quote| quote.simulated);
    if is_made_up == Some(false) || is_known(engine, symbol) {
        return Ok(());
    }
    let (symbol, near) = (symbol.clone(), engine.near(symbol));
    // Where there is nobody but the simulator to ask, nobody will ever know it.
    let is_offline = |failure: &SourceFailure| matches!(failure.error, SourceError::Offline);
    if is_made_up == Some(true) && entry.failures.iter().all(is_offline) {
        return Err(Refusal::Unknown { symbol, near });
    }
    Err(Refusal::no_history(symbol, entry.failures.clone(), near))
}

/// The price of an instrument that exists.
///
/// # Errors
///
/// As for [`is_existing`], and why there is no price.
pub fn priced<'a>(engine: &Engine, entry: &'a Entry) -> Result<&'a Quote, Refusal> {
    is_existing(engine, entry)?;
    let symbol = &entry.instrument.symbol;
    let nothing = || Refusal::no_history(symbol.clone(), entry.failures.clone(), Vec::new());
    entry.quote.as_ref().ok_or_else(nothing)
}

/// Whether an instrument is known without a price: a source has described it, it is
/// watched or well known, or it is a pair of codes that are.
pub(crate) fn is_known(engine: &Engine, symbol: &Symbol) -> bool {
    let is_pair = || {
        let kind = engine.instrument(symbol).kind;
        let is_base = |base: &str| kind == Kind::Crypto || Catalog::is_currency(base);
        symbol.pair().is_some_and(|(base, quote)| is_base(base) && Catalog::is_currency(quote))
    };
    engine.is_known(symbol) || Listed::of(symbol).is_some() || is_pair()
}
