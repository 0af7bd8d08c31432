use std::collections::HashMap;
use std::sync::Arc;

use market::Symbol;

use super::Entry;

/// How many instruments that are not watched are held at most; of more, those
/// that came first are let go.
const MOST_GUESTS: usize = 5_000;

/// Instruments that are not watched, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Guests {
    entries: Vec<Arc<Entry>>,
    /// Where each is found. Shared by boards until somebody comes or goes: a price
    /// changes nothing about it.
    places: Arc<HashMap<Symbol, usize>>,
    /// Whose place the next one takes when all are taken: who came first.
    first: usize,
}

impl Guests {
    pub(super) fn all(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    pub(super) fn get(&self, symbol: &Symbol) -> Option<&Arc<Entry>> {
        self.places.get(symbol).map(|place| &self.entries[*place])
    }

    pub(super) fn get_mut(&mut self, symbol: &Symbol) -> Option<&mut Arc<Entry>> {
        self.places.get(symbol).map(|place| &mut self.entries[*place])
    }

    pub(super) fn welcome(&mut self, entry: Entry) {
        let symbol = entry.instrument.symbol.clone();
        let places = Arc::make_mut(&mut self.places);
        if self.entries.len() < MOST_GUESTS {
            places.insert(symbol, self.entries.len());
            self.entries.push(Arc::new(entry));
            return;
        }
        let goes = std::mem::replace(&mut self.entries[self.first], Arc::new(entry));
        places.remove(&goes.instrument.symbol);
        places.insert(symbol, self.first);
        self.first = (self.first + 1) % MOST_GUESTS;
    }
}

#[cfg(test)]
mod tests {
    use market::Catalog;

    use super::*;

    #[test]
    fn who_came_first_goes_first_and_the_rest_are_found() {
        let symbol = |n: usize| -> Symbol { format!("G{n}").parse().unwrap() };
        let mut guests = Guests::default();
        let came = 2 * MOST_GUESTS + 3;
        for n in 0..came {
            guests.welcome(Entry::new(Catalog::new().instrument(&symbol(n))));
        }
        assert_eq!(guests.all().len(), MOST_GUESTS);
        for n in 0..came {
            let found = guests.get(&symbol(n)).map(|entry| &entry.instrument.symbol);
            assert_eq!(found, Some(&symbol(n)).filter(|_| n >= came - MOST_GUESTS));
        }
    }
}
