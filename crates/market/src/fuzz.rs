//! What the parsers of this crate promise of any input. Compiled for tests, which run it
//! over the inputs in `fuzz/seeds`, and for `make fuzz`, which makes up more of them.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use crate::{Adjust, Currency, Indicator, Interval, Period, Symbol};

/// A symbol as readers and upstreams write it.
pub fn symbol(input: &[u8]) {
    printed_and_read_again::<Symbol>(input);
}

/// An interval of bars.
pub fn interval(input: &[u8]) {
    printed_and_read_again::<Interval>(input);
}

/// A period back from now.
pub fn period(input: &[u8]) {
    printed_and_read_again::<Period>(input);
}

/// A currency's code.
pub fn currency(input: &[u8]) {
    printed_and_read_again::<Currency>(input);
}

/// An indicator with its figures.
pub fn indicator(input: &[u8]) {
    printed_and_read_again::<Indicator>(input);
}

/// How bars are adjusted.
pub fn adjust(input: &[u8]) {
    printed_and_read_again::<Adjust>(input);
}

/// What is read prints as something that reads as the same.
fn printed_and_read_again<T>(input: &[u8])
where
    T: FromStr<Err: Display> + Display + PartialEq + Debug,
{
    let Ok(text) = std::str::from_utf8(input) else { return };
    match text.parse::<T>() {
        Ok(value) => {
            let printed = value.to_string();
            assert!(printed.parse::<T>().is_ok_and(|again| again == value), "{value:?}: {printed}");
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[
            ("symbol", super::symbol),
            ("interval", super::interval),
            ("period", super::period),
            ("currency", super::currency),
            ("indicator", super::indicator),
            ("adjust", super::adjust),
        ]);
    }
}
