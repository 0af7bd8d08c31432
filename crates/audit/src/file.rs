use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::event::Event;

/// The file that events are added to: for its user alone, and begun anew where it was moved
/// away, as by whoever keeps logs small.
#[derive(Debug)]
pub struct AuditFile {
    path: PathBuf,
    open: Option<File>,
}

/// The audit log cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum AuditFileError {
    /// It cannot be opened or added to.
    #[error("the audit log {path} cannot be written")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Something else has its name.
    #[error("{path} is no ordinary file; name another in MARKETPULSE_AUDIT_LOG")]
    Other {
        /// Which file.
        path: PathBuf,
    },
}

impl AuditFile {
    /// The file at a path, which need not be there.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn at(path: PathBuf) -> Result<Self, AuditFileError> {
        let mut file = Self { path, open: None };
        file.current()?;
        Ok(file)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds an event. Several programs may add theirs at the same time: each line is one
    /// write at the end of the file.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn add(&mut self, event: &Event, at: Timestamp) -> Result<(), AuditFileError> {
        let line = event.line(at);
        let written = self.current()?.write_all(line.as_bytes());
        written.map_err(|source| self.failed(source))
    }

    /// The file that has the name now.
    fn current(&mut self) -> Result<&mut File, AuditFileError> {
        let named = match fs::symlink_metadata(&self.path) {
            Ok(found) if found.is_file() => Some((found.dev(), found.ino())),
            // A pipe that nobody reads would stop whoever opens it.
            Ok(_) => return Err(AuditFileError::Other { path: self.path.clone() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(self.failed(error)),
        };
        let held = self.open.take().filter(|file| {
            let held = file.metadata().ok().map(|held| (held.dev(), held.ino()));
            held.is_some() && held == named
        });
        let file = match held {
            Some(file) => file,
            None => self.opened().map_err(|source| self.failed(source))?,
        };
        Ok(self.open.insert(file))
    }

    fn opened(&self) -> io::Result<File> {
        kept::make_folder(&self.path)?;
        let file =
            OpenOptions::new().append(true).create(true).mode(kept::PRIVATE).open(&self.path)?;
        file.set_permissions(Permissions::from_mode(kept::PRIVATE))?;
        Ok(file)
    }

    fn failed(&self, source: io::Error) -> AuditFileError {
        AuditFileError::Io { path: self.path.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Kind, Outcome};

    fn add(file: &mut AuditFile) -> Result<(), AuditFileError> {
        file.add(&Event::new(Kind::Backup, Outcome::Done), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_file_that_was_moved_away_is_begun_anew_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/audit.log");
        let mut file = AuditFile::at(path.clone()).unwrap();
        add(&mut file).unwrap();
        add(&mut file).unwrap();
        let moved = folder.path().join("data/audit.log.1");
        fs::rename(&path, &moved).unwrap();
        add(&mut file).unwrap();
        let lines = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
        assert_eq!((lines(&moved), lines(&path)), (2, 1));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_there_is_kept_and_its_user_s_alone_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.log");
        fs::write(&path, "{}\n").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let mut two = [(); 2].map(|()| AuditFile::at(path.clone()).unwrap());
        for file in &mut two {
            add(file).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_no_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let other = AuditFile::at(folder.path().to_owned());
        assert!(matches!(other, Err(AuditFileError::Other { .. })));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        assert!(matches!(AuditFile::at(link), Err(AuditFileError::Other { .. })));
        let below = AuditFile::at("/dev/null/audit.log".into());
        assert!(matches!(below, Err(AuditFileError::Io { .. })));
    }
}
