//! Any bytes in place of Kraken's.

use super::parse::{Message, read};
use crate::fuzz::now;

/// A message of the socket: no price is zero or below.
pub fn message(input: &[u8]) {
    let Ok(Message::Ticks(ticks)) = read(input, now()) else { return };
    for tick in ticks.into_iter().flatten() {
        assert!(tick.price.get() > 0.0, "{tick:?}");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("kraken_message", super::message)]);
    }
}
