use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener as Listening};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

/// What the floor answers, whatever it is asked: a head and a body.
pub(crate) const FILE: &str = "answer.http";

/// A request ends with this. None that is measured has a body that the floor would wait for.
const END: &[u8] = b"\r\n\r\n";

/// The listener's token; connections have their place in the slab.
const LISTENER: Token = Token(usize::MAX);

/// The least that a server on epoll does: reads until a request ends, and writes the same
/// bytes again. It parses nothing, logs nothing and knows no routes. A thread for each core.
pub(crate) fn serve(listen: SocketAddr, folder: &Path) -> Result<(), String> {
    let file = folder.join(FILE);
    let answer = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let served = serve_bytes(listen, &answer.into());
    served.map_err(|error| format!("the floor on {listen}: {error}"))
}

fn serve_bytes(listen: SocketAddr, answer: &Arc<[u8]>) -> io::Result<()> {
    let listening = Listening::bind(listen)?;
    listening.set_nonblocking(true)?;
    let mut threads = Vec::new();
    for _ in 0..thread::available_parallelism()?.get() {
        let (listener, answer) = (listening.try_clone()?, Arc::clone(answer));
        let own = move || Thread::new(TcpListener::from_std(listener), answer)?.run();
        threads.push(thread::spawn(own));
    }
    threads.into_iter().try_for_each(|it| it.join().expect("no thread panics"))
}

/// One thread with the connections that it has accepted.
struct Thread {
    poll: Poll,
    listener: TcpListener,
    connections: Slab<Connection>,
    answer: Arc<[u8]>,
}

impl Thread {
    fn new(mut listener: TcpListener, answer: Arc<[u8]>) -> io::Result<Self> {
        let poll = Poll::new()?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        Ok(Self { poll, listener, connections: Slab::new(), answer })
    }

    fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(256);
        loop {
            match self.poll.poll(&mut events, None) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            for event in &events {
                match event.token() {
                    LISTENER => self.accept()?,
                    Token(place) => self.go_on(place),
                }
            }
        }
    }

    fn accept(&mut self) -> io::Result<()> {
        while let Some((mut stream, _)) = unless_blocked(self.listener.accept())? {
            stream.set_nodelay(true)?;
            let place = self.connections.vacant_entry();
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut stream, Token(place.key()), interest)?;
            place.insert(Connection { stream, last: [0; END.len()], unsent: 0 });
        }
        Ok(())
    }

    fn go_on(&mut self, place: usize) {
        let Some(connection) = self.connections.get_mut(place) else { return };
        if !connection.go_on(&self.answer).unwrap_or(false) {
            self.connections.remove(place);
        }
    }
}

struct Connection {
    stream: TcpStream,
    /// The last bytes that were read.
    last: [u8; END.len()],
    /// How much of the answer has not been sent yet.
    unsent: usize,
}

impl Connection {
    /// Reads and answers until that would wait; false once the other side has ended.
    fn go_on(&mut self, answer: &[u8]) -> io::Result<bool> {
        loop {
            while self.unsent > 0 {
                let rest = &answer[answer.len() - self.unsent..];
                let Some(sent) = unless_blocked(self.stream.write(rest))? else { return Ok(true) };
                self.unsent -= sent;
            }
            let mut read = [0; 4096];
            let Some(length) = unless_blocked(self.stream.read(&mut read))? else {
                return Ok(true);
            };
            if length == 0 {
                return Ok(false);
            }
            if self.ends(&read[..length]) {
                self.unsent = answer.len();
            }
        }
    }

    /// Whether a request has ended. None is sent before the one before is answered.
    fn ends(&mut self, read: &[u8]) -> bool {
        let kept = read.len().min(END.len());
        self.last.rotate_left(kept);
        self.last[END.len() - kept..].copy_from_slice(&read[read.len() - kept..]);
        self.last == END
    }
}

/// Nothing where it would have to wait.
fn unless_blocked<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        other => other.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream as Asking;

    use super::*;
    use crate::process::free_address;

    #[test]
    fn each_request_is_answered_however_it_is_cut() {
        let address = free_address().unwrap();
        thread::spawn(move || serve_bytes(address, &Arc::from(*b"HTTP/1.1 200 OK\r\n\r\n")));
        let mut asking = loop {
            if let Ok(connected) = Asking::connect(address) {
                break connected;
            }
        };
        for parts in [&["GET / HTTP/1.1\r\n\r\n"][..], &["GET / HTTP/1.1\r", "\n\r", "\n"]] {
            for part in parts {
                asking.write_all(part.as_bytes()).unwrap();
            }
            let mut answer = [0; 19];
            asking.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200 OK\r\n\r\n");
        }
    }
}
