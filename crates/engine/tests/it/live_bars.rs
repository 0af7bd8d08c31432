//! History that goes on with streamed prices.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use engine::{Calls, Engine, Settings, Sources};
use jiff::{SignedDuration, Timestamp};
use market::{
    Bar, BarSource, Basis, Clock, HistoryQuery, HistoryResult, Instrument, Interval, Kept, Price,
    Series, SeriesHead, Source, SourceError, Span, StreamSource, Tick, TickStream,
};
use testkit::{SettableClock, soon};
use tokio::sync::{Mutex, mpsc, watch};

use crate::facts;
use crate::fakes::{World, at, symbol};

/// Minutes of a price that stands still at 100, told as of now.
struct Official {
    clock: Arc<SettableClock>,
    calls: AtomicUsize,
}

#[async_trait]
impl BarSource for Official {
    fn source(&self) -> Source {
        Source::new("yahoo")
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        asked: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let received_at = self.clock.now();
        let minute = received_at.as_second().div_euclid(60);
        let bars = (minute - 2..=minute).map(|it| still(it, it == minute)).collect();
        let head = SeriesHead {
            symbol: question.symbol.clone(),
            interval: question.interval,
            source: self.source(),
            currency: None,
            basis: Basis::Splits,
        };
        Ok(HistoryResult {
            query: question.clone(),
            series: Series::new(head, bars),
            actions: vec![],
            instrument: asked.clone(),
            session: None,
            received_at,
            simulated: false,
            superseded: false,
            kept: Kept::default(),
            unpriced: Vec::new(),
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside: Vec::new(),
        })
    }
}

fn still(minute: i64, provisional: bool) -> Bar {
    let (open_time, price) = (Timestamp::from_second(minute * 60).unwrap(), Price::new(100.0));
    let date = open_time.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (open, close) = (price, price.unwrap());
    let (high, low, adj_close, volume) = (price, price, None, None);
    Bar { open_time, date, open, high, low, close, adj_close, volume, provisional }
}

/// Sends what the test sends.
struct Streamer(Arc<Mutex<mpsc::UnboundedReceiver<Tick>>>);

#[async_trait]
impl StreamSource for Streamer {
    fn source(&self) -> Source {
        Source::new("yahoo")
    }

    fn streams(&self, _: &Instrument) -> bool {
        true
    }

    async fn connect(&self, _: &[Instrument]) -> Result<Box<dyn TickStream>, SourceError> {
        Ok(Box::new(Self(Arc::clone(&self.0))))
    }
}

#[async_trait]
impl TickStream for Streamer {
    async fn next(&mut self) -> Option<Result<Tick, SourceError>> {
        self.0.lock().await.recv().await.map(Ok)
    }

    async fn subscribe(&mut self, _: &[Instrument]) -> Result<(), SourceError> {
        Ok(())
    }

    async fn unsubscribe(&mut self, _: &[Instrument]) -> Result<(), SourceError> {
        Ok(())
    }

    async fn close(&mut self) {}
}

