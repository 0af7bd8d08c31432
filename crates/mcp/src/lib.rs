//! The face for agents: what can be asked here as tools of the Model Context Protocol
//! (<https://modelcontextprotocol.io/specification>), over HTTP and over standard input.
//!
//! Each tool puts one question to `query` and answers with the same record as the routes
//! do, source and age in it, after sentences that say what a reader has to know first:
//! that a value is old, made up, disputed, or that a part is missing.

mod arguments;
mod cautions;
mod failure;
mod in_flight;
mod over_http;
mod reading;
mod told;
mod tools;

use engine::Engine;
use market::Period;
use query::Retention;
use rmcp::ServiceExt as _;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};

pub use over_http::{AT, routes};

use in_flight::Bounded;
use tools::Tools;

/// So much may one message have, in bytes: symbols and dates.
const LONGEST_MESSAGE: usize = 256 << 10;

/// What the tools go by.
#[derive(Clone, Debug)]
pub struct Asking {
    /// What bars are of where nothing is asked.
    pub default_period: Period,
    /// How far back it can be asked what was told.
    pub retention: Retention,
}

/// Answers one client that writes a message a line, until it ends its input.
///
/// # Errors
///
/// What is read there is not this protocol, or it breaks off.
pub async fn over_pipes(
    engine: Engine,
    asking: &Asking,
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin + 'static,
) -> Result<(), String> {
    // The last message may come without an end of its line.
    let input = input.chain(&b"\n"[..]);
    let pipes = AsyncRwTransport::new_server(input, output).with_max_line_length(LONGEST_MESSAGE);
    let begun = Tools::new(engine, asking).serve(Bounded::new(pipes)).await;
    let running = begun.map_err(|error| error.to_string())?;
    running.waiting().await.map(drop).map_err(|error| error.to_string())
}
