//! Commands that a running service carries out, because the store is its own.
//!
//! They come over a socket beside the store, which only who may use the store can
//! open: no password is needed, and nothing can be reached over a network. A client
//! sends one line of JSON and then reads frames: a letter, a length of four bytes with
//! the greatest first, and so many bytes. `o` and `e` are for standard output and
//! error, `x` is the exit status and the end.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use store::Address;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tracing::{info, warn};

use crate::config::Config;

/// How often it is looked whether the socket is still where clients look for it.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The longest line that asks for a command.
const LONGEST: u64 = 1 << 20;

/// What a command says before its client has read it.
const WAITING: usize = 64;

/// A command that somebody wants carried out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// Its arguments, without the program.
    pub arguments: Vec<String>,
    /// The folder that relative paths begin at.
    pub folder: PathBuf,
}

/// What a command says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// On standard output.
    Out(Vec<u8>),
    /// On standard error.
    Err(Vec<u8>),
}

/// Carries out a command on the service's engine; its exit status.
pub type Commands =
    Arc<dyn Fn(Engine, Config, Asked, mpsc::Sender<Said>) -> BoxFuture<'static, u8> + Send + Sync>;

/// Takes commands until it is dropped. Where there can be no socket, that is logged,
/// and commands are told to come without a service.
pub(crate) async fn serve(engine: Engine, config: Config, commands: Commands) {
    let path = socket_of(&config.database);
    let mut under_way = JoinSet::new();
    let (mut listening, mut said) = (None, false);
    loop {
        if listening.as_ref().is_none_or(|socket: &Socket| !socket.stands(&path)) {
            listening = Socket::bind(&path, &mut said);
        }
        let Some(socket) = &listening else {
            tokio::time::sleep(LOOK_EVERY).await;
            continue;
        };
        // Time to look again, where nobody comes.
        let Ok(Ok((client, _))) = tokio::time::timeout(LOOK_EVERY, socket.listener.accept()).await
        else {
            continue;
        };
        let (engine, config, commands) = (engine.clone(), config.clone(), Arc::clone(&commands));
        under_way.spawn(async move {
            // A client that left has seen enough.
            let _ = carry_out(client, engine, config, commands).await;
        });
        while under_way.try_join_next().is_some() {}
    }
}

fn socket_of(database: &Address) -> PathBuf {
    database.beside(".socket")
}

struct Socket {
    listener: UnixListener,
    number: u64,
}

impl Socket {
    /// Whoever holds the lock of the store may take the place of a socket that was
    /// left behind.
    fn bind(path: &Path, said: &mut bool) -> Option<Self> {
        let is_socket = |found: fs::Metadata| found.file_type().is_socket();
        if fs::symlink_metadata(path).is_ok_and(is_socket) {
            // What fails here fails again below.
            let _ = fs::remove_file(path);
        }
        let bound = UnixListener::bind(path).and_then(|listener| {
            fs::set_permissions(path, Permissions::from_mode(0o600))?;
            Ok(Self { listener, number: fs::symlink_metadata(path)?.ino() })
        });
        match bound {
            Ok(socket) => Some(socket),
            Err(error) => {
                if !std::mem::replace(said, true) {
                    let socket = path.display();
                    warn!("{socket} cannot be opened: {error}; commands cannot ask this service");
                }
                None
            }
        }
    }

    fn stands(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|found| found.ino() == self.number)
    }
}

async fn carry_out(
    client: UnixStream,
    engine: Engine,
    config: Config,
    commands: Commands,
) -> io::Result<()> {
    let (reading, mut writing) = client.into_split();
    let mut line = String::new();
    let mut reading = BufReader::new(reading.take(LONGEST));
    reading.read_line(&mut line).await?;
    let asked: Asked = serde_json::from_str(&line)?;
    info!("carrying out for a client: {}", asked.arguments.join(" "));
    let (said, mut saying) = mpsc::channel(WAITING);
    let command = commands(engine, config, asked, said);
    let ended = async {
        let (status, ()) = tokio::try_join!(async { io::Result::Ok(command.await) }, async {
            while let Some(said) = saying.recv().await {
                write_frame(&mut writing, &said).await?;
            }
            Ok(())
        })?;
        writing.write_all(&[b'x', 0, 0, 0, 1, status]).await
    };
    let mut nothing = [0];
    tokio::select! {
        ended = ended => ended,
        // Its end is the end of what it asked for.
        left = reading.read(&mut nothing) => left.map(drop),
    }
}

async fn write_frame(writing: &mut OwnedWriteHalf, said: &Said) -> io::Result<()> {
    let (letter, bytes) = match said {
        Said::Out(bytes) => (b'o', bytes),
        Said::Err(bytes) => (b'e', bytes),
    };
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    writing.write_all(&[letter]).await?;
    writing.write_u32(length).await?;
    writing.write_all(bytes).await
}

/// Has the service that uses the store carry out a command; its exit status. `None`
/// where no service does.
///
/// # Errors
///
/// A sentence about why the service cannot be asked.
pub async fn ask_service(
    database: &Address,
    asked: &Asked,
    mut hear: impl FnMut(Said) -> io::Result<()>,
) -> Result<Option<u8>, String> {
    let Some(holder) = database.holder() else { return Ok(None) };
    let status = ask(&socket_of(database), asked, &mut hear).await;
    status.map(Some).map_err(|error| {
        format!(
            "{database} is in use by the service ({holder}), which cannot be asked: {error}; stop it, \
             or name another folder with MARKETPULSE_DATA_DIR"
        )
    })
}

async fn ask(
    socket: &Path,
    asked: &Asked,
    hear: &mut impl FnMut(Said) -> io::Result<()>,
) -> io::Result<u8> {
    let mut service = UnixStream::connect(socket).await?;
    let mut line = serde_json::to_vec(asked)?;
    line.push(b'\n');
    service.write_all(&line).await?;
    let mut service = BufReader::new(service);
    loop {
        let letter = service.read_u8().await?;
        let length = service.read_u32().await?;
        let mut bytes = vec![0; length as usize];
        service.read_exact(&mut bytes).await?;
        match letter {
            b'o' => hear(Said::Out(bytes))?,
            b'e' => hear(Said::Err(bytes))?,
            _ => return Ok(bytes.first().copied().unwrap_or(1)),
        }
    }
}
