use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::readers;
use super::tally::Counted;
use crate::process;

/// Readers in a process of their own, which ends with this value.
pub(crate) struct Crowd {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Crowd {
    /// Starts that many readers, and waits until all are connected.
    pub(crate) fn gather(readers: &readers::Options) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut child = Command::new(program)
            .args(arguments(readers))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the readers cannot be started: {error}"))?;
        let answers = child.stdout.take().ok_or("the readers have no output")?;
        let mut crowd = Self { child, answers: BufReader::new(answers) };
        match crowd.hear()?.as_str() {
            "ready" => Ok(crowd),
            other => Err(format!("the readers said '{other}' instead of ready")),
        }
    }

    /// What they have heard since the last time.
    pub(crate) fn count(&mut self) -> Result<Counted, String> {
        let input = self.child.stdin.as_mut().ok_or("the readers have no input")?;
        input.write_all(b"?\n").map_err(|error| format!("the readers have ended: {error}"))?;
        let said = self.hear()?;
        Counted::read(&said).ok_or_else(|| format!("the readers said '{said}'"))
    }

    /// Their processor time so far.
    pub(crate) fn busy(&self) -> Duration {
        process::busy_of(self.child.id())
    }

    fn hear(&mut self) -> Result<String, String> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        match read {
            Ok(0) => Err("the readers have ended; what they said is above".to_owned()),
            Ok(_) => Ok(line.trim().to_owned()),
            Err(error) => Err(format!("the readers: {error}")),
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn arguments(options: &readers::Options) -> Vec<String> {
    let readers::Options { server, target, way, count, say, greeted } = options;
    let way = clap::ValueEnum::to_possible_value(way);
    let way = way.map(|way| way.get_name().to_owned()).unwrap_or_default();
    let mut arguments = vec!["readers".to_owned(), server.to_string(), target.clone()];
    arguments.extend(["--way".to_owned(), way, "--count".to_owned(), count.to_string()]);
    arguments.extend(say.iter().flat_map(|text| ["--say".to_owned(), text.clone()]));
    arguments.extend(greeted.then(|| "--greeted".to_owned()));
    arguments
}
