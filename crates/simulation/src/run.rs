use tokio::runtime::Builder;

use crate::journal::Tally;
use crate::life::{End, Scene};
use crate::panics;
use crate::world::World;

/// What came of a simulation.
#[derive(Debug)]
pub struct Outcome {
    /// The same for the same seed and days.
    pub hash: u64,
    /// How often what happened.
    pub tally: Tally,
    /// What was not as it must be, if anything.
    pub fault: Option<String>,
    /// The lines of the journal.
    pub lines: Vec<String>,
}

impl Outcome {
    /// The end of the journal, as much of it as a reader wants to see.
    pub fn last(&self) -> &[String] {
        &self.lines[self.lines.len().saturating_sub(50)..]
    }
}

/// Simulates so many days of the world of a seed.
pub fn run(seed: u64, days: u32) -> Outcome {
    panics::watch();
    fastrand::seed(seed);
    let folder = tempfile::Builder::new().prefix("simulation").tempdir_in(quick()).unwrap();
    let file = folder.path().join("prices.db");
    let mut scene = Scene::new(World::new(seed, days), &file);
    let alive = |scene: &mut Scene| {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.unwrap();
        runtime.block_on(scene.live(&file))
    };
    while alive(&mut scene) != End::Healed {
        scene.cut_off();
    }
    let (hash, lines, tally) = scene.journal.close();
    Outcome { hash, tally, fault: scene.journal.found(), lines }
}

/// A folder in memory, where there is one.
pub(crate) fn quick() -> std::path::PathBuf {
    let memory = std::path::PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}
