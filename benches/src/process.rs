use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Linux tells a process's time in hundredths of a second on every machine
/// there is: the kernel's `USER_HZ`, whatever its own tick.
const TICK: Duration = Duration::from_millis(10);
const STARTED_WITHIN: Duration = Duration::from_secs(20);
const STOPPED_WITHIN: Duration = Duration::from_secs(8);

/// A server that was started here and ends with this value.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a command, its log appended to a file as a service's is, and
    /// waits until it accepts connections.
    pub(crate) fn start(
        name: &'static str,
        address: SocketAddr,
        command: &mut Command,
        log: &Path,
    ) -> Result<Self, String> {
        let file = File::options().create(true).append(true).open(log);
        let file = file.map_err(|error| format!("{}: {error}", log.display()))?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).spawn();
        let child = child.map_err(|error| {
            format!("{} cannot be started: {error}", command.get_program().display())
        })?;
        let mut server = Self { name, address, child, log: log.to_owned() };
        server.wait_until_it_listens()?;
        Ok(server)
    }

    fn wait_until_it_listens(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + STARTED_WITHIN;
        while TcpStream::connect(self.address).is_err() {
            let ended = self.child.try_wait().is_ok_and(|status| status.is_some());
            if ended || Instant::now() > deadline {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                return Err(format!("{} does not listen on {}:\n{log}", self.name, self.address));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Processor time so far of this process and its children, in user and
    /// kernel mode.
    pub(crate) fn busy(&self) -> Duration {
        self.family().into_iter().map(busy_of).sum()
    }

    /// Resident memory of this process and its children, in bytes. What they
    /// share counts once for each.
    pub(crate) fn resident(&self) -> u64 {
        self.family().iter().map(|pid| resident(&read(*pid, "status"))).sum()
    }

    /// Empties its log, which would else fill the disk at this pace.
    pub(crate) fn empty_log(&self) {
        let _ = File::options().write(true).open(&self.log).and_then(|file| file.set_len(0));
    }

    fn family(&self) -> Vec<u32> {
        let pid = self.child.id();
        let children = read(pid, &format!("task/{pid}/children"));
        let children = children.split_whitespace().filter_map(|pid| pid.parse().ok());
        std::iter::once(pid).chain(children).collect()
    }
}

impl Drop for Server {
    /// SIGTERM, which nginx passes on to its workers; SIGKILL if that is ignored.
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).status();
        let deadline = Instant::now() + STOPPED_WITHIN;
        while self.child.try_wait().is_ok_and(|status| status.is_none()) {
            if Instant::now() > deadline {
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
            sleep(Duration::from_millis(20));
        }
    }
}

/// An address of this machine that nobody listens on.
pub(crate) fn free_address() -> Result<SocketAddr, String> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    bound.map_err(|error| format!("no free port on 127.0.0.1: {error}"))
}

fn read(pid: u32, file: &str) -> String {
    fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default()
}

/// Processor time so far of those programs that were started here and have
/// ended: of wrk, for what servers do not end in between.
pub(crate) fn ended_busy() -> Duration {
    ticks(&read(std::process::id(), "stat"), 13)
}

/// Processor time so far of one process, without its children.
pub(crate) fn busy_of(pid: u32) -> Duration {
    busy(&read(pid, "stat"))
}

/// `utime` and `stime` in `stat`.
fn busy(stat: &str) -> Duration {
    ticks(stat, 11)
}

/// Two numbers of `stat` added: those after `skipped` others behind the name,
/// which is in brackets and may have blanks in it.
fn ticks(stat: &str, skipped: usize) -> Duration {
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let fields = after_name.split(' ').skip(skipped).take(2);
    TICK * fields.filter_map(|field| field.parse::<u32>().ok()).sum::<u32>()
}

fn resident(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_user_and_kernel_time() {
        let stat = "42 (a b) c) S 1 42 42 0 -1 4194560 900 0 1 0 150 50 7 8 20 0 3 0 99";
        assert_eq!(busy(stat), Duration::from_secs(2));
        assert_eq!(ticks(stat, 13), Duration::from_millis(150));
        assert_eq!(busy(""), Duration::ZERO);
    }

    #[test]
    fn resident_memory_is_in_bytes() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t    1234 kB\nThreads:\t3\n"), 1234 * 1024);
    }

    #[test]
    fn a_server_that_never_listens_is_told_with_what_it_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such port >&2"]);
        let address = free_address().unwrap();
        let failed = Server::start("x", address, &mut command, &folder.path().join("log"));
        assert!(failed.err().unwrap().contains("no such port"));
    }
}
