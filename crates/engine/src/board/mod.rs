//! The quote board: the latest quote of each instrument, in memory and stored.
//!
//! [`Board`] is a snapshot of it that never changes; [`QuoteBoard`] owns the
//! present one and makes the next.

mod as_known;
mod completed;
mod entry;
mod on_demand;
mod quote_board;
mod unstored;

use std::sync::Arc;

use market::{Source, Symbol};

use crate::figures::Figures;

pub use entry::Entry;
use on_demand::OnDemand;
pub(crate) use quote_board::{QuoteBoard, Results, Ticked};

/// The latest quote of every watched instrument, in the order of the watchlist,
/// and of on-demand instruments: those that somebody asked for.
///
/// A snapshot: what a reader holds never changes under it.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Counts changes, so that what was made from a board can be recognised as current.
    pub version: u64,
    /// One entry for each watched instrument.
    pub entries: Vec<Arc<Entry>>,
    on_demand: OnDemand,
}

/// The entries of what is watched: others are asked for one by one.
impl Figures for Board {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        self.entries.iter().for_each(|entry| entry.each_source(name));
    }
}

impl Board {
    /// What is held of an instrument, watched or not.
    pub fn entry(&self, symbol: &Symbol) -> Option<&Arc<Entry>> {
        let watched = || self.entries.iter().find(|entry| entry.instrument.symbol == *symbol);
        self.on_demand.get(symbol).or_else(watched)
    }

    /// Every entry, the watched ones first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.iter().chain(self.on_demand.all())
    }

    fn entry_mut(&mut self, symbol: &Symbol) -> Option<&mut Entry> {
        let watched = self.entries.iter_mut().find(|entry| entry.instrument.symbol == *symbol);
        self.on_demand.get_mut(symbol).or(watched).map(Arc::make_mut)
    }

    fn each_mut(&mut self, mut change: impl FnMut(&mut Entry)) {
        let watched = self.entries.iter_mut();
        watched.chain(self.on_demand.all_mut()).for_each(|entry| change(Arc::make_mut(entry)));
    }

    fn add_on_demand(&mut self, instruments: Vec<market::Instrument>) {
        for instrument in instruments {
            if self.entry(&instrument.symbol).is_none() {
                self.on_demand.add(Entry::new(instrument));
            }
        }
    }
}
