use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{
    Calendar, Element, HistoryQuery, HistoryResult, Interval, Period, Session, Slot, Span,
};

use crate::rules::bars::Spoken;
use crate::rules::bases::{SeriesId, StoredSeries};
use crate::rules::moment::Moment;
use crate::rules::revision::Revision;
use crate::rules::stretch::{Dates, Slots};

/// An entry of the ledger: an answer of a source to a question. Its bars and
/// actions are stored apart, between the slots and dates noted here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// The span asked for as the ledger spells it: `1mo`, or `1mo@ecb` where the
    /// question insisted on one source. Such an answer is none to the same
    /// question without a source.
    pub(crate) span: String,
    pub(crate) series: SeriesId,
    /// From which revision on it is the last answer.
    pub(crate) since: Revision,
    pub(crate) received_at: Timestamp,
    /// When it was received first: the same may have come again since.
    pub(crate) first_received_at: Timestamp,
    /// How often a clock had been set back by when it was received: what was received
    /// after the last time is later than all before, whatever it is dated.
    pub(crate) set_back: i64,
    pub(crate) bars: usize,
    /// From the first bar to the last.
    pub(crate) slots: Option<Slots>,
    /// From the first date of a bar or an action to the last.
    pub(crate) dates: Option<Dates>,
    /// The calendar days asked for, where they are known.
    pub(crate) asked: Option<Dates>,
    pub(crate) session: Option<Session>,
    /// The days of which it says nothing, where it may be half an answer.
    pub(crate) thin: Option<Dates>,
}

impl Entry {
    /// What the ledger notes of a whole answer, the bars of which are in this series.
    pub(crate) fn of(answer: &HistoryResult, series: SeriesId, since: Revision) -> Self {
        Self {
            span: spelled(&answer.query),
            series,
            since,
            received_at: answer.received_at,
            first_received_at: answer.received_at,
            set_back: 0,
            bars: answer.series.len(),
            slots: Slots::of(&answer.series),
            dates: dates(answer),
            asked: asked(answer),
            session: answer.session,
            thin: None,
        }
    }

    /// Whether the answer reported the bar of this slot, if there was one.
    pub(crate) fn spans(&self, slot: Slot) -> bool {
        self.slots.is_some_and(|slots| slots.contains(slot))
    }

    /// Whether another answer differs in nothing but when it was received.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let Self { since, received_at, first_received_at, set_back, .. } = *self;
        *self == Self { since, received_at, first_received_at, set_back, ..other.clone() }
    }

    /// Whether it overtook what was received at a moment, when a clock had been set back so
    /// often: what was received before the last time overtakes nothing after it.
    pub(crate) fn overtook(&self, received_at: Moment, set_back: i64) -> bool {
        self.set_back == set_back && received_at.is_overtaken_by(self.received_at.into())
    }

    /// Whether it was asked for all of these days.
    pub(crate) fn covers(&self, dates: &Dates) -> bool {
        self.asked.is_some_and(|asked| asked.include(dates))
    }

    /// Whether it was received then or later.
    pub(crate) fn is_since(&self, instant: Timestamp) -> bool {
        Moment::from(self.received_at) >= instant.into()
    }
}

/// An action can lie beyond the last bar's date: that of a week is its Monday.
fn dates(answer: &HistoryResult) -> Option<Dates> {
    let ex_dates = answer.actions.iter().map(|action| action.ex_date);
    let all = || ex_dates.clone().chain(answer.series.dates().iter().copied());
    all().min().zip(all().max()).map(|(first, last)| Dates::new(Some(first), last))
}

/// The calendar days an answer was asked for; `None` where they are not known.
fn asked(answer: &HistoryResult) -> Option<Dates> {
    match answer.query.span {
        Span::Dates { from, to } => Some(Dates::new(Some(from), to)),
        // Only the bars show how far back so many trading days reach.
        Span::Period(Period::Days(_)) => {
            let first = *answer.series.dates().first()?;
            today(answer).map(|today| Dates::new(Some(first), today.max(first)))
        }
        Span::Period(period) => {
            today(answer).map(|today| Dates::new(period.first_day(today), today))
        }
    }
}

