use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use market::Symbol;

use crate::client::Client;

/// The prices that clients wait for in line. Whoever of a client has its turn has all of
/// them asked for: a source that answers for several in one request does so for readers
/// who each asked for one.
#[derive(Debug, Default)]
pub(crate) struct Awaited(Mutex<HashMap<Client, HashMap<Symbol, usize>>>);

/// What one reader waits for, until this is dropped.
pub(crate) struct Awaiting<'a> {
    awaited: &'a Awaited,
    client: &'a Client,
    symbols: Vec<Symbol>,
}

impl Awaited {
    /// A reader of a client waits for these.
    pub(crate) fn await_these<'a>(
        &'a self,
        client: &'a Client,
        symbols: Vec<Symbol>,
    ) -> Awaiting<'a> {
        let mut all = self.all();
        let of_client = all.entry(client.clone()).or_default();
        for symbol in &symbols {
            *of_client.entry(symbol.clone()).or_default() += 1;
        }
        Awaiting { awaited: self, client, symbols }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Client, HashMap<Symbol, usize>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Awaiting<'_> {
    /// What all readers of the client wait for, this one's own first.
    pub(crate) fn together(&self) -> Vec<Symbol> {
        let all = self.awaited.all();
        let others = all.get(self.client).into_iter().flat_map(HashMap::keys);
        let others = others.filter(|symbol| !self.symbols.contains(symbol));
        self.symbols.iter().chain(others).cloned().collect()
    }
}

impl Drop for Awaiting<'_> {
    fn drop(&mut self) {
        let mut all = self.awaited.all();
        let Some(of_client) = all.get_mut(self.client) else { return };
        for symbol in &self.symbols {
            if let Some(readers) = of_client.get_mut(symbol) {
                *readers -= 1;
            }
        }
        of_client.retain(|_, readers| *readers > 0);
        if of_client.is_empty() {
            all.remove(self.client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_of_one_client_wait_for_is_had_together() {
        let [one, other] = [1, 2].map(|n| Client::at([192, 0, 2, n].into()));
        let symbols = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
        let awaited = Awaited::default();
        let first = awaited.await_these(&one, symbols(&["A", "B"]));
        let second = awaited.await_these(&one, symbols(&["B", "C"]));
        let third = awaited.await_these(&other, symbols(&["D"]));
        assert_eq!(first.together(), symbols(&["A", "B", "C"]));
        drop(second);
        assert_eq!((first.together(), third.together()), (symbols(&["A", "B"]), symbols(&["D"])));
        drop((first, third));
        assert!(awaited.all().is_empty());
    }
}
