//! The log: on standard error, for people in development, one JSON object a
//! line in production.

mod lines;
mod request;

use std::io;
use std::sync::Arc;

use market::Clock;
use tracing_subscriber::EnvFilter;

use self::lines::{Lines, ToLines};
pub(crate) use self::request::{RequestLine, RequestLog};
use crate::config::{Config, Environment};

/// The log of this process. What waits to be written is written when this is
/// dropped; what is logged after that is written at once.
pub(crate) struct Log {
    lines: Arc<Lines>,
    environment: Environment,
}

/// Starts logging. `DEBUG` raises the level of our own code.
pub(crate) fn start(config: &Config) -> Log {
    let ours = if config.debug { "debug" } else { "info" };
    let filter = EnvFilter::new(format!(
        "warn,marketpulse={ours},engine={ours},providers={ours},store={ours},upstream={ours}"
    ));
    let lines = Lines::start(io::stderr());
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(ToLines(Arc::clone(&lines)));
    match config.environment {
        Environment::Development => builder.compact().init(),
        Environment::Production => builder.json().flatten_event(true).init(),
    }
    Log { lines, environment: config.environment }
}

impl Log {
    /// Where each request is told.
    pub(crate) fn requests(&self, clock: Arc<dyn Clock>) -> RequestLog {
        match self.environment {
            Environment::Development => RequestLog::Events,
            Environment::Production => RequestLog::json(Arc::clone(&self.lines), clock),
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.lines.end();
    }
}
