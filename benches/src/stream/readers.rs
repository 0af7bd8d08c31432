//! The program that reads: many connections in one process, so that its time is
//! not counted to a server.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

use super::cut::{Piece, Way, text_frame};
use super::tally::{Known, Tally};
use crate::upstream::now;

/// Who reads what.
#[derive(Args, Debug, Clone)]
pub(crate) struct Options {
    /// Where the server listens
    pub(crate) server: SocketAddr,
    /// Path and query of the stream
    pub(crate) target: String,
    /// How the stream is read
    #[arg(long, default_value = "sse")]
    pub(crate) way: Way,
    /// How many connections
    #[arg(long, default_value_t = 1)]
    pub(crate) count: usize,
    /// A text that each says first, over WebSocket
    #[arg(long)]
    pub(crate) say: Option<String>,
    /// The server sends a message to everybody who comes
    #[arg(long)]
    pub(crate) greeted: bool,
}

/// Connections that are being opened at the same time.
const AT_THE_DOOR: usize = 64;
const SEATED_WITHIN: Duration = Duration::from_mins(1);
/// Room for a few events; a reader who waits needs no more.
const BUFFER: usize = 4 << 10;

/// Opens all connections, says `ready`, and then answers every line of the input
/// with what has been heard, until the input ends.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn serve(options: &Options) -> Result<(), String> {
    LocalSet::new().run_until(read_all(options)).await
}

#[expect(clippy::print_stdout, reason = "what the program that started this one reads")]
async fn read_all(options: &Options) -> Result<(), String> {
    let room = Rc::new(Room::new(options));
    for _ in 0..options.count {
        spawn_local(Rc::clone(&room).sit());
    }
    timeout(SEATED_WITHIN, room.is_full()).await.map_err(|_| room.complaint())??;
    println!("ready");
    let mut asked = questions();
    while asked.recv().await.is_some() {
        println!("{}", room.tally.borrow_mut().count(room.ended.get()).told());
    }
    Ok(())
}

/// A value for each line of the input.
fn questions() -> mpsc::UnboundedReceiver<()> {
    let (ask, asked) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for _ in io::stdin().lines().map_while(Result::ok) {
            let _ = ask.send(());
        }
    });
    asked
}

/// What all readers share.
struct Room {
    options: Options,
    tally: RefCell<Tally>,
    door: Semaphore,
    seated: Cell<usize>,
    ended: Cell<u64>,
    first_fault: RefCell<Option<String>>,
    changed: Notify,
}

impl Room {
    fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
            tally: RefCell::default(),
            door: Semaphore::new(AT_THE_DOOR),
            seated: Cell::new(0),
            ended: Cell::new(0),
            first_fault: RefCell::default(),
            changed: Notify::new(),
        }
    }

    async fn is_full(&self) -> Result<(), String> {
        while self.seated.get() < self.options.count {
            self.changed.notified().await;
            if self.ended.get() > 0 {
                return Err(self.complaint());
            }
        }
        Ok(())
    }

    fn complaint(&self) -> String {
        let (seated, count) = (self.seated.get(), self.options.count);
        let fault = self.first_fault.borrow();
        let fault = fault.as_deref().unwrap_or("the server is too slow");
        format!("{seated} of {count} readers were let in: {fault}")
    }

    async fn sit(self: Rc<Self>) {
        let ended =
            self.read().await.err().map_or("the stream ended".to_owned(), |e| e.to_string());
        self.ended.set(self.ended.get() + 1);
        self.first_fault.borrow_mut().get_or_insert(ended);
        self.changed.notify_one();
    }

    async fn read(&self) -> io::Result<()> {
        let mut connection = self.enter().await?;
        self.seated.set(self.seated.get() + 1);
        self.changed.notify_one();
        let mut known = Known::default();
        loop {
            let note = |message: &[u8]| self.tally.borrow_mut().note(message, &mut known, now());
            connection.hear(note).await?;
        }
    }

    async fn enter(&self) -> io::Result<Connection> {
        let _turn = self.door.acquire().await.map_err(io::Error::other)?;
        let mut connection = Connection::open(&self.options).await?;
        if let Some(text) = &self.options.say {
            connection.stream.write_all(&text_frame(text)).await?;
        }
        let mut greetings = 0;
        while self.options.greeted && greetings == 0 {
            connection.hear(|_| greetings += 1).await?;
        }
        Ok(connection)
    }
}

struct Connection {
    stream: TcpStream,
    way: Way,
    /// What has come and is not yet read.
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(options: &Options) -> io::Result<Self> {
        let mut stream = TcpStream::connect(options.server).await?;
        stream.set_nodelay(true)?;
        stream.write_all(request(options).as_bytes()).await?;
        let buffer = Vec::with_capacity(BUFFER);
        let mut connection = Self { stream, way: options.way, buffer };
        connection.pass_head().await?;
        Ok(connection)
    }

    /// Reads the answer's head, and makes sure that a stream follows.
    async fn pass_head(&mut self) -> io::Result<()> {
        let end = loop {
            self.more().await?;
            if let Some(end) = memchr::memmem::find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        let status = if self.way == Way::Sse { " 200 " } else { " 101 " };
        if !head.lines().next().is_some_and(|line| line.contains(status)) {
            return Err(io::Error::other(format!("{status}was expected: {head}")));
        }
        self.buffer.drain(..end + 4);
        Ok(())
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Hands over each message that has come, or waits for more bytes where there
    /// is nothing whole.
    async fn hear(&mut self, mut note: impl FnMut(&[u8])) -> io::Result<()> {
        let mut read = 0;
        while let Some((piece, used)) = self.way.cut(&self.buffer[read..]) {
            match piece {
                Piece::Message(message) => note(message),
                Piece::Ping => pong(&self.stream)?,
                Piece::Other => {}
            }
            read += used;
        }
        if read == 0 {
            return self.more().await;
        }
        self.buffer.drain(..read);
        Ok(())
    }
}

/// Small enough to be sent whole or not at all.
fn pong(stream: &TcpStream) -> io::Result<()> {
    stream.try_write(&[0x8a, 0x80, 0, 0, 0, 0]).map(|_| ())
}

fn request(options: &Options) -> String {
    let Options { server, target, way, .. } = options;
    let headers = match way {
        Way::Sse => "Accept: text/event-stream\r\n",
        // Any key of sixteen bytes: the answer's proof is not looked at.
        Way::Websocket => {
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        }
    };
    format!("GET {target} HTTP/1.1\r\nHost: {server}\r\n{headers}\r\n")
}
