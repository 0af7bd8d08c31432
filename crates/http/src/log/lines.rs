use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{mem, thread};

use prometheus::IntCounter;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line may wait, so that one write takes many.
const PAUSE: Duration = Duration::from_millis(50);

/// Where whoever reads takes nothing just now and does not have us wait for it.
const NEXT_TRY: Duration = Duration::from_millis(100);

/// Bytes that may wait, beside as many on their way out.
const ROOM: usize = 1 << 20;

/// Lines that were dropped since the start.
pub(super) static DROPPED: LazyLock<IntCounter> = LazyLock::new(|| {
    let (name, about) = (
        "marketpulse_log_lines_dropped_total",
        "Lines of the log that were dropped because nobody took them.",
    );
    IntCounter::new(name, about).expect("the name is valid")
});

/// Writes the line that says how many lines are missing in its place.
pub(super) type Gap = Box<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// Lines on their way out, in the order they came. They wait for each other up
/// to [`PAUSE`]; what is urgent takes all that wait along at once.
///
/// Nobody who adds a line waits for whoever reads them: a thread of its own writes.
/// Where it cannot, the oldest lines are dropped for the newest, and the next that
/// is written says how many.
pub(super) struct Lines {
    waiting: Mutex<Waiting>,
    come: Condvar,
    /// Everything that was there has been written.
    gone: Condvar,
    room: usize,
}

#[derive(Default)]
struct Waiting {
    text: VecDeque<u8>,
    dropped: u64,
    /// Something is not to wait for more.
    is_urgent: bool,
    /// The thread is writing, or waiting for who reads.
    is_writing: bool,
}

impl Lines {
    /// Lines that a thread of their own writes out, for as long as the process lives.
    ///
    /// # Errors
    ///
    /// Where there can be no thread.
    pub(super) fn start(to: impl Write + Send + 'static, gap: Gap) -> io::Result<Arc<Self>> {
        let lines = Arc::new(Self::new(ROOM));
        let (writing, out) = (Arc::clone(&lines), Out { to, is_mid_line: false });
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writing.keep_writing(out, &gap))?;
        Ok(lines)
    }

    fn new(room: usize) -> Self {
        Self { waiting: Mutex::default(), come: Condvar::new(), gone: Condvar::new(), room }
    }

    /// Adds a line, its line feed included.
    pub(super) fn add(&self, line: &[u8], is_urgent: bool) {
        let mut waiting = self.lock();
        let is_first = waiting.text.is_empty();
        waiting.push(line, self.room);
        waiting.is_urgent |= is_urgent;
        // To wake a thread costs more than the line.
        if is_first || is_urgent {
            self.come.notify_one();
        }
    }

    /// Waits until all lines are written, no longer than this.
    pub(super) fn flush(&self, longest: Duration) {
        let mut waiting = self.lock();
        waiting.is_urgent = true;
        self.come.notify_one();
        let is_left = |waiting: &mut Waiting| waiting.is_writing || !waiting.text.is_empty();
        drop(self.gone.wait_timeout_while(waiting, longest, is_left));
    }

    fn keep_writing(&self, mut out: Out<impl Write>, gap: &Gap) {
        let mut text = VecDeque::new();
        loop {
            self.wait_for_lines();
            let mut dropped = self.take(&mut text);
            if dropped > 0 && out.write(&gap(dropped)).is_empty() {
                dropped = 0;
            }
            let lost = out.write(text.make_contiguous());
            DROPPED.inc_by(count(lost));
            self.done(dropped + count(lost));
            text.clear();
        }
    }

    /// Waits for a line, and then for those that follow it closely.
    fn wait_for_lines(&self) {
        let waiting = self.come.wait_while(self.lock(), |waiting| waiting.text.is_empty());
        let waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        drop(self.come.wait_timeout_while(waiting, PAUSE, |waiting| !waiting.is_urgent));
    }

    /// Takes all that wait; how many were dropped before them.
    fn take(&self, text: &mut VecDeque<u8>) -> u64 {
        let mut waiting = self.lock();
        mem::swap(&mut waiting.text, text);
        (waiting.is_urgent, waiting.is_writing) = (false, true);
        mem::take(&mut waiting.dropped)
    }

    fn done(&self, dropped: u64) {
        let mut waiting = self.lock();
        waiting.dropped += dropped;
        waiting.is_writing = false;
        self.gone.notify_all();
    }

    /// A panic elsewhere must not end the log: its lines are whole all the same.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Takes a line in, where need be in the place of the oldest.
    fn push(&mut self, line: &[u8], room: usize) {
        if line.len() > room {
            self.drop_one();
            return;
        }
        while self.text.len() + line.len() > room {
            let end = self.text.iter().position(|&byte| byte == b'\n');
            self.text.drain(..=end.unwrap_or(self.text.len() - 1));
            self.drop_one();
        }
        self.text.extend(line);
    }

    fn drop_one(&mut self) {
        self.dropped += 1;
        DROPPED.inc();
    }
}

/// Where lines go, and whether the last one is whole there.
struct Out<W> {
    to: W,
    is_mid_line: bool,
}

impl<W: Write> Out<W> {
    /// Writes whole lines; what is left of them, where they cannot be written. There
    /// is nowhere to tell that standard error is gone, or a file on a full disk.
    fn write<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        if self.is_mid_line && !self.all(b"\n").is_empty() {
            return text;
        }
        let left = self.all(text);
        let written = text.len() - left.len();
        self.is_mid_line = written > 0 && text[written - 1] != b'\n';
        left
    }

    /// As the standard library's, but patient with who asked not to be waited for: a
    /// pipe that another program shares may be so.
    fn all<'a>(&mut self, mut text: &'a [u8]) -> &'a [u8] {
        while !text.is_empty() {
            match self.to.write(text) {
                Ok(n) if n > 0 => text = &text[n..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(NEXT_TRY),
                Ok(_) | Err(_) => return text,
            }
        }
        let _ = self.to.flush();
        text
    }
}

fn count(lines: &[u8]) -> u64 {
    (lines.split(|&byte| byte == b'\n').count() - 1) as u64
}

/// Where tracing writes its lines. What no reader could see in one is replaced:
/// whatever a name or an address holds, it runs nowhere and forges nothing.
pub(super) struct ToLines {
    pub(super) lines: Arc<Lines>,
    /// Escapes that colour a line are ours: tracing replaces those of its fields.
    pub(super) is_coloured: bool,
}

impl<'a> MakeWriter<'a> for ToLines {
    type Writer = OneLine<'a>;

    fn make_writer(&'a self) -> OneLine<'a> {
        OneLine { to: self, is_urgent: true }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> OneLine<'a> {
        OneLine { to: self, is_urgent: *event.level() <= Level::WARN }
    }
}

/// Takes one event's line, which comes in one piece.
pub(super) struct OneLine<'a> {
    to: &'a ToLines,
    is_urgent: bool,
}

impl Write for OneLine<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let text = if self.to.is_coloured {
            text.split(ESCAPE).map(legible::lines).collect::<Vec<_>>().join(ESCAPE).into()
        } else {
            legible::lines(&text)
        };
        self.to.lines.add(text.as_bytes(), self.is_urgent);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What begins a colour.
const ESCAPE: &str = "\u{1b}";

#[cfg(test)]
mod tests;
