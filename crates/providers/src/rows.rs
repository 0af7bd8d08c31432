//! The rows of an answer about bars, one for each bar, once its provider has said of when
//! each is and what figures it holds.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{
    Action, Bar, Basis, Calendar, Element, HistoryQuery, HistoryResult, Impossible, Instrument,
    Interval, Kept, Price, Series, SeriesHead, Sieve, Source, SourceError, Span,
};

use crate::cut;
use crate::json::Figure;

/// Where the bars of an instrument are traded.
pub(crate) struct Place {
    zone: TimeZone,
    calendar: Option<&'static Calendar>,
}

/// What a bar is about.
pub(crate) struct Stamp {
    pub(crate) open_time: Timestamp,
    date: Date,
    /// When its day is over where it is traded.
    day_ends: Timestamp,
}

/// The figures of a bar, as they are told.
pub(crate) struct Figures {
    pub(crate) open: Figure,
    pub(crate) high: Figure,
    pub(crate) low: Figure,
    pub(crate) close: Figure,
    /// For splits and payments; absent where it is not told beside the close.
    pub(crate) adjusted_close: Figure,
    pub(crate) volume: Figure,
}

/// The bars of an answer.
#[derive(Default)]
struct Read {
    /// Those with a close that can be.
    bars: Vec<Bar>,
    /// The dates of those without one.
    unpriced: Vec<Date>,
}

impl Place {
    pub(crate) fn of(instrument: &Instrument) -> Self {
        Self { zone: instrument.zone(), calendar: Calendar::for_instrument(instrument) }
    }

    /// Of a bar of some length that begins within its day at an instant.
    pub(crate) fn begun(&self, at: Timestamp, interval: Interval) -> Option<Stamp> {
        if interval.is_intraday() { self.moment(at) } else { self.day(self.date(at)) }
    }

    /// Of the bar of a day.
    pub(crate) fn day(&self, date: Date) -> Option<Stamp> {
        let session = self.calendar.and_then(|calendar| calendar.session(date));
        let midnight = || self.zone.to_timestamp(date.at(0, 0, 0, 0)).ok();
        self.stamp(session.map(|session| session.open).or_else(midnight)?, date)
    }

    /// Of a bar within a day.
    pub(crate) fn moment(&self, open_time: Timestamp) -> Option<Stamp> {
        self.stamp(open_time, self.date(open_time))
    }

    /// The date on which an instant is, there.
    pub(crate) fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// Whether an instant is in regular trading, or nobody knows when that is.
    pub(crate) fn trades(&self, at: Timestamp) -> bool {
        let Some(calendar) = self.calendar.filter(|it| it.covers(self.date(at))) else {
            return true;
        };
        calendar.session(self.date(at)).is_some_and(|session| session.spans(at))
    }

    /// When trading ended on the day of an instant, if it has by now.
    pub(crate) fn closed(&self, at: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let session = self.calendar.and_then(|calendar| calendar.session(self.date(at)));
        session.map(|session| session.close).filter(|close| *close <= now)
    }

    fn stamp(&self, open_time: Timestamp, date: Date) -> Option<Stamp> {
        let day_ends = self.zone.to_timestamp(date.tomorrow().ok()?.at(0, 0, 0, 0)).ok()?;
        Some(Stamp { open_time, date, day_ends })
    }
}

impl Stamp {
    /// The row of a day that goes on is like all others. Nobody says until when one is
    /// corrected.
    fn is_running(&self, interval: Interval, received_at: Timestamp) -> bool {
        let length = SignedDuration::from_secs(interval.seconds());
        let end = if interval.is_intraday() {
            self.open_time.checked_add(length).unwrap_or(Timestamp::MAX)
        } else {
            self.day_ends
        };
        received_at < end
    }
}

/// The answer that rows make, cut to what was asked. A row is `None` where it does not say of
/// when it is.
///
/// # Errors
///
/// Where there are rows, and no price in any, and where they are about another time.
pub(crate) fn history(
    source: &'static str,
    question: &HistoryQuery,
    instrument: Instrument,
    (basis, rows): (Basis, impl IntoIterator<Item = Option<(Stamp, Figures)>>),
    received_at: Timestamp,
) -> Result<HistoryResult, SourceError> {
    let mut sieve = Sieve::new(instrument.kind, received_at);
    let Read { bars, unpriced } = read(rows, question.interval, &mut sieve)?;
    let whole = answer(source, question, instrument, (basis, bars), sieve);
    let today = today(&whole);
    let (series, _) = cut::to_span(&whole.series, Vec::new(), question.span, today)?;
    let unpriced = cut::dates(unpriced, question.span, today);
    Ok(HistoryResult { series, unpriced, ..whole })
}

