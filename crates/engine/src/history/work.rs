use tokio::sync::{Semaphore, SemaphorePermit};

/// Memory for results on their way from a source into the store.
///
/// Each is compared with as much of what is stored, copied for the thread that
/// writes, and read back: several times its size, for those that are worked on, and
/// its size for those that wait. Who does not even find room to wait is not heard.
pub(super) struct Work {
    waiting: Semaphore,
    under_way: Semaphore,
    most: usize,
}

/// What comparing, writing and reading back takes, in sizes of the result.
const TIMES: usize = 6;

/// The least there is of either, in bytes, whatever the memory for history.
const LEAST: usize = 8 << 20;

/// Room for one result until this is dropped.
pub(super) struct Room<'a> {
    _waiting: SemaphorePermit<'a>,
    _under_way: SemaphorePermit<'a>,
}

impl Work {
    /// At most so many bytes for those that wait, and for those that are worked on.
    pub(super) fn new(most: u64) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let most = most.clamp(LEAST, Semaphore::MAX_PERMITS);
        Self { waiting: Semaphore::new(most), under_way: Semaphore::new(most), most }
    }

    /// Waits until a result of so many bytes can be worked on; `None` where too much
    /// is waiting already.
    pub(super) async fn room(&self, bytes: usize) -> Option<Room<'_>> {
        let part = |bytes: usize| u32::try_from(bytes.min(self.most)).unwrap_or(u32::MAX);
        let waiting = self.waiting.try_acquire_many(part(bytes)).ok()?;
        let under_way = self.under_way.acquire_many(part(bytes.saturating_mul(TIMES)));
        Some(Room { _waiting: waiting, _under_way: under_way.await.ok()? })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn large_results_wait_and_what_finds_no_room_to_wait_is_not_heard() {
        let half = 8 << 20;
        let work = Work::new(2 * half as u64);
        let first = work.room(half).now_or_never().unwrap().unwrap();
        let mut second = Box::pin(work.room(half));
        assert!(second.as_mut().now_or_never().is_none(), "it waits for the first");
        assert!(work.room(half).now_or_never().unwrap().is_none(), "and no other has room to");
        drop(first);
        assert!(second.now_or_never().unwrap().is_some());
        assert!(work.room(usize::MAX).now_or_never().unwrap().is_some(), "one has all of it");
    }
}
