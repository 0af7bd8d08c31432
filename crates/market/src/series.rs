use jiff::Timestamp;
use jiff::civil::Date;

use crate::bar::volume;
use crate::{
    Action, Bar, Basis, Currency, DisputedClose, HistoryQuery, Instrument, Interval, Kept, Period,
    Price, Repaired, Session, SetAside, Slot, Source, Span, Symbol,
};

/// What is true of every bar of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesHead {
    /// The instrument.
    pub symbol: Symbol,
    /// How long each bar is.
    pub interval: Interval,
    /// Who published the bars. A series never mixes sources.
    pub source: Source,
    /// What prices are counted in, where the source says.
    pub currency: Option<Currency>,
    /// What prices are adjusted for.
    pub basis: Basis,
}

/// Bars of one instrument, interval and source: ascending, one for each [`Slot`].
///
/// Kept as columns (about 70 bytes a bar), because a long history is read far
/// more often than it changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What is true of every bar.
    pub head: SeriesHead,
    open_times: Vec<Timestamp>,
    dates: Vec<Date>,
    prices: [Vec<Option<Price>>; 4],
    closes: Vec<Price>,
    volumes: Vec<Option<f64>>,
    provisional: Vec<bool>,
}

impl Series {
    /// Puts bars in order; of two about one slot the later in the list stays.
    pub fn new(head: SeriesHead, mut bars: Vec<Bar>) -> Self {
        let interval = head.interval;
        let slot = |bar: &Bar| Slot::of(interval, bar);
        // A stable sort keeps the later of two equals behind the earlier.
        bars.sort_by_key(slot);
        let mut series = Self::empty(head, bars.len());
        for (i, bar) in bars.iter().enumerate() {
            if bars.get(i + 1).is_none_or(|next| slot(next) != slot(bar)) {
                series.push(bar);
            }
        }
        series
    }

    fn empty(head: SeriesHead, room: usize) -> Self {
        Self {
            head,
            open_times: Vec::with_capacity(room),
            dates: Vec::with_capacity(room),
            prices: std::array::from_fn(|_| Vec::with_capacity(room)),
            closes: Vec::with_capacity(room),
            volumes: Vec::with_capacity(room),
            provisional: Vec::with_capacity(room),
        }
    }

    fn push(&mut self, bar: &Bar) {
        self.open_times.push(bar.open_time);
        self.dates.push(bar.date);
        for (column, price) in
            self.prices.iter_mut().zip([bar.open, bar.high, bar.low, bar.adj_close])
        {
            column.push(price);
        }
        self.closes.push(bar.close);
        self.volumes.push(bar.volume.and_then(volume));
        self.provisional.push(bar.provisional);
    }

