//! Copies of the store, and the way back from one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use audit::Kind;
use clap::Args;
use jiff::Timestamp;
use server::{Config, Copied};

use super::{Deed, fail, print};

/// Where to.
#[derive(Args)]
pub(crate) struct BackupArgs {
    /// A file that is not there yet
    file: PathBuf,
}

/// Where from.
#[derive(Args)]
pub(crate) struct RestoreArgs {
    /// A file that `marketpulse backup` has made
    file: PathBuf,
}

impl BackupArgs {
    /// What it does that is to be on record.
    pub(crate) fn deed(&self) -> Deed {
        (Kind::Backup, self.file.display().to_string())
    }
}

impl RestoreArgs {
    /// What it does that is to be on record.
    pub(crate) fn deed(&self) -> Deed {
        (Kind::Restore, self.file.display().to_string())
    }
}

/// Copies the store into a file, whether a service uses it or not.
pub(crate) fn backup(config: &Config, args: &BackupArgs) -> ExitCode {
    let copied = match config.database.back_up(&args.file) {
        Ok(copied) => copied,
        Err(error) => return fail(1, &error.in_full()),
    };
    let said = format!(
        "{} is copied to {}: {}\n",
        config.database,
        args.file.display(),
        holdings(&copied)
    );
    let keys = &config.reach.keys;
    let keys = keys.exists().then(|| {
        format!(
            "keys are not in it; they are in {}, of which you may want a copy as well\n",
            keys.display()
        )
    });
    print(&(said + &keys.unwrap_or_default()))
}

/// Puts a copy in the place of the store, which is kept beside.
pub(crate) fn restore(config: &Config, args: &RestoreArgs, now: Timestamp) -> ExitCode {
    let restored = match config.database.restore(&args.file, now) {
        Ok(restored) => restored,
        Err(error) => return fail(1, &error.in_full()),
    };
    let said = format!(
        "{} is what {} holds: {}\n",
        config.database,
        args.file.display(),
        holdings(&restored.copied)
    );
    let replaced = restored.replaced.as_deref().map(Path::display);
    let replaced = replaced.map(|it| format!("what was there is {it} now\n"));
    print(&(said + &replaced.unwrap_or_default()))
}

fn holdings(Copied { bytes, bars, prices }: &Copied) -> String {
    let megabytes = *bytes as f64 / 1e6;
    format!(
        "{megabytes:.1} MB, {bars} bars and {prices} prices with what was said of them before, read through and sound"
    )
}