/// The slots that an answer speaks for. Days that were asked for by date are widened
/// to those dates, as far as they are past.
pub(crate) fn spoken(answer: &HistoryResult) -> Spoken {
    let Some(today) = today(answer) else { return Spoken::default() };
    let interval = answer.series.head.interval;
    let own = Slots::of(&answer.series);
    let asked = match answer.query.span {
        Span::Dates { from, to } if interval == Interval::D1 && to < today => {
            Some(Dates::new(Some(from), to).slots(interval))
        }
        Span::Dates { from, .. } if interval == Interval::D1 => {
            own.map(|own| Slots { first: Slot::of_date(interval, from), ..own })
        }
        _ => None,
    };
    let stretch = own.map_or(asked, |own| Some(asked.map_or(own, |asked| own.with(asked))));
    let asked_to = match answer.query.span {
        Span::Dates { to, .. } => to.min(today),
        Span::Period(_) => today,
    };
    let until = Dates::new(None, asked_to).slots(interval).last;
    let after = own.map(|own| Slots { first: own.last, last: until });
    let is_daily = interval == Interval::D1;
    let calendar = Calendar::for_instrument(&answer.instrument).filter(|_| is_daily);
    let calendar = calendar.map(Calendar::mic);
    Spoken { stretch, after, calendar, unsaid: unsaid(answer) }
}

/// The dates that an answer names and has no bar of.
fn unsaid(answer: &HistoryResult) -> Vec<Date> {
    let bars = answer.set_aside.iter().filter(|it| it.element == Element::Bar);
    bars.filter_map(|it| it.date).chain(answer.unpriced.iter().copied()).collect()
}

/// The ex-dates that an answer speaks for, if it speaks for any.
pub(crate) fn spoken_ex_dates(answer: &HistoryResult) -> Option<Dates> {
    let (first, last) = answer.series.dates().first().zip(answer.series.dates().last())?;
    let (from, to) = match answer.query.span {
        Span::Dates { from, to } => (from, to),
        Span::Period(_) => (*first, today(answer)?),
    };
    Some(Dates::new(Some(from), to.max(*last)))
}

/// The day it was, where the instrument is traded, when the answer was received.
fn today(answer: &HistoryResult) -> Option<Date> {
    let zone = TimeZone::get(&answer.instrument.time_zone).ok()?;
    Some(answer.received_at.to_zoned(zone).date())
}

/// Stands between a span and the source that the question insisted on.
const AT: char = '@';

/// How the ledger spells the span of a question, and the source it insists on.
pub(crate) fn spelled(question: &HistoryQuery) -> String {
    match &question.source {
        Some(source) => format!("{}{AT}{source}", question.span),
        None => question.span.to_string(),
    }
}

/// How entries spell the span of those that answer exactly this question. One
/// that insists on a source is answered as well by what that source answered to
/// anybody.
pub(crate) fn spans(question: &HistoryQuery) -> [String; 2] {
    [question.span.to_string(), spelled(question)]
}

/// An entry with the series that its bars are in.
#[derive(Debug)]
pub(crate) struct Ranked<'a> {
    pub(crate) entry: Entry,
    pub(crate) series: &'a StoredSeries,
    /// Another basis has taken the place of the series' own.
    pub(crate) superseded: bool,
}

/// The entries that concern a question, of those about its instrument and
/// interval that were in force at a revision: the latest first, and last those of a
/// basis that was no longer in force.
pub(crate) fn ranked<'a>(
    question: &HistoryQuery,
    entries: Vec<Entry>,
    stored: &'a [StoredSeries],
    by: Revision,
) -> Vec<Ranked<'a>> {
    let stand = |series: &'a StoredSeries| (series.id, (series, series.is_superseded(stored, by)));
    let stored: HashMap<_, _> = stored.iter().map(stand).collect();
    let mut ranked: Vec<_> = entries
        .into_iter()
        .filter_map(|entry| {
            let &(series, superseded) = stored.get(&entry.series)?;
            Some(Ranked { entry, series, superseded })
        })
        .filter(|it| it.concerns(question))
        .collect();
    ranked.sort_by(|one, other| one.rank().cmp(&other.rank()));
    ranked
}

