//! The log: on standard error, for people as text, or one JSON object a line
//! for programs.

mod lines;
mod request;

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tracing::error;
use tracing_subscriber::EnvFilter;

use self::lines::{Lines, ToLines};
pub(crate) use self::request::RequestLine;
pub use self::request::{Now, RequestLog};

/// What the lines say where they are from: the same whichever module writes them.
const TARGET: &str = "marketpulse::log";

/// So long the end waits for whoever reads the log.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The log of this process. What waits to be written when this is dropped is
/// written, unless nobody takes it for a second.
pub struct Log {
    lines: Arc<Lines>,
    style: Style,
    now: Now,
}

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As text, for people.
    Text,
    /// As a JSON object, for programs.
    Json,
}

/// Starts logging what passes the filter, which names targets and levels as
/// `RUST_LOG` does; also panics.
///
/// # Errors
///
/// Where there can be no thread that writes.
pub fn start(filter: &str, style: Style, now: Now) -> io::Result<Log> {
    // There is one log in a process, and one list of what is counted there. That it is on
    // the list already is no fault.
    let _ = prometheus::register(Box::new(lines::DROPPED.clone()));
    let gap = Arc::clone(&now);
    let lines = Lines::start(io::stderr(), Box::new(move |n| missing(n, style, &gap)))?;
    let is_coloured = style == Style::Text && io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(is_coloured)
        .with_writer(ToLines { lines: Arc::clone(&lines), is_coloured });
    match style {
        Style::Text => builder.compact().init(),
        Style::Json => builder.json().flatten_event(true).init(),
    }
    log_panics();
    Ok(Log { lines, style, now })
}

/// The usual hook writes to standard error itself, and would wait for its reader.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        error!(target: TARGET, at, "panicked: {}", panic.payload_as_str().unwrap_or("no text"));
    }));
}

/// The line in the place of those that were dropped.
fn missing(dropped: u64, style: Style, now: &Now) -> Vec<u8> {
    let (now, lines) = (now(), if dropped == 1 { "line" } else { "lines" });
    let message = format!("{dropped} {lines} dropped: whoever reads the log did not take them");
    let mut line = match style {
        Style::Text => format!("{now}  WARN {TARGET}: {message}").into_bytes(),
        Style::Json => {
            let gap = Gap { timestamp: now, level: "WARN", message, dropped, target: TARGET };
            serde_json::to_vec(&gap).expect("texts and numbers are always JSON")
        }
    };
    line.push(b'\n');
    line
}

/// What tracing would write, in the same order.
#[derive(Serialize)]
struct Gap {
    timestamp: jiff::Timestamp,
    level: &'static str,
    message: String,
    dropped: u64,
    target: &'static str,
}

impl Log {
    /// Where each request is logged.
    pub fn requests(&self) -> RequestLog {
        match self.style {
            Style::Text => RequestLog::Events,
            Style::Json => RequestLog::json(Arc::clone(&self.lines), Arc::clone(&self.now)),
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.lines.flush(LAST_LINES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_a_line_like_any_other() {
        let now: Now = Arc::new(|| "2025-10-29T12:00:00Z".parse().unwrap());
        let line = |n, style| String::from_utf8(missing(n, style, &now)).unwrap();
        assert_eq!(
            line(2, Style::Json),
            "{\"timestamp\":\"2025-10-29T12:00:00Z\",\"level\":\"WARN\",\"message\":\"2 lines dropped: whoever reads the log did not take them\",\"dropped\":2,\"target\":\"marketpulse::log\"}\n"
        );
        assert_eq!(
            line(1, Style::Text),
            "2025-10-29T12:00:00Z  WARN marketpulse::log: 1 line dropped: whoever reads the log did not take them\n"
        );
    }
}
