//! Looks after the store while the service runs: what cannot be stored lives in memory
//! and is stored once it can be.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use market::StoreError;
use tokio::sync::watch;
use tracing::{debug, info, warn};

use crate::board::QuoteBoard;
use crate::context::Context;
use crate::history::History;
use crate::looks::look_every;

/// That nothing new is stored, and why.
#[derive(Clone, Debug)]
pub struct StoreFailure {
    /// Since when it has been so.
    pub since: Timestamp,
    /// What is the matter.
    pub error: StoreError,
}

/// Has the store mended, and what it missed written.
pub(crate) struct Upkeep {
    context: Context,
    board: Arc<QuoteBoard>,
    history: Arc<History>,
    failure: Mutex<Option<StoreFailure>>,
    /// How many stores there have been.
    begun: AtomicU32,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl Upkeep {
    pub(crate) fn new(context: Context, board: Arc<QuoteBoard>, history: Arc<History>) -> Self {
        Self {
            context,
            board,
            history,
            failure: Mutex::default(),
            begun: AtomicU32::new(0),
            one_at_a_time: tokio::sync::Mutex::default(),
        }
    }

    /// Looks after it once a second until `stop` turns true.
    pub(crate) async fn run(&self, stop: watch::Receiver<bool>) {
        look_every(Duration::from_secs(1), stop, || self.tend()).await;
    }

    /// What keeps anything new from being stored, if that is so.
    pub(crate) fn failure(&self) -> Option<StoreFailure> {
        self.failing().clone()
    }

    /// Looks once, and does what can be done.
    pub(crate) async fn tend(&self) {
        let Ok(_one_at_a_time) = self.one_at_a_time.try_lock() else { return };
        let tended = match self.context.store().tend(self.context.now()).await {
            Ok(begun) => self.catch_up(begun).await,
            Err(error) => Err(error),
        };
        match tended {
            Ok(()) => self.is_well(),
            Err(error) if error.trouble().is_some() => self.is_failing(error),
            Err(error) => debug!(%error, "the store could not be looked after"),
        }
    }

    /// Stores what it lacks of what is held here.
    async fn catch_up(&self, begun: u32) -> Result<(), StoreError> {
        if self.begun.load(Ordering::Relaxed) != begun {
            self.context.store().note_start(self.context.now()).await?;
            self.board.lost_all();
            self.history.lost_all();
            self.begun.store(begun, Ordering::Relaxed);
        }
        self.context.note_skipped().await?;
        self.board.catch_up().await?;
        self.history.catch_up().await
    }

    fn is_failing(&self, error: StoreError) {
        let mut failing = self.failing();
        let was = failing.as_ref().map(|failure| (failure.since, failure.error.trouble()));
        if was.map(|(_, trouble)| trouble) != Some(error.trouble()) {
            let error = error.in_full();
            warn!(error, "nothing new is stored: {error}; it is held in memory until it can be");
        }
        let since = was.map_or_else(|| self.context.now(), |(since, _)| since);
        *failing = Some(StoreFailure { since, error });
    }

    fn is_well(&self) {
        if let Some(StoreFailure { since, .. }) = self.failing().take() {
            info!(%since, "the store is written again, also what it missed");
        }
    }

    fn failing(&self) -> MutexGuard<'_, Option<StoreFailure>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
