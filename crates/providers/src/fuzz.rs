//! What each provider's parsers promise of any input. Compiled for tests, which run it
//! over the inputs in `fuzz/seeds`, and for `make fuzz`, which makes up more of them.

use jiff::Timestamp;
use market::{Bar, Catalog, Instrument};

use crate::http::Reply;

pub use crate::coingecko::fuzz as coingecko;
pub use crate::ecb::fuzz as ecb;
pub use crate::er_api::fuzz as er_api;
pub use crate::kraken::fuzz as kraken;
pub use crate::yahoo::fuzz as yahoo;

/// When all inputs are received.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_761_768_300).expect("it is within jiff's years")
}

pub(crate) fn asked(symbol: &str) -> Instrument {
    Catalog::new().instrument(&symbol.parse().expect("targets name symbols"))
}

/// An answer with status 200.
pub(crate) fn reply(body: &[u8]) -> Reply {
    Reply { status: 200, body: body.to_vec() }
}

/// Bars ascend, and no two open at once.
pub(crate) fn ascend(bars: &[Bar]) {
    assert!(bars.is_sorted_by(|a, b| a.open_time < b.open_time), "{bars:?}");
}

#[cfg(test)]
mod tests {
    use super::{coingecko, ecb, er_api, kraken, yahoo};

    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[
            ("yahoo_chart", yahoo::chart),
            ("yahoo_spark", yahoo::spark),
            ("yahoo_search", yahoo::search),
            ("yahoo_tick", yahoo::tick),
            ("coingecko_prices", coingecko::prices),
            ("coingecko_chart", coingecko::chart),
            ("er_api_rates", er_api::rates),
            ("ecb_days", ecb::days),
            ("ecb_table", ecb::table),
            ("kraken_message", kraken::message),
        ]);
    }
}