fn read(
    rows: impl IntoIterator<Item = Option<(Stamp, Figures)>>,
    interval: Interval,
    sieve: &mut Sieve,
) -> Result<Read, SourceError> {
    let (mut read, mut is_empty) = (Read::default(), true);
    for row in rows {
        is_empty = false;
        let Some((stamp, figures)) = row else {
            sieve.keep(Element::Bar, None, Impossible::NoTime);
            continue;
        };
        match bar(&figures, &stamp, stamp.is_running(interval, sieve.received_at)) {
            Ok(Some(bar)) => read.bars.extend(sieve.bar(bar)),
            Ok(None) => read.unpriced.push(stamp.date),
            Err(reason) => sieve.keep(Element::Bar, Some(stamp.date), reason),
        }
    }
    if !is_empty && read.bars.is_empty() && sieve.set_aside.is_empty() {
        return Err(SourceError::Unreadable("every price is missing".to_owned()));
    }
    Ok(read)
}

fn bar(figures: &Figures, stamp: &Stamp, provisional: bool) -> Result<Option<Bar>, Impossible> {
    let Some(close) = figures.close.price()? else { return Ok(None) };
    Ok(Some(Bar {
        open_time: stamp.open_time,
        date: stamp.date,
        open: figures.open.price()?,
        high: figures.high.price()?,
        low: figures.low.price()?,
        close,
        adj_close: figures.adjusted_close.positive(),
        volume: figures.volume.number().filter(|volume| *volume >= 0.0),
        provisional,
    }))
}

/// Whether there was a day of trading in a stretch, today left out: that nothing is told of
/// it is not that there was nothing.
pub(crate) fn was_traded(instrument: &Instrument, span: Span, today: Date) -> bool {
    let (first, last) = span.days(today);
    let yesterday = today.yesterday().unwrap_or(today);
    let calendar = Calendar::for_instrument(instrument);
    first.zip(calendar).is_none_or(|(first, calendar)| {
        calendar.sessions(first, last.min(yesterday)).next().is_some()
    })
}

/// An answer with bars, of which nothing else is known yet.
pub(crate) fn answer(
    source: &'static str,
    question: &HistoryQuery,
    instrument: Instrument,
    (basis, bars): (Basis, Vec<Bar>),
    sieve: Sieve,
) -> HistoryResult {
    let head = SeriesHead {
        symbol: question.symbol.clone(),
        interval: question.interval,
        source: Source::new(source),
        currency: instrument.currency.clone(),
        basis,
    };
    HistoryResult {
        query: question.clone(),
        series: Series::new(head, bars),
        actions: Vec::new(),
        instrument,
        session: None,
        received_at: sieve.received_at,
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: sieve.set_aside,
    }
}

/// The date where its instrument trades when an answer was received.
pub(crate) fn today(answer: &HistoryResult) -> Date {
    answer.received_at.to_zoned(answer.instrument.zone()).date()
}

/// The same bars with what happened on their days, and what of that cannot be.
pub(crate) fn with_actions(
    answer: HistoryResult,
    happened: Vec<Action>,
    sieve: Sieve,
) -> Result<HistoryResult, SourceError> {
    let today = today(&answer);
    let (_, actions) = cut::to_span(&answer.series, happened, answer.query.span, today)?;
    let set_aside = [answer.set_aside, sieve.set_aside].concat();
    Ok(HistoryResult { actions, set_aside, ..answer })
}

/// The same days with their closes adjusted for what was paid.
///
/// # Errors
///
/// Where that is told of no day.
pub(crate) fn with_adjusted(
    answer: HistoryResult,
    closes: &HashMap<Date, Price>,
) -> Result<HistoryResult, SourceError> {
    // While its day goes on the price has moved between the two answers, and nothing has
    // been paid since.
    let adjusted = |bar: Bar| {
        let told = closes.get(&bar.date).copied();
        Bar { adj_close: if bar.provisional { Some(bar.close) } else { told }, ..bar }
    };
    let bars: Vec<_> = answer.series.bars().map(adjusted).collect();
    if bars.iter().all(|bar| bar.adj_close.is_none()) {
        let why = "no day has a close adjusted for what was paid".to_owned();
        return Err(SourceError::Unreadable(why));
    }
    Ok(HistoryResult { series: Series::new(answer.series.head.clone(), bars), ..answer })
}
