//! The file at the store's place, and whether it is one of ours.

use std::fs::{self, DirBuilder, File, FileType, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, FileExt, FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use market::{StoreError, StoreTrouble};

use crate::file::{FileId, beside, is_nothing};
use crate::sqlite::failure;

/// Says in the file's header whose it is: the letters M, P, s and t.
pub(crate) const APPLICATION_ID: i32 = 0x4d50_7374;

/// How every SQLite database begins: <https://sqlite.org/fileformat.html>.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER: usize = 100;
const APPLICATION_ID_AT: usize = 68;

/// The store's file, held open for as long as SQLite works on it: so it can be
/// looked at past SQLite, and its content is not lost where its name is.
///
/// Whoever closes a file gives up all locks that the process has on it, also those
/// of SQLite. So this must be the only handle beside SQLite's, and be dropped last.
#[derive(Debug)]
pub(crate) struct Occupant {
    file: File,
    id: FileId,
}

/// What has become of a file's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    InPlace,
    /// Nothing is there.
    Gone,
    /// Another file is.
    Replaced,
    /// The same, with the content of something else.
    Overwritten,
}

impl Occupant {
    /// Looks what is at a path, and changes nothing. `None` where there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreTrouble::NotOurs`] for what is no file, or is a file of somebody else;
    /// [`StoreTrouble::Denied`] for what we may not look at.
    pub(crate) fn find(path: &Path) -> Result<Option<Self>, StoreError> {
        let found = match fs::symlink_metadata(path) {
            Ok(found) => found,
            Err(error) if is_nothing(&error) => return Ok(None),
            Err(error) => return Err(failure::of_io(path, "be looked at", error)),
        };
        if let Some(kind) = other_than_file(found.file_type()) {
            let why = format!("{} cannot be opened: it is {kind}; name a file", path.display());
            return Err(StoreError::troubled(StoreTrouble::NotOurs, why));
        }
        let file = File::open(path).map_err(|error| failure::of_io(path, "be read", error))?;
        let occupant = Self { file, id: FileId::of(&found) };
        if !occupant.is_empty() {
            occupant.expect_ours(path)?;
        }
        Ok(Some(occupant))
    }

    /// Makes an empty file, for the store's user alone, and its folder likewise.
    pub(crate) fn create(path: &Path) -> Result<Self, StoreError> {
        make_folder(path)?;
        let named = |error| failure::of_io(path, "be created", error);
        let new = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
        let file = new.map_err(named)?;
        let id = FileId::of(&file.metadata().map_err(named)?);
        Ok(Self { file, id })
    }

    pub(crate) fn id(&self) -> FileId {
        self.id
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.file.metadata().is_ok_and(|found| found.len() == 0)
    }

    pub(crate) fn standing(&self, path: &Path) -> Result<Standing, StoreError> {
        let found = FileId::at(path).map_err(|it| failure::of_io(path, "be looked at", it))?;
        Ok(match found {
            None => Standing::Gone,
            Some(id) if id != self.id => Standing::Replaced,
            Some(_) if self.expect_ours(path).is_err() => Standing::Overwritten,
            Some(_) => Standing::InPlace,
        })
    }

    /// By its beginning alone. A database that was never folded out of its log has
    /// no owner yet in its beginning: whose it is SQLite has to say.
    pub(crate) fn expect_ours(&self, path: &Path) -> Result<(), StoreError> {
        let mut header = [0; HEADER];
        let begins = match self.file.read_exact_at(&mut header, 0) {
            Ok(()) => header.starts_with(MAGIC),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => false,
            Err(error) => return Err(failure::of_io(path, "be read", error)),
        };
        if !begins {
            return Err(failure::no_database(path));
        }
        let id = &header[APPLICATION_ID_AT..APPLICATION_ID_AT + 4];
        if id == APPLICATION_ID.to_be_bytes() || id == [0; 4] {
            return Ok(());
        }
        Err(failure::another_programs(path))
    }

    /// Whether its beginning says that it is ours, and no other program's.
    pub(crate) fn is_surely_ours(&self) -> bool {
        let mut id = [0; 4];
        let read = self.file.read_exact_at(&mut id, APPLICATION_ID_AT as u64);
        read.is_ok() && id == APPLICATION_ID.to_be_bytes()
    }

    /// Puts its content back where it was, though nothing is there any more.
    pub(crate) fn put_back(&self, path: &Path) -> Result<(), StoreError> {
        make_folder(path)?;
        let unfinished = beside(path, &format!(".{}.part", std::process::id()));
        let mode = self.file.metadata().map_or(0o600, |it| it.permissions().mode() & 0o777);
        let written = self.copy_to(&unfinished, mode).and_then(|()| {
            // Unlike a renaming this replaces nothing that has come meanwhile.
            fs::hard_link(&unfinished, path)
        });
        // What failed is reported; that this fails too adds nothing.
        let _ = fs::remove_file(&unfinished);
        written.map_err(|error| failure::of_io(path, "be put back", error))
    }

    /// Its content in a new file, with these rights.
    pub(crate) fn copy_to(&self, path: &Path, mode: u32) -> io::Result<()> {
        let mut copy = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        let mut piece = vec![0; 1 << 20];
        let mut at = 0;
        loop {
            let read = self.file.read_at(&mut piece, at)?;
            if read == 0 {
                return copy.sync_all();
            }
            io::Write::write_all(&mut copy, &piece[..read])?;
            at += read as u64;
        }
    }
}

fn other_than_file(kind: FileType) -> Option<&'static str> {
    if kind.is_file() {
        None
    } else if kind.is_dir() {
        Some("a folder")
    } else if kind.is_symlink() {
        Some("a symbolic link")
    } else if kind.is_fifo() {
        Some("a named pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else {
        Some("a device")
    }
}

/// Makes the folder of a file, and those above it, for us alone.
pub(crate) fn make_folder(path: &Path) -> Result<(), StoreError> {
    let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) else {
        return Ok(());
    };
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| failure::of_folder(folder, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_back_is_the_same_and_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/prices.db");
        let held = Occupant::create(&path).unwrap();
        let content = [&MAGIC[..], &vec![7; 3 << 20]].concat();
        fs::write(&path, &content).unwrap();
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
        assert_eq!(held.standing(&path).unwrap(), Standing::Gone);
        held.put_back(&path).unwrap();
        assert!(fs::read(&path).unwrap() == content);
        assert_eq!(held.standing(&path).unwrap(), Standing::Replaced);
        fs::write(&path, "theirs").unwrap();
        held.put_back(&path).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
