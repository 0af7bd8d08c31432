use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{Engine, Sources, StreamPhase, StreamStatus};
use jiff::{SignedDuration, Timestamp};
use market::{Clock, Instrument, Kind, Price, Source, SourceError, StreamSource, Tick, TickStream};
use testkit::SettableClock;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::fakes::{World, symbol};

type Message = Result<Tick, SourceError>;

/// A stream that says what a test has it say, and notes what it is told.
pub(super) struct FakeStream {
    name: &'static str,
    upstream: &'static str,
    clock: Arc<SettableClock>,
    told: Arc<Mutex<Vec<String>>>,
    refuses: Mutex<Option<SourceError>>,
    ends_at_once: Mutex<bool>,
    most: Mutex<usize>,
    panics: Arc<Mutex<bool>>,
    line: Mutex<Option<mpsc::UnboundedSender<Message>>>,
}

impl FakeStream {
    pub(super) fn yahoo(world: &World) -> Arc<Self> {
        Self::new("yahoo", "yahoo_stream", world)
    }

    pub(super) fn kraken(world: &World) -> Arc<Self> {
        Self::new("kraken", "kraken", world)
    }

    pub(super) fn demo(world: &World) -> Arc<Self> {
        Self::new("demo", "demo", world)
    }

    fn new(name: &'static str, upstream: &'static str, world: &World) -> Arc<Self> {
        Arc::new(Self {
            name,
            upstream,
            clock: Arc::clone(&world.clock),
            told: Arc::default(),
            refuses: Mutex::default(),
            ends_at_once: Mutex::default(),
            most: Mutex::new(usize::MAX),
            panics: Arc::default(),
            line: Mutex::default(),
        })
    }

    /// Refuses connections from now on, or accepts them again.
    pub(super) fn refuses(&self, error: Option<SourceError>) {
        *self.refuses.lock().unwrap() = error;
    }

    /// Ends each connection as soon as it stands, from now on.
    pub(super) fn ends_at_once(&self) {
        *self.ends_at_once.lock().unwrap() = true;
    }

    /// Follows no more than so many instruments from now on.
    pub(super) fn follows_only(&self, most: usize) {
        *self.most.lock().unwrap() = most;
    }

    /// Whether reading any of its messages panics, from now on.
    pub(super) fn panics(&self, panics: bool) {
        *self.panics.lock().unwrap() = panics;
    }

    /// What it was told since this was last asked.
    pub(super) fn told(&self) -> Vec<String> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    pub(super) fn tick(&self, name: &str, price: f64) {
        self.say(Ok(self.tick_at(name, price, self.clock.now())));
    }

    pub(super) fn tick_at(&self, name: &str, price: f64, as_of: Timestamp) -> Tick {
        Tick {
            symbol: symbol(name),
            price: Price::new(price).unwrap(),
            currency: None,
            previous: None,
            change: None,
            day_high: None,
            day_low: None,
            volume: None,
            state: None,
            as_of: Some(as_of),
            received_at: self.clock.now(),
            source: Source::new(self.name),
        }
    }

    pub(super) fn say(&self, message: Message) {
        self.line.lock().unwrap().as_ref().expect("it is open").send(message).unwrap();
    }

    /// Ends the open connection without a word.
    pub(super) fn drop_line(&self) {
        self.line.lock().unwrap().take().expect("it is open");
    }
}

fn names(instruments: &[Instrument]) -> String {
    let names: BTreeSet<&str> = instruments.iter().map(|it| it.symbol.as_str()).collect();
    Vec::from_iter(names).join(",")
}

#[async_trait]
impl StreamSource for FakeStream {
    fn source(&self) -> Source {
        Source::new(self.name)
    }

    fn upstream(&self) -> Source {
        Source::new(self.upstream)
    }

    fn streams(&self, instrument: &Instrument) -> bool {
        self.name != "kraken" || instrument.kind == Kind::Crypto
    }

    fn most(&self) -> usize {
        *self.most.lock().unwrap()
    }

