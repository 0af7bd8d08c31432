use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::figures::Figures;
use crate::process::{Server, ended_busy};
use crate::question::Question;

/// wrk, with the script that has it print numbers for a program.
pub(crate) struct Load {
    script: PathBuf,
    connections: u32,
    /// Each connection is closed after one answer.
    closing: bool,
}

/// What wrk counted. Times in microseconds.
#[derive(Debug, PartialEq)]
struct Counted {
    requests: u64,
    duration: u64,
    p50: u64,
    p99: u64,
    errors: u64,
    /// Answers whose status is 400 or more.
    refused: u64,
}

impl Load {
    pub(crate) fn new(folder: &Path, connections: u32, closing: bool) -> Result<Self, String> {
        let script = folder.join("wrk.lua");
        fs::write(&script, include_str!("wrk.lua"))
            .map_err(|error| format!("{}: {error}", script.display()))?;
        Ok(Self { script, connections, closing })
    }

    /// Asks one server the same question for some seconds, each connection anew
    /// as soon as it is answered.
    pub(crate) fn measure(
        &self,
        server: &Server,
        question: &Question,
        headers: &[(&str, String)],
        seconds: u32,
    ) -> Result<Figures, String> {
        let before = (server.busy(), ended_busy());
        let counted = self.run(server.address, question, headers, seconds)?;
        let busy = server.busy().saturating_sub(before.0);
        let asking = ended_busy().saturating_sub(before.1);
        server.empty_log();
        let refused = if question.status < 400 { 0 } else { counted.requests };
        if counted.errors > 0 || counted.refused != refused {
            let Counted { errors, refused, requests, .. } = counted;
            let name = server.name;
            return Err(format!("{name}: {errors} errors, {refused} refusals, {requests} answers"));
        }
        let requests = counted.requests.max(1) as f64;
        Ok(Figures {
            rate: requests * 1e6 / counted.duration.max(1) as f64,
            p50: counted.p50 as f64,
            p99: counted.p99 as f64,
            busy: busy.as_secs_f64() * 1e6 / requests,
            asking: asking.as_secs_f64() * 1e6 / requests,
            resident: server.resident() as f64,
        })
    }

    fn run(
        &self,
        server: SocketAddr,
        question: &Question,
        headers: &[(&str, String)],
        seconds: u32,
    ) -> Result<Counted, String> {
        let mut wrk = Command::new("wrk");
        wrk.args(["--threads=1", "--timeout=10s"]);
        wrk.arg(format!("--connections={}", self.connections));
        wrk.arg(format!("--duration={seconds}s")).arg("--script").arg(&self.script);
        for (name, value) in headers {
            wrk.arg("--header").arg(format!("{name}: {value}"));
        }
        if self.closing {
            wrk.args(["--header", "Connection: close"]);
        }
        wrk.arg(format!("http://{server}")).arg("--");
        wrk.args([question.method, &question.target, question.body]);
        let output = wrk.output().map_err(|error| format!("wrk cannot be started: {error}"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        counted(&said).ok_or_else(|| format!("wrk gave no figures for {question:?}: {said}"))
    }
}

fn counted(said: &str) -> Option<Counted> {
    let line = said.lines().find_map(|line| line.strip_prefix("figures "))?;
    let numbers: Result<Vec<u64>, _> = line.split(' ').map(str::parse).collect();
    let &[requests, duration, p50, p99, errors, refused] = numbers.ok()?.as_slice() else {
        return None;
    };
    Some(Counted { requests, duration, p50, p99, errors, refused })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_among_what_wrk_says() {
        let said = "Running 3s test\n  1 threads\nfigures 900 3000000 250 1200 4 7\n";
        let expected = Counted {
            requests: 900,
            duration: 3_000_000,
            p50: 250,
            p99: 1200,
            errors: 4,
            refused: 7,
        };
        assert_eq!(counted(said), Some(expected));
        assert_eq!(counted("unable to connect"), None);
    }
}
