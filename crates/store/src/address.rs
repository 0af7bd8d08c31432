use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use market::{Store, StoreError};
use tokio::task::spawn_blocking;

use crate::file::beside;
use crate::lock::Holder;
use crate::opening::Opening;
use crate::sqlite::{self, Copied, Restored, SqliteStore};

/// Where a store is. The scheme names the backend.
///
/// `sqlite:` stands before the path of a file, which is relative without a
/// slash: `sqlite:data/market.db`, `sqlite:/var/lib/market.db`. Two slashes more
/// may stand before the path, as in the address of a website, and further ones
/// are one: so `sqlite:///var/lib/market.db` and `sqlite:////var/lib/market.db`
/// are the same absolute path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Backend);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Backend {
    Sqlite(PathBuf),
}

/// Why a text is no address of a store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing says which kind of database it is.
    #[error("it does not begin with a kind of database; {USABLE}")]
    NoScheme,
    /// We have no backend for this kind of database.
    #[error("{0} databases are not supported; {USABLE}")]
    Unsupported(String),
    /// There is no name of a file in it.
    #[error("it names no file; {USABLE}")]
    NoFile,
    /// Nothing stored there would outlive the service.
    #[error("a database in memory stores nothing; {USABLE}")]
    InMemory,
}

const USABLE: &str = "use sqlite:PATH, for example sqlite:/var/lib/marketpulse/market.db";

impl Address {
    /// The address of an SQLite file.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self(Backend::Sqlite(path.into()))
    }

    /// Opens the store there, as well as it can be: one that cannot be written
    /// is opened for reading. What is wrong with it is logged.
    ///
    /// May wait for one that is ending, apart from the threads of the runtime, so that
    /// the one it waits for can end on them. `now` names what is set aside.
    ///
    /// # Errors
    ///
    /// To serve: where another service uses it, or other settings are needed. Once: for
    /// a store that can neither be written nor read, or is damaged.
    pub async fn open(
        &self,
        opening: &Opening,
        now: Timestamp,
    ) -> Result<Arc<dyn Store>, StoreError> {
        let (Backend::Sqlite(path), opening) = (self.0.clone(), opening.clone());
        let opened = spawn_blocking(move || match opening {
            Opening::ToServe { at } => SqliteStore::open_to_serve(&path, &at, now),
            Opening::Once => SqliteStore::open_once(&path),
        });
        let broke_off =
            |error| StoreError::unusable(format!("opening {self} broke off")).caused_by(error);
        Ok(Arc::new(opened.await.map_err(broke_off)??))
    }

    /// Copies the store there, as it is at one instant, into a file that is not there yet,
    /// whoever uses the store meanwhile. To be called in a process that does not use it: it
    /// opens its file, and closing that gives up all locks of a process on it.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read, the file is there or cannot be written, or the copy
    /// is not sound. Then there is no file.
    pub fn back_up(&self, to: &Path) -> Result<Copied, StoreError> {
        let Backend::Sqlite(path) = &self.0;
        sqlite::back_up(path, to)
    }

    /// Puts a copy in the place of the store there, brought up to date. What was there is
    /// kept beside; `now` names it.
    ///
    /// # Errors
    ///
    /// Where a service uses the store, or the copy is none or not sound. Then the store is
    /// as it was.
    pub fn restore(&self, from: &Path, now: Timestamp) -> Result<Restored, StoreError> {
        let Backend::Sqlite(path) = &self.0;
        sqlite::restore(path, from, now)
    }

    /// The service that uses the store there, if one does.
    pub fn holder(&self) -> Option<Holder> {
        let Backend::Sqlite(path) = &self.0;
        Holder::of(path)
    }

    /// The folder and the files of the store that others than their user may look into.
    pub fn open_to_others(&self) -> Vec<PathBuf> {
        let Backend::Sqlite(path) = &self.0;
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let files = ["", "-wal", "-shm"].map(|suffix| beside(path, suffix));
        let is_open =
            |it: &PathBuf| it.metadata().is_ok_and(|it| it.permissions().mode() & 0o077 != 0);
        [folder].into_iter().chain(files).filter(is_open).collect()
    }

    /// What it takes on its disk, in bytes, its log included.
    pub fn bytes(&self) -> u64 {
        let Backend::Sqlite(path) = &self.0;
        let files = ["", "-wal"].map(|suffix| beside(path, suffix));
        files.iter().filter_map(|file| file.metadata().ok()).map(|it| it.len()).sum()
    }

    /// The file beside the store that has this ending: of whatever else is kept for the
    /// service that uses it.
    pub fn beside(&self, ending: &str) -> PathBuf {
        let Backend::Sqlite(path) = &self.0;
        beside(path, ending)
    }
}

