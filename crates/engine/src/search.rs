use std::collections::HashSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use market::{Instrument, Listed, Moment, Source, Symbol};
use moka::sync::Cache;
use tokio::time::timeout;

use crate::asker::Asker;
use crate::context::Context;
use crate::failures::SourceFailures;
use crate::figures::Figures;
use crate::flight::Flights;
use crate::interest::Question;
use crate::likeness::{Words, folded};
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

/// What instruments are called is nobody's figure.
impl Figures for Found {
    fn each_source(&self, _: &mut dyn FnMut(&Source, Option<&Symbol>)) {}
}

/// Looks instruments up, and remembers what upstreams found.
pub(crate) struct Search {
    context: Context,
    /// What was found, and when.
    found: Cache<String, (Moment, Found)>,
    flights: Flights<String, Found>,
}

impl Search {
    pub(crate) fn new(context: Context) -> Self {
        let found = Cache::builder().max_capacity(SEARCHES_REMEMBERED).time_to_live(FOUND_FOR);
        Self { context, found: found.build(), flights: Flights::default() }
    }

    /// Looks for instruments by name, symbol or ISIN: among those known, and
    /// upstream, where one can be asked.
    pub(crate) async fn find(self: &Arc<Self>, text: &str, asker: &Asker) -> Found {
        let text = text.trim().to_lowercase();
        let known = self.known_like(&text);
        let Settings { read_deadline, longest_wait, .. } = *self.context.settings();
        let patience = if known.is_empty() { longest_wait } else { read_deadline };
        let found = timeout(patience, self.find_upstream(text, asker)).await.unwrap_or_default();
        merged(known, found)
    }

    async fn find_upstream(self: &Arc<Self>, text: String, asker: &Asker) -> Found {
        if let Some(found) = self.found_lately(&text) {
            return found;
        }
        self.context.interest().asks(asker.client(), Question::Search(text.clone()));
        asker.depends_on(self.context.upstreams().searched(), false);
        let begin = || {
            let (search, asked) = (Arc::clone(self), text.clone());
            async move { search.ask(asked).await }
        };
        let of_another = |found: &Found| found.failures.is_share_spent();
        let found = self.flights.join_or_begin(&text, begin, of_another).await;
        found.unwrap_or_default()
    }

    fn found_lately(&self, text: &str) -> Option<Found> {
        let is_young = |at: Moment| self.context.moment().since(at) < FOUND_FOR;
        self.found.get(text).filter(|(at, _)| is_young(*at)).map(|(_, found)| found)
    }

    async fn ask(&self, text: String) -> Found {
        // It may have been found since it was looked for.
        if let Some(found) = self.found_lately(&text) {
            return found;
        }
        let mut found = Found::default();
        match self.context.upstreams().search(&text).await {
            None => {}
            Some((_, Ok(instruments))) => {
                found.instruments = instruments;
                self.found.insert(text, (self.context.moment(), found.clone()));
            }
            Some((source, Err(error))) => found.failures.add(source, error),
        }
        found
    }

    /// Instruments that are known here and that a text describes, best first; of
    /// equals those that a source has described come first.
    fn known_like(&self, text: &str) -> Vec<Instrument> {
        let canonical = text.to_uppercase().parse::<Symbol>().ok();
        let canonical = canonical.map(|symbol| self.context.instruments().canonical(&symbol));
        let text = folded(text);
        let rank = |words: &Words, it: &Instrument, isin: Option<&str>| {
            let is_named = canonical.as_ref() == Some(&it.symbol);
            let is_meant = is_named || isin.is_some_and(|isin| isin.eq_ignore_ascii_case(&text));
            if is_meant { Some(0) } else { words.likeness(&text) }
        };
        let described = self.context.instruments().all();
        let symbols: HashSet<&Symbol> = described.iter().map(|it| &it.instrument.symbol).collect();
        let is_new = |it: &Listed| !symbols.contains(&it.instrument().symbol);
        let listed = listed().iter().filter(|(_, it)| is_new(it)).filter_map(|(words, it)| {
            Some((rank(words, it.instrument(), it.isin)?, it.instrument().clone()))
        });
        let described = described.iter().filter_map(|it| {
            let (words, it) = (&it.words, &it.instrument);
            // A source that describes one says no ISIN.
            let isin = Listed::of(&it.symbol).and_then(|listed| listed.isin);
            Some((rank(words, it, isin)?, it.clone()))
        });
        let mut ranked: Vec<_> = described.chain(listed).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().take(MOST_KNOWN).map(|(_, instrument)| instrument).collect()
    }
}

/// Well-known instruments, ready to be compared.
fn listed() -> &'static [(Words, &'static Listed)] {
    static LISTED: LazyLock<Vec<(Words, &'static Listed)>> =
        LazyLock::new(|| Listed::all().iter().map(|it| (Words::of(it.instrument()), it)).collect());
    &LISTED
}

fn merged(known: Vec<Instrument>, found: Found) -> Found {
    let new = |it: &Instrument| known.iter().all(|known| known.symbol != it.symbol);
    let others: Vec<_> = found.instruments.into_iter().filter(new).collect();
    let (many, mut instruments) = (known.len(), known);
    instruments.extend(others);
    Found { instruments, known: many, failures: found.failures }
}
