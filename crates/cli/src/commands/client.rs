//! Who a command speaks to: the terminal of this program, or a client of the service
//! that carries it out.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use engine::Engine;
use server::{Input, Line, Said};
use tokio::io::AsyncWriteExt;
use tokio::runtime::Handle;
use tokio::sync::mpsc::Sender;

tokio::task_local! {
    /// Of the command under way. Without one it is carried out by this program alone.
    static CLIENT: Client;
}

/// A client of the service.
pub(crate) struct Client {
    /// The service's.
    engine: Engine,
    /// Where the client's relative paths begin.
    folder: PathBuf,
    said: Sender<Said>,
    /// Until it is read.
    input: Mutex<Option<Input>>,
}

impl Client {
    /// A client that asks the service's engine, from a folder.
    pub(crate) fn new(engine: Engine, folder: PathBuf, line: Line) -> Self {
        let Line { input, said } = line;
        Self { engine, folder, said, input: Mutex::new(Some(input)) }
    }
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

/// Standard input, which one alone reads.
pub(super) fn input() -> Input {
    let of_client =
        |client: &Client| client.input.lock().unwrap_or_else(PoisonError::into_inner).take();
    match CLIENT.try_with(of_client) {
        Ok(input) => input.unwrap_or_else(|| Box::pin(tokio::io::empty())),
        Err(_) => standard_input(),
    }
}

/// So much of it is read ahead, in bytes.
const READ_AHEAD: usize = 64 << 10;

/// Standard input of this program. It is read on a thread that the end of the program
/// does not wait for, which would last until somebody types a line. It is read once.
pub(super) fn standard_input() -> Input {
    let (mut read, input) = tokio::io::duplex(READ_AHEAD);
    let runtime = Handle::current();
    std::thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        // Its end, or a reader that has left.
        while let Ok(bytes) = stdin.fill_buf().map(<[u8]>::to_vec)
            && !bytes.is_empty()
            && runtime.block_on(read.write_all(&bytes)).is_ok()
        {
            stdin.consume(bytes.len());
        }
    });
    Box::pin(input)
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

/// The same, for what goes on while its reader is waited for: a thread that waits could
/// not be told that the reader has left.
pub(super) async fn hand_on(bytes: Vec<u8>) -> io::Result<()> {
    match CLIENT.try_with(|client| client.said.clone()) {
        Ok(said) => said.send(Said::Out(bytes)).await.map_err(|_| io::ErrorKind::BrokenPipe.into()),
        Err(_) => out(&bytes),
    }
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
