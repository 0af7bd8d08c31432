use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{mem, thread};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line may wait, so that one write takes many.
const PAUSE: Duration = Duration::from_millis(50);

/// Bytes that may wait.
const ROOM: usize = 1 << 20;

/// Lines on their way out, in the order they came. They wait for each other up
/// to [`PAUSE`]; what is urgent takes all that wait along at once. None is
/// dropped: whoever finds no room writes out what waits before adding its own line.
pub(super) struct Lines {
    waiting: Mutex<Waiting>,
    come: Condvar,
    out: Mutex<Out>,
    room: usize,
}

struct Waiting {
    text: Vec<u8>,
    /// Nobody will come to write out what waits.
    is_unattended: bool,
}

struct Out {
    to: Box<dyn Write + Send>,
    /// What is being written; empty otherwise. Takes turns with `Waiting::text`.
    text: Vec<u8>,
}

impl Lines {
    /// Lines that a thread of their own writes out.
    pub(super) fn start(to: impl Write + Send + 'static) -> Arc<Self> {
        let lines = Arc::new(Self::new(to, ROOM));
        lock(&lines.waiting).is_unattended = false;
        let thread = thread::Builder::new().name("log".to_owned()).spawn({
            let lines = Arc::clone(&lines);
            move || lines.keep_writing()
        });
        if thread.is_err() {
            lines.end();
        }
        lines
    }

    fn new(to: impl Write + Send + 'static, room: usize) -> Self {
        Self {
            waiting: Mutex::new(Waiting { text: Vec::new(), is_unattended: true }),
            come: Condvar::new(),
            out: Mutex::new(Out { to: Box::new(to), text: Vec::new() }),
            room,
        }
    }

    /// Adds a line, its line feed included.
    pub(super) fn add(&self, line: &[u8], is_urgent: bool) {
        let mut waiting = lock(&self.waiting);
        while waiting.has_no_room(line, self.room) {
            drop(waiting);
            self.write_out();
            waiting = lock(&self.waiting);
        }
        let is_first = waiting.text.is_empty();
        waiting.text.extend_from_slice(line);
        if is_urgent || waiting.is_unattended {
            drop(waiting);
            self.write_out();
        } else if is_first {
            self.come.notify_one();
        }
    }

    /// Writes out what waits. From now on every line is written at once.
    pub(super) fn end(&self) {
        lock(&self.waiting).is_unattended = true;
        self.come.notify_one();
        self.write_out();
    }

    /// Writes out what waits.
    fn write_out(&self) {
        // In this order, so that what was taken first is written first.
        let mut out = lock(&self.out);
        let Out { to, text } = &mut *out;
        mem::swap(text, &mut lock(&self.waiting).text);
        // There is nowhere to tell that standard error is gone.
        let _ = to.write_all(text).and_then(|()| to.flush());
        text.clear();
    }

    fn keep_writing(&self) {
        while self.wait_for_a_line() {
            thread::sleep(PAUSE);
            self.write_out();
        }
    }

    /// Whether there is a line, rather than an end.
    fn wait_for_a_line(&self) -> bool {
        let none = |waiting: &mut Waiting| waiting.text.is_empty() && !waiting.is_unattended;
        let waiting = self.come.wait_while(lock(&self.waiting), none);
        !waiting.unwrap_or_else(PoisonError::into_inner).is_unattended
    }
}

impl Waiting {
    fn has_no_room(&self, line: &[u8], room: usize) -> bool {
        !self.text.is_empty() && self.text.len() + line.len() > room
    }
}

/// A panic elsewhere must not end the log: its lines are whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where tracing writes its lines.
pub(super) struct ToLines(pub(super) Arc<Lines>);

impl<'a> MakeWriter<'a> for ToLines {
    type Writer = OneLine<'a>;

    fn make_writer(&'a self) -> OneLine<'a> {
        OneLine { lines: &self.0, is_urgent: true }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> OneLine<'a> {
        OneLine { lines: &self.0, is_urgent: *event.level() <= Level::WARN }
    }
}

/// Takes one event's line, which comes in one piece.
pub(super) struct OneLine<'a> {
    lines: &'a Lines,
    is_urgent: bool,
}

impl Write for OneLine<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines.add(line, self.is_urgent);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Sends each write to whoever looks.
    struct Seen(mpsc::Sender<String>);

    impl Write for Seen {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            if !text.is_empty() {
                self.0.send(String::from_utf8(text.to_vec()).unwrap()).unwrap();
            }
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Lines that nobody writes out but those who add them.
    fn attended(room: usize) -> (Lines, mpsc::Receiver<String>) {
        let (seen, written) = mpsc::channel();
        let lines = Lines::new(Seen(seen), room);
        lock(&lines.waiting).is_unattended = false;
        (lines, written)
    }

    #[test]
    fn lines_wait_until_one_is_urgent() {
        let (lines, written) = attended(ROOM);
        lines.add(b"1\n", false);
        lines.add(b"2\n", false);
        assert!(written.try_recv().is_err());
        lines.add(b"3\n", true);
        assert_eq!(written.try_recv().unwrap(), "1\n2\n3\n");
    }

    #[test]
    fn nothing_is_dropped_where_there_is_no_room() {
        let (lines, written) = attended(4);
        for line in ["1\n", "2\n", "3\n", "longer than the room\n", "4\n"] {
            lines.add(line.as_bytes(), false);
        }
        lines.end();
        let all: Vec<String> = written.try_iter().collect();
        assert_eq!(all, ["1\n2\n", "3\n", "longer than the room\n", "4\n"]);
    }

    #[test]
    fn after_the_end_every_line_is_written_at_once() {
        let (lines, written) = attended(ROOM);
        lines.add(b"1\n", false);
        lines.end();
        lines.add(b"2\n", false);
        assert_eq!(written.try_iter().collect::<Vec<_>>(), ["1\n", "2\n"]);
    }

    #[test]
    fn a_line_is_written_without_another_after_it() {
        let (seen, written) = mpsc::channel();
        let lines = Lines::start(Seen(seen));
        for line in ["1\n", "2\n"] {
            lines.add(line.as_bytes(), false);
            assert_eq!(written.recv_timeout(Duration::from_mins(5)).unwrap(), line);
        }
        lines.end();
    }

    #[test]
    fn lines_of_many_threads_come_whole_and_in_each_one_s_order() {
        let (lines, written) = attended(64);
        thread::scope(|threads| {
            for name in ["a", "b", "c"] {
                let lines = &lines;
                threads.spawn(move || {
                    for n in 0..500 {
                        lines.add(format!("{name} {n}\n").as_bytes(), n % 7 == 0);
                    }
                });
            }
        });
        lines.end();
        let all: String = written.try_iter().collect();
        for name in ["a ", "b ", "c "] {
            let numbers = all.lines().filter_map(|line| line.strip_prefix(name));
            let numbers: Vec<u32> = numbers.map(|n| n.parse().unwrap()).collect();
            assert_eq!(numbers, (0..500).collect::<Vec<_>>());
        }
    }
}
