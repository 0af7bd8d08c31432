use std::time::{Duration, Instant};

/// How long a test waits for what must come. Far longer than any machine needs: that it
/// is over means that what was waited for never comes.
pub const PATIENCE: Duration = Duration::from_mins(5);

/// What is waited for.
///
/// # Panics
///
/// Where it does not come.
pub async fn soon<T>(waited_for: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, waited_for).await.expect("what was waited for never came")
}

/// Asks again and again, on a thread that may wait, until there is an answer.
///
/// # Panics
///
/// Where there never is.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    #[expect(clippy::disallowed_methods, reason = "the machine's patience is what ends")]
    let started = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        // Leaves the processor to the one who is waited for.
        std::thread::sleep(Duration::from_millis(10));
    }
}
