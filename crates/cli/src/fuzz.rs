//! What the parsers of this crate promise of any input. Compiled for tests, which run it
//! over the inputs in `fuzz/seeds`, and for `make fuzz`, which makes up more of them.

use crate::commands;

/// The rows of a CSV file to import.
pub fn import_rows(input: &[u8]) {
    commands::import_rows(input);
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("import_rows", super::import_rows)]);
    }
}
