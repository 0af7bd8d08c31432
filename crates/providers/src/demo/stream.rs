use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use market::{
    Clock, Identifier, Instrument, MarketState, Previous, PreviousKind, Price, Source, SourceError,
    StreamSource, Tick, TickStream, Unreach,
};
use simulator::Market;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{NAME, Simulator};
use crate::yahoo::spelling;

/// How often every open market moves.
const STEP: Duration = Duration::from_secs(1);

#[async_trait]
impl StreamSource for Simulator {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    /// Every instrument is.
    fn streams(&self, instrument: &Instrument) -> bool {
        Identifier::of(&instrument.symbol).is_none()
    }

    async fn connect(
        &self,
        instruments: &[Instrument],
    ) -> Result<Box<dyn TickStream>, SourceError> {
        let mut steps = interval(STEP);
        steps.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Ok(Box::new(Ticks {
            market: self.market,
            clock: Arc::clone(&self.clock),
            instruments: instruments.to_vec(),
            steps: Some(steps),
            sent_at: None,
            waiting: VecDeque::new(),
        }))
    }
}

/// Ticks of the simulator's market as the clock moves.
struct Ticks {
    market: Market,
    clock: Arc<dyn Clock>,
    instruments: Vec<Instrument>,
    /// `None` once closed.
    steps: Option<Interval>,
    /// The second for which ticks were sent last.
    sent_at: Option<i64>,
    waiting: VecDeque<Tick>,
}

impl Ticks {
    /// What trades in this second, unless it has been sent.
    fn step(&mut self) {
        let now = self.clock.now();
        if self.sent_at.replace(now.as_second()) != Some(now.as_second()) {
            let ticks = self.instruments.iter().filter_map(|it| self.tick(it, now));
            let ticks: Vec<_> = ticks.collect();
            self.waiting.extend(ticks);
        }
    }

    /// `None` while the market is closed.
    fn tick(&self, instrument: &Instrument, now: Timestamp) -> Option<Tick> {
        let name = spelling::name_of(&instrument.symbol);
        let simulated = self.market.tick(&name, now)?;
        let close = |price| Previous { price, kind: PreviousKind::Close };
        Some(Tick {
            symbol: instrument.symbol.clone(),
            price: Price::new(simulated.price)?,
            currency: self.market.listing(&name).currency.parse().ok(),
            previous: Price::new(simulated.previous_close).map(close),
            change: None,
            day_high: Price::new(simulated.day_high),
            day_low: Price::new(simulated.day_low),
            volume: (simulated.volume > 0).then_some(simulated.volume as f64),
            state: Some(MarketState::Open),
            as_of: Some(now),
            received_at: now,
            source: Source::new(NAME),
        })
    }
}

#[async_trait]
impl TickStream for Ticks {
    async fn next(&mut self) -> Option<Result<Tick, SourceError>> {
        loop {
            if let Some(tick) = self.waiting.pop_front() {
                return Some(Ok(tick));
            }
            self.steps.as_mut()?.tick().await;
            self.step();
        }
    }

    async fn subscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError> {
        if self.steps.is_none() {
            let detail = "the stream has ended; connect anew".to_owned();
            return Err(SourceError::Unreachable { why: Unreach::BrokenOff, detail });
        }
        self.unsubscribe(instruments).await?;
        self.instruments.extend_from_slice(instruments);
        Ok(())
    }

    async fn unsubscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError> {
        let is_meant = |held: &Instrument| instruments.iter().any(|it| it.symbol == held.symbol);
        self.instruments.retain(|held| !is_meant(held));
        Ok(())
    }

