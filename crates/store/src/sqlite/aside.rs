use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use market::StoreError;

use crate::file::beside;

/// A damaged file that was moved out of the way, whole: for people to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Where it is now; its log, where it had one, is beside it as before.
    pub path: PathBuf,
    /// What is wrong with it, with the name it had.
    pub why: String,
}

/// Why a file is moved out of the way.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Because {
    Damaged,
    /// A copy comes in its place.
    Replaced,
}

impl Because {
    fn as_str(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Replaced => "replaced",
        }
    }
}

/// Moves a file, and what SQLite has beside it, to a name that says why and when.
pub(crate) fn set(path: &Path, now: Timestamp, because: Because) -> Result<PathBuf, StoreError> {
    let aside = free_name(path, now, because);
    // The log first. Were it left behind, it would be taken for the log of the
    // new file and deleted.
    for suffix in ["-wal", "-shm", ""] {
        let (from, to) = (beside(path, suffix), beside(&aside, suffix));
        move_if_there(&from, &to).map_err(|error| {
            let (from, to) = (from.display(), to.display());
            let because = because.as_str();
            let why = format!("{from} is {because} and cannot be moved to {to}: {error}");
            StoreError::unusable(why).caused_by(error)
        })?;
    }
    Ok(aside)
}

fn free_name(path: &Path, now: Timestamp, because: Because) -> PathBuf {
    let when = now.strftime("%Y%m%dT%H%M%SZ");
    let name = beside(path, &format!(".{}-{when}", because.as_str()));
    let numbered = |n| if n == 1 { name.clone() } else { beside(&name, &format!("-{n}")) };
    let is_free = |name: &PathBuf| ["-wal", "-shm", ""].iter().all(|it| !beside(name, it).exists());
    (1..=u32::MAX).map(numbered).find(is_free).expect("no folder holds 2^32 files of one second")
}

fn move_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
