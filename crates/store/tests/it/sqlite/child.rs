//! Tests that need a process of their own: this same program, made to run one
//! of its ignored tests alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Names the store to the test in the other process.
const STORE: &str = "STORE_UNDER_TEST";

/// This program, to run one ignored test on a store.
pub(crate) fn command(test: &str, store: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).env(STORE, store);
    command
}

/// The store this process is to work on; `None` where the test was started by
/// itself and has nothing to do.
pub(crate) fn store() -> Option<PathBuf> {
    std::env::var_os(STORE).map(PathBuf::from)
}

/// Fails as the test in the other process did.
pub(crate) fn expect_passed(output: &Output) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let ran = String::from_utf8_lossy(&output.stdout);
    assert!(ran.contains("1 passed"), "it did not run: {ran}");
}