    async fn connect(
        &self,
        instruments: &[Instrument],
    ) -> Result<Box<dyn TickStream>, SourceError> {
        self.told.lock().unwrap().push(format!("open {}", names(instruments)));
        if let Some(error) = self.refuses.lock().unwrap().clone() {
            return Err(error);
        }
        let (line, heard) = mpsc::unbounded_channel();
        if !*self.ends_at_once.lock().unwrap() {
            *self.line.lock().unwrap() = Some(line);
        }
        let (told, panics) = (Arc::clone(&self.told), Arc::clone(&self.panics));
        Ok(Box::new(FakeTicks { heard, told, panics }))
    }
}

struct FakeTicks {
    heard: mpsc::UnboundedReceiver<Message>,
    told: Arc<Mutex<Vec<String>>>,
    panics: Arc<Mutex<bool>>,
}

impl FakeTicks {
    fn note(&self, what: String) {
        self.told.lock().unwrap().push(what);
    }
}

#[async_trait]
impl TickStream for FakeTicks {
    async fn next(&mut self) -> Option<Message> {
        let message = self.heard.recv().await;
        let panics = *self.panics.lock().unwrap();
        assert!(!panics, "as this test wants");
        message
    }

    async fn subscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError> {
        self.note(format!("+{}", names(instruments)));
        Ok(())
    }

    async fn unsubscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError> {
        self.note(format!("-{}", names(instruments)));
        Ok(())
    }

    async fn close(&mut self) {
        self.note("close".to_owned());
    }
}

/// A running engine with two streams, on a clock that moves only in a test's hands.
pub(super) struct Running {
    pub(super) world: World,
    pub(super) yahoo: Arc<FakeStream>,
    pub(super) kraken: Arc<FakeStream>,
    pub(super) engine: Engine,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Runs on the usual watchlist; both streams are open when this is done.
    pub(super) async fn start() -> Self {
        let running = Self::watching(&["EUR/USD", "CAC40", "BTC/EUR"]).await;
        running.pass(2).await;
        running
    }

    pub(super) async fn watching(names: &[&str]) -> Self {
        let world = World::new();
        let sources = world.sources();
        Self::over(sources, world, names).await
    }

    pub(super) async fn over(sources: Sources, world: World, names: &[&str]) -> Self {
        let (yahoo, kraken) = (FakeStream::yahoo(&world), FakeStream::kraken(&world));
        let sources = sources.with_stream(yahoo.clone()).with_stream(kraken.clone());
        let engine = world.start_watching(names, sources).await;
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn({
            let engine = engine.clone();
            async move { engine.run(stopping).await }
        });
        Self { world, yahoo, kraken, engine, stop, task }
    }

    /// Lets so many seconds pass: on the clock, and on the runtime's, which stands
    /// still and jumps when there is nothing to do.
    pub(super) async fn pass(&self, seconds: u32) {
        for _ in 0..seconds {
            self.world.clock.advance(SignedDuration::from_secs(1));
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Lets all that is ready be done, without a second passing.
    pub(super) async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.engine.now()
    }

    pub(super) fn shown(&self, name: &str) -> market::Quote {
        self.engine.board().entry(&symbol(name)).unwrap().quote.clone().unwrap()
    }

    /// Price and source.
    pub(super) fn check(&self, name: &str, price: f64, source: &str) {
        let quote = self.shown(name);
        let found = (quote.price, quote.source.as_str());
        assert_eq!(found, (Price::new(price).unwrap(), source), "{name}");
    }

    pub(super) fn status(&self, source: &str) -> StreamStatus {
        let mut all = self.engine.streams().into_iter();
        all.find(|status| status.source.as_str() == source).unwrap()
    }

    pub(super) fn is_live(&self, source: &str) -> bool {
        matches!(self.status(source).state, StreamPhase::Live { .. })
    }

    /// How an upstream is, by its gate.
    pub(super) fn upstream(&self, name: &str) -> engine::UpstreamStatus {
        let mut all = self.engine.upstreams().into_iter();
        all.find(|status| status.source.as_str() == name).unwrap()
    }

    pub(super) async fn stop(self) -> World {
        self.stop.send_replace(true);
        self.task.await.unwrap();
        self.world
    }
}
