use market::{Instrument, Symbol};
use tokio::time::timeout;

use crate::engine::{Engine, Settings};
use crate::failures::SourceFailures;
use crate::upstream::OnBehalf;

/// How many known instruments a search brings at most.
const MOST_KNOWN: usize = 50;

/// What a search brought.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Known instruments first, then what an upstream found; each once.
    pub instruments: Vec<Instrument>,
    /// How many of them were known already.
    pub known: usize,
    /// Why no upstream was heard, where none was.
    pub failures: SourceFailures,
}

impl Engine {
    /// Looks for instruments by name, symbol or ISIN: among those known, and
    /// upstream, where one can be asked. An upstream's answer is remembered for
    /// an hour; a reader for whom something is known already waits for it no
    /// longer than a read's deadline.
    pub async fn search(&self, text: &str) -> Found {
        let text = text.trim().to_lowercase();
        let known = self.known_like(&text);
        let Settings { read_deadline, longest_wait, .. } = self.inner.settings;
        let patience = if known.is_empty() { longest_wait } else { read_deadline };
        let found = timeout(patience, self.search_upstream(text)).await.unwrap_or_default();
        merged(known, found)
    }

    async fn search_upstream(&self, text: String) -> Found {
        if let Some(found) = self.inner.found.get(&text) {
            return found;
        }
        let (engine, asked) = (self.clone(), text.clone());
        let search = || async move { engine.ask_search(asked).await };
        self.inner.searches.join(text, search).await.unwrap_or_default()
    }

    async fn ask_search(&self, text: String) -> Found {
        let Some(search) = self.inner.sources.search() else { return Found::default() };
        let source = search.source();
        let asked = self.upstream(&source).ask(OnBehalf::Reader, || search.search(&text)).await;
        let mut found = Found::default();
        match asked {
            Ok(instruments) => {
                found.instruments = instruments;
                self.inner.found.insert(text, found.clone());
            }
            Err(error) => found.failures.add(source, error),
        }
        found
    }

    /// Whether there is an upstream in which instruments can be looked up.
    pub fn searches_upstream(&self) -> bool {
        self.inner.sources.search().is_some()
    }

    /// Known instruments that a text describes, best first.
    fn known_like(&self, text: &str) -> Vec<Instrument> {
        let canonical = text.to_uppercase().parse::<Symbol>().ok();
        let canonical = canonical.map(|symbol| self.canonical(&symbol));
        let rank = |it: &Instrument| {
            if canonical.as_ref() == Some(&it.symbol) { Some(0) } else { likeness(it, text) }
        };
        let mut ranked: Vec<_> =
            self.instruments().into_iter().filter_map(|it| Some((rank(&it)?, it))).collect();
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
