use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::pace::Publish;
use super::sample::Sample;
use crate::process::{Server, free_address};
use crate::upstream::now;

const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Starts the bare server, which is this program in a process of its own.
pub(crate) fn start(folder: &std::path::Path) -> Result<Server, String> {
    let address = free_address()?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("bare-stream").arg(address.to_string());
    Server::start("bare", address, &mut command, &folder.join("bare.log"))
}

type Readers = Arc<Mutex<Vec<TcpStream>>>;

fn lock(readers: &Readers) -> MutexGuard<'_, Vec<TcpStream>> {
    readers.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The least a server of events can do: each line of the one who publishes is
/// written to each reader, one after the other, without queues. A reader who
/// does not take it at once loses it whole or in part.
pub(crate) fn serve(listen: SocketAddr) -> Result<(), String> {
    let listener = TcpListener::bind(listen).map_err(|error| format!("{listen}: {error}"))?;
    let readers = Readers::default();
    for stream in listener.incoming().filter_map(Result::ok) {
        let readers = Arc::clone(&readers);
        // Whoever goes away is no fault.
        thread::spawn(move || welcome(stream, &readers).ok());
    }
    Ok(())
}

fn welcome(mut stream: TcpStream, readers: &Readers) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let asked = lines.next().transpose()?.unwrap_or_default();
    if asked == PUBLISH {
        lines.map_while(Result::ok).for_each(|event| tell(&mut lock(readers), &event));
        return Ok(());
    }
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    stream.write_all(HEAD)?;
    stream.set_nonblocking(true)?;
    lock(readers).push(stream);
    Ok(())
}

fn tell(readers: &mut Vec<TcpStream>, event: &str) {
    let event = format!("data: {event}\n\n");
    let chunk = format!("{:x}\r\n{event}\r\n", event.len());
    let is_there = |error: &io::Error| error.kind() == io::ErrorKind::WouldBlock;
    readers.retain_mut(|reader| {
        reader.write(chunk.as_bytes()).map_or_else(|error| is_there(&error), |_| true)
    });
}

/// What one says first who publishes.
const PUBLISH: &str = "publish";

/// Publishes to the bare server.
pub(crate) struct Publisher {
    samples: Vec<Sample>,
    stream: Mutex<TcpStream>,
}

impl Publisher {
    pub(crate) fn connect(server: SocketAddr, samples: Vec<Sample>) -> Result<Self, String> {
        let connect = || {
            let mut stream = TcpStream::connect(server)?;
            stream.set_nodelay(true)?;
            stream.write_all(format!("{PUBLISH}\n").as_bytes())?;
            Ok::<_, io::Error>(Mutex::new(stream))
        };
        let stream = connect().map_err(|error| format!("the bare server: {error}"))?;
        Ok(Self { samples, stream })
    }
}

impl Publish for Publisher {
    fn publish(&self, symbol: usize) -> Result<(), String> {
        let line = format!("{}\n", self.samples[symbol].at(now()));
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.write_all(line.as_bytes()).map_err(|error| format!("the bare server: {error}"))
    }
}
