//! What upstreams said that cannot be, element by element, as far as memory allows.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use market::{Interval, SetAside, Source, Symbol};

use crate::figures::Figures;

/// So many elements of each source are remembered; the oldest are dropped first.
const MOST: usize = 50;

/// An element of an answer that is not believed by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementSetAside {
    /// Who gave it.
    pub source: Source,
    /// The instrument.
    pub symbol: Symbol,
    /// How long the bars of the answer are; `None` for a quote.
    pub interval: Option<Interval>,
    /// What it is, of which date, and why it cannot be.
    pub what: SetAside,
    /// When it was first given.
    pub since: Timestamp,
    /// How often it was given.
    pub sightings: u32,
}

/// What each source said that cannot be.
#[derive(Default)]
pub(crate) struct SetAsides {
    by_source: Mutex<BTreeMap<Source, Kept>>,
}

#[derive(Default)]
struct Kept {
    /// Elements seen since the start, each once while it is remembered.
    total: u64,
    elements: VecDeque<ElementSetAside>,
}

impl Figures for ElementSetAside {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        name(&self.source, Some(&self.symbol));
    }
}

impl SetAsides {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Source, Kept>> {
        self.by_source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what an answer about an instrument held. What is said again is
    /// counted and not listed again; what is news is logged.
    pub(crate) fn note(
        &self,
        (source, symbol, interval): (&Source, &Symbol, Option<Interval>),
        elements: &[SetAside],
        now: Timestamp,
    ) {
        if elements.is_empty() {
            return;
        }
        let mut by_source = self.lock();
        let kept = by_source.entry(source.clone()).or_default();
        let mut news = 0_usize;
        for what in elements {
            let is_same = |it: &&mut ElementSetAside| {
                it.symbol == *symbol && it.interval == interval && it.what == *what
            };
            if let Some(before) = kept.elements.iter_mut().find(is_same) {
                before.sightings = before.sightings.saturating_add(1);
                continue;
            }
            news += 1;
            let (source, symbol, what) = (source.clone(), symbol.clone(), what.clone());
            kept.add(ElementSetAside { source, symbol, interval, what, since: now, sightings: 1 });
        }
        if let (Some(first), true) = (elements.first(), news > 0) {
            let (element, reason) = (first.element.as_str(), first.reason);
            tracing::warn!(%symbol, %source, element, %reason, news, "parts of an answer cannot be and are set aside");
        }
    }

    /// Everything remembered, by source, oldest first.
    pub(crate) fn all(&self) -> Vec<ElementSetAside> {
        self.lock().values().flat_map(|kept| kept.elements.iter().cloned()).collect()
    }

    /// How many elements of a source were set aside since the start.
    pub(crate) fn total(&self, source: &Source) -> u64 {
        self.lock().get(source).map_or(0, |kept| kept.total)
    }
}

impl Kept {
    fn add(&mut self, element: ElementSetAside) {
        self.total += 1;
        if self.elements.len() == MOST {
            self.elements.pop_front();
        }
        self.elements.push_back(element);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::{Element, Impossible};

    use super::*;

    fn bar(day: i8) -> SetAside {
        let date = Some(date(2026, 11, day));
        SetAside { element: Element::Bar, date, reason: Impossible::Sign }
    }

    #[test]
    fn what_is_said_again_is_counted_and_memory_is_bounded() {
        let kept = SetAsides::default();
        let (source, symbol) = (Source::new("yahoo"), "MFN.F".parse().unwrap());
        let of = (&source, &symbol, Some(Interval::D1));
        let at = |second| Timestamp::from_second(second).unwrap();
        kept.note(of, &[bar(1), bar(2)], at(1));
        kept.note(of, &[bar(1)], at(2));
        let found: Vec<_> =
            kept.all().into_iter().map(|it| (it.what, it.since, it.sightings)).collect();
        assert_eq!(found, [(bar(1), at(1), 2), (bar(2), at(1), 1)]);
        for _ in 0..10 {
            let many: Vec<_> = (1..=30).map(bar).collect();
            kept.note((&source, &symbol, Some(Interval::Wk1)), &many, at(3));
            kept.note((&source, &symbol, Some(Interval::Mo1)), &many, at(3));
        }
        assert_eq!(kept.all().len(), MOST);
        assert!(kept.total(&source) >= 62);
        assert_eq!(kept.total(&Source::new("ecb")), 0);
    }
}
