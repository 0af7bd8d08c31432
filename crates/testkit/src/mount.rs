use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system of our own, gone with the test.
#[derive(Debug)]
pub struct Mount {
    /// The folder that it is.
    pub at: PathBuf,
    _home: tempfile::TempDir,
}

impl Mount {
    /// A disk of so many MiB, in memory.
    ///
    /// # Errors
    ///
    /// Why this one may not mount.
    pub fn disk(mib: u32) -> Result<Self, String> {
        Self::new(&["-t", "tmpfs", "-o", &format!("size={mib}m"), "tmpfs"])
    }

    /// A folder once more, at another place.
    ///
    /// # Errors
    ///
    /// Why this one may not mount.
    pub fn of(folder: &Path) -> Result<Self, String> {
        Self::new(&["--bind", folder.to_str().unwrap()])
    }

    fn new(options: &[&str]) -> Result<Self, String> {
        let home = tempfile::tempdir().unwrap();
        mount(options, home.path())?;
        Ok(Self { at: home.path().to_owned(), _home: home })
    }

    /// Nothing may be written to it any more, or again.
    pub fn set_read_only(&self, is_read_only: bool) {
        let options = if is_read_only { "remount,bind,ro" } else { "remount,bind,rw" };
        mount(&["-o", options], &self.at).unwrap();
    }

    /// Takes all the room there is, by a file that has to be removed again.
    pub fn fill(&self) -> PathBuf {
        let path = self.at.join("filler");
        let mut file = File::create(&path).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
    }
}

fn mount(options: &[&str], at: &Path) -> Result<(), String> {
    let done = Command::new("mount").args(options).arg(at).output();
    let done = done.map_err(|error| format!("mount cannot be run: {error}"))?;
    let why = String::from_utf8_lossy(&done.stderr);
    let why = why.trim();
    if done.status.success() { Ok(()) } else { Err(format!("only root may mount ({why})")) }
}
