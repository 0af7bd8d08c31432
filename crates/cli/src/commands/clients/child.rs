//! A program within ours: signals to us reach it, and its end is ours.

use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};

use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use tokio::signal::unix::{self, SignalKind, signal};
use tokio::task::spawn_blocking;

/// What a shell says of a program that cannot be found, ...
const NOT_FOUND: u8 = 127;

/// ... and of one that cannot be started.
const NOT_STARTED: u8 = 126;

/// What a shell adds to the number of the signal that ended a program.
const BY_SIGNAL: i32 = 128;

/// The signals that ask a program to end. From now on they do not end ours.
pub(super) struct Signals([(Signal, unix::Signal); 4]);

impl Signals {
    pub(super) fn catch() -> io::Result<Self> {
        let caught = |which, kind| Ok::<_, io::Error>((which, signal(kind)?));
        Ok(Self([
            caught(Signal::INT, SignalKind::interrupt())?,
            caught(Signal::TERM, SignalKind::terminate())?,
            caught(Signal::HUP, SignalKind::hangup())?,
            caught(Signal::QUIT, SignalKind::quit())?,
        ]))
    }

    async fn next(&mut self) -> Signal {
        let [int, term, hup, quit] = &mut self.0;
        tokio::select! {
            Some(()) = int.1.recv() => int.0,
            Some(()) = term.1.recv() => term.0,
            Some(()) = hup.1.recv() => hup.0,
            Some(()) = quit.1.recv() => quit.0,
            else => std::future::pending().await,
        }
    }
}

/// Runs a program to its end.
///
/// # Errors
///
/// Where it cannot be started.
pub(super) async fn to_its_end(
    mut command: Command,
    mut signals: Signals,
) -> io::Result<ExitStatus> {
    let mut child = command.spawn()?;
    let pid = Pid::from_child(&child);
    let mut ended = spawn_blocking(move || child.wait());
    loop {
        tokio::select! {
            ended = &mut ended => return ended.map_err(io::Error::other)?,
            signal = signals.next() => hand_on(pid, signal),
        }
    }
}

fn hand_on(pid: Pid, signal: Signal) {
    if signal == Signal::TERM || !is_of_terminal() {
        // One that has ended meanwhile needs none.
        let _ = kill_process(pid, signal);
    }
}

/// Whether a terminal sends its signals to us, and so to the program as well: whoever
/// types Ctrl-C means both, and the program is to get it once.
fn is_of_terminal() -> bool {
    let terminal = File::open("/dev/tty");
    terminal.is_ok_and(|it| tcgetpgrp(&it).is_ok_and(|foreground| foreground == getpgrp()))
}

/// The program's exit status, as shells tell it.
pub(super) fn status(ended: ExitStatus) -> ExitCode {
    let number = ended.code().or_else(|| ended.signal().map(|signal| BY_SIGNAL + signal));
    ExitCode::from(number.and_then(|it| u8::try_from(it).ok()).unwrap_or(1))
}

/// The exit status for a program that cannot be started.
pub(super) fn not_started(error: &io::Error) -> u8 {
    if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_STARTED }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ended(script: &str) -> ExitCode {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        status(to_its_end(command, Signals::catch().unwrap()).await.unwrap())
    }

    #[tokio::test]
    async fn the_end_of_a_program_is_told_as_shells_tell_it() {
        assert_eq!(ended("exit 7").await, ExitCode::from(7));
        assert_eq!(ended("kill -9 $$").await, ExitCode::from(137));
        let none = Command::new("/nowhere/no-such-program");
        let error = to_its_end(none, Signals::catch().unwrap()).await.unwrap_err();
        assert_eq!(not_started(&error), 127);
        let error = to_its_end(Command::new("/"), Signals::catch().unwrap()).await.unwrap_err();
        assert_eq!(not_started(&error), 126);
    }
}
