use std::io::BufRead;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Who reads the service's log, and may stop to for a while.
#[derive(Debug, Default)]
pub(crate) struct LogReader {
    is_stalled: AtomicBool,
    lines: AtomicU64,
    warnings: AtomicU64,
    /// What was said of lines that were dropped, and panics.
    remarks: Mutex<Vec<String>>,
}

impl LogReader {
    /// Reads on a thread of its own until the log ends.
    pub(crate) fn of(log: impl BufRead + Send + 'static) -> Arc<Self> {
        let reader = Arc::new(Self::default());
        let reading = Arc::clone(&reader);
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                reading.note(line);
                while reading.is_stalled.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(100));
                }
            }
        });
        reader
    }

    pub(crate) fn stall(&self, is_stalled: bool) {
        self.is_stalled.store(is_stalled, Ordering::Relaxed);
    }

    fn note(&self, line: String) {
        self.lines.fetch_add(1, Ordering::Relaxed);
        if line.contains("WARN") || line.contains("ERROR") {
            self.warnings.fetch_add(1, Ordering::Relaxed);
        }
        if line.contains("panicked") || line.contains("whoever reads the log") {
            self.remarks.lock().unwrap().push(line);
        }
    }

    pub(crate) fn lines(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }

    pub(crate) fn warnings(&self) -> u64 {
        self.warnings.load(Ordering::Relaxed)
    }

    pub(crate) fn remarks(&self) -> Vec<String> {
        self.remarks.lock().unwrap().clone()
    }
}
