//! Any bytes in place of the bank's.

use super::parse::{self, Days};

/// The files with the latest day and with the last 90 days.
pub fn days(input: &[u8]) {
    if let Ok(days) = parse::xml(input) {
        are_bars(&days);
    }
}

/// The file with all days, zipped or not.
pub fn table(input: &[u8]) {
    if let Ok(days) = parse::table(input) {
        are_bars(&days);
    }
}

fn are_bars(days: &Days) {
    let mut rates =
        days.iter().flat_map(|day| &day.rates).filter_map(|(_, rate)| rate.ok()).peekable();
    assert!(rates.peek().is_some(), "a file without rates is refused");
    assert!(rates.all(|rate| rate.get() > 0.0), "{days:?}");
    let _ = parse::bars(days, "USD");
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("ecb_days", super::days), ("ecb_table", super::table)]);
    }
}