/// An engine that follows a stream of one instrument.
struct Stage {
    engine: Engine,
    clock: Arc<SettableClock>,
    official: Arc<Official>,
    ticks: mpsc::UnboundedSender<Tick>,
    stop: watch::Sender<bool>,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new();
        let clock = Arc::clone(&world.clock);
        let official = Arc::new(Official { clock: Arc::clone(&clock), calls: AtomicUsize::new(0) });
        let (ticks, received) = mpsc::unbounded_channel();
        let sources = Sources::of(facts::catalog())
            .with_bars(Arc::clone(&official) as Arc<dyn BarSource>)
            .with_stream(Arc::new(Streamer(Arc::new(Mutex::new(received)))))
            .with_calls(Calls { attempts: 1, ..Calls::default() });
        let settings = Settings {
            watchlist: vec![symbol("AAPL")],
            refresh_every: Duration::from_mins(1),
            read_deadline: Duration::from_secs(5),
            longest_wait: Duration::from_secs(10),
            default_period: market::Period::Months(1),
            cache_bytes: 1 << 20,
            document_bytes: None,
            repairing: market::Repairing::default(),
        };
        let engine = Engine::start(settings, clock.clone(), sources, world.store.clone()).await;
        let (stop, stopped) = watch::channel(false);
        let running = engine.clone();
        tokio::spawn(async move { running.run(stopped).await });
        Self { engine, clock, official, ticks, stop }
    }

    /// Lets time pass, and a price come that is on the board before it returns.
    async fn after(&self, seconds: i64, price: f64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
        let now = self.clock.now();
        let mut changes = self.engine.board_changes();
        self.ticks.send(tick(now, price)).unwrap();
        let heard = async {
            while self.price() != Some(price) {
                changes.changed().await.unwrap();
            }
        };
        soon(heard).await;
    }

    fn price(&self) -> Option<f64> {
        let board = self.engine.board();
        board.entry(&symbol("AAPL"))?.quote.as_ref().map(|quote| quote.price.get())
    }

    async fn closes(&self, interval: Interval) -> Vec<f64> {
        let span = Span::Period("1d".parse().unwrap());
        let question = HistoryQuery { symbol: symbol("AAPL"), interval, span, source: None };
        let answer = self.engine.history(&question).await.unwrap();
        answer.series.closes().iter().map(|close| close.get()).collect()
    }

    fn calls(&self) -> usize {
        self.official.calls.load(Ordering::SeqCst)
    }
}

fn tick(now: Timestamp, price: f64) -> Tick {
    Tick {
        symbol: symbol("AAPL"),
        price: Price::new(price).unwrap(),
        currency: None,
        previous: None,
        change: None,
        day_high: None,
        day_low: None,
        volume: None,
        state: None,
        as_of: Some(now),
        received_at: now,
        source: Source::new("yahoo"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_charts_last_bar_moves_until_the_sources_own_replaces_it() {
    let stage = Stage::new().await;
    stage.after(10, 99.0).await;
    assert_eq!(stage.closes(Interval::M1).await, [100.0; 3]);
    stage.after(10, 101.0).await;
    assert_eq!(stage.closes(Interval::M1).await, [100.0, 100.0, 101.0]);
    stage.after(41, 102.0).await;
    assert_eq!(stage.closes(Interval::M1).await, [100.0, 100.0, 101.0, 102.0]);
    assert_eq!(stage.calls(), 1, "nobody was asked again meanwhile");
    // A minute after it came the answer is past its lifetime, however it went on.
    stage.after(10, 103.0).await;
    assert_eq!(stage.closes(Interval::M1).await, [100.0, 100.0, 101.0, 103.0]);
    let renewed = async {
        while stage.closes(Interval::M1).await != [100.0; 3] {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    soon(renewed).await;
    assert_eq!(stage.calls(), 2);
    stage.stop.send_replace(true);
}

#[tokio::test(start_paused = true)]
async fn bars_of_every_interval_form_while_prices_are_streamed() {
    let stage = Stage::new().await;
    let formed = |interval, since| stage.engine.live_bars(&symbol("AAPL"), interval, since);
    assert_eq!(formed(Interval::M1, None), None);
    stage.after(10, 99.0).await;
    stage.after(60, 101.0).await;
    stage.after(20, 103.0).await;
    let (source, bars) = formed(Interval::M1, Some(Timestamp::MIN)).unwrap();
    assert_eq!(source, Source::new("yahoo"));
    let high = |bar: &Bar| bar.high.map(Price::get);
    assert_eq!(bars.iter().map(high).collect::<Vec<_>>(), [None, Some(103.0)]);
    let (_, day) = formed(Interval::D1, None).unwrap();
    assert_eq!((day.len(), day[0].close.get().to_bits()), (1, 103.0_f64.to_bits()));
    assert_eq!(formed(Interval::Wk1, None).unwrap().1, []);
    assert!(stage.clock.now() > at("2025-10-29T12:01:00Z"));
    stage.stop.send_replace(true);
}
