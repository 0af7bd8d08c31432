//! What readers are told of prices, and what holds for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::{Engine, Entry};
use jiff::{SignedDuration, Timestamp};
use market::{Adjust, Freshness, Quote, Symbol};
use query::{PriceView, Refusal};

use crate::journal::Journal;
use crate::recorder::Record;
use crate::world::Said;
use crate::world::{Lie, SOURCES, World};

/// From one look at a price to the next, while its market is open, and as long as a
/// call may last.
const WITHIN: SignedDuration = SignedDuration::from_secs(600 + 14);

/// So long what another source said of a price speaks against a hundredth of it.
const WITNESSES_FOR: SignedDuration = SignedDuration::from_hours(5 * 24);

/// What a reader was told of some prices.
pub(crate) struct Priced {
    pub(crate) symbols: Vec<Symbol>,
    /// By the machine's clock.
    pub(crate) at: Timestamp,
    pub(crate) truly: Timestamp,
    pub(crate) entries: Vec<Arc<Entry>>,
    /// All that can be told of them; empty where nothing is shown.
    pub(crate) body: String,
    /// How many commits there were then.
    pub(crate) commits: usize,
}

/// Asks for prices, at once or as of an instant.
pub(crate) async fn prices(
    engine: &Engine,
    record: &Record,
    symbols: &[Symbol],
    (known_at, truly): (Option<Timestamp>, impl Fn() -> Timestamp),
) -> Result<Priced, Refusal> {
    let view = PriceView::of_all(Adjust::None, known_at);
    let entries = view.quotes(engine, symbols).await?;
    let (commits, at) = (record.commits(), view.now(engine));
    let has_any = entries.iter().any(|entry| entry.quote.is_some());
    let lines = entries.iter().filter(|_| has_any).map(|entry| told(entry, at));
    let body = lines.collect::<Vec<_>>().join("\n");
    Ok(Priced { symbols: symbols.to_vec(), at, truly: truly(), entries, body, commits })
}

/// What is told of one price. Why there is no newer one is of the present alone.
fn told(entry: &Entry, now: Timestamp) -> String {
    let quote = entry.quote.as_ref().map(|quote| Quote { witness: None, ..quote.clone() });
    let rival = entry.rival(now).map(|rival| (rival.source.clone(), rival.price));
    format!("{quote:?} {:?} {rival:?}", entry.freshness(now))
}

/// The price of an instrument as it was told last.
#[derive(Clone, Copy)]
struct Last {
    as_of: Option<Timestamp>,
    is_sure: bool,
}

/// What holds for every price that is told. Outlives restarts.
#[derive(Default)]
pub(crate) struct Prices(BTreeMap<Symbol, Last>);

impl Prices {
    /// Holds what was told against what sources said.
    pub(crate) fn judge(&mut self, told: &Priced, world: &World, journal: &Journal) {
        journal.count("prices judged");
        for (symbol, entry) in told.symbols.iter().zip(&told.entries) {
            let Some(quote) = &entry.quote else { continue };
            let all = world.sayings.of(symbol);
            let said = all.iter().rev().find(|said| is_it(said, quote));
            let faults = [
                said.is_none().then(|| "(i) it was never said".to_owned()),
                said.and_then(|said| is_believable(said, entry, told.at)),
                said.filter(|_| !world.manner.clock_steps)
                    .and_then(|said| outlives(said, &all, told)),
                self.goes_back(symbol, (entry, said), world),
            ];
            for fault in faults.into_iter().flatten() {
                let (price, source, at) = (quote.price, &quote.source, told.at);
                journal.fault(format!("{fault}: {symbol} at {price} by {source}, told at {at}"));
            }
        }
    }

    /// (k) No price goes back in time, but from one that is not sure.
    fn goes_back(
        &mut self,
        symbol: &Symbol,
        (entry, said): (&Entry, Option<&Said>),
        world: &World,
    ) -> Option<String> {
        let as_of = entry.quote.as_ref()?.as_of;
        let is_sure = entry.doubt().is_none() && said.is_none_or(|said| said.lie.is_none());
        let last = self.0.insert(symbol.clone(), Last { as_of, is_sure })?;
        let is_back = as_of < last.as_of && last.is_sure && !world.manner.clock_steps;
        is_back.then(|| format!("(k) it is of {as_of:?}, after one of {:?}", last.as_of))
    }
}

fn is_it(said: &Said, quote: &Quote) -> bool {
    let is_of = SOURCES[said.source] == quote.source.as_str() && said.price == quote.price;
    is_of && said.received_at == quote.received_at
}

/// (j) A price that its own answer contradicts is not told as the present one.
fn is_believable(said: &Said, entry: &Entry, now: Timestamp) -> Option<String> {
    let is_wrong = matches!(said.lie, Some(Lie::Alone(_)));
    let is_fresh = entry.freshness(now) == Freshness::Fresh;
    (is_wrong && is_fresh).then(|| "(j) its own answer contradicts it".to_owned())
}

/// (l) Once a source tells the truth, what it said before is not told any longer. Of
/// what others had said alike of late nobody can see that it is false: there it is one
/// against all.
fn outlives(said: &Said, all: &[Said], told: &Priced) -> Option<String> {
    said.lie?;
    let is_late = |it: &&Said| told.truly.duration_since(it.truly) < WITNESSES_FOR;
    let is_alike = |it: &Said| it.source != said.source && it.lie == said.lie;
    if all.iter().filter(is_late).any(is_alike) {
        return None;
    }
    let later = |it: &&Said| it.source == said.source && it.truly > said.truly && !it.may_be_lost;
    let truth = all.iter().filter(later).find(|it| it.lie.is_none())?;
    let since = truth.truly;
    (told.truly.duration_since(since) > WITHIN)
        .then(|| format!("(l) its source has told the truth since {since}"))
}

/// (h) Once all is well each price is the truth, and fresh. Returns those that are to be
/// judged later: their market has just begun to trade, and they are looked at within an
/// interval of that.
pub(crate) fn judge_healed(told: &Priced, world: &World, journal: &Journal) -> Vec<Symbol> {
    journal.count("healed, prices true");
    let mut early = Vec::new();
    for (symbol, entry) in told.symbols.iter().zip(&told.entries) {
        if world.has_begun_within(WITHIN, symbol, told.truly) {
            early.push(symbol.clone());
            continue;
        }
        let said = entry.quote.as_ref().and_then(|quote| {
            world.sayings.of(symbol).into_iter().rev().find(|said| is_it(said, quote))
        });
        let is_true = said.is_some_and(|said| said.lie.is_none());
        let freshness = entry.freshness(told.at);
        if !is_true || freshness != Freshness::Fresh {
            let (quote, doubt) = (&entry.quote, entry.doubt().map(|doubt| doubt.rival.price));
            journal.fault(format!(
                "(h) healed, and the price of {symbol} is {freshness:?}, at {}, doubt {doubt:?}: {quote:?}",
                told.at
            ));
        }
    }
    early
}
