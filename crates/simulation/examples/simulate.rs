//! Simulates days over seeds and prints what happened: `simulate SEED DAYS SEEDS`.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::process::ExitCode;
use std::time::Instant;

use simulation::{MISBEHAVIOURS, Outcome, Tally, run};

fn main() -> ExitCode {
    let [first, days, seeds] = [(1, 1), (2, 100), (3, 1)].map(|(i, default)| {
        std::env::args().nth(i).and_then(|it| it.parse().ok()).unwrap_or(default)
    });
    #[expect(clippy::disallowed_methods, reason = "how long it takes is printed")]
    let began = Instant::now();
    let (mut tally, mut found) = (Tally::new(), 0);
    for seed in first..first + seeds {
        let outcome = run(seed, days as u32);
        if let Some(fault) = &outcome.fault {
            report(seed, &outcome, fault, found == 0);
            found += 1;
        }
        outcome.tally.iter().for_each(|(what, times)| *tally.entry(what).or_default() += times);
    }
    table(&tally);
    let (all, took) = (days * seeds, began.elapsed().as_secs_f64());
    let rate = all as f64 / took;
    println!(
        "{all} days, seeds {first} to {}: {took:.0} s, {rate:.1} days a second",
        first + seeds - 1
    );
    println!("{found} seeds found something");
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a seed found, and once what came before it.
fn report(seed: u64, outcome: &Outcome, fault: &str, with_lines: bool) {
    println!("seed {seed} (journal {:016x}): {fault}", outcome.hash);
    let lines = if with_lines { lines_of(outcome) } else { &[] };
    for line in lines {
        println!("    {line}");
    }
}

/// The whole journal with `SIMULATION_JOURNAL` set, else its end.
fn lines_of(outcome: &Outcome) -> &[String] {
    let is_whole = std::env::var_os("SIMULATION_JOURNAL").is_some();
    if is_whole { &outcome.lines } else { outcome.last() }
}

/// How often upstreams and ourselves misbehaved, and what was seen besides.
fn table(tally: &Tally) {
    println!("\n{:>9}  misbehaviour", "times");
    for what in MISBEHAVIOURS {
        println!("{:>9}  {what}", tally.get(what).unwrap_or(&0));
    }
    println!("\n{:>9}  besides", "times");
    let others = tally.iter().filter(|(what, _)| !MISBEHAVIOURS.contains(what));
    others.for_each(|(what, times)| println!("{times:>9}  {what}"));
}
