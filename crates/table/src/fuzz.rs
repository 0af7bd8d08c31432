//! What the parsers of this crate promise of any input. Compiled for tests, which run it
//! over the inputs in `fuzz/seeds`, and for `make fuzz`, which makes up more of them.

use crate::text;

/// A date as a parameter: what is read prints as it was written.
pub fn date(input: &[u8]) {
    let Ok(written) = std::str::from_utf8(input) else { return };
    match text::date(written) {
        Ok(date) => assert_eq!(date.to_string(), written),
        Err(refusal) => assert!(refusal.len() < 300, "{refusal}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("date", super::date)]);
    }
}
