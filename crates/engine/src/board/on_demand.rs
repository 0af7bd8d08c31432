use std::collections::HashMap;
use std::sync::Arc;

use market::Symbol;

use super::Entry;

/// How many instruments that are not watched are held at most; the oldest
/// are dropped for newer ones.
const MOST_ON_DEMAND: usize = 5_000;

/// Instruments that are not watched, in the order in which they were asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct OnDemand {
    entries: Vec<Arc<Entry>>,
    /// Where each is found. Shared by boards until one is added or dropped: a price
    /// changes nothing about it.
    places: Arc<HashMap<Symbol, usize>>,
    /// The place that the next one takes when all are taken: that of the oldest.
    first: usize,
}

impl OnDemand {
    pub(super) fn all(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    pub(super) fn get(&self, symbol: &Symbol) -> Option<&Arc<Entry>> {
        self.places.get(symbol).map(|place| &self.entries[*place])
    }

    pub(super) fn get_mut(&mut self, symbol: &Symbol) -> Option<&mut Arc<Entry>> {
        self.places.get(symbol).map(|place| &mut self.entries[*place])
    }

    pub(super) fn add(&mut self, entry: Entry) {
        let symbol = entry.instrument.symbol.clone();
        let places = Arc::make_mut(&mut self.places);
        if self.entries.len() < MOST_ON_DEMAND {
            places.insert(symbol, self.entries.len());
            self.entries.push(Arc::new(entry));
            return;
        }
        let dropped = std::mem::replace(&mut self.entries[self.first], Arc::new(entry));
        places.remove(&dropped.instrument.symbol);
        places.insert(symbol, self.first);
        self.first = (self.first + 1) % MOST_ON_DEMAND;
    }
}

#[cfg(test)]
mod tests {
    use market::Catalog;

    use super::*;

    #[test]
    fn the_oldest_are_dropped_first_and_the_rest_are_found() {
        let symbol = |n: usize| -> Symbol { format!("S{n}").parse().unwrap() };
        let mut on_demand = OnDemand::default();
        let added = 2 * MOST_ON_DEMAND + 3;
        for n in 0..added {
            on_demand.add(Entry::new(Catalog::new().instrument(&symbol(n))));
        }
        assert_eq!(on_demand.all().len(), MOST_ON_DEMAND);
        for n in 0..added {
            let found = on_demand.get(&symbol(n)).map(|entry| &entry.instrument.symbol);
            assert_eq!(found, Some(&symbol(n)).filter(|_| n >= added - MOST_ON_DEMAND));
        }
    }
}
