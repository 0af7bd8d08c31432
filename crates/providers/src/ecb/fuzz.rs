//! Any bytes in place of the bank's.

use super::parse::{self, Day};

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

fn are_bars(days: &[Day]) {
    assert!(days.iter().any(|day| !day.rates.is_empty()), "an empty file is refused");
    let rates = days.iter().flat_map(|day| &day.rates);
    assert!(rates.into_iter().all(|(_, rate)| rate.get() > 0.0), "{days:?}");
    let _ = parse::bars(days, "USD");
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("ecb_days", super::days), ("ecb_table", super::table)]);
    }
}
