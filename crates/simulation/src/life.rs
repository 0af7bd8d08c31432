//! One life of the service, from its start until it is stopped or killed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use engine::{Calls, Engine, Settings, Sources};
use fastrand::Rng;
use jiff::SignedDuration;
use market::{
    Allowance, Catalog, Clock, Credit, Kind, Polled, Rank, SourceFacts, Symbol, UpstreamFacts,
};
use query::Refusal;
use store::SqliteStore;
use tokio::time::sleep;

use crate::clock::VirtualClock;
use crate::journal::Journal;
use crate::oracle::Oracle;
use crate::panics;
use crate::reader::{Asked, Told, read};
use crate::recorder::{Record, Recorder};
use crate::upstream::{BURST, Upstream};
use crate::world::{SOURCES, World};

/// So many tellings are kept, to be asked for again as of their instant.
const KEPT: usize = 400;

/// All that outlives a restart.
pub(crate) struct Scene {
    pub(crate) world: Arc<World>,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) record: Arc<Record>,
    pub(crate) chance: Rng,
    pub(crate) interests: Vec<Asked>,
    kept: Vec<Told>,
    /// What has been answered once.
    held: BTreeSet<String>,
    lives: u64,
    facts: [&'static SourceFacts; 2],
}

/// How a life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Stopped,
    Killed,
    Healed,
}

