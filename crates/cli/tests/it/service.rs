use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Long enough for a loaded machine; reaching it is a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// The binary, with nothing of our own environment but what finds programs.
/// Streams are off unless a test has some of its own: nothing must be asked over
/// the internet.
pub(crate) fn marketpulse() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_marketpulse"));
    command.env_clear().env("MARKETPULSE_STREAMS", "False");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// A port that was free a moment ago.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Asks until an answer satisfies, or patience runs out.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        // Leaves the processor to the one who is waited for.
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// An answer over HTTP.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// One request on a connection of its own; `None` where nobody listens.
pub(crate) fn get(address: SocketAddr, target: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned() })
}

/// A running service, ended with the test.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Service {
    /// Starts the service and waits until it is ready.
    pub(crate) fn start(data: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start_with(&["serve"], data, settings)
    }

    pub(crate) fn start_with(arguments: &[&str], data: &Path, settings: &[(&str, &str)]) -> Self {
        let address = free_address();
        let child = marketpulse()
            .args(arguments)
            .env("MARKETPULSE_LISTEN", address.to_string())
            .env("MARKETPULSE_DATA_DIR", data)
            .envs(settings.iter().copied())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let service = Self { address, child };
        until("the service is ready", || get(address, "/readyz").filter(|a| a.status == 200));
        service
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        get(self.address, target).unwrap()
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) fn stop(mut self) -> std::process::ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(&pid).status().unwrap().success());
        until("the service stops", || self.child.try_wait().unwrap())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
