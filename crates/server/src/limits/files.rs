use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Connections that receive changes, where nobody says how many.
pub(crate) const USUAL_STREAMS: usize = 10_000;

/// Connections beside those, for everything else that is asked.
const OTHERS: u64 = 1_000;

/// Fewer than these would starve the pages and whoever looks whether we live.
const FEWEST_OTHERS: u64 = 64;

/// Files beside connections of readers: the store's, those to upstreams, the
/// runtime's, and connections that are told that there is no place.
const BESIDE: u64 = 128;

/// How many connections there can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// Files that may be open.
    pub(crate) open_files: u64,
    /// Of connections, so many that receive changes.
    pub(crate) streams: usize,
    /// All connections of readers.
    pub(crate) all: usize,
    /// Files that may be open beside those.
    pub(crate) left: u64,
}

/// How many connections there can be; `raise` is told how many files are needed, and
/// says how many may be open.
///
/// # Errors
///
/// Where that is too few for what is asked for, or for anything.
pub(super) fn places(
    asked: Option<usize>,
    raise: impl FnOnce(u64) -> u64,
) -> Result<Places, String> {
    let wanted = asked.unwrap_or(USUAL_STREAMS) as u64;
    let open_files = raise(wanted + OTHERS + BESIDE);
    let most = open_files.saturating_sub(BESIDE);
    let others = (most / 2).clamp(FEWEST_OTHERS, OTHERS);
    let room = most.saturating_sub(others);
    match asked {
        _ if most < FEWEST_OTHERS => Err(too_few(open_files)),
        Some(asked) if wanted > most.saturating_sub(FEWEST_OTHERS) => {
            Err(too_few_for(asked, open_files, most - FEWEST_OTHERS))
        }
        _ => {
            let streams = if asked.is_some() { wanted } else { wanted.min(room) };
            let all = (streams + OTHERS).min(most);
            let left = open_files - all;
            Ok(Places { open_files, streams: streams as usize, all: all as usize, left })
        }
    }
}

fn too_few(open_files: u64) -> String {
    let needed = BESIDE + FEWEST_OTHERS;
    format!("{open_files} files may be open, and {needed} are needed at least; raise `ulimit -n`")
}

fn too_few_for(asked: usize, open_files: u64, most: u64) -> String {
    let needed = asked as u64 + FEWEST_OTHERS + BESIDE;
    format!(
        "MARKETPULSE_STREAM_CONNECTIONS={asked} needs {needed} open files, and {open_files} may be open; \
         raise `ulimit -Hn`, or set at most {most}"
    )
}

/// Raises the limit of open files as far as that is allowed and of use, and says
/// where it then is. A lower one is usual in shells, for programs that no longer
/// matter here.
pub(super) fn raise(needed: u64) -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // None is no limit.
    let (now, most) = (current.unwrap_or(u64::MAX), maximum.unwrap_or(u64::MAX));
    let wanted = needed.min(most);
    if now >= wanted {
        return now;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }) {
        Ok(()) => wanted,
        Err(_) => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(limit: u64, asked: Option<usize>) -> Result<Places, String> {
        places(asked, |needed| needed.min(limit))
    }

    #[test]
    fn as_many_streams_as_files_allow_where_nobody_says_how_many() {
        let of = |open_files, streams, all, left| Ok(Places { open_files, streams, all, left });
        assert_eq!(with(1 << 20, None), of(11_128, 10_000, 11_000, 128));
        assert_eq!(with(8_192, None), of(8_192, 7_064, 8_064, 128));
        assert_eq!(with(1_024, None), of(1_024, 448, 896, 128));
        assert_eq!(with(192, None), of(192, 0, 64, 128));
    }

    #[test]
    fn a_setting_that_cannot_be_met_is_refused_with_the_figures() {
        assert_eq!(with(4_096, Some(3_904)).unwrap().streams, 3_904);
        assert_eq!(
            with(4_096, Some(3_905)).unwrap_err(),
            "MARKETPULSE_STREAM_CONNECTIONS=3905 needs 4097 open files, and 4096 may be open; raise `ulimit -Hn`, or set at most 3904"
        );
        assert_eq!(
            with(191, None).unwrap_err(),
            "191 files may be open, and 192 are needed at least; raise `ulimit -n`"
        );
    }

    proptest::proptest! {
        #[test]
        fn what_is_promised_fits(limit in 0..2_000_000_u64, asked in proptest::option::of(0..1_000_000_usize)) {
            if let Ok(Places { open_files, streams, all, left }) = with(limit, asked) {
                proptest::prop_assert!(open_files <= limit && left >= BESIDE);
                proptest::prop_assert!(all >= streams + FEWEST_OTHERS as usize);
                proptest::prop_assert_eq!(all as u64 + left, open_files);
            }
        }
    }
}
