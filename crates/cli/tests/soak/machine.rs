//! What the kernel says of the service's process.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{interval, sleep};

/// How long is waited for readers' connections to be gone.
const PATIENCE: u32 = 300;

/// Long enough for a descriptor that is there for a moment to be gone in between, and for
/// connections to the store to be closed that nobody uses.
const LOOK: u32 = 150;

/// Memory in use, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Resident {
    pub(crate) all: u64,
    /// What of it is of no file: the rest is the program's own file and the store's, as far
    /// as it was read, which the kernel gives back where memory is short.
    pub(crate) own: u64,
}

/// Memory in use, each second for so long.
pub(crate) async fn watch(pid: u32, time: Duration) -> Vec<Resident> {
    let mut pace = interval(Duration::from_secs(1));
    let mut samples = Vec::new();
    for _ in 0..time.as_secs() {
        pace.tick().await;
        samples.push(resident(pid));
    }
    samples
}

fn resident(pid: u32) -> Resident {
    Resident { all: field(pid, "VmRSS:") * 1024, own: field(pid, "RssAnon:") * 1024 }
}

/// Where memory is, for who looks for what grew: a line of figures in KiB.
pub(crate) fn memory_by_kind(pid: u32) -> String {
    let kinds = ["VmRSS:", "RssAnon:", "RssFile:", "RssShmem:", "Threads:"];
    kinds.map(|kind| format!("{kind} {}", field(pid, kind))).join(", ")
}

fn field(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the service lives");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Open descriptors but for connections to upstreams, of which there are as many as are
/// asked at the moment: the fewest of some time without readers. Where a number is
/// hoped for, as long as it takes to come to it, within reason.
pub(crate) async fn descriptors_at_rest(
    pid: u32,
    upstreams: SocketAddr,
    hoped_for: Option<usize>,
) -> usize {
    let mut fewest = usize::MAX;
    for second in 0..PATIENCE {
        fewest = fewest.min(descriptors(pid, upstreams).values().sum());
        let is_enough = hoped_for.map_or(second >= LOOK, |hoped_for| fewest <= hoped_for);
        if is_enough {
            break;
        }
        sleep(Duration::from_secs(1)).await;
    }
    fewest
}

/// Those by what they are.
pub(crate) fn descriptors(pid: u32, upstreams: SocketAddr) -> BTreeMap<String, usize> {
    let to_upstreams = connections_to(pid, upstreams);
    let mut kinds = BTreeMap::new();
    let open = fs::read_dir(format!("/proc/{pid}/fd")).expect("the service lives");
    // One that is closed meanwhile has no name any more.
    for target in open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()) {
        let name = target.to_string_lossy().into_owned();
        if !to_upstreams.contains(&name) {
            let kind = name.split_once(":[").map_or(name.clone(), |(kind, _)| kind.to_owned());
            *kinds.entry(kind).or_default() += 1;
        }
    }
    kinds
}

/// The names of those that lead to an address, in the kernel's table of connections
/// (proc(5)): remote address and port in hexadecimal, and the number of the socket.
fn connections_to(pid: u32, address: SocketAddr) -> BTreeSet<String> {
    let table = fs::read_to_string(format!("/proc/{pid}/net/tcp")).unwrap_or_default();
    let port = format!(":{:04X}", address.port());
    let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let leads_there = |row: &Vec<&str>| row.get(2).is_some_and(|remote| remote.ends_with(&port));
    rows.filter(leads_there).filter_map(|row| Some(format!("socket:[{}]", row.get(9)?))).collect()
}
