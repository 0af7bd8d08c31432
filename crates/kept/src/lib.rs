//! Files that are kept in the data folder: a folder for its user alone, and no file that
//! is half written under its name.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// For the file's user alone.
pub const PRIVATE: u32 = 0o600;

/// Makes the folder that a file is to be in, where there is none.
///
/// # Errors
///
/// Where it cannot be made.
pub fn make_folder(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes a text under another name, and its folder where there is none; `put` gives it
/// its own.
///
/// # Errors
///
/// Where it cannot be written or named: then nothing has its name that had it not before.
pub fn write(
    path: &Path,
    text: &str,
    mode: u32,
    put: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    make_folder(path)?;
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    // Left behind by a program of this number that was ended meanwhile.
    let _ = fs::remove_file(&unfinished);
    let opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(&unfinished);
    let done = opened.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        put(&unfinished)
    });
    // After a renaming there is nothing left.
    let _ = fs::remove_file(&unfinished);
    done
}

/// The same, in the place of whatever has the name.
///
/// # Errors
///
/// As for [`write()`].
pub fn replace(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    write(path, text, mode, |unfinished| fs::rename(unfinished, path))
}
