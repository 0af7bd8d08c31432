use std::thread::sleep;
use std::time::Duration;

use super::crowd::Crowd;
use super::figures::{Asked, Figures, Measured};
use super::held::{Held, hold};
use super::options::Options;
use super::pace::publish;
use super::stage::{LANES, Lane, Stage};
use super::table;
use crate::ground::Ground;
use crate::machine;

/// After the last change: what has not arrived by then is lost.
const SETTLED: Duration = Duration::from_secs(2);

/// Seconds of changes before they are measured.
const WARM_UP: u32 = 1;

/// Measures and prints tables.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let ground = Ground::new()?;
    let stage = Stage::set(options, &ground.runtime, &ground.folder().join("rounds"))?;
    println!("{}", machine::describe(&options.marketpulse));
    println!(
        "{} readers, {} symbols, {} changes a second; {} rounds of {} s.\n",
        options.readers, options.symbols, options.rate, options.rounds, options.seconds
    );
    println!("{}", table::rounds(&measure(options, &stage.lanes(), &ground)?));
    drop(stage);
    if options.idle > 0 {
        println!("{}", table::held(&hold_all(options, &ground)?));
    }
    Ok(())
}

/// Round after round, in each another lane first.
fn measure(options: &Options, lanes: &[Lane], ground: &Ground) -> Result<Vec<Measured>, String> {
    let empty = |lane: &Lane| Measured { title: lane.title(), way: lane.way, rounds: Vec::new() };
    let mut measured: Vec<Measured> = lanes.iter().map(empty).collect();
    for turn in 0..options.rounds as usize * lanes.len() {
        let (round, place) = (turn / lanes.len(), turn % lanes.len());
        let which = (round + place) % lanes.len();
        ground.go_on()?;
        measured[which].rounds.push(one(options, &lanes[which])?);
    }
    Ok(measured)
}

fn one(options: &Options, lane: &Lane) -> Result<Figures, String> {
    let (readers, symbols) = (options.readers as usize, options.symbols as usize);
    let mut crowd = Crowd::gather(&lane.readers(readers))?;
    lane.ready()?;
    publish(lane.publisher, symbols, options.rate, WARM_UP)?;
    sleep(SETTLED);
    crowd.count()?;
    let before = (lane.server.busy(), crowd.busy());
    let took = publish(lane.publisher, symbols, options.rate, options.seconds)?;
    sleep(SETTLED);
    let counted = lane.alive(crowd.count()?)?;
    let busy = lane.server.busy().saturating_sub(before.0);
    let reading = crowd.busy().saturating_sub(before.1);
    lane.server.empty_log();
    let asked = Asked { readers, changes: u64::from(options.rate * options.seconds), took };
    Ok(Figures::of(counted, asked, busy, reading))
}

/// Each lane of servers that have just been started: memory once used and free
/// again would not be seen to be used.
fn hold_all(options: &Options, ground: &Ground) -> Result<Vec<(String, Held)>, String> {
    let held = |lane: usize| {
        ground.go_on()?;
        let stage = Stage::set(options, &ground.runtime, &ground.folder().join(lane.to_string()))?;
        let lane = &stage.lanes()[lane];
        let held = hold(lane, options.idle as usize, options.symbols as usize)?;
        Ok((lane.title(), held))
    };
    (0..LANES).map(held).collect()
}
