use std::fs;
use std::path::{Path, PathBuf};

/// The wall clock of one program, set by libfaketime. Its other clocks stay as they are.
pub(crate) struct WrongClock {
    library: PathBuf,
    file: PathBuf,
}

/// Where Debian puts it: below a folder of the machine's kind.
const LIBRARIES: &str = "/usr/lib";
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

impl WrongClock {
    /// One that is right at first, told by a file in a folder.
    pub(crate) fn told_in(folder: &Path) -> Result<Self, String> {
        let kinds = fs::read_dir(LIBRARIES).map_err(|error| error.to_string())?;
        let mut libraries = kinds.filter_map(|kind| Some(kind.ok()?.path().join(LIBRARY)));
        let library = libraries.find(|path| path.is_file());
        let library = library.ok_or(format!("there is no {LIBRARIES}/…/{LIBRARY}"))?;
        let clock = Self { library, file: folder.join("ahead") };
        clock.set_ahead(0);
        Ok(clock)
    }

    /// What has a program live by it.
    pub(crate) fn settings(&self) -> [(&str, &Path); 5] {
        let on = Path::new("1");
        [
            ("LD_PRELOAD", &self.library),
            ("FAKETIME_TIMESTAMP_FILE", &self.file),
            // In seconds: how soon a step is seen.
            ("FAKETIME_CACHE_DURATION", on),
            ("FAKETIME_DONT_FAKE_MONOTONIC", on),
            ("NO_FAKE_STAT", on),
        ]
    }

    /// Sets it so many seconds ahead of the machine's, or behind.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        // In the place of the file before, which may be read at this moment.
        let new = self.file.with_extension("new");
        fs::write(&new, format!("{seconds:+}\n")).unwrap();
        fs::rename(new, &self.file).unwrap();
    }
}
