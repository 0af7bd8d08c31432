//! What holds whatever upstreams do over time, in simulated days.

use std::process::Command;

use simulation::{MISBEHAVIOURS, Outcome, Tally, run};

/// Fails with all that is needed to see why.
fn simulate(seed: u64, days: u32) -> Outcome {
    let outcome = run(seed, days);
    if let Some(fault) = &outcome.fault {
        let last = outcome.last().join("\n");
        panic!("seed {seed}, {days} days: {fault}\nthe last lines:\n{last}");
    }
    outcome
}

/// Where a child of the test below is to write its hash.
const WRITE_TO: &str = "SIMULATION_HASH_TO";

#[test]
fn the_same_seed_has_the_same_outcome_also_in_another_process() {
    let hash = || format!("{:016x}", simulate(1, 10).hash);
    if let Some(file) = std::env::var_os(WRITE_TO) {
        return std::fs::write(file, hash()).unwrap();
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    let name = "the_same_seed_has_the_same_outcome_also_in_another_process";
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(WRITE_TO, file.path())
        .output();
    assert!(child.unwrap().status.success());
    let other = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!([hash(), hash()], [other.clone(), other]);
}

#[test]
fn another_seed_has_another_outcome() {
    assert_ne!(simulate(1, 5).hash, simulate(2, 5).hash);
}

/// So many misbehaviours may be too rare for so few days; `make simulate` sees all.
const RARE: usize = 5;

#[test]
fn some_hundred_days_find_no_fault_and_see_most_misbehaviours() {
    let mut tally = Tally::new();
    for seed in 100..112 {
        let outcome = simulate(seed, 10);
        outcome.tally.iter().for_each(|(what, times)| *tally.entry(what).or_default() += times);
    }
    let unseen: Vec<_> = MISBEHAVIOURS.iter().filter(|it| !tally.contains_key(**it)).collect();
    assert!(unseen.len() <= RARE, "the simulation is too kind: {unseen:?}");
}

/// Seeds that found something, by what it was. What a seed means may change with the
/// world's rules: each fault also has a test where it was mended.
mod kept {
    use super::simulate;

    #[test]
    fn dates_that_a_later_answer_covers_are_reported_as_received_with_it() {
        simulate(8, 30);
    }

    #[test]
    fn an_answer_without_bars_sets_nothing_apart() {
        simulate(9, 30);
    }

    #[test]
    fn what_a_clock_ahead_dated_is_asked_anew() {
        simulate(17, 10);
    }

    #[test]
    fn the_last_bar_may_be_stamped_earlier_again() {
        simulate(2, 5);
    }

    #[test]
    fn the_bar_of_a_saturday_is_taken_back() {
        simulate(4, 30);
    }

    #[test]
    fn a_stretch_may_begin_after_the_end_of_a_short_month() {
        simulate(117, 10);
    }

    #[test]
    fn actions_are_those_of_the_source_of_the_prices() {
        simulate(118, 10);
    }
    #[test]
    fn a_month_is_between_dates_where_one_of_its_days_is() {
        simulate(3004, 20);
    }

    #[test]
    fn an_answer_of_the_very_moment_may_be_reported_in_part() {
        simulate(2005, 20);
    }

    #[test]
    fn part_of_another_answer_stands_in_only_while_it_is_current() {
        simulate(3014, 20);
    }
    #[test]
    fn what_a_source_corrected_is_shown_whatever_another_says() {
        simulate(6001, 10);
    }

    #[test]
    fn what_its_own_answer_contradicts_witnesses_nothing() {
        simulate(61013, 20);
    }

    #[test]
    fn what_is_asked_for_comparison_and_contradicts_itself_witnesses_nothing() {
        simulate(70037, 15);
    }

    #[test]
    fn half_of_all_days_is_not_complete() {
        simulate(61015, 20);
    }

    #[test]
    fn bars_are_adjusted_by_all_actions_that_were_reported() {
        simulate(7010, 20);
    }

    #[test]
    fn half_an_answer_says_nothing_of_the_days_beside_what_it_missed() {
        simulate(95077, 20);
    }

    #[test]
    fn a_price_is_fresh_within_an_interval_of_the_opening() {
        simulate(90168, 3);
    }
}
