use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};

use serde_json::Value;

use crate::{PATIENCE, until};

/// A program to run, with nothing of our own environment but what finds other
/// programs. Streams are off unless a test has some of its own: nothing must be
/// asked over the internet. What listens does so on a port that the system chooses:
/// any other may be taken.
pub fn program(path: &str) -> Command {
    let mut command = Command::new(path);
    command.env_clear().env("MARKETPULSE_STREAMS", "False");
    command.env("MARKETPULSE_LISTEN", "127.0.0.1:0");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    /// The status of its first line.
    pub status: u16,
    /// All that comes after its head.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// One request on a connection of its own; `None` where nobody listens.
pub fn get(address: SocketAddr, target: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned() })
}

/// The service as a process, on a port that it chose itself. Ended with the test.
#[derive(Debug)]
pub struct Service {
    /// Where it listens, as its log says.
    pub address: SocketAddr,
    child: Child,
    log: Option<Log>,
}

/// What becomes of its log.
#[derive(Debug)]
enum Log {
    Read(JoinHandle<String>),
    /// Nobody takes any more of it; what was said before.
    Unread(BufReader<ChildStderr>, String),
}

impl Log {
    /// Reads it all along from now on.
    fn read(self) -> Self {
        let Self::Unread(mut log, mut said) = self else { return self };
        Self::Read(thread::spawn(move || {
            log.read_to_string(&mut said).unwrap();
            said
        }))
    }

    /// All of it, once the service has ended.
    fn into_text(self) -> String {
        match self.read() {
            Self::Read(reading) => reading.join().unwrap(),
            Self::Unread(_, said) => said,
        }
    }
}

impl Service {
    /// Starts it, with its arguments and settings, on a data folder, and waits until it is ready.
    pub fn start(mut command: Command, data: &Path) -> Self {
        let service = Self::begin(command.env("MARKETPULSE_DATA_DIR", data));
        service.until_ready();
        service
    }

    /// Starts it and waits until it listens.
    ///
    /// # Panics
    ///
    /// Where it ends instead, with what it said.
    pub fn begin(command: &mut Command) -> Self {
        let mut service = Self::begin_unread(command);
        service.log = service.log.take().map(Log::read);
        service
    }

    /// As [`Service::begin`], but nobody reads what it says after that.
    pub fn begin_unread(command: &mut Command) -> Self {
        let command = command.env("MARKETPULSE_LISTEN", "127.0.0.1:0").stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (mut log, mut said) = (BufReader::new(child.stderr.take().unwrap()), String::new());
        let address = address(&mut log, &mut said);
        Self { address, child, log: Some(Log::Unread(log, said)) }
    }

    /// What it says from now on, for who reads that at a pace of its own. Nothing of it is
    /// kept for the end.
    pub fn take_log(&mut self) -> Option<impl BufRead + Send + use<>> {
        match self.log.take()? {
            Log::Unread(log, _) => Some(log),
            Log::Read(_) => None,
        }
    }

    /// Waits until it has what it serves.
    pub fn until_ready(&self) {
        until("the service is ready", || self.ask("/readyz").filter(|it| it.status == 200));
    }

    /// Its answer.
    pub fn get(&self, target: &str) -> Answer {
        self.ask(target).unwrap()
    }

    /// Its answer, unless it is gone.
    pub fn ask(&self, target: &str) -> Option<Answer> {
        get(self.address, target)
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a kernel out of memory does. Who asks it meanwhile gets no answer.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    /// Sends it a signal by its name, such as `HUP`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Sends SIGTERM and waits for the end.
    pub fn stop(self) -> ExitStatus {
        self.end().0
    }

    /// Sends SIGTERM and waits for the end, and for the last line of the log.
    pub fn end(mut self) -> (ExitStatus, String) {
        self.signal("TERM");
        let status = until("the service stops", || self.child.try_wait().unwrap());
        (status, self.log.take().map_or_else(String::new, Log::into_text))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in the line that says where the service listens; adds all that was
/// read to what was said.
fn address(log: &mut BufReader<ChildStderr>, said: &mut String) -> SocketAddr {
    loop {
        let begun = said.len();
        let read = log.read_line(said).unwrap();
        assert_ne!(read, 0, "the service ended before it listened: {said}");
        if let Some(found) = in_line(&said[begun..]) {
            return found;
        }
    }
}

fn in_line(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once("serving http://")?;
    after.split_once('/')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_either_form_of_the_log() {
        let address = Some("127.0.0.1:41234".parse().unwrap());
        let json = r#"{"level":"INFO","message":"serving http://127.0.0.1:41234/marketpulse"}"#;
        let text = "INFO serving http://127.0.0.1:41234/marketpulse address=127.0.0.1:41234";
        assert_eq!([json, text].map(in_line), [address, address]);
        assert_eq!(in_line("INFO stopping"), None);
    }
}
