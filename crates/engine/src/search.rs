use std::sync::Arc;
use std::time::Duration;

use market::{Instrument, Symbol};
use moka::sync::Cache;
use tokio::time::timeout;

use crate::context::Context;
use crate::failures::SourceFailures;
use crate::flight::Flights;
use crate::settings::Settings;

/// How many known instruments a search brings at most.
const MOST_KNOWN: usize = 50;

/// How many searches are remembered, and for how long.
const SEARCHES_REMEMBERED: u64 = 1_000;
const FOUND_FOR: Duration = Duration::from_hours(1);

/// What a search brought.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Known instruments first, then what an upstream found; each once.
    pub instruments: Vec<Instrument>,
    /// How many of them were known already.
    pub known: usize,
    /// Why no upstream gave a result, where none did.
    pub failures: SourceFailures,
}

/// Looks instruments up, and remembers what upstreams found.
pub(crate) struct Search {
    context: Context,
    found: Cache<String, Found>,
    flights: Flights<String, Found>,
}

impl Search {
    pub(crate) fn new(context: Context) -> Self {
        let found = Cache::builder().max_capacity(SEARCHES_REMEMBERED).time_to_live(FOUND_FOR);
        Self { context, found: found.build(), flights: Flights::default() }
    }

    /// Looks for instruments by name, symbol or ISIN: among those known, and
    /// upstream, where one can be asked.
    pub(crate) async fn find(self: &Arc<Self>, text: &str) -> Found {
        let text = text.trim().to_lowercase();
        let known = self.known_like(&text);
        let Settings { read_deadline, longest_wait, .. } = *self.context.settings();
        let patience = if known.is_empty() { longest_wait } else { read_deadline };
        let found = timeout(patience, self.find_upstream(text)).await.unwrap_or_default();
        merged(known, found)
    }

    async fn find_upstream(self: &Arc<Self>, text: String) -> Found {
        if let Some(found) = self.found.get(&text) {
            return found;
        }
        let (search, asked) = (Arc::clone(self), text.clone());
        self.flights.join(text, || async move { search.ask(asked).await }).await.unwrap_or_default()
    }

    async fn ask(&self, text: String) -> Found {
        let mut found = Found::default();
        match self.context.upstreams().search(&text).await {
            None => {}
            Some((_, Ok(instruments))) => {
                found.instruments = instruments;
                self.found.insert(text, found.clone());
            }
            Some((source, Err(error))) => found.failures.add(source, error),
        }
        found
    }

    /// Known instruments that a text describes, best first.
    fn known_like(&self, text: &str) -> Vec<Instrument> {
        let canonical = text.to_uppercase().parse::<Symbol>().ok();
        let canonical = canonical.map(|symbol| self.context.catalog().canonical(&symbol));
        let rank = |it: &Instrument| {
            if canonical.as_ref() == Some(&it.symbol) { Some(0) } else { likeness(it, text) }
        };
        let known = self.context.instruments().all().into_iter();
        let mut ranked: Vec<_> = known.filter_map(|it| Some((rank(&it)?, it))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().take(MOST_KNOWN).map(|(_, instrument)| instrument).collect()
    }
}

/// How well a text in lower case describes an instrument, 1 being best; `None`
/// where it does not.
fn likeness(instrument: &Instrument, text: &str) -> Option<u8> {
    let symbol = instrument.symbol.as_str().to_lowercase();
    let name = instrument.name.to_lowercase();
    let begins_a_word = || name.split_whitespace().any(|word| word.starts_with(text));
    match () {
        () if symbol.starts_with(text) => Some(1),
        () if name.starts_with(text) => Some(2),
        () if begins_a_word() => Some(3),
        () if symbol.contains(text) || name.contains(text) => Some(4),
        () => None,
    }
}

fn merged(known: Vec<Instrument>, found: Found) -> Found {
    let new = |it: &Instrument| known.iter().all(|known| known.symbol != it.symbol);
    let others: Vec<_> = found.instruments.into_iter().filter(new).collect();
    let (many, mut instruments) = (known.len(), known);
    instruments.extend(others);
    Found { instruments, known: many, failures: found.failures }
}
