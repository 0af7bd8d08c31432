use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What the line between the service and its upstreams does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Carries everything.
    Sound,
    /// Refuses connections.
    Cut,
    /// Calls JSON an image.
    Mislabelling,
    /// Answers every other request itself, with status 500.
    Flapping,
}

/// The line between the service and its upstreams, whose end can be cut and
/// mended at the same address. Notes every request, also those it spoils.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    upstream: SocketAddr,
    shared: Arc<Shared>,
    carrying: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    mode: Mutex<Mode>,
    log: Mutex<Vec<String>>,
}

impl Line {
    /// A sound one to an upstream's address, at an address of its own.
    pub async fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { mode: Mutex::new(Mode::Sound), log: Mutex::default() });
        let carrying = Some(tokio::spawn(carry(listener, upstream, Arc::clone(&shared))));
        Self { address, upstream, shared, carrying }
    }

    /// Where the service's end of it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The path and query of every request so far.
    pub fn log(&self) -> Vec<String> {
        self.shared.log.lock().unwrap().clone()
    }

    /// What it does from now on.
    pub async fn set(&mut self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
        if mode == Mode::Cut {
            self.cut().await;
        } else if self.carrying.is_none() {
            let listener = TcpListener::bind(self.address).await.unwrap();
            let shared = Arc::clone(&self.shared);
            self.carrying = Some(tokio::spawn(carry(listener, self.upstream, shared)));
        }
    }

    async fn cut(&mut self) {
        if let Some(carrying) = self.carrying.take() {
            carrying.abort();
            // Over only when the port is closed.
            let _ = carrying.await;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(carrying) = &self.carrying {
            carrying.abort();
        }
    }
}

async fn carry(listener: TcpListener, upstream: SocketAddr, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let upstream = TcpStream::connect(upstream).await?;
            connect(client, upstream, &shared).await
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn connect(
    mut client: TcpStream,
    mut upstream: TcpStream,
    shared: &Shared,
) -> io::Result<()> {
    let (mut asked, mut answered) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        // Reading is all that is given up when the other side is ready first.
        tokio::select! {
            n = client.read(&mut asked) => match &asked[..n?] {
                [] => return Ok(()),
                request if shared.spoils(request) => client.write_all(SPOILT).await?,
                request => upstream.write_all(request).await?,
            },
            n = upstream.read(&mut answered) => match &mut answered[..n?] {
                [] => return Ok(()),
                answer => {
                    shared.label(answer);
                    client.write_all(answer).await?;
                }
            },
        }
    }
}

const SPOILT: &[u8] = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n";

impl Shared {
    fn mode(&self) -> Mode {
        *self.mode.lock().unwrap()
    }

    /// Notes a request; a small one without a body, and so in one piece.
    fn spoils(&self, request: &[u8]) -> bool {
        let text = String::from_utf8_lossy(request);
        let Some(target) = text.strip_prefix("GET ").and_then(|rest| rest.split(' ').next()) else {
            return false;
        };
        let mut log = self.log.lock().unwrap();
        log.push(target.to_owned());
        self.mode() == Mode::Flapping && log.len().is_multiple_of(2)
    }

    fn label(&self, answer: &mut [u8]) {
        const JSON: &[u8] = b"application/json";
        const IMAGE: &[u8] = b"image/png;of=not";
        if self.mode() == Mode::Mislabelling
            && let Some(at) = answer.windows(JSON.len()).position(|found| found == JSON)
        {
            answer[at..at + JSON.len()].copy_from_slice(IMAGE);
        }
    }
}
