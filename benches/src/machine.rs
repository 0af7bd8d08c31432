use std::fs;
use std::path::Path;
use std::process::Command;

/// The lock file this was built by, for the versions of what both servers use.
const LOCK: &str = include_str!("../../Cargo.lock");

/// What the figures were measured on and with.
pub(crate) fn describe(marketpulse: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let service = said(marketpulse.as_os_str().as_ref(), "--version");
    let nginx = said("nginx".as_ref(), "-v");
    let wrk = said("wrk".as_ref(), "--version");
    let wrk = wrk.split(" [").next().unwrap_or_default();
    format!(
        "{cores} cores ({}), Linux {}; {service}, axum {}, tokio {}, {nginx}, {wrk}.",
        processor(),
        kernel.trim(),
        locked("axum"),
        locked("tokio"),
    )
}

fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = told.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or("processor unknown", |(_, name)| name).to_owned()
}

/// The first line of what a program says of itself, on either output.
fn said(program: &Path, flag: &str) -> String {
    let Ok(output) = Command::new(program).arg(flag).output() else {
        return format!("{}: none", program.display());
    };
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).lines().next().unwrap_or_default().to_owned()
}

fn locked(name: &str) -> &'static str {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let version = LOCK.split_once(&entry).and_then(|(_, rest)| rest.split('"').next());
    version.unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_lock_file() {
        assert!(locked("axum").starts_with("0.8."), "{}", locked("axum"));
        assert_eq!(locked("no-such-crate"), "unknown");
    }
}
