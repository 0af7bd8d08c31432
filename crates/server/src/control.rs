//! Commands that a running service carries out, because the store is its own.
//!
//! They come over a socket beside the store, which only who may use the store can
//! open: no password is needed, and nothing can be reached over a network. A client
//! sends one line of JSON, and after it what the command reads on standard input, if it
//! reads any. Then it reads frames: a letter, a length of four bytes with
//! the greatest first, and so many bytes. `o` and `e` are for standard output and
//! error, `x` is the exit status and the end.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use store::Address;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
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
    /// Whether it reads standard input. Its client may then leave only with its end.
    #[serde(default)]
    pub reads_input: bool,
}

/// What a command reads on standard input.
pub type Input = Pin<Box<dyn AsyncRead + Send>>;

/// What a command says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// On standard output.
    Out(Vec<u8>),
    /// On standard error.
    Err(Vec<u8>),
}

/// What a command has of its client.
pub struct Line {
    /// What the client writes.
    pub input: Input,
    /// What it hears.
    pub said: mpsc::Sender<Said>,
}

/// Carries out a command on the service's engine; its exit status.
pub type Commands =
    Arc<dyn Fn(Engine, Config, Asked, Line) -> BoxFuture<'static, u8> + Send + Sync>;

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
    let mut reading = BufReader::new(reading);
    (&mut reading).take(LONGEST).read_line(&mut line).await?;
    let asked: Asked = serde_json::from_str(&line)?;
    info!("carrying out for a client: {}", asked.arguments.join(" "));
    let (said, mut saying) = mpsc::channel(WAITING);
    let (input, idle): (Input, Option<_>) = if asked.reads_input {
        (Box::pin(reading), None)
    } else {
        (Box::pin(tokio::io::empty()), Some(reading))
    };
    // Apart, because it may wait for its client to hear it; it ends with this.
    let mut running = JoinSet::new();
    running.spawn(commands(engine, config, asked, Line { input, said }));
    let status =
        async { running.join_next().await.expect("it was begun").map_err(io::Error::other) };
    let ended = async {
        let (status, ()) = tokio::try_join!(status, async {
            while let Some(said) = saying.recv().await {
                write_frame(&mut writing, &said).await?;
            }
            Ok(())
        })?;
        writing.write_all(&[b'x', 0, 0, 0, 1, status]).await
    };
    tokio::select! {
        ended = ended => ended,
        // Its end is the end of what it asked for.
        left = left(idle) => left,
    }
}

/// Waits until a client that writes nothing has left; for ever, where what it writes is
/// read elsewhere.
async fn left(idle: Option<impl AsyncRead + Unpin>) -> io::Result<()> {
    match idle {
        Some(mut client) => client.read(&mut [0]).await.map(drop),
        None => std::future::pending().await,
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
/// where no service does. `input` is taken only where the service is sent it.
///
/// # Errors
///
/// A sentence about why the service cannot be asked.
pub async fn ask_service(
    database: &Address,
    asked: &Asked,
    input: fn() -> Input,
    mut hear: impl FnMut(Said) -> io::Result<()>,
) -> Result<Option<u8>, String> {
    let Some(holder) = database.holder() else { return Ok(None) };
    match ask(&socket_of(database), asked, input, &mut hear).await {
        Ok(status) => Ok(Some(status)),
        // Who closed the pipe, as `head` does, has seen enough.
        Err(Broken::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Some(0)),
        Err(Broken::Output(error)) => Err(format!("cannot write the answer: {error}")),
        Err(Broken::Service(error)) => {
            Err(format!("the service ({holder}) ended before the command did: {error}; ask again"))
        }
        Err(Broken::Socket(error)) => Err(format!(
            "{database} is in use by the service ({holder}), which cannot be asked: {error}; stop it, \
             or name another folder with MARKETPULSE_DATA_DIR"
        )),
    }
}

/// Where a command that a service carries out broke off.
enum Broken {
    /// The service cannot be reached.
    Socket(io::Error),
    /// It says no more.
    Service(io::Error),
    /// What it says cannot be handed on.
    Output(io::Error),
}

async fn ask(
    socket: &Path,
    asked: &Asked,
    input: fn() -> Input,
    hear: &mut impl FnMut(Said) -> io::Result<()>,
) -> Result<u8, Broken> {
    let stream = UnixStream::connect(socket).await.map_err(Broken::Socket)?;
    let (heard, mut saying) = stream.into_split();
    let mut line = serde_json::to_vec(asked).expect("texts are always JSON");
    line.push(b'\n');
    saying.write_all(&line).await.map_err(Broken::Socket)?;
    let said = async {
        if asked.reads_input {
            // A service that ends meanwhile is noticed by what it says no more.
            let _ = tokio::io::copy(&mut input(), &mut saying).await;
            let _ = saying.shutdown().await;
        }
        std::future::pending().await
    };
    tokio::select! {
        status = hear_all(BufReader::new(heard), hear) => status,
        never = said => never,
    }
}

/// Hears a command to its end; its exit status.
async fn hear_all(
    mut service: impl AsyncRead + Unpin,
    hear: &mut impl FnMut(Said) -> io::Result<()>,
) -> Result<u8, Broken> {
    loop {
        let (letter, bytes) = read_frame(&mut service).await.map_err(Broken::Service)?;
        let said = match letter {
            b'o' => Said::Out(bytes),
            b'e' => Said::Err(bytes),
            _ => return Ok(bytes.first().copied().unwrap_or(1)),
        };
        hear(said).map_err(Broken::Output)?;
    }
}

async fn read_frame(service: &mut (impl AsyncRead + Unpin)) -> io::Result<(u8, Vec<u8>)> {
    let letter = service.read_u8().await?;
    let length = service.read_u32().await?;
    let mut bytes = vec![0; length as usize];
    service.read_exact(&mut bytes).await?;
    Ok((letter, bytes))
}
