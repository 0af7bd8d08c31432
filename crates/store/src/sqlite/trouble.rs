use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use market::{StoreError, StoreTrouble};

/// What is the matter with the store, if anything is: noted by whoever meets it,
/// cleared by whoever mends it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<StoreError>>>);

impl Trouble {
    /// Notes what concerns the store as a whole.
    pub(crate) fn note(&self, error: &StoreError) {
        if error.trouble().is_some() {
            *self.get() = Some(error.clone());
        }
    }

    pub(crate) fn clear(&self) {
        *self.get() = None;
    }

    pub(crate) fn now(&self) -> Option<StoreError> {
        self.get().clone()
    }

    /// Refuses a write that would make everybody wait for nothing, or be lost.
    pub(crate) fn forbid_writing(&self) -> Result<(), StoreError> {
        let forbids = |error: &StoreError| {
            matches!(error.trouble(), Some(StoreTrouble::Locked | StoreTrouble::InUse))
        };
        self.now().filter(forbids).map_or(Ok(()), Err)
    }

    fn get(&self) -> MutexGuard<'_, Option<StoreError>> {
        // What somebody noted is as good after a panic as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
