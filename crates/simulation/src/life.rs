//! One life of the service, from its start until it is stopped or killed.

mod asking;
mod heal;
mod repeat;
mod sources;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use fastrand::Rng;
use jiff::SignedDuration;
use market::SourceFacts;
use tokio::time::sleep;

use repeat::Kept;
pub(crate) use sources::facts;

use crate::clock::VirtualClock;
use crate::cut::Cut;
use crate::journal::Journal;
use crate::oracle::Oracle;
use crate::panics;
use crate::prices::Prices;
use crate::reader::{Asked, read};
use crate::recorder::Record;
use crate::world::{SOURCES, World};

/// All that outlives a restart.
pub(crate) struct Scene {
    pub(crate) world: Arc<World>,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) record: Arc<Record>,
    pub(crate) chance: Rng,
    pub(crate) interests: Vec<Asked>,
    kept: Vec<Kept>,
    prices: Prices,
    /// What has been answered once.
    held: BTreeSet<String>,
    lives: u64,
    facts: [&'static SourceFacts; 2],
    pub(crate) cut: Arc<Cut>,
}

/// How a life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Stopped,
    Killed,
    /// In the middle of a write.
    Cut,
    Healed,
}

impl Scene {
    pub(crate) fn new(world: World, file: &Path) -> Self {
        let mut chance = Rng::with_seed(world.seed ^ 0xBEEF);
        let interests = Asked::some(&mut chance, &world);
        let per_hour = world.manner.per_hour;
        let clock = Arc::new(VirtualClock::new(world.start));
        Self {
            cut: Arc::new(Cut::new(file, &clock)),
            clock,
            world: Arc::new(world),
            journal: Arc::default(),
            record: Arc::default(),
            chance,
            interests,
            kept: Vec::new(),
            prices: Prices::default(),
            held: BTreeSet::new(),
            lives: 0,
            facts: [facts(SOURCES[0], 10, per_hour), facts(SOURCES[1], 20, per_hour)],
        }
    }

    /// Lives until it is stopped, killed or at the end.
    pub(crate) async fn live(&mut self, file: &Path) -> End {
        self.clock.resume();
        let engine = self.engine(file).await;
        self.lives += 1;
        let end = self.until_the_end(&engine).await;
        self.cut.disarm();
        self.journal.note(format!("{} {end:?}", self.clock.truly()));
        self.clock.halt();
        end
    }

    async fn until_the_end(&mut self, engine: &Engine) -> End {
        loop {
            sleep(self.pause()).await;
            if self.was_cut() {
                return End::Cut;
            }
            if self.clock.truly() >= self.world.healed {
                self.heal(engine).await;
                return End::Healed;
            }
            let end = self.step(engine).await;
            if self.was_cut() {
                return End::Cut;
            }
            if let Some(end) = end {
                return end;
            }
            self.look_for_panics();
            if self.journal.found().is_some() {
                return End::Healed;
            }
        }
    }

    /// The service is going to be killed inside a write.
    fn arm(&mut self) {
        let most = *self.chance.choice(&[20, 200, 3_000]).unwrap();
        self.cut.arm(self.chance.u32(0..most));
    }

    fn was_cut(&self) -> bool {
        let is_over = self.cut.done().is_some();
        if is_over {
            self.journal.count("kill inside a write");
        }
        is_over
    }

    /// What is left after a kill in the middle of a write.
    pub(crate) fn cut_off(&self) {
        let Some(at) = self.cut.done() else { return };
        self.world.sayings.forget_since(at);
        self.cut.restore();
    }

    /// Mostly minutes, sometimes hours.
    fn pause(&mut self) -> Duration {
        let chance = &mut self.chance;
        let longest = *chance.choice(&[20, 600, 7_200, 30_000]).unwrap();
        Duration::from_millis(chance.u64(1..longest * 1_000))
    }

    async fn step(&mut self, engine: &Engine) -> Option<End> {
        match self.chance.u8(0..100) {
            0 => {
                self.journal.count("stop");
                return Some(End::Stopped);
            }
            1 => return Some(self.kill(engine).await),
            2 => self.arm(),
            3..6 => self.step_clock(),
            6..15 => engine.refresh_due().await,
            15..25 => self.ask_prices(engine).await,
            25..45 => self.look_back(engine).await,
            45..52 => self.ask_other(engine).await,
            _ => self.ask(engine).await,
        }
        None
    }

    /// Ends in the middle of what is asked.
    async fn kill(&mut self, engine: &Engine) -> End {
        self.journal.count("kill while asking");
        let (engine, record) = (engine.clone(), Arc::clone(&self.record));
        let asked = self.chance.choice(&self.interests).unwrap().clone();
        let task = tokio::spawn(async move {
            let _ = read(&engine, &record, &asked, (None, jiff::Timestamp::default)).await;
        });
        sleep(Duration::from_millis(self.chance.u64(0..1_500))).await;
        task.abort();
        End::Killed
    }

    /// The machine's clock is an hour behind or a day ahead, until the next step.
    fn step_clock(&mut self) {
        if !self.world.manner.clock_steps {
            return;
        }
        let offset = if self.clock.is_right() {
            self.journal.count("clock stepped");
            *self.chance.choice(&[-3_600, -2, 5, 3_600, 86_400]).unwrap()
        } else {
            0
        };
        self.journal.note(format!("{} clock {offset} s ahead", self.clock.truly()));
        self.clock.set_ahead(SignedDuration::from_secs(offset));
    }

    fn oracle(&self) -> Oracle<'_> {
        Oracle { world: &self.world, record: &self.record, journal: &self.journal }
    }

    fn look_for_panics(&self) {
        if panics::seen() > 0 {
            self.journal.fault("(g) something panicked".to_owned());
        }
    }
}
