//! Fake upstreams as a program of their own, for tests that are not written in
//! Rust.
//!
//! Prints the base address for every provider, then answers by the machine's clock
//! until its standard input ends: so it never outlives whoever started it. With
//! `ws:` for `http:`, Yahoo's streamer answers at `/?version=2` and Kraken's at
//! `/v2`, with a tick a second. Each argument is a symbol, in Yahoo's spelling,
//! that it knows nothing of.

use std::env::args;
use std::io::{Error, Write, copy, sink, stdin, stdout};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use simulator::{Market, Upstream};
use tokio::runtime::Runtime;

fn main() -> Result<(), Error> {
    let runtime = Runtime::new()?;
    let upstream = runtime.block_on(Upstream::start(Market::new(7), now()));
    args().skip(1).for_each(|symbol| upstream.unknown(&symbol));
    writeln!(stdout(), "{}", upstream.url())?;
    runtime.spawn(keep_time(upstream));
    copy(&mut stdin(), &mut sink())?;
    Ok(())
}

async fn keep_time(upstream: Upstream) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        upstream.set_now(now());
    }
}

fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).expect("the machine's clock is within jiff's years")
}
