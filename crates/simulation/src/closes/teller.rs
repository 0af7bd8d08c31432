use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Action, ActionKind, Bar, BarSource, Basis, Clock, HistoryQuery, HistoryResult, Instrument,
    Interval, Kept, Price, Quote, QuoteSource, Series, SeriesHead, Source, SourceError, Symbol,
};
use testkit::bare_quote;

use super::manner::Manner;
use super::mistake::{Mistake, times};
use super::share::Share;
use crate::clock::VirtualClock;
use crate::upstream::of_span;

/// What the sources are called, in the order in which they are asked.
pub(super) const NAMES: [&str; 3] = ["first", "second", "third"];

/// A mistake of one source about one share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slip {
    pub(super) source: usize,
    pub(super) share: usize,
    /// About which day, by its place.
    pub(super) day: usize,
    /// It is told from the end of that day until that of this one.
    pub(super) until: usize,
    pub(super) mistake: Mistake,
}

/// A source of closes.
pub(super) struct Teller {
    pub(super) manner: Manner,
    pub(super) shares: Arc<Vec<Share>>,
    pub(super) slips: Arc<Vec<Slip>>,
    pub(super) clock: Arc<VirtualClock>,
}

/// The place of an ex-date, with the terms of a split as they are told and as prices are
/// adjusted for.
type Split = (usize, (f64, f64));

/// What it tells of a share.
pub(super) struct Told {
    pub(super) bars: Vec<Bar>,
    actions: Vec<Action>,
    unpriced: Vec<Date>,
    is_of_other: bool,
}

impl Teller {
    /// What it tells of a share at an instant, with or without its mistakes.
    pub(super) fn told(&self, share: usize, at: Timestamp, with_slips: bool) -> Told {
        let slips: Vec<Slip> = if with_slips { self.slips_of(share, at) } else { Vec::new() };
        let share = &self.shares[share];
        let begun = share.days.partition_point(|day| day.open + self.manner.delay < at);
        let slip_on = |day: usize| slips.iter().find(|it| it.day == day).map(|it| it.mistake);
        let is_known = |day: usize| share.days[day].open + self.manner.learns_after < at;
        let known = share.splits.iter().filter(|(day, _)| is_known(*day));
        let terms = |(day, ratio): &(usize, f64)| {
            (*day, slip_on(*day).map_or((*ratio, *ratio), |it| it.terms(*ratio)))
        };
        let splits: Vec<Split> = known.map(terms).collect();
        let bars: Vec<Bar> = (0..begun).map(|day| self.bar(share, day, at, &splits)).collect();
        let falsified = |(day, bar): (usize, &Bar)| match slip_on(day) {
            Some(mistake) => mistake.falsify(*bar, bars[day - 1].close.get()),
            None => Some(*bar),
        };
        let is_of_other = slips.iter().any(|it| it.mistake == Mistake::OtherCurrency);
        let converted = |bar: Bar| if is_of_other { times(bar, 0.92) } else { bar };
        let is_unpriced = |it: &&Slip| it.mistake == Mistake::Unpriced;
        Told {
            unpriced: slips.iter().filter(is_unpriced).map(|it| share.days[it.day].date).collect(),
            bars: bars.iter().enumerate().filter_map(falsified).map(converted).collect(),
            actions: actions(share, &splits, begun),
            is_of_other,
        }
    }

    fn slips_of(&self, share: usize, at: Timestamp) -> Vec<Slip> {
        let days = &self.shares[share].days;
        let is_told = |it: &Slip| days[it.day].close <= at && at < days[it.until].close;
        let mine =
            self.slips.iter().filter(|it| (it.source, it.share) == (self.manner.place, share));
        mine.filter(|it| is_told(it)).copied().collect()
    }

    fn bar(&self, share: &Share, day: usize, at: Timestamp, splits: &[Split]) -> Bar {
        let trading = share.days[day];
        let over = trading.close + self.manner.delay <= at;
        let close = if over { self.manner.close(share, day) } else { self.price(share, day, at) };
        let since = splits.iter().filter(|(ex, _)| *ex > day);
        let by: f64 = since.map(|(_, (_, by))| by).product();
        let has_begun = |ex: usize| share.days[ex].open < at;
        let paid = share.dividends.iter().filter(|(ex, _)| *ex > day && has_begun(*ex));
        let kept: f64 = paid.map(|(_, part)| 1.0 - part).product();
        let price = |traded: f64| Price::new(self.manner.printed(traded / by)).unwrap();
        let adjusted = || Price::new(self.manner.printed(close / by) * kept).unwrap();
        Bar {
            open_time: trading.open,
            date: trading.date,
            open: Some(price(close * 0.995)),
            high: Some(price(close * 1.01)),
            low: Some(price(close * 0.99)),
            close: price(close),
            adj_close: self.manner.adjusts.then(adjusted),
            volume: Some(self.manner.volume(share, day) * by),
            provisional: !over,
        }
    }