/// The place for people to look at: of a file its path.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Backend::Sqlite(path) => path.display().fmt(f),
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.split_once(':') {
            Some(("sqlite", path)) => file(path).map(Self::sqlite),
            Some((scheme, _)) if is_scheme(scheme) => {
                Err(AddressError::Unsupported(scheme.to_owned()))
            }
            _ => Err(AddressError::NoScheme),
        }
    }
}

/// Whether this can be the scheme of an address (RFC 3986, section 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn file(text: &str) -> Result<PathBuf, AddressError> {
    let path = text.strip_prefix("//").unwrap_or(text);
    if path == ":memory:" {
        return Err(AddressError::InMemory);
    }
    let absolute = path.starts_with('/').then(|| format!("/{}", path.trim_start_matches('/')));
    let path = absolute.unwrap_or_else(|| path.to_owned());
    if Path::new(&path).file_name().is_none() {
        return Err(AddressError::NoFile);
    }
    Ok(path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(text: &str) -> Result<String, AddressError> {
        text.parse::<Address>().map(|address| address.to_string())
    }

    #[test]
    fn a_path_is_relative_without_a_slash_and_absolute_with_one() {
        for (text, path) in [
            ("sqlite:market.db", "market.db"),
            ("sqlite:data/market.db", "data/market.db"),
            ("sqlite://data/market.db", "data/market.db"),
            ("sqlite:../market.db", "../market.db"),
            ("sqlite:/var/lib/market.db", "/var/lib/market.db"),
            ("sqlite:///var/lib/market.db", "/var/lib/market.db"),
            ("sqlite:////var/lib/market.db", "/var/lib/market.db"),
            ("sqlite:///////var/lib/market.db", "/var/lib/market.db"),
            ("sqlite:a b:c?d#e.db", "a b:c?d#e.db"),
        ] {
            assert_eq!(path_of(text).as_deref(), Ok(path), "{text}");
        }
    }

    #[test]
    fn what_names_no_file_that_lasts_is_refused() {
        for text in ["sqlite:", "sqlite://", "sqlite:///", "sqlite:////", "sqlite:..", "sqlite:."] {
            assert_eq!(path_of(text), Err(AddressError::NoFile), "{text}");
        }
        for text in ["sqlite::memory:", "sqlite://:memory:"] {
            assert_eq!(path_of(text), Err(AddressError::InMemory), "{text}");
        }
    }

    #[test]
    fn another_kind_of_database_is_named_without_what_may_be_secret() {
        let refused = path_of("postgres://marketpulse:s3cret@db/market").unwrap_err().to_string();
        assert!(refused.starts_with("postgres databases are not supported; use sqlite:PATH"));
        assert!(!refused.contains("s3cret"));
        assert_eq!(path_of("mysql:x"), Err(AddressError::Unsupported("mysql".to_owned())));
        for text in ["", "market.db", "/var/lib/market.db", ":x", "1:x", "SQLite db:x"] {
            assert_eq!(path_of(text), Err(AddressError::NoScheme), "{text}");
        }
    }
}