impl Scene {
    pub(crate) fn new(world: World) -> Self {
        let mut chance = Rng::with_seed(world.seed ^ 0xBEEF);
        let interests = Asked::some(&mut chance, &world);
        let per_hour = world.manner.per_hour;
        Self {
            clock: Arc::new(VirtualClock::new(world.start)),
            world: Arc::new(world),
            journal: Arc::default(),
            record: Arc::default(),
            chance,
            interests,
            kept: Vec::new(),
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
        self.journal.note(format!("{} {end:?}", self.clock.truly()));
        self.clock.halt();
        end
    }

    async fn engine(&self, file: &Path) -> Engine {
        let store = SqliteStore::open_inline(file).unwrap();
        let (record, clock) = (Arc::clone(&self.record), Arc::clone(&self.clock));
        let store = Arc::new(Recorder { store, record, clock });
        let mut sources = Sources::of(Catalog::of(self.facts)).with_calls(Calls::default());
        for source in 0..SOURCES.len() {
            let (world, clock, journal) = (&self.world, &self.clock, &self.journal);
            let upstream = Arc::new(Upstream::new(source, world, clock, journal, self.lives));
            sources = sources.with_quotes(upstream.clone()).with_bars(upstream);
        }
        let settings = Settings {
            watchlist: self.symbols(),
            refresh_every: Duration::from_mins(10),
            read_deadline: Duration::from_secs(2),
            longest_wait: Duration::from_secs(20),
            cache_bytes: 1 << 30,
        };
        Engine::start(settings, self.clock.clone(), sources, store).await
    }

    fn symbols(&self) -> Vec<Symbol> {
        self.world.listings.iter().map(|it| it.instrument.symbol.clone()).collect()
    }

    async fn until_the_end(&mut self, engine: &Engine) -> End {
        loop {
            sleep(self.pause()).await;
            if self.clock.truly() >= self.world.healed {
                self.heal(engine).await;
                return End::Healed;
            }
            if let Some(end) = self.step(engine).await {
                return end;
            }
            self.look_for_panics();
            if self.journal.found().is_some() {
                return End::Healed;
            }
        }
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
            2..5 => self.step_clock(),
            5..15 => engine.refresh_due().await,
            15..25 => drop(engine.quotes(&self.symbols()).await),
            25..45 => self.look_back(engine).await,
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

    /// One to three readers at once.
    async fn ask(&mut self, engine: &Engine) {
        let count = self.chance.usize(1..=3);
        let asked: Vec<Asked> =
            (0..count).map(|_| self.chance.choice(&self.interests).unwrap().clone()).collect();
        let reads = asked.into_iter().map(|asked| {
            let (engine, record) = (engine.clone(), Arc::clone(&self.record));
            let clock = Arc::clone(&self.clock);
            tokio::spawn(async move {
                let told = read(&engine, &record, &asked, (None, || clock.truly())).await;
                (asked, told)
            })
        });
        let reads: Vec<_> = reads.collect();
        for reading in reads {
            if let Ok((asked, told)) = reading.await {
                self.take(&asked, told);
            }
        }
    }

    /// Judges what was told, and keeps it.
    fn take(&mut self, asked: &Asked, told: Result<Told, Refusal>) {
        let name = asked.name();
        match told {
            Ok(told) => {
                let (source, fresh) = (&told.answer.series.head.source, told.freshness.as_str());
                self.journal.count(fresh);
                self.journal.note(format!("{} told {name} by {source}, {fresh}", told.at));
                self.journal.seal(told.body.as_bytes());
                self.oracle().judge(&told);
                self.held.insert(asked.query.to_string());
                self.keep(told);
            }
            Err(refusal) => self.refused(asked, &refusal),
        }
    }

    fn refused(&self, asked: &Asked, refusal: &Refusal) {
        self.journal.note(format!("{} refused: {refusal}", asked.name()));
        self.journal.count("refused");
        let is_held = self.held.contains(&asked.query.to_string());
        let is_wrong = match refusal {
            Refusal::Unknown { .. } | Refusal::Store(_) => true,
            Refusal::Unavailable { .. } => is_held,
            Refusal::Invalid { .. }
            | Refusal::NothingKnown { .. }
            | Refusal::BeforeHorizon { .. } => false,
        };
        if is_wrong {
            self.journal.fault(format!("(g) {} is refused: {refusal:?}", asked.name()));
        }
    }

    fn keep(&mut self, told: Told) {
        let is_clear = |commits| !self.record.known_after(commits, told.at);
        if !told.commits.is_some_and(is_clear) {
            return;
        }
        if self.kept.len() == KEPT {
            let other = self.chance.usize(0..KEPT);
            self.kept.swap_remove(other);
        }
        self.kept.push(told);
    }

    /// (a) What was told is told again as of its instant.
    async fn look_back(&mut self, engine: &Engine) {
        for _ in 0..3_usize.min(self.kept.len()) {
            let i = self.chance.usize(0..self.kept.len());
            if !self.repeats(engine, i).await {
                self.kept.swap_remove(i);
            }
        }
    }

    /// Whether the telling can still be asked for by its instant alone.
    async fn repeats(&self, engine: &Engine, i: usize) -> bool {
        let told = &self.kept[i];
        let is_over = self.record.known_by(told.commits.unwrap_or_default(), told.at);
        if is_over || told.at > self.clock.now() {
            self.journal.count("instants that passed twice");
            return false;
        }
        self.journal.count("as of, compared");
        let when = (Some(told.at), || self.clock.truly());
        let again = read(engine, &self.record, &told.asked, when).await;
        let again = again.map_or_else(|refusal| format!("{refusal:?}"), |again| again.body);
        if again != told.body {
            let (one, other) = difference(&told.body, &again);
            let name = told.asked.name();
            self.journal.fault(format!(
                "(a) {name} told at {} by commit {:?}: {one} -- as of: {other}",
                told.at, told.commits
            ));
        }
        true
    }

    fn oracle(&self) -> Oracle<'_> {
        Oracle { world: &self.world, record: &self.record, journal: &self.journal }
    }

    fn look_for_panics(&self) {
        if panics::seen() > 0 {
            self.journal.fault("(g) something panicked".to_owned());
        }
    }

    /// Nothing is wrong any more: soon all is fresh, complete and true.
    async fn heal(&mut self, engine: &Engine) {
        self.clock.set_ahead(SignedDuration::ZERO);
        self.journal.note(format!("{} healed", self.clock.truly()));
        // Of two sources the one counts that was asked last by the clock, also where that
        // was ahead: until then has come, a stand-in may be told.
        let hours = if self.world.manner.clock_steps { 26 } else { 2 };
        sleep(Duration::from_hours(hours)).await;
        for asked in self.interests.clone() {
            for last in [false, false, true] {
                let when = (None, || self.clock.truly());
                let told = read(engine, &self.record, &asked, when).await;
                if let (true, Ok(told)) = (last, &told) {
                    self.oracle().judge_healed(told);
                }
                self.take(&asked, told);
                sleep(Duration::from_secs(if last { 600 } else { 35 })).await;
            }
        }
        for i in 0..self.kept.len() {
            self.repeats(engine, i).await;
        }
        for rejected in engine.rejected_histories() {
            self.journal.note(format!("{rejected:?}"));
        }
        self.look_for_panics();
    }
}

/// Where two texts part, with what follows.
fn difference(one: &str, other: &str) -> (String, String) {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let from = |text: &str| text.chars().skip(same.saturating_sub(60)).take(200).collect();
    (from(one), from(other))
}

const KINDS: &[Kind] = &[Kind::Equity, Kind::Currency, Kind::Crypto];

/// What is leaked here lives as long as the simulation's program, which is short.
fn facts(name: &'static str, rank: u8, per_hour: f64) -> &'static SourceFacts {
    let allowance = Allowance { per_hour, burst: BURST, terms: "", terms_url: "" };
    let upstream = UpstreamFacts {
        name,
        label: name,
        gives: "",
        address: "",
        address_setting: "",
        address_about: "",
        key: None,
        allowance,
        probe: "EUR/USD",
    };
    let ranks = Box::leak(Box::new([Rank { kinds: KINDS, rank }]));
    Box::leak(Box::new(SourceFacts {
        name,
        credit: Credit { text: name, url: None },
        polled: Some(Polled { upstream, ranks, is_live: true, intervals: &[] }),
        streamed: None,
        spelling: None,
        reference: None,
    }))
}
