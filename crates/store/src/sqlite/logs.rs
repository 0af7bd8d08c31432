use std::fs;
use std::path::Path;

use crate::file::{FileId, beside};

/// What SQLite has beside the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Logs([Option<FileId>; 2]);

const LOGS: [&str; 2] = ["-wal", "-shm"];

impl Logs {
    pub(crate) fn at(path: &Path) -> Self {
        Self(LOGS.map(|suffix| FileId::at(&beside(path, suffix)).ok().flatten()))
    }

    /// Removes those that are still at a path of which the file is not: to SQLite they
    /// would be the logs of whatever is there now.
    pub(crate) fn remove(self, path: &Path) {
        for (suffix, id) in LOGS.into_iter().zip(self.0) {
            let log = beside(path, suffix);
            if id.is_some() && FileId::at(&log).ok().flatten() == id {
                // The next look finds it again.
                let _ = fs::remove_file(log);
            }
        }
    }
}
