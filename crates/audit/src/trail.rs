use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::Timestamp;
use tracing::{info, warn};

use crate::event::{Event, Kind, Outcome};
use crate::file::AuditFile;
use crate::flood::Flood;

/// Tells what time it is.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Events that may wait for a slow disk.
const WAITING: usize = 1_024;

/// How often it is looked whether refusals that were counted are to be told.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The audit log of a service. A thread of its own writes, so that nobody who is answered
/// waits for it; what finds no room or cannot be written is counted, said in the service's
/// log, and in a line of this one as soon as that can be written again.
pub struct Trail {
    shared: Arc<Shared>,
    /// Taken when it ends.
    open: Mutex<Option<Open>>,
}

struct Open {
    queue: SyncSender<Event>,
    writing: JoinHandle<()>,
}

struct Shared {
    now: Now,
    flood: Mutex<Flood>,
    /// Events without a line, since the last that told of them.
    missing: AtomicU64,
    /// The same since the start.
    lost: AtomicU64,
}

impl Trail {
    /// A trail that goes into a file.
    ///
    /// # Errors
    ///
    /// Where there can be no thread for it.
    pub fn start(file: AuditFile, now: Now) -> io::Result<Self> {
        let (flood, missing, lost) = (Mutex::default(), AtomicU64::new(0), AtomicU64::new(0));
        let shared = Arc::new(Shared { now, flood, missing, lost });
        let (queue, events) = sync_channel(WAITING);
        let writer = Writer { file, shared: Arc::clone(&shared), is_failing: false };
        let writing = thread::Builder::new().name("audit".to_owned());
        let writing = writing.spawn(move || writer.keep_writing(&events))?;
        Ok(Self { shared, open: Mutex::new(Some(Open { queue, writing })) })
    }

    /// Adds an event. Never waits.
    pub fn note(&self, event: Event) {
        let now = (self.shared.now)();
        if event.event == Kind::Refused && !self.shared.takes(&event, now) {
            return;
        }
        let sent = self.open().as_ref().is_some_and(|open| open.queue.try_send(event).is_ok());
        if !sent {
            self.shared.lose();
        }
    }

    /// Events that could not be written since the start.
    pub fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }

    /// Writes what waits. What is noted from then on is lost.
    pub fn end(&self) {
        let open = self.open().take();
        if let Some(Open { queue, writing }) = open {
            drop(queue);
            let _ = writing.join();
        }
    }

    fn open(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn takes(&self, event: &Event, now: Timestamp) -> bool {
        let mut flood = self.flood.lock().unwrap_or_else(PoisonError::into_inner);
        flood.takes(event.reason.unwrap_or_default(), now)
    }

    fn counted(&self, is_last: bool) -> Option<Event> {
        let mut flood = self.flood.lock().unwrap_or_else(PoisonError::into_inner);
        flood.counted((self.now)(), is_last)
    }

    fn lose(&self) {
        self.missing.fetch_add(1, Ordering::Relaxed);
        self.lost.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the thread does.
struct Writer {
    file: AuditFile,
    shared: Arc<Shared>,
    is_failing: bool,
}

impl Writer {
    fn keep_writing(mut self, events: &Receiver<Event>) {
        loop {
            let event = events.recv_timeout(LOOK_EVERY);
            let is_last = matches!(event, Err(RecvTimeoutError::Disconnected));
            self.tell_missing();
            let counted = self.shared.counted(is_last);
            for event in event.ok().into_iter().chain(counted) {
                self.write(&event);
            }
            if is_last {
                return;
            }
        }
    }

    /// Says how many lines are missing before this one.
    fn tell_missing(&mut self) {
        let missing = self.shared.missing.swap(0, Ordering::Relaxed);
        if missing == 0 {
            return;
        }
        let event = Event {
            count: [("missing", missing)].into(),
            ..Event::new(Kind::Lost, Outcome::Failed)
        };
        if !self.added(&event) {
            self.shared.missing.fetch_add(missing, Ordering::Relaxed);
        }
    }

    fn write(&mut self, event: &Event) {
        if !self.added(event) {
            self.shared.lose();
        }
    }

    fn added(&mut self, event: &Event) -> bool {
        let added = self.file.add(event, (self.shared.now)());
        if let Err(error) = &added
            && !self.is_failing
        {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            warn!(cause, "{error}; what is missing is counted");
        }
        if added.is_ok() && self.is_failing {
            info!("the audit log is written again");
        }
        self.is_failing = added.is_err();
        added.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn trail(path: &Path) -> Trail {
        let now: Now = Arc::new(|| Timestamp::UNIX_EPOCH);
        Trail::start(AuditFile::at(path.to_owned()).unwrap(), now).unwrap()
    }

    fn refusal() -> Event {
        Event { reason: Some("no_key"), ..Event::new(Kind::Refused, Outcome::Refused) }
    }

    fn kinds(path: &Path) -> Vec<String> {
        let lines = fs::read_to_string(path).unwrap();
        let kind = |line: &str| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            event["event"].as_str().unwrap().to_owned()
        };
        lines.lines().map(kind).collect()
    }

    #[test]
    fn what_was_noted_is_there_when_the_trail_ends_and_a_flood_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.log");
        let trail = trail(&path);
        trail.note(Event::new(Kind::Started, Outcome::Done));
        (0..500).for_each(|_| trail.note(refusal()));
        trail.note(Event::new(Kind::Backup, Outcome::Done));
        trail.end();
        let kinds = kinds(&path);
        assert_eq!((kinds.len(), trail.lost()), (63, 0));
        assert_eq!([&kinds[0], &kinds[61], &kinds[62]], ["started", "backup", "refusals"]);
        assert!(fs::read_to_string(&path).unwrap().contains(r#""count":{"no_key":440}"#));
    }

    #[test]
    fn what_cannot_be_written_is_counted_and_told_once_it_can() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.log");
        let trail = trail(&path);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        (0..3).for_each(|_| trail.note(Event::new(Kind::Export, Outcome::Done)));
        while trail.lost() < 3 {
            thread::yield_now();
        }
        fs::remove_dir(&path).unwrap();
        trail.note(Event::new(Kind::Import, Outcome::Done));
        drop(trail);
        assert_eq!(kinds(&path), ["lost", "import"]);
        assert!(fs::read_to_string(&path).unwrap().contains(r#""count":{"missing":3}"#));
    }
}
