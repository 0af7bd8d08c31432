use std::io::{self, IsTerminal, Stdout, Write};
use std::sync::Arc;

use engine::Entry;
use jiff::Timestamp;

use super::row::Row;
use super::table::table;

/// The other screen, which leaves what was there before as it was; no cursor.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

/// Columns and rows where the terminal does not tell how many it has.
const USUAL_SIZE: (usize, usize) = (80, 24);

/// A terminal on which a table is drawn in place. Dropped, it is as it was
/// before, with what is to be remembered on it.
pub(super) struct Screen {
    out: Stdout,
    coloured: bool,
    notices: Vec<String>,
}

impl Screen {
    /// Takes over standard output, where it is a terminal that can be drawn on.
    pub(super) fn open() -> Option<Self> {
        let var = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let mut out = io::stdout();
        if !out.is_terminal() || var("TERM").is_none_or(|term| term == "dumb") {
            return None;
        }
        out.write_all(ENTER.as_bytes()).ok()?;
        Some(Self { out, coloured: var("NO_COLOR").is_none(), notices: Vec::new() })
    }

    /// Keeps a sentence below the table.
    pub(super) fn note(&mut self, notice: String) {
        self.notices.push(notice);
    }

    /// Draws what is known now.
    pub(super) fn show(&mut self, entries: &[Arc<Entry>], now: Timestamp) -> io::Result<()> {
        let (width, height) = size();
        let rows: Vec<Row> = entries.iter().map(|entry| Row::of(entry, now)).collect();
        let notices = self.notices.iter().map(|notice| notice.chars().take(width).collect());
        let below = notices.collect::<Vec<String>>();
        let lines = table(&rows, width, self.coloured);
        self.out.write_all(frame(lines, &below, height).as_bytes())?;
        self.out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing restored.
        let _ = self.out.write_all(LEAVE.as_bytes()).and_then(|()| self.out.flush());
        for notice in &self.notices {
            super::say(&notice);
        }
    }
}

fn size() -> (usize, usize) {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or(USUAL_SIZE, |(width, height)| (width.0.into(), height.0.into()))
}

/// What draws lines over those that were there, and takes away what is left of
/// them. As many lines as there is room for; the last says how many more there are.
pub(super) fn frame(mut lines: Vec<String>, below: &[String], height: usize) -> String {
    let room = height.saturating_sub(below.len()).max(2);
    if lines.len() > room {
        let more = lines.len() - (room - 1);
        lines.truncate(room - 1);
        lines.push(format!("and {more} more, for which there is no room"));
    }
    lines.extend_from_slice(below);
    lines.truncate(height);
    // No line break at the end: on the last line it would move everything up.
    format!("\x1b[H{}\x1b[K\x1b[J", lines.join("\x1b[K\r\n"))
}