impl Ranked<'_> {
    fn rank(&self) -> (bool, Reverse<i64>, Reverse<Timestamp>, &str) {
        let source = self.series.head.source.as_str();
        let Entry { set_back, received_at, .. } = self.entry;
        (self.superseded, Reverse(set_back), Reverse(received_at), source)
    }

    fn concerns(&self, question: &HistoryQuery) -> bool {
        match &question.source {
            Some(source) => self.series.head.source == *source,
            None => !self.entry.span.contains(AT),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::{Action, ActionKind, Source};

    use super::*;
    use crate::rules::samples::{answer, bars, daily, entry, stored};

    fn asked_for(span: &str, days: &[i8]) -> Option<(Option<Date>, Date)> {
        let entry = Entry::of(&answer(span, bars(days)), SeriesId(1), Revision::NONE);
        entry.asked.map(|asked| (asked.from(), asked.to()))
    }

    #[test]
    fn the_days_an_answer_was_asked_for_are_noted_where_they_are_known() {
        let october = |day| date(2025, 10, day);
        let dates = "2025-10-06..2025-10-24";
        assert_eq!(asked_for(dates, &[]), Some((Some(october(6)), october(24))));
        assert_eq!(asked_for("2wk", &[]), Some((Some(october(15)), october(29))));
        assert_eq!(asked_for("max", &[20]), Some((None, october(29))));
        assert_eq!(asked_for("5d", &[22, 27]), Some((Some(october(22)), october(29))));
        assert_eq!(asked_for("5d", &[]), None, "only bars show how far back it reaches");
    }

    #[test]
    fn the_day_is_that_of_the_instruments_zone() {
        let mut late = answer("max", vec![]);
        late.received_at = "2025-10-29T23:30:00Z".parse().unwrap();
        late.instrument.time_zone = "Asia/Tokyo".into();
        let to = |answer: &HistoryResult| {
            Entry::of(answer, SeriesId(1), Revision::NONE).asked.map(|it| it.to())
        };
        assert_eq!(to(&late), Some(date(2025, 10, 30)));
        late.instrument.time_zone = "Mars/Olympus".into();
        assert_eq!(to(&late), None);
    }

    #[test]
    fn dates_span_bars_and_actions() {
        let mut weekly = answer("1mo", bars(&[20, 27]));
        let kind = ActionKind::Dividend(0.26.into());
        weekly.actions = vec![Action { ex_date: date(2025, 10, 30), kind }];
        let dates = Entry::of(&weekly, SeriesId(1), Revision::NONE).dates.unwrap();
        assert_eq!((dates.from(), dates.to()), (Some(date(2025, 10, 20)), date(2025, 10, 30)));
        assert_eq!(Entry::of(&answer("1mo", vec![]), SeriesId(1), Revision::NONE).dates, None);
    }

    #[test]
    fn an_answer_covers_what_lies_within_the_days_asked_for() {
        let entry =
            Entry::of(&answer("2025-10-06..2025-10-24", vec![]), SeriesId(1), Revision::NONE);
        let covers = |from: Option<i8>, to| {
            entry.covers(&Dates::new(from.map(|day| date(2025, 10, day)), date(2025, 10, to)))
        };
        assert!(covers(Some(6), 24) && covers(Some(8), 9));
        assert!(!covers(Some(5), 9) && !covers(Some(6), 25) && !covers(None, 9));
    }

    /// Series and second of each entry, as they are ranked.
    fn ranks(question: &HistoryQuery, entries: Vec<Entry>) -> Vec<(i64, i64)> {
        let stored =
            [stored(1, "yahoo", None), stored(2, "yahoo", Some(50)), stored(3, "ecb", None)];
        let ranked = ranked(question, entries, &stored, Revision::MAX);
        ranked.iter().map(|it| (it.series.id.0, it.entry.received_at.as_second())).collect()
    }

    #[test]
    fn the_latest_comes_first_and_last_what_is_of_an_old_basis() {
        let entries =
            vec![entry(1, "1mo", 90), entry(2, "1mo", 60), entry(3, "5d", 60), entry(2, "5d", 70)];
        let expected = [(2, 70), (3, 60), (2, 60), (1, 90)];
        assert_eq!(ranks(&daily("1mo"), entries), expected);
    }

    #[test]
    fn an_answer_of_the_one_source_insisted_on_is_none_to_anybody_else() {
        let entries = || vec![entry(3, "1mo@ecb", 90), entry(2, "1mo", 60), entry(9, "1mo", 95)];
        assert_eq!(ranks(&daily("1mo"), entries()), [(2, 60)], "of no series known there is none");
        let of = |source| HistoryQuery { source: Some(Source::new(source)), ..daily("1mo") };
        assert_eq!(ranks(&of("ecb"), entries()), [(3, 90)]);
        assert_eq!(ranks(&of("yahoo"), entries()), [(2, 60)]);
        assert_eq!(spans(&of("ecb")), ["1mo", "1mo@ecb"]);
        assert_eq!(spans(&daily("1mo")), ["1mo", "1mo"]);
    }
}
