use std::collections::HashMap;
use std::sync::Arc;

use market::Symbol;

use super::Entry;

/// How many instruments that are not watched are held at most; the oldest
/// are dropped for newer ones.
const MOST_ON_DEMAND: usize = 5_000;

/// So many of them may be without a price before one of these is dropped first: what
/// is asked for in vain must not take the place of all that is held.
const MOST_UNPRICED: usize = 1_000;

/// Instruments that are not watched, as they were asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct OnDemand {
    entries: Vec<Arc<Entry>>,
    /// When each was added, in numbers that rise. Shared by boards until one is added
    /// or dropped, as places are: a price changes nothing about it.
    added: Arc<Vec<u64>>,
    /// The number that the next one is given.
    next: u64,
    /// Where each is found.
    places: Arc<HashMap<Symbol, usize>>,
}

impl OnDemand {
    pub(super) fn all(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    pub(super) fn all_mut(&mut self) -> &mut [Arc<Entry>] {
        &mut self.entries
    }

    pub(super) fn get(&self, symbol: &Symbol) -> Option<&Arc<Entry>> {
        self.places.get(symbol).map(|place| &self.entries[*place])
    }

    pub(super) fn get_mut(&mut self, symbol: &Symbol) -> Option<&mut Arc<Entry>> {
        self.places.get(symbol).map(|place| &mut self.entries[*place])
    }

    pub(super) fn add(&mut self, entry: Entry) {
        let symbol = entry.instrument.symbol.clone();
        let number = self.next;
        self.next += 1;
        let (places, added) = (Arc::make_mut(&mut self.places), Arc::make_mut(&mut self.added));
        if self.entries.len() < MOST_ON_DEMAND {
            places.insert(symbol, self.entries.len());
            self.entries.push(Arc::new(entry));
            added.push(number);
            return;
        }
        let place = first_to_go(&self.entries, added);
        let dropped = std::mem::replace(&mut self.entries[place], Arc::new(entry));
        places.remove(&dropped.instrument.symbol);
        places.insert(symbol, place);
        added[place] = number;
    }

    /// Lets go of all others.
    pub(super) fn retain(&mut self, is_kept: impl Fn(&Entry) -> bool) {
        let all = self.entries.drain(..).zip(self.added.iter().copied());
        let (entries, added): (Vec<_>, Vec<_>) = all.filter(|(entry, _)| is_kept(entry)).unzip();
        let symbols = entries.iter().map(|entry| entry.instrument.symbol.clone());
        self.places = Arc::new(symbols.zip(0..).collect());
        self.added = Arc::new(added);
        self.entries = entries;
    }
}

/// The place of the oldest, of those without a price if they are many.
fn first_to_go(entries: &[Arc<Entry>], added: &[u64]) -> usize {
    let unpriced = || (0..entries.len()).filter(|place| entries[*place].quote.is_none());
    let oldest_unpriced = unpriced().min_by_key(|place| added[*place]);
    let oldest = || (0..entries.len()).min_by_key(|place| added[*place]);
    let goes = oldest_unpriced.filter(|_| unpriced().count() >= MOST_UNPRICED);
    goes.or_else(oldest).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use market::Catalog;
    use testkit::bare_quote;

    use super::*;

    fn symbol(n: usize) -> Symbol {
        format!("S{n}").parse().unwrap()
    }

    fn unpriced(n: usize) -> Entry {
        Entry::new(Catalog::new().instrument(&symbol(n)))
    }

    #[test]
    fn the_oldest_are_dropped_first_and_the_rest_are_found() {
        let mut on_demand = OnDemand::default();
        let added = 2 * MOST_ON_DEMAND + 3;
        for n in 0..added {
            on_demand.add(unpriced(n));
        }
        assert_eq!(on_demand.all().len(), MOST_ON_DEMAND);
        for n in 0..added {
            let found = on_demand.get(&symbol(n)).map(|entry| &entry.instrument.symbol);
            assert_eq!(found, Some(&symbol(n)).filter(|_| n >= added - MOST_ON_DEMAND));
        }
    }

    #[test]
    fn what_stays_is_found_and_the_next_takes_its_turn_after_it() {
        let mut on_demand = OnDemand::default();
        (0..10).for_each(|n| on_demand.add(unpriced(n)));
        on_demand.retain(|entry| entry.instrument.symbol >= symbol(4));
        on_demand.add(unpriced(20));
        let found = |n| on_demand.get(&symbol(n)).map(|it| it.instrument.symbol.clone());
        assert_eq!(
            [3, 4, 9, 20].map(found),
            [None, Some(symbol(4)), Some(symbol(9)), Some(symbol(20))]
        );
        assert_eq!(on_demand.added[..], [4, 5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn what_is_asked_for_in_vain_takes_not_the_place_of_what_is_held() {
        let priced = |n| {
            let instrument = Catalog::new().instrument(&symbol(n));
            let mut entry = Entry::new(instrument.clone());
            entry.quote = Some(bare_quote(&instrument, 1.0, "yahoo", Timestamp::UNIX_EPOCH));
            entry
        };
        let mut on_demand = OnDemand::default();
        (0..MOST_ON_DEMAND).for_each(|n| on_demand.add(priced(n)));
        (0..2_500).for_each(|n| on_demand.add(unpriced(MOST_ON_DEMAND + n)));
        let held = on_demand.all().iter().filter(|entry| entry.quote.is_some()).count();
        assert_eq!(held, MOST_ON_DEMAND - MOST_UNPRICED);
        let newest = (2_500 - MOST_UNPRICED..2_500).map(|n| symbol(MOST_ON_DEMAND + n));
        assert!(newest.into_iter().all(|it| on_demand.get(&it).is_some()), "each has its time");
    }
}
