//! Closes as several sources tell them, over a year: what right ones tell differently is no
//! error, and what is wrong is told, and righted where others decide.
#![expect(clippy::print_stdout, reason = "what was seen and what was missed is printed")]

use market::Repairing;
use simulation::{Counts, Errors, Mistake, Year};

/// Days of trading in a year.
const YEAR: usize = 252;

/// In so many days each mistake is made once.
const EACH_ONCE: usize = 54;

/// So many whole years each property is held against, where that is asked for.
const YEARS: &str = "SECOND_OPINION_YEARS";

/// Seeds, and days of each. The year of a plain test run has each mode of repair for a third.
fn extent(days: usize) -> (u64, usize) {
    let asked = std::env::var(YEARS).ok().map(|it| it.parse().expect("a number of years"));
    asked.map_or((1, days), |years| (years, YEAR))
}

/// Lets days pass, in each mode of repair, in which a source is wrong or none is.
fn pass(errors: Errors, sources: usize, days: usize) -> Counts {
    let mut counts = Counts::default();
    let (seeds, days) = extent(days);
    for seed in 0..seeds {
        for (n, repairing) in (0..).zip(Repairing::ALL) {
            let year = Year { seed: 3 * seed + n, days, sources, repairing, errors };
            let outcome = year.run();
            let first: Vec<_> = outcome.alarms.iter().take(5).collect();
            assert!(first.is_empty(), "{year:?}: {} alarms: {first:#?}", outcome.alarms.len());
            counts.add(&outcome.counts);
        }
    }
    println!("{errors:?}, {sources} sources, {seeds} times {days} days in each mode\n{counts}");
    counts
}

/// As many of each kind of mistake as there ought to be were made, and none was missed.
fn pass_mistakes(errors: Errors, sources: usize) {
    let counts = pass(errors, sources, EACH_ONCE);
    let unseen: Vec<_> = Mistake::ALL.iter().filter(|it| !counts.0.contains_key(it)).collect();
    assert!(unseen.is_empty(), "never made: {unseen:?}");
    assert_eq!(counts.missed(), 0, "{counts}");
}

#[test]
fn over_a_year_two_right_sources_dispute_nothing() {
    pass(Errors::None, 2, YEAR / 3);
}

#[test]
fn three_right_sources_dispute_nothing() {
    pass(Errors::None, 3, YEAR / 12);
}

#[test]
fn what_the_first_source_says_wrong_is_disputed_by_the_second() {
    pass_mistakes(Errors::OfFirst, 2);
}

#[test]
fn what_the_first_source_says_wrong_is_righted_where_two_others_decide() {
    pass_mistakes(Errors::OfFirst, 3);
}

#[test]
fn a_wrong_second_source_is_disputed_and_puts_nothing_in_place_of_what_is_right() {
    pass_mistakes(Errors::OfSecond, 2);
}

#[test]
fn a_wrong_second_source_is_found_out_by_a_third() {
    pass_mistakes(Errors::OfSecond, 3);
}
