//! What outlives a restart: however often the service is started, an upstream is asked
//! no more than its budget allows, and left alone for as long as it had asked.

use std::time::Duration;

use market::{Spending, StoreError};
use tokio::time::timeout;
use tracing::debug;

use super::Upstream;
use crate::now::Now;

/// No call waits longer for the store to have it.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

impl Upstream {
    /// Goes on where an earlier run ended.
    pub(crate) fn resume(&self, spending: &Spending) {
        self.state().resume(spending, Now::by(&*self.clock));
    }

    /// Begins with nothing to spend: nobody knows what was spent before.
    pub(crate) fn begin_empty(&self) {
        self.state().begin_empty(self.clock.moment());
    }

    /// Has the store remember what may still be asked, where it does not yet. To be
    /// awaited before a call is made: whatever ends the service then, the call counts.
    /// Calls that come together are stored together.
    pub(crate) async fn remember(&self) -> bool {
        match timeout(LONGEST_WAIT, self.persist()).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                debug!(source = %self.source, %error, "what was asked cannot be stored");
                false
            }
            Err(_) => {
                debug!(source = %self.source, "what was asked is not stored in time");
                false
            }
        }
    }

    async fn persist(&self) -> Result<(), StoreError> {
        let changes = self.state().changes();
        let mut stored = self.stored.lock().await;
        if changes <= *stored {
            return Ok(());
        }
        let (changes, spending) = {
            let state = self.state();
            (state.changes(), state.spending(&self.source, Now::by(&*self.clock)))
        };
        self.store.persist_spending(&spending).await?;
        *stored = changes;
        Ok(())
    }

    /// As [`Upstream::remember`], unless that is under way.
    pub(crate) async fn remember_in_passing(&self) {
        if self.stored.try_lock().is_ok() {
            self.remember().await;
        }
    }
}