    async fn close(&mut self) {
        self.steps = None;
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use market::{Catalog, Moment, QuoteSource};
    use tokio::time::{advance, timeout};

    use super::*;

    const FRIDAY: &str = "2026-11-20T10:30:17.25Z";

    /// A clock that moves with the runtime's, which the tests move.
    struct Moving(Timestamp, tokio::time::Instant);

    impl Clock for Moving {
        fn now(&self) -> Timestamp {
            self.0 + SignedDuration::try_from(self.1.elapsed()).unwrap()
        }

        fn moment(&self) -> Moment {
            Moment::after_beginning(self.1.elapsed())
        }
    }

    fn demo(now: &str) -> Simulator {
        #[expect(clippy::disallowed_methods, reason = "this clock is the runtime's")]
        let began = tokio::time::Instant::now();
        let clock = Moving(now.parse().unwrap(), began);
        Simulator::new(Market::new(7), Arc::new(clock))
    }

    fn asked(symbol: &str) -> Instrument {
        Catalog::new().instrument(&symbol.parse().unwrap())
    }

    async fn next(stream: &mut dyn TickStream) -> Tick {
        stream.next().await.unwrap().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn every_second_each_open_market_has_a_tick() {
        let demo = demo(FRIDAY);
        // New York has not opened.
        let instruments = ["CAC40", "AAPL", "BTC/EUR"].map(asked);
        let mut stream = demo.connect(&instruments).await.unwrap();
        for second in 0..3 {
            for symbol in ["CAC40", "BTC/EUR"] {
                let tick = next(&mut *stream).await;
                let now = FRIDAY.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second);
                assert_eq!((tick.symbol.as_str(), tick.as_of), (symbol, Some(now)));
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_tick_says_what_the_quote_of_its_second_says() {
        let demo = demo(FRIDAY);
        for symbol in ["CAC40", "EUR/USD", "BTC/EUR", "NOBODY.PA"] {
            let mut stream = demo.connect(&[asked(symbol)]).await.unwrap();
            let tick = next(&mut *stream).await;
            let quote = demo.quotes(&[asked(symbol)]).await.unwrap().remove(0).unwrap();
            assert!(quote.simulated && tick.source == quote.source, "{symbol}");
            let from_tick = (tick.price, tick.currency, tick.previous, tick.as_of);
            assert_eq!(from_tick, (quote.price, quote.currency, quote.previous, quote.as_of));
            let day = (tick.day_high, tick.day_low, tick.volume);
            assert_eq!(day, (quote.day_high, quote.day_low, quote.volume), "{symbol}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_sent_while_all_markets_are_closed() {
        let saturday = demo("2026-11-21T12:00:00Z");
        let mut stream = saturday.connect(&[asked("CAC40")]).await.unwrap();
        assert!(timeout(Duration::from_hours(1), stream.next()).await.is_err());
        stream.subscribe(&[asked("BTC/EUR")]).await.unwrap();
        assert_eq!(next(&mut *stream).await.symbol.as_str(), "BTC/EUR");
    }

    #[tokio::test(start_paused = true)]
    async fn subscriptions_change_and_double_ones_are_one() {
        let demo = demo(FRIDAY);
        let mut stream = demo.connect(&[asked("CAC40")]).await.unwrap();
        stream.subscribe(&[asked("CAC40"), asked("EUR/USD")]).await.unwrap();
        for symbol in ["CAC40", "EUR/USD"] {
            assert_eq!(next(&mut *stream).await.symbol.as_str(), symbol);
        }
        stream.unsubscribe(&[asked("CAC40")]).await.unwrap();
        for _ in 0..2 {
            assert_eq!(next(&mut *stream).await.symbol.as_str(), "EUR/USD");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_who_is_late_is_told_the_present_alone() {
        let demo = demo(FRIDAY);
        let mut stream = demo.connect(&[asked("CAC40")]).await.unwrap();
        let first = next(&mut *stream).await.as_of.unwrap();
        advance(Duration::from_mins(10)).await;
        let second = next(&mut *stream).await.as_of.unwrap();
        let third = next(&mut *stream).await.as_of.unwrap();
        assert_eq!(second.duration_since(first), SignedDuration::from_mins(10));
        assert!(third > second);
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_stream_is_over() {
        let demo = demo(FRIDAY);
        let mut stream = demo.connect(&[asked("CAC40"), asked("BTC/EUR")]).await.unwrap();
        next(&mut *stream).await;
        stream.close().await;
        assert!(stream.next().await.is_none());
        assert!(stream.subscribe(&[asked("EUR/USD")]).await.is_err());
    }
}
