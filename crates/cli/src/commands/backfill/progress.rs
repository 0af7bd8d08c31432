use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use jiff::Timestamp;
use market::Symbol;

use super::fill::Outcome;
use super::report::Row;
use crate::commands::client;

/// Shorter pauses are part of a long run and need no line of their own.
const WORTH_A_LINE: Duration = Duration::from_secs(10);

/// How far it has come, shown on standard error: as a bar on a terminal, as one
/// line for each symbol elsewhere.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    begun: Timestamp,
    count: Mutex<Count>,
}

/// Symbols dealt with.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    total: usize,
    done: usize,
    /// Of those, the ones for which somebody was asked: only they take time.
    asked: usize,
}

impl Progress {
    /// Nothing of so many has been done yet.
    pub(super) fn new(total: usize, begun: Timestamp) -> Self {
        let is_drawn = !client::is_elsewhere() && std::io::stderr().is_terminal();
        let bar = is_drawn.then(|| bar(total));
        Self { bar, begun, count: Mutex::new(Count { total, ..Count::default() }) }
    }

    /// One more is done.
    pub(super) fn done(&self, row: &Row, now: Timestamp) {
        let count = {
            let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
            count.done += 1;
            count.asked += usize::from(!matches!(row.outcome, Outcome::AlreadyThere(_)));
            *count
        };
        let pace = count.pace(now.duration_since(self.begun).unsigned_abs());
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.set_message(pace);
            }
            None => client::say(&format!("{pace}: {} {}", row.symbol, row.in_short())),
        }
    }

    /// A symbol has to wait.
    pub(super) fn waiting(&self, symbol: &Symbol, why: &str, length: Duration) {
        let message = format!("{symbol} goes on in {}: {why}", HumanDuration(length));
        match &self.bar {
            Some(bar) => bar.set_message(message),
            None if length >= WORTH_A_LINE => client::say(&message),
            None => {}
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Drawn with plain characters, which every terminal knows.
fn bar(total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("[{wide_bar}] {msg}")
        .expect("the template is well formed")
        .progress_chars("=> ");
    let nothing_yet = Count { total, ..Count::default() }.pace(Duration::ZERO);
    ProgressBar::new(total as u64).with_style(style).with_message(nothing_yet)
}

impl Count {
    /// `3/10, 12.0 a minute, 35 seconds left`
    fn pace(self, elapsed: Duration) -> String {
        let Self { total, done, asked } = self;
        if asked == 0 || elapsed.is_zero() {
            return format!("{done}/{total}");
        }
        let each = elapsed.div_f64(asked as f64);
        let a_minute = 60.0 / each.as_secs_f64();
        let left = HumanDuration(each.mul_f64((total - done) as f64));
        format!("{done}/{total}, {a_minute:.1} a minute, {left} left")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_what_was_asked_for() {
        let pace = |done, asked, seconds| {
            Count { total: 10, done, asked }.pace(Duration::from_secs(seconds))
        };
        assert_eq!(pace(0, 0, 5), "0/10");
        assert_eq!(pace(4, 0, 5), "4/10");
        assert_eq!(pace(4, 2, 10), "4/10, 12.0 a minute, 30 seconds left");
        assert_eq!(pace(10, 8, 10), "10/10, 48.0 a minute, 0 seconds left");
    }
}