    /// The price as it tells it, which may be older.
    fn price(&self, share: &Share, day: usize, at: Timestamp) -> f64 {
        let trading = share.days[day];
        let passed = (at - self.manner.delay).duration_since(trading.open).as_secs_f64();
        let whole = trading.close.duration_since(trading.open).as_secs_f64();
        share.price(day, (passed / whole).clamp(0.0, 1.0))
    }

    fn answer(&self, question: &HistoryQuery, share: usize) -> HistoryResult {
        let at = self.clock.truly();
        let told = self.told(share, at, true);
        let instrument = &self.shares[share].instrument;
        let other = told.is_of_other.then(|| "EUR".parse().unwrap());
        let today = at.to_zoned(instrument.zone()).date();
        let head = SeriesHead {
            symbol: question.symbol.clone(),
            interval: question.interval,
            source: Source::new(NAMES[self.manner.place]),
            currency: other.or_else(|| instrument.currency.clone()),
            basis: Basis::Splits,
        };
        let bars = of_span(told.bars, question, today);
        let (from, to) = question.span.days(today);
        let from = from.or_else(|| bars.first().map(|bar| bar.date));
        let is_within = |date: Date| from.is_none_or(|from| from <= date) && date <= to;
        HistoryResult {
            query: question.clone(),
            series: Series::new(head, bars),
            actions: told.actions.into_iter().filter(|it| is_within(it.ex_date)).collect(),
            instrument: instrument.clone(),
            session: None,
            received_at: self.clock.now(),
            simulated: false,
            superseded: false,
            kept: Kept::default(),
            set_aside: Vec::new(),
            unpriced: told.unpriced.into_iter().filter(|date| is_within(*date)).collect(),
            disputed: Vec::new(),
            repaired: Vec::new(),
        }
    }

    fn place(&self, symbol: &Symbol) -> Result<usize, SourceError> {
        let place = self.shares.iter().position(|it| it.instrument.symbol == *symbol);
        place.ok_or_else(|| SourceError::UnknownSymbol(symbol.clone()))
    }

    fn quote(&self, symbol: &Symbol) -> Result<Quote, SourceError> {
        let share = &self.shares[self.place(symbol)?];
        let now = self.clock.now();
        let shown_at = now - self.manner.delay;
        let day = share.days.partition_point(|day| day.open < shown_at) - 1;
        let is_over = share.days[day].close <= shown_at;
        let price =
            if is_over { self.manner.close(share, day) } else { self.price(share, day, now) };
        let quote = bare_quote(&share.instrument, price, NAMES[self.manner.place], now);
        Ok(Quote { as_of: Some(shown_at.min(share.days[day].close)), ..quote })
    }
}

/// What it tells of splits and payments.
fn actions(share: &Share, splits: &[Split], begun: usize) -> Vec<Action> {
    let split = |(day, (told, _)): &Split| Action {
        ex_date: share.days[*day].date,
        kind: ActionKind::Split { numerator: *told, denominator: 1.0 },
    };
    let paid = |(day, part): &(usize, f64)| Action {
        ex_date: share.days[*day].date,
        kind: ActionKind::Dividend((share.auction(day - 1) * part).into()),
    };
    let dividends = share.dividends.iter().filter(|(day, _)| *day < begun);
    let mut all: Vec<Action> = splits.iter().map(split).collect();
    all.extend(dividends.map(paid));
    all.sort_by_key(|it| it.ex_date);
    all
}

#[async_trait]
impl BarSource for Teller {
    fn source(&self) -> Source {
        Source::new(NAMES[self.manner.place])
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        _: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        let share = self.place(&question.symbol)?;
        if question.interval != Interval::D1 {
            return Err(SourceError::UnknownSymbol(question.symbol.clone()));
        }
        Ok(self.answer(question, share))
    }
}

#[async_trait]
impl QuoteSource for Teller {
    fn source(&self) -> Source {
        Source::new(NAMES[self.manner.place])
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        Ok(batch.iter().map(|it| self.quote(&it.symbol)).collect())
    }
}
