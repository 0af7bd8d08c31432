use std::sync::Arc;
use std::time::Duration;

use market::SourceError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Bodies that are not large, in bytes: what upstreams usually answer.
pub(super) const SMALL: usize = 128 << 10;

/// So many of those are read at once.
const MOST_SMALL: usize = 64;

/// Large bodies that are read at once, in bytes all together. What is made of one
/// takes twenty times as much for a moment.
const LARGE: usize = 8 << 20;

/// Room for the bodies of answers while they are read and parsed, whichever upstream
/// they are of. It bounds what many large ones take that come at once.
#[derive(Clone)]
pub(super) struct Room {
    small: Arc<Semaphore>,
    large: Arc<Semaphore>,
    longest_wait: Duration,
}

/// Room that is taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Taken {
    _permit: OwnedSemaphorePermit,
}

impl Room {
    /// Nobody waits in it longer than this.
    pub(super) fn new(longest_wait: Duration) -> Self {
        let [small, large] = [MOST_SMALL, LARGE].map(|n| Arc::new(Semaphore::new(n)));
        Self { small, large, longest_wait }
    }

    /// Room for a small body.
    ///
    /// # Errors
    ///
    /// [`SourceError::NoRoom`] where there is none for so long.
    pub(super) async fn small(&self) -> Result<Taken, SourceError> {
        self.take(&self.small, 1).await
    }

    /// Room for a body of so many bytes; of one that is larger than all room, all.
    /// Who has it waits for no other room, so nobody waits for ever.
    ///
    /// # Errors
    ///
    /// As for [`Room::small`].
    pub(super) async fn large(&self, bytes: usize) -> Result<Taken, SourceError> {
        self.take(&self.large, bytes.min(LARGE)).await
    }

    async fn take(&self, of: &Arc<Semaphore>, n: usize) -> Result<Taken, SourceError> {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        match timeout(self.longest_wait, Arc::clone(of).acquire_many_owned(n)).await {
            Ok(Ok(permit)) => Ok(Taken { _permit: permit }),
            // It is never closed, so it is the time that is over.
            Ok(Err(_)) | Err(_) => Err(SourceError::NoRoom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_for_each_other_and_not_for_ever() {
        let room = Room::new(LONG);
        let half = room.large(LARGE / 2).await.unwrap();
        let other = room.large(LARGE / 2).await.unwrap();
        assert_eq!(room.large(1).await.unwrap_err(), SourceError::NoRoom);
        let waiting = tokio::spawn({
            let room = room.clone();
            async move { room.large(4 * LARGE).await.is_ok() }
        });
        drop((half, other));
        assert!(waiting.await.unwrap(), "one that is larger than all room has all of it");
        assert!(room.small().await.is_ok(), "what is small has room of its own");
    }
}
