//! Fake upstreams as a program of their own, for tests that are not written in
//! Rust.
//!
//! Prints the base address for every provider, then answers by the machine's clock
//! until its standard input ends: so it never outlives whoever started it. With
//! `ws:` for `http:`, Yahoo's streamer answers at `/?version=2` and Kraken's at
//! `/v2`, with a tick a second. Each argument is a symbol, in Yahoo's spelling,
//! that it knows nothing of; `--behind=30m` has all prices be of half an hour ago.

use std::env::args;
use std::io::{Error, Write, copy, sink, stdin, stdout};
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use simulator::{Market, Upstream};
use tokio::runtime::Runtime;

const BEHIND: &str = "--behind=";

fn main() -> Result<(), Error> {
    let (behind, unknown) = wanted()?;
    let runtime = Runtime::new()?;
    let upstream = runtime.block_on(Upstream::start(Market::new(7), now() - behind));
    for symbol in unknown {
        upstream.unknown(&symbol);
    }
    writeln!(stdout(), "{}", upstream.url())?;
    runtime.spawn(keep_time(upstream, behind));
    copy(&mut stdin(), &mut sink())?;
    Ok(())
}

/// How far the upstreams' clock is behind, and the symbols they know nothing of.
fn wanted() -> Result<(SignedDuration, Vec<String>), Error> {
    let (behind, unknown): (Vec<_>, _) = args().skip(1).partition(|word| word.starts_with(BEHIND));
    let behind = behind.first().map(|word| word.trim_start_matches(BEHIND).parse()).transpose();
    Ok((behind.map_err(Error::other)?.unwrap_or_default(), unknown))
}

async fn keep_time(upstream: Upstream, behind: SignedDuration) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        upstream.set_now(now() - behind);
    }
}

#[expect(clippy::disallowed_methods, reason = "this program has the machine's clock")]
fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).expect("the machine's clock is within jiff's years")
}
