use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Resource, getrlimit};

const MIB: u64 = 1 << 20;

/// What is needed beside price history, in bytes: the program, the board, answers
/// that are being written, a few hundred connections.
const BESIDE: u64 = 64 * MIB;

/// Addresses that are reserved and never used: stacks of threads, and what the
/// allocator takes from the system in large pieces.
const RESERVED: u64 = 768 * MIB;

/// A limit of memory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Limit {
    /// What sets it, for people.
    by: String,
    bytes: u64,
    /// Counts addresses, used or not.
    is_of_addresses: bool,
}

/// Whether what the settings ask for fits into every limit.
///
/// # Errors
///
/// The figures, where it does not.
pub(super) fn suffices(cache_bytes: u64, limits: &[Limit]) -> Result<(), String> {
    let beside = |limit: &Limit| BESIDE + if limit.is_of_addresses { RESERVED } else { 0 };
    let too_low = |limit: &&Limit| cache_bytes + beside(limit) > limit.bytes;
    let Some(limit) = limits.iter().find(too_low) else { return Ok(()) };
    let [cache, needed, most, fits] = [
        cache_bytes,
        cache_bytes + beside(limit),
        limit.bytes,
        limit.bytes.saturating_sub(beside(limit)),
    ]
    .map(|bytes| bytes / MIB);
    let by = &limit.by;
    let advice = match fits {
        0 => "raise it".to_owned(),
        fits => format!("raise it, or set at most {fits}"),
    };
    Err(format!(
        "MARKETPULSE_CACHE_MB={cache} needs {needed} MiB of memory, and {by} allows {most} MiB; {advice}"
    ))
}

/// Every limit that there is.
pub(super) fn limits() -> Vec<Limit> {
    let own = [(Resource::As, "ulimit -v", true), (Resource::Data, "ulimit -d", true)];
    let own = own.into_iter().filter_map(|(resource, by, is_of_addresses)| {
        let bytes = getrlimit(resource).current?;
        Some(Limit { by: by.to_owned(), bytes, is_of_addresses })
    });
    own.chain(of_groups()).collect()
}

/// Those of the control groups this process is in, as a container's.
fn of_groups() -> impl Iterator<Item = Limit> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let files = groups.lines().flat_map(files_of).collect::<Vec<_>>();
    files.into_iter().filter_map(|file| {
        let bytes = fs::read_to_string(&file).ok()?.trim().parse().ok()?;
        Some(Limit { by: file.display().to_string(), bytes, is_of_addresses: false })
    })
}

/// The files in which limits of a group stand, its own and those of the groups it is
/// in: of `0::/a/b` and of `7:memory:/a/b`, as cgroups(7) describes them.
fn files_of(line: &str) -> Vec<PathBuf> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (root, name) = match parts.next() {
        Some("") => ("/sys/fs/cgroup", "memory.max"),
        Some(kinds) if kinds.split(',').any(|kind| kind == "memory") => {
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        }
        _ => return Vec::new(),
    };
    let path = Path::new(parts.next().unwrap_or_default().trim_start_matches('/'));
    path.ancestors().map(|group| Path::new(root).join(group).join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(mib: u64, is_of_addresses: bool) -> Limit {
        Limit { by: "a test".to_owned(), bytes: mib * MIB, is_of_addresses }
    }

    #[test]
    fn a_limit_that_is_too_low_is_refused_with_the_figures() {
        assert_eq!(suffices(256 * MIB, &[]), Ok(()));
        assert_eq!(suffices(256 * MIB, &[limit(320, false), limit(1088, true)]), Ok(()));
        assert_eq!(
            suffices(256 * MIB, &[limit(1000, false), limit(319, false)]).unwrap_err(),
            "MARKETPULSE_CACHE_MB=256 needs 320 MiB of memory, and a test allows 319 MiB; raise it, or set at most 255"
        );
        assert_eq!(
            suffices(256 * MIB, &[limit(300, true)]).unwrap_err(),
            "MARKETPULSE_CACHE_MB=256 needs 1088 MiB of memory, and a test allows 300 MiB; raise it"
        );
    }

    #[test]
    fn a_group_s_limits_are_its_own_and_those_of_the_groups_it_is_in() {
        let files = |line| {
            let files = files_of(line).into_iter().map(|file| file.display().to_string());
            files.collect::<Vec<_>>()
        };
        assert_eq!(files("0::/"), ["/sys/fs/cgroup/memory.max"]);
        assert_eq!(
            files("0::/a/b"),
            [
                "/sys/fs/cgroup/a/b/memory.max",
                "/sys/fs/cgroup/a/memory.max",
                "/sys/fs/cgroup/memory.max"
            ]
        );
        assert_eq!(files("7:memory,cpu:/"), ["/sys/fs/cgroup/memory/memory.limit_in_bytes"]);
        assert_eq!(files("3:cpu:/a"), Vec::<String>::new());
        assert_eq!(files("nonsense"), Vec::<String>::new());
    }
}
