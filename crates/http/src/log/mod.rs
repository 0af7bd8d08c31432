//! The log: on standard error, for people as text, or one JSON object a line
//! for programs.

mod lines;
mod request;

use std::io;
use std::sync::Arc;

use tracing_subscriber::EnvFilter;

use self::lines::{Lines, ToLines};
pub(crate) use self::request::RequestLine;
pub use self::request::{Now, RequestLog};

/// The log of this process. What waits to be written is written when this is
/// dropped; what is logged after that is written at once.
pub struct Log {
    lines: Arc<Lines>,
    style: Style,
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
/// `RUST_LOG` does.
pub fn start(filter: &str, style: Style) -> Log {
    let filter = EnvFilter::new(filter);
    let lines = Lines::start(io::stderr());
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(ToLines(Arc::clone(&lines)));
    match style {
        Style::Text => builder.compact().init(),
        Style::Json => builder.json().flatten_event(true).init(),
    }
    Log { lines, style }
}

impl Log {
    /// Where each request is logged.
    pub fn requests(&self, now: Now) -> RequestLog {
        match self.style {
            Style::Text => RequestLog::Events,
            Style::Json => RequestLog::json(Arc::clone(&self.lines), now),
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.lines.end();
    }
}
