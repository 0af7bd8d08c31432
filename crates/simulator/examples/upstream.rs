//! Fake upstreams as a program of their own, for tests that are not written in
//! Rust.
//!
//! Prints the base address for every provider, then answers by the machine's clock
//! until its standard input ends: so it never outlives whoever started it. With
//! `ws:` for `http:`, Yahoo's streamer answers at `/?version=2` and Kraken's at
//! `/v2`, with a tick a second. Each argument is a symbol, in Yahoo's spelling,
//! that it knows nothing of; `--behind=30m` has all prices be of half an hour ago,
//! and `--still` has time stand as it was when they began.
//! `--patience=20` has Yahoo refuse with 429 whatever it is asked after twenty requests,
//! and says at the end how many there were.

use std::env::args;
use std::io::{Error, Write, copy, sink, stdin, stdout};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use simulator::{Fault, Market, Upstream};
use tokio::runtime::Runtime;

const BEHIND: &str = "--behind=";
const PATIENCE: &str = "--patience=";
const STILL: &str = "--still";

/// What stands in the address of whatever Yahoo is asked.
const YAHOO: &str = "/finance/";

fn main() -> Result<(), Error> {
    let wanted = Wanted::read()?;
    let runtime = Runtime::new()?;
    let upstream = Upstream::start(Market::new(7), now() - wanted.behind);
    let upstream = Arc::new(runtime.block_on(upstream));
    for symbol in wanted.unknown {
        upstream.unknown(&symbol);
    }
    if let Some(patience) = wanted.patience {
        let fault = Fault::Status { code: 429, retry_after: None };
        upstream.fail_after(patience, YAHOO, fault);
    }
    writeln!(stdout(), "{}", upstream.url())?;
    if !wanted.still {
        runtime.spawn(keep_time(Arc::clone(&upstream), wanted.behind));
    }
    copy(&mut stdin(), &mut sink())?;
    if wanted.patience.is_some() {
        writeln!(stdout(), "{}", upstream.requests_to(YAHOO))?;
    }
    Ok(())
}

/// What the arguments ask for.
struct Wanted {
    /// How far the upstreams' clock is behind.
    behind: SignedDuration,
    /// Whether it stands.
    still: bool,
    /// After how many requests Yahoo refuses; `None` where it never does.
    patience: Option<u32>,
    /// The symbols they know nothing of.
    unknown: Vec<String>,
}

impl Wanted {
    fn read() -> Result<Self, Error> {
        let (options, unknown): (Vec<_>, _) = args().skip(1).partition(|it| it.starts_with("--"));
        let value = |name| options.iter().find_map(|it: &String| it.strip_prefix(name));
        let behind = value(BEHIND).map(str::parse).transpose().map_err(Error::other)?;
        let patience = value(PATIENCE).map(str::parse).transpose().map_err(Error::other)?;
        let still = options.iter().any(|it| it == STILL);
        Ok(Self { behind: behind.unwrap_or_default(), still, patience, unknown })
    }
}

async fn keep_time(upstream: Arc<Upstream>, behind: SignedDuration) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        upstream.set_now(now() - behind);
    }
}

#[expect(clippy::disallowed_methods, reason = "this program has the machine's clock")]
fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).expect("the machine's clock is within jiff's years")
}
