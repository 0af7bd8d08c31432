//! What the fuzz targets of all providers share. Each provider's `fuzz` says what its
//! parsers promise of any input. It is compiled for tests, which run it over the inputs in
//! `fuzz/seeds`, and for `make fuzz`, which makes up more of them.

use jiff::Timestamp;
use market::{Bar, Catalog, Instrument};

use crate::http::Reply;

/// When all inputs are received.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_761_768_300).expect("it is within jiff's years")
}

pub(crate) fn asked(symbol: &str) -> Instrument {
    Catalog::new().instrument(&symbol.parse().expect("targets name symbols"))
}

/// An answer with status 200.
pub(crate) fn reply(body: &[u8]) -> Reply {
    Reply::of(200, body.to_vec())
}

/// Bars ascend, and no two open at once.
pub(crate) fn ascend(bars: &[Bar]) {
    assert!(bars.is_sorted_by(|a, b| a.open_time < b.open_time), "{bars:?}");
}
