use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::key::Key;

/// The file that keys are kept in: a JSON array, which its owner alone may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile(PathBuf);

/// The file of keys is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("the keys in {path} cannot be {done}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// `read` or `written`.
        done: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It holds something else.
    #[error("{path} holds no keys of this version")]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// Others than its owner may write it, and so let in whom they like.
    #[error("{path} can be written by others than its owner; chmod 600 it")]
    Shared {
        /// Which file.
        path: PathBuf,
    },
}

/// Keys were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError<E> {
    /// The file does not let them.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The change itself is none that can be made.
    #[error("{0}")]
    Refused(E),
}

/// By which it is seen that a file is another than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    number: u64,
    length: u64,
    modified: (i64, i64),
}

impl KeyFile {
    /// The file at a path, whether it is there or not.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The keys in it; `None` where there is no file.
    ///
    /// # Errors
    ///
    /// Where it cannot be trusted or read.
    pub fn read(&self) -> Result<Option<Vec<Key>>, KeyFileError> {
        Ok(self.read_stamped()?.map(|(keys, _)| keys))
    }

    pub(crate) fn read_stamped(&self) -> Result<Option<(Vec<Key>, Stamp)>, KeyFileError> {
        const WRITABLE_BY_OTHERS: u32 = 0o022;
        let failed = |source| self.failed("read", source);
        let file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let found = file.metadata().map_err(failed)?;
        if found.mode() & WRITABLE_BY_OTHERS != 0 {
            return Err(KeyFileError::Shared { path: self.0.clone() });
        }
        let text = io::read_to_string(file).map_err(failed)?;
        let keys = serde_json::from_str(&text);
        let path = || self.0.clone();
        let keys = keys.map_err(|source| KeyFileError::Form { path: path(), source })?;
        Ok(Some((keys, stamp(&found))))
    }

    /// By which another file, or another version, is told from one that was read.
    pub(crate) fn stamp(&self) -> Result<Option<Stamp>, KeyFileError> {
        match fs::metadata(&self.0) {
            Ok(found) => Ok(Some(stamp(&found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", error)),
        }
    }

    /// Changes the keys in it. Who changes them at the same time waits; who reads them
    /// has those before or those after.
    ///
    /// # Errors
    ///
    /// Where the file does not let them be changed, or the change is refused: nothing
    /// is different then.
    pub fn change<T, E>(
        &self,
        change: impl FnOnce(&mut Vec<Key>) -> Result<T, E>,
    ) -> Result<T, ChangeError<E>> {
        let _lock = self.lock().map_err(|source| self.failed("written", source))?;
        let mut keys = self.read()?.unwrap_or_default();
        let changed = change(&mut keys).map_err(ChangeError::Refused)?;
        self.write(&keys).map_err(|source| self.failed("written", source))?;
        Ok(changed)
    }

    fn lock(&self) -> io::Result<File> {
        kept::make_folder(&self.0)?;
        let mut name = OsString::from(&self.0);
        name.push(".lock");
        let lock = OpenOptions::new().write(true).create(true).mode(kept::PRIVATE).open(name)?;
        lock.lock()?;
        Ok(lock)
    }

    fn write(&self, keys: &[Key]) -> io::Result<()> {
        let text = serde_json::to_string_pretty(keys)? + "\n";
        kept::replace(&self.0, &text, kept::PRIVATE)
    }

    fn failed(&self, done: &'static str, source: io::Error) -> KeyFileError {
        KeyFileError::Io { path: self.0.clone(), done, source }
    }
}

fn stamp(found: &fs::Metadata) -> Stamp {
    let modified = (found.mtime(), found.mtime_nsec());
    Stamp { number: found.ino(), length: found.len(), modified }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::key::tests::{key, terms};

    fn file() -> (tempfile::TempDir, KeyFile) {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::at(folder.path().join("data/keys.json"));
        (folder, file)
    }

    fn add(file: &KeyFile, name: &str) -> String {
        let (key, secret) = key(name, terms());
        push(file, key);
        secret.reveal().to_owned()
    }

    fn push(file: &KeyFile, key: Key) {
        let pushed = file.change(|keys| {
            keys.push(key);
            Ok::<_, ()>(())
        });
        pushed.unwrap();
    }

    #[test]
    fn what_is_added_is_read_and_its_owner_s_alone() {
        let (_folder, file) = file();
        assert_eq!(file.read().unwrap(), None);
        let secret = add(&file, "a");
        let before = file.stamp().unwrap();
        add(&file, "b");
        let names: Vec<_> = file.read().unwrap().unwrap().into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["a", "b"].map(|name| name.parse().unwrap()));
        assert_ne!(file.stamp().unwrap(), before);
        assert_eq!(fs::metadata(file.path()).unwrap().mode() & 0o777, 0o600);
        assert!(!fs::read_to_string(file.path()).unwrap().contains(&secret));
    }

    #[test]
    fn a_change_that_is_refused_changes_nothing() {
        let (_folder, file) = file();
        add(&file, "a");
        let before = fs::read(file.path()).unwrap();
        let refused = file.change(|keys| {
            keys.clear();
            Err::<(), _>("no")
        });
        assert!(matches!(refused, Err(ChangeError::Refused("no"))));
        assert_eq!(fs::read(file.path()).unwrap(), before);
    }

    #[test]
    fn a_file_that_others_may_write_or_that_holds_something_else_is_not_trusted() {
        let (_folder, file) = file();
        add(&file, "a");
        fs::set_permissions(file.path(), Permissions::from_mode(0o620)).unwrap();
        assert!(matches!(file.read(), Err(KeyFileError::Shared { .. })));
        fs::set_permissions(file.path(), Permissions::from_mode(0o600)).unwrap();
        for odd in ["", "{}", r#"[{"id":"x"}]"#] {
            fs::write(file.path(), odd).unwrap();
            assert!(matches!(file.read(), Err(KeyFileError::Form { .. })), "{odd}");
        }
    }

    #[test]
    fn many_who_change_it_at_once_lose_nothing() {
        let (_folder, file) = file();
        let (one, _) = key("a", terms());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| push(&file, one.clone()));
            }
        });
        assert_eq!(file.read().unwrap().unwrap().len(), 8);
    }
}
