use std::sync::Arc;

use async_trait::async_trait;
use market::{
    Bar, Clock, Instrument, Previous, PreviousKind, Price, Quote, QuoteSource, Source, SourceError,
    Symbol, Witness,
};

use super::Upstream;
use crate::world::Said;
use crate::world::{Belief, Lie};

#[async_trait]
impl QuoteSource for Upstream {
    fn source(&self) -> Source {
        Source::new(self.name())
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        let names: Vec<&str> = batch.iter().map(|it| it.symbol.as_str()).collect();
        let symbols: Vec<&Symbol> = batch.iter().map(|it| &it.symbol).collect();
        let mood = match self.called(&names.join(" "), &symbols).await {
            Err(SourceError::UnknownSymbol(_)) => {
                let unknown = |it: &Instrument| Err(SourceError::UnknownSymbol(it.symbol.clone()));
                return Ok(batch.iter().map(unknown).collect());
            }
            mood => mood?,
        };
        let quote = |(i, it): (usize, &Instrument)| {
            if mood.left_out && batch.len() > 1 && i == 0 {
                self.journal.count("symbol left out");
                return Err(SourceError::LeftOut(it.symbol.clone()));
            }
            self.quote(&it.symbol)
        };
        Ok(batch.iter().enumerate().map(quote).collect())
    }
}

fn times(price: Price, by: f64) -> Price {
    Price::new(price.get() * by).unwrap()
}

/// So many bars come with a quote.
const WITNESSES: usize = 5;

impl Upstream {
    /// What a quote's answer says besides.
    fn witness(&self, belief: &Belief, by: impl Fn(Price) -> Price) -> Option<Arc<Witness>> {
        let first = belief.bars.len().saturating_sub(WITNESSES);
        let bars = belief.bars.get(first..).filter(|_| self.world.manner.has_witnesses)?;
        let from = bars.first()?.date;
        let scaled = |bar: &Bar| Bar {
            open: bar.open.map(&by),
            high: bar.high.map(&by),
            low: bar.low.map(&by),
            close: by(bar.close),
            ..*bar
        };
        let actions = belief.actions.iter().filter(|it| it.ex_date >= from).cloned();
        Some(Arc::new(Witness {
            bars: bars.iter().map(scaled).collect(),
            actions: actions.collect(),
            year_low: None,
            year_high: None,
        }))
    }

    fn quote(&self, symbol: &Symbol) -> Result<Quote, SourceError> {
        let (index, listing) = self.listing(symbol)?;
        let belief = self.believed(index);
        let left_out = || SourceError::LeftOut(symbol.clone());
        let bar = belief.bars.last().ok_or_else(left_out)?;
        let before = belief.bars.iter().rev().nth(1);
        let lie = belief.lie();
        let (by, around) = match lie {
            None => (1.0, 1.0),
            Some(Lie::Alone(by)) => (by, 1.0),
            Some(Lie::Whole(by)) => (by, by),
        };
        let price = times(bar.close, by);
        let around = |price: Price| times(price, around);
        let previous = |bar: &Bar| Previous { price: around(bar.close), kind: PreviousKind::Close };
        let truly = self.clock.truly();
        let closed = belief.day.map(|day| day.close).filter(|close| *close < truly);
        let received_at = self.clock.now();
        if lie.is_some() && self.world.sayings.of(symbol).is_empty() {
            self.journal.count("first price false");
        }
        let (source, may_be_lost) = (self.source, false);
        let said = Said { source, truly, received_at, price, lie, may_be_lost };
        self.world.sayings.note(symbol, said);
        Ok(Quote {
            instrument: listing.instrument.clone(),
            price,
            currency: listing.instrument.currency.clone(),
            previous: before.map(previous),
            day_high: bar.high.map(around),
            day_low: bar.low.filter(|low: &Price| *low <= bar.close).map(around),
            volume: bar.volume,
            session: self.session(belief.day),
            as_of: closed.or(Some(truly)),
            received_at,
            source: Source::new(self.name()),
            simulated: false,
            witness: self.witness(&belief, around),
        })
    }
}
