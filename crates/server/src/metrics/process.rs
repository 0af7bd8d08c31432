//! The process, and the store's file. Names that begin with `process` are those that
//! Prometheus's own clients use.

use std::fs;
use std::time::Duration;

use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::figures::{Figures, yes};
use crate::app::App;

pub(super) fn tell(figures: &Figures, app: &App) {
    let build = figures.gauges("marketpulse_build_info", "Which version this is.", &["version"]);
    build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1.0);
    let lost = app.audit.as_ref().map_or(0, |audit| audit.lost());
    figures.counter(
        "marketpulse_audit_lost_total",
        "Events of the audit log that could not be written.",
        lost as f64,
    );
    store(figures, app);
    time(figures, app);
    memory(figures);
    files(figures);
}

fn store(figures: &Figures, app: &App) {
    figures.gauge(
        "marketpulse_store_failing",
        "Whether nothing new is stored, and lives in memory until it can be.",
        yes(app.engine.store_failure().is_some()),
    );
    figures.gauge(
        "marketpulse_store_bytes",
        "What the store takes on its disk.",
        app.config.database.bytes() as f64,
    );
}

fn time(figures: &Figures, app: &App) {
    let started = app.started.as_millisecond() as f64 / 1000.0;
    figures.gauge("process_start_time_seconds", "When the process started.", started);
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = Duration::new(
        u64::try_from(used.tv_sec).unwrap_or_default(),
        u32::try_from(used.tv_nsec).unwrap_or_default(),
    );
    figures.counter(
        "process_cpu_seconds_total",
        "Time of processors that the process used.",
        seconds.as_secs_f64(),
    );
}

/// Left out where the system does not say.
fn memory(figures: &Figures) {
    let Ok(status) = fs::read_to_string("/proc/self/status") else { return };
    if let Some(bytes) = in_status(&status, "VmRSS:") {
        figures.gauge("process_resident_memory_bytes", "Memory that the process has.", bytes);
    }
    if let Some(bytes) = in_status(&status, "RssAnon:") {
        figures.gauge(
            "marketpulse_own_memory_bytes",
            "Memory that the process has without files that are mapped, its program among them.",
            bytes,
        );
    }
}

/// A line of what the kernel says of a process, in bytes. See `proc_pid_status(5)`.
fn in_status(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

fn files(figures: &Figures) {
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // Reading the folder is one of them.
        let open = open.count().saturating_sub(1);
        figures.gauge("process_open_fds", "Files that are open.", open as f64);
    }
    if let Some(most) = getrlimit(Resource::Nofile).current {
        figures.gauge("process_max_fds", "Files that may be open.", most as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_says_kibibytes() {
        let status = "VmPeak:\t    9000 kB\nVmRSS:\t    2048 kB\nThreads:\t4\n";
        assert_eq!(in_status(status, "VmRSS:"), Some(2_097_152.0));
        assert_eq!(in_status(status, "Threads:"), None);
        assert_eq!(in_status(status, "RssAnon:"), None);
    }
}
