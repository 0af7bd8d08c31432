use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::figures::OPEN;

/// How many connections there may be at once, and who has one.
///
/// Where all places are taken, a newcomer gets that of somebody who needs none: of
/// the one that has waited longest without having sent a whole request, else of
/// the one whose last answer was given longest ago. Nobody who is being answered or
/// follows a stream loses theirs.
pub(super) struct Places {
    most: usize,
    taken: Mutex<BTreeMap<u64, Arc<Holder>>>,
    /// Counts what happens, so that it can be said what happened first.
    moment: AtomicU64,
}

/// What somebody is doing who has a connection.
pub(super) struct Holder {
    places: Arc<Places>,
    /// [`NEVER`], [`BUSY`], or the moment when nothing was left to answer.
    idle_since: AtomicU64,
    leave: Notify,
}

/// No whole request has come. Less than any moment, so that those go first.
const NEVER: u64 = 0;

/// Being answered, or receiving changes.
const BUSY: u64 = u64::MAX;

/// The place of one connection, until it is dropped.
pub(super) struct Place {
    id: u64,
    holder: Arc<Holder>,
}

impl Places {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::default(), moment: AtomicU64::new(NEVER + 1) })
    }

    /// A place that nobody has.
    pub(super) fn free(self: &Arc<Self>) -> Option<Place> {
        let is_free = self.taken().len() < self.most;
        is_free.then(|| self.take())
    }

    pub(super) fn take(self: &Arc<Self>) -> Place {
        let id = self.next_moment();
        let (places, idle_since) = (Arc::clone(self), AtomicU64::new(NEVER));
        let holder = Arc::new(Holder { places, idle_since, leave: Notify::new() });
        self.taken().insert(id, Arc::clone(&holder));
        OPEN.inc();
        Place { id, holder }
    }

    /// Ends a connection that nobody needs. False where there is none.
    pub(super) fn take_one_back(&self) -> bool {
        let mut taken = self.taken();
        let since = |holder: &Holder| holder.idle_since.load(Ordering::Relaxed);
        let idle = taken.iter().map(|(id, holder)| (since(holder), *id));
        let longest = idle.filter(|(since, _)| *since != BUSY).min();
        let holder = longest.and_then(|(_, id)| taken.remove(&id));
        holder.is_some_and(|holder| {
            holder.leave.notify_one();
            true
        })
    }

    fn next_moment(&self) -> u64 {
        self.moment.fetch_add(1, Ordering::Relaxed)
    }

    fn taken(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Holder>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    pub(super) fn holder(&self) -> Arc<Holder> {
        Arc::clone(&self.holder)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.holder.places.taken().remove(&self.id);
        OPEN.dec();
    }
}

impl Holder {
    /// A whole request has come: nobody takes the place back until what is returned
    /// is dropped.
    pub(super) fn answering(self: &Arc<Self>) -> Answering {
        self.idle_since.store(BUSY, Ordering::Relaxed);
        Answering { holder: Arc::clone(self), goes_on: false }
    }

    /// Ends when the place is given to another.
    pub(super) async fn lost(&self) {
        self.leave.notified().await;
    }
}

/// An answer that has not been given as a whole.
pub(super) struct Answering {
    holder: Arc<Holder>,
    goes_on: bool,
}

impl Answering {
    /// The connection is a stream's from now on.
    pub(super) fn goes_on(mut self) {
        self.goes_on = true;
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if !self.goes_on {
            self.holder.idle_since.store(self.holder.places.next_moment(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn find(places: &Arc<Places>) -> Option<Place> {
        places.free().or_else(|| places.take_one_back().then(|| places.take()))
    }

    fn has_lost(place: &Place) -> bool {
        place.holder.lost().now_or_never().is_some()
    }

    #[test]
    fn who_sent_no_whole_request_goes_first_and_then_who_is_idle_longest() {
        let places = Places::new(4);
        let all: Vec<Place> = (0..4).map(|_| find(&places).unwrap()).collect();
        let [first, second, silent, busy] = &all[..] else { unreachable!() };
        drop(first.holder.answering());
        drop(second.holder.answering());
        let answering = busy.holder.answering();
        for loses in [silent, first, second] {
            assert!(!has_lost(loses));
            let newcomer = find(&places).unwrap();
            assert!(has_lost(loses) && !has_lost(busy));
            newcomer.holder.answering().goes_on();
            // Streams keep their places.
            std::mem::forget(newcomer);
        }
        assert!(find(&places).is_none(), "the last is being answered");
        drop(answering);
        assert!(find(&places).is_some() && has_lost(busy));
    }

    #[test]
    fn a_place_is_free_again_when_its_connection_has_ended() {
        let places = Places::new(1);
        let place = find(&places).unwrap();
        place.holder.answering().goes_on();
        assert!(find(&places).is_none());
        drop(place);
        assert!(find(&places).is_some());
    }
}
