use std::thread::sleep;
use std::time::{Duration, Instant};

/// One who makes changes known to a server.
pub(crate) trait Publish {
    /// Changes the price of one symbol now.
    fn publish(&self, symbol: usize) -> Result<(), String>;
}

/// Makes changes at even distances, of each symbol in turn. Returns how
/// long that took.
pub(crate) fn publish(
    publisher: &dyn Publish,
    symbols: usize,
    rate: u32,
    seconds: u32,
) -> Result<Duration, String> {
    let distance = Duration::from_secs(1) / rate;
    let start = Instant::now();
    let mut due = start;
    for number in 0..rate * seconds {
        sleep(due.saturating_duration_since(Instant::now()));
        // What is late is not caught up with: two changes of a symbol at once would
        // come out as one, and look like a loss.
        let now = Instant::now();
        due = if now > due + distance { now } else { due } + distance;
        publisher.publish(number as usize % symbols)?;
    }
    sleep(due.saturating_duration_since(Instant::now()));
    Ok(start.elapsed())
}

/// One change of each symbol.
pub(crate) fn once_each(publisher: &dyn Publish, symbols: usize) -> Result<(), String> {
    (0..symbols).try_for_each(|symbol| publisher.publish(symbol))
}
