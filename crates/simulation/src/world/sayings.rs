use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use jiff::Timestamp;
use market::{Price, Symbol};

use super::story::Lie;

/// So many quotes of an instrument are remembered.
const REMEMBERED: usize = 400;

/// A quote that a source gave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) source: usize,
    /// When it truly was.
    pub(crate) truly: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) price: Price,
    pub(crate) lie: Option<Lie>,
    /// Whether it was heard is not known: the service was killed at that very instant.
    pub(crate) may_be_lost: bool,
}

/// What sources said of prices, in order. Outlives restarts.
#[derive(Default)]
pub(crate) struct Sayings {
    quotes: Mutex<BTreeMap<Symbol, Vec<Said>>>,
    unknown: Mutex<BTreeSet<Symbol>>,
}

impl Sayings {
    pub(crate) fn note(&self, symbol: &Symbol, said: Said) {
        let mut quotes = self.quotes.lock().unwrap();
        let of_symbol = quotes.entry(symbol.clone()).or_default();
        of_symbol.push(said);
        if of_symbol.len() > REMEMBERED {
            of_symbol.remove(0);
        }
    }

    /// The service was killed at an instant: nobody heard what was said after it. Of what
    /// was said at it some was stored, in one commit after another.
    pub(crate) fn forget_since(&self, truly: Timestamp) {
        for said in self.quotes.lock().unwrap().values_mut() {
            said.retain(|it| it.truly <= truly);
            let at_it = said.iter_mut().filter(|it| it.truly == truly);
            at_it.for_each(|it| it.may_be_lost = true);
        }
    }

    /// The quotes of an instrument, the oldest first.
    pub(crate) fn of(&self, symbol: &Symbol) -> Vec<Said> {
        self.quotes.lock().unwrap().get(symbol).cloned().unwrap_or_default()
    }

    /// A source says of an instrument that it does not know it.
    pub(crate) fn called_unknown(&self, symbol: &Symbol) {
        self.unknown.lock().unwrap().insert(symbol.clone());
    }

    /// Whether a source ever said so.
    pub(crate) fn was_called_unknown(&self, symbol: &Symbol) -> bool {
        self.unknown.lock().unwrap().contains(symbol)
    }
}
