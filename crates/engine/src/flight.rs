use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

type Joined<V> = Shared<BoxFuture<'static, Option<V>>>;

/// One piece of work under way per key, however many wait for it.
///
/// The work runs in a task of its own: a reader who goes away does not end it
/// for the others.
#[derive(Debug)]
pub(crate) struct Flights<K, V> {
    under_way: Arc<Mutex<HashMap<K, Joined<V>>>>,
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self { under_way: Arc::default() }
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Whether nothing is under way.
    pub(crate) fn is_empty(&self) -> bool {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// As [`Flights::join`]; where what others began comes to nothing for a reason that
    /// is theirs alone, begins it again.
    pub(crate) async fn join_or_begin<F>(
        &self,
        key: &K,
        start: impl Fn() -> F,
        is_theirs_alone: impl Fn(&V) -> bool,
    ) -> Option<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        loop {
            let mut is_ours = false;
            let flight = self.join(key.clone(), || {
                is_ours = true;
                start()
            });
            let outcome = flight.await;
            if is_ours || !outcome.as_ref().is_some_and(&is_theirs_alone) {
                return outcome;
            }
        }
    }

    /// Joins the work under way for `key`, or starts it.
    ///
    /// The work begins at once, whether or not the returned future is polled.
    /// `None` only if the work panicked.
    pub(crate) fn join<F>(&self, key: K, start: impl FnOnce() -> F) -> Joined<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(joined) = under_way.get(&key) {
            return joined.clone();
        }
        let landing = Landing { key: key.clone(), under_way: Arc::clone(&self.under_way) };
        let work = start();
        let task = tokio::spawn(async move {
            let _landing = landing;
            work.await
        });
        let joined = task.map(Result::ok).boxed().shared();
        under_way.insert(key, joined.clone());
        joined
    }
}

/// Takes the work off the list when it ends, also by a panic.
struct Landing<K: Eq + Hash, V> {
    key: K,
    under_way: Arc<Mutex<HashMap<K, Joined<V>>>>,
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_thousand_readers_share_one_piece_of_work() {
        let flights = Flights::<&str, usize>::default();
        let started = Arc::new(AtomicUsize::new(0));
        let (open, gate) = tokio::sync::watch::channel(false);
        let joined: Vec<_> = (0..1000)
            .map(|_| {
                let (started, mut gate) = (Arc::clone(&started), gate.clone());
                flights.join("AAPL", || async move {
                    gate.wait_for(|open| *open).await.unwrap();
                    started.fetch_add(1, Ordering::SeqCst)
                })
            })
            .collect();
        open.send(true).unwrap();
        for reader in joined {
            assert_eq!(reader.await, Some(0));
        }
        assert_eq!(started.load(Ordering::SeqCst), 1);
        assert_eq!(
            flights.join("AAPL", || async { 7 }).await,
            Some(7),
            "a new question starts anew"
        );
    }

    #[tokio::test]
    async fn a_panic_is_told_to_those_who_wait_and_leaves_nothing_behind() {
        let flights = Flights::<&str, usize>::default();
        assert_eq!(flights.join("A", || async { panic!("as this test wants") }).await, None);
        assert_eq!(flights.join("A", || async { 1 }).await, Some(1));
    }
}