    /// How many bars there are.
    pub fn len(&self) -> usize {
        self.closes.len()
    }

    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.closes.is_empty()
    }

    /// The bar at a position, oldest first.
    pub fn get(&self, i: usize) -> Option<Bar> {
        let close = *self.closes.get(i)?;
        let [open, high, low, adj_close] = std::array::from_fn(|column| self.prices[column][i]);
        Some(Bar {
            open_time: self.open_times[i],
            date: self.dates[i],
            open,
            high,
            low,
            close,
            adj_close,
            volume: self.volumes[i],
            provisional: self.provisional[i],
        })
    }

    /// Says of the newest bar that its interval was still running.
    pub fn mark_last_provisional(&mut self) {
        if let Some(last) = self.provisional.last_mut() {
            *last = true;
        }
    }

    /// The newest bar.
    pub fn last(&self) -> Option<Bar> {
        self.get(self.len().checked_sub(1)?)
    }

    /// How many bars opened before an instant.
    pub fn opened_before(&self, at: Timestamp) -> usize {
        self.open_times.partition_point(|open_time| *open_time < at)
    }

    /// How many bars opened by an instant.
    pub fn opened_by(&self, at: Timestamp) -> usize {
        self.open_times.partition_point(|open_time| *open_time <= at)
    }

    /// Every bar, oldest first.
    pub fn bars(&self) -> impl DoubleEndedIterator<Item = Bar> + ExactSizeIterator + Clone + '_ {
        (0..self.len()).map(|i| self.get(i).expect("every position below the length holds a bar"))
    }

    /// The slots of the first and the last bar.
    pub fn outer_slots(&self) -> Option<(Slot, Slot)> {
        let slot = |bar: Bar| Slot::of(self.head.interval, &bar);
        self.get(0).map(slot).zip(self.last().map(slot))
    }

    /// Trading dates, oldest first, one for each bar.
    pub fn dates(&self) -> &[Date] {
        &self.dates
    }

    /// When bars opened, oldest first, one for each bar.
    pub fn open_times(&self) -> &[Timestamp] {
        &self.open_times
    }

    /// Closes, oldest first, one for each bar.
    pub fn closes(&self) -> &[Price] {
        &self.closes
    }

    /// The bar of a trading date, of a series that has one a day at most.
    pub fn bar_on(&self, date: Date) -> Option<Bar> {
        self.get(self.dates.binary_search(&date).ok()?)
    }

    /// The close of a trading date, likewise.
    pub fn close_on(&self, date: Date) -> Option<Price> {
        let place = self.dates.binary_search(&date).ok()?;
        Some(self.closes[place])
    }

    /// The bars of the trading dates between two, both included: of longer bars than a
    /// day also the one that the first date falls into, which carries an earlier date.
    #[must_use]
    pub fn between(&self, from: Option<Date>, to: Date) -> Self {
        let from = from.map(|from| self.head.interval.first_date(from));
        let inside = |bar: &Bar| from.is_none_or(|from| bar.date >= from) && bar.date <= to;
        Self::new(self.head.clone(), self.bars().filter(inside).collect())
    }

    /// The bars of the `n` latest trading dates.
    #[must_use]
    pub fn latest_days(&self, n: usize) -> Self {
        let mut dates = self.dates.clone();
        dates.dedup();
        let first = dates.len().checked_sub(n).and_then(|i| dates.get(i)).copied();
        let Some(last) = dates.last() else { return self.clone() };
        self.between(first, *last)
    }

    /// Memory held by the bars, in bytes.
    pub fn bytes(&self) -> usize {
        let per_bar = size_of::<Timestamp>() + size_of::<Date>() + 5 * size_of::<Option<Price>>();
        self.len() * (per_bar + size_of::<Option<f64>>() + 1)
    }
}

/// A source's answer to a question, or the store's copy of it.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryResult {
    /// What was asked.
    pub query: HistoryQuery,
    /// The bars. Empty where the instrument exists and had none then.
    pub series: Series,
    /// Actions with an ex-date inside the answered stretch, by ex-date; of longer bars than
    /// a day also those in the one that the stretch begins within.
    pub actions: Vec<Action>,
    /// The instrument as this source describes it.
    pub instrument: Instrument,
    /// The trading day the source considered current.
    pub session: Option<Session>,
    /// When we received it.
    pub received_at: Timestamp,
    /// Made up by the simulator.
    pub simulated: bool,
    /// Of a basis that has since been replaced; to be asked for anew. Never so
    /// in an answer that comes from a source.
    pub superseded: bool,
    /// What the store says of it.
    pub kept: Kept,
    /// What of the source's answer is not believed by itself, and so is missing
    /// here. Empty in what the store gives back.
    pub set_aside: Vec<SetAside>,
    /// Dates that its source lists without a price: it neither has a bar there nor
    /// takes one back. Empty in what the store gives back.
    pub unpriced: Vec<Date>,
    /// Closes in it of which another source says something else. Empty in what sources
    /// and the store give.
    pub disputed: Vec<DisputedClose>,
    /// Bars in it of another source, which took the place of its own. Empty in what
    /// sources and the store give.
    pub repaired: Vec<Repaired>,
}

