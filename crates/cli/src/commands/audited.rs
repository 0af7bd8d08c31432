//! What a command did, in the audit log.

use std::path::PathBuf;
use std::process::ExitCode;

use audit::{AuditFile, Event, Kind, Outcome};
use market::Clock as _;
use server::SystemClock;
use table::text::with_causes;

use super::say;

/// What a command does that is to be on record: its kind, and to what.
pub(crate) type Deed = (Kind, String);

/// Notes how a command ended. The log is written by whoever was asked, with their own
/// settings, also where a service carried the command out.
pub(crate) fn noted(log: Option<PathBuf>, deed: Option<Deed>, ended: ExitCode) -> ExitCode {
    let Some((log, (kind, what))) = log.zip(deed) else { return ended };
    let outcome = if ended == ExitCode::SUCCESS { Outcome::Done } else { Outcome::Failed };
    let user = Some(rustix::process::getuid().as_raw());
    let event = Event { user, what: Some(what), ..Event::new(kind, outcome) };
    let added = AuditFile::at(log).and_then(|mut log| log.add(&event, SystemClock.now()));
    if let Err(error) = added {
        say(&format!("this is not in the audit log: {}", with_causes(&error)));
    }
    ended
}
