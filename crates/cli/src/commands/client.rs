//! Who a command speaks to: the terminal of this program, or a client of the service
//! that carries it out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use engine::Engine;
use server::Said;
use tokio::sync::mpsc::Sender;

tokio::task_local! {
    /// Of the command under way. Without one it is carried out by this program alone.
    static CLIENT: Client;
}

/// A client of the service.
pub(crate) struct Client {
    /// The service's.
    pub(crate) engine: Engine,
    /// Where the client's relative paths begin.
    pub(crate) folder: PathBuf,
    pub(crate) said: Sender<Said>,
}

/// Carries out a command for a client.
pub(crate) async fn serve<T>(client: Client, command: impl Future<Output = T>) -> T {
    CLIENT.scope(client, command).await
}

/// The engine of the service, where a client of it asks.
pub(super) fn engine() -> Option<Engine> {
    CLIENT.try_with(|client| client.engine.clone()).ok()
}

/// Whether the command is carried out for a client.
pub(super) fn is_elsewhere() -> bool {
    CLIENT.try_with(|_| ()).is_ok()
}

/// A path as whoever asked means it.
pub(super) fn path(named: &Path) -> PathBuf {
    CLIENT.try_with(|client| client.folder.join(named)).unwrap_or_else(|_| named.to_owned())
}

/// Standard output.
pub(super) fn out(bytes: &[u8]) -> io::Result<()> {
    if let Some(sent) = tell(|| Said::Out(bytes.to_vec())) {
        return sent;
    }
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// A line on standard error. It may repeat what was typed, what a file holds or what an
/// upstream said, none of which may run in a terminal.
#[expect(clippy::print_stderr, reason = "this is where a command speaks to people")]
pub(super) fn say(line: &str) {
    let line = legible::lines(line);
    match tell(|| Said::Err(format!("{line}\n").into_bytes())) {
        // A client that has left reads nothing.
        Some(_) => {}
        None => eprintln!("{line}"),
    }
}

fn tell(what: impl FnOnce() -> Said) -> Option<io::Result<()>> {
    let said = CLIENT.try_with(|client| client.said.clone()).ok()?;
    let left = |_| io::ErrorKind::BrokenPipe.into();
    Some(tokio::task::block_in_place(|| said.blocking_send(what())).map_err(left))
}
