use std::fs::{self, File};
use std::io::Read;

/// More than any settings need, in bytes.
const LONGEST: u64 = 1 << 20;

/// Reads a settings file. Only a regular one: a pipe or a device may never end, or
/// have the start wait for whoever writes to it.
///
/// # Errors
///
/// A sentence about why it cannot be read.
pub(super) fn read(path: &str) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("the file cannot be read: {error}");
    if !fs::metadata(path).map_err(cannot)?.is_file() {
        return Err("is a folder, a pipe or a device; name a regular file".to_owned());
    }
    let mut text = String::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(LONGEST + 1).read_to_string(&mut text).map_err(cannot)?;
    if text.len() as u64 > LONGEST {
        return Err(format!("is longer than {LONGEST} bytes, so it holds no settings"));
    }
    Ok(text)
}