impl HistoryResult {
    /// Memory held, in bytes, for caches that weigh what they keep.
    pub fn bytes(&self) -> usize {
        /// What is not counted one by one.
        const REST: usize = 1_024;
        let beside = size_of_val(&*self.actions)
            + size_of_val(&*self.set_aside)
            + size_of_val(&*self.unpriced);
        self.series.bytes() + beside + REST
    }

    /// The bars of the `n` latest trading dates, and the actions since the first of them.
    #[must_use]
    pub fn in_latest_days(self, n: usize) -> Self {
        let series = self.series.latest_days(n);
        let first = series.dates().first().copied();
        let mut actions = self.actions;
        actions.retain(|action| first.is_some_and(|first| first <= action.ex_date));
        Self { series, actions, ..self }
    }

    /// What this answers of the last day that it has bars of, as if that had been asked.
    #[must_use]
    pub fn of_last_day(&self) -> Self {
        let query = HistoryQuery { span: Span::Period(Period::Days(1)), ..self.query.clone() };
        let kept = self.kept.clone().of_others();
        Self { query, kept, ..self.clone() }.in_latest_days(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn head() -> SeriesHead {
        SeriesHead {
            symbol: "AAPL".parse().unwrap(),
            interval: Interval::D1,
            source: Source::new("yahoo"),
            currency: None,
            basis: Basis::Splits,
        }
    }

    fn bar(day: i64, close: f64) -> Bar {
        let open_time = Timestamp::from_second(day * 86_400).unwrap();
        Bar {
            open_time,
            date: open_time.to_zoned(jiff::tz::TimeZone::UTC).date(),
            open: None,
            high: Price::new(close),
            low: None,
            close: Price::new(close).unwrap(),
            adj_close: None,
            volume: Some(f64::NAN),
            provisional: false,
        }
    }

    #[test]
    fn the_later_of_two_bars_of_one_slot_stays() {
        let series = Series::new(head(), vec![bar(2, 2.0), bar(1, 1.0), bar(2, 3.0)]);
        let closes: Vec<f64> = series.bars().map(|bar| bar.close.get()).collect();
        assert_eq!(closes, [1.0, 3.0]);
        assert_eq!(series.last().unwrap().volume, None, "a volume that is no number is unknown");
    }

    #[test]
    fn the_latest_days_are_trading_days() {
        let series = Series::new(head(), [1, 2, 6, 7].map(|day| bar(day, 1.0)).to_vec());
        assert_eq!(series.latest_days(3).len(), 3);
        assert_eq!(series.latest_days(3).dates()[0], bar(2, 0.0).date);
        assert_eq!(series.latest_days(9).len(), 4);
        assert!(Series::new(head(), vec![]).latest_days(2).is_empty());
    }

    #[test]
    fn a_longer_bar_lies_between_dates_where_one_of_its_days_does() {
        let head = SeriesHead { interval: Interval::Mo1, ..head() };
        let series = Series::new(head, [0, 31, 59].map(|day| bar(day, 1.0)).to_vec());
        let date = |day| bar(day, 0.0).date;
        let from = |day| series.between(Some(date(day)), date(58)).dates().to_vec();
        assert_eq!(from(40), [date(31)], "February, from the tenth on");
        assert_eq!(from(30), [date(0), date(31)]);
        assert!(series.between(Some(date(60)), date(70)).dates() == [date(59)]);
    }

    proptest! {
        #[test]
        fn any_bars_come_out_ascending_and_unique(days in proptest::collection::vec(0_i64..40, 0..60)) {
            let series = Series::new(head(), days.iter().map(|&day| bar(day, 1.0)).collect());
            let times: Vec<_> = series.bars().map(|bar| bar.open_time).collect();
            prop_assert!(times.is_sorted_by(|a, b| a < b));
            let wanted: std::collections::BTreeSet<_> = days.iter().collect();
            prop_assert_eq!(times.len(), wanted.len());
        }
    }
}
