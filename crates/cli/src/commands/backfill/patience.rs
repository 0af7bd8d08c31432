use std::time::Duration;

use market::Symbol;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::fill::Patience;
use super::progress::Progress;

/// Waits as long as it takes, until Ctrl-C; then only for the symbol under way.
pub(super) struct UntilInterrupted {
    pub(super) progress: Progress,
    interrupted: watch::Receiver<bool>,
}

impl UntilInterrupted {
    /// From now on Ctrl-C no longer ends the program by itself.
    pub(super) fn new(progress: Progress) -> Self {
        let (interrupt, interrupted) = watch::channel(false);
        // Where signals cannot be received, Ctrl-C ends the program as usual.
        if let Ok(mut signals) = signal(SignalKind::interrupt()) {
            tokio::spawn(async move {
                signals.recv().await;
                interrupt.send_replace(true);
            });
        }
        Self { progress, interrupted }
    }

    /// Whether no further symbol is to be begun.
    pub(super) fn is_over(&self) -> bool {
        *self.interrupted.borrow()
    }
}

impl Patience for UntilInterrupted {
    async fn pause(&self, symbol: &Symbol, why: &str, length: Duration) -> bool {
        self.progress.waiting(symbol, why, length);
        let mut interrupted = self.interrupted.clone();
        tokio::select! {
            () = tokio::time::sleep(length) => true,
            Ok(_) = interrupted.wait_for(|it| *it) => false,
        }
    }
}
