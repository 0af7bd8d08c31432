use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::thread;

/// Says that the test that runs cannot be run here, and why. Where
/// `MARKETPULSE_SKIPPED` names a file, a line is added to it: `make test` counts
/// those lines, since a test that returns early passes for the runner.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
    let Some(file) = env::var_os("MARKETPULSE_SKIPPED") else { return };
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let program = env::current_exe().unwrap();
    let program = program.file_stem().unwrap().to_string_lossy();
    let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
    // In one piece, so that tests that run beside it do not cut it.
    file.write_all(format!("{program} {name}\t{why}\n").as_bytes()).unwrap();
}
