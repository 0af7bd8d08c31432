use engine::Engine;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use market::{Bound, HistoryQuery, Interval, Kind, Period, Span};
use query::history::{self, Bounds};

use super::refusal::Refused;
use super::stretch::{RANGES, Stretch, before};
use super::symbols::Asked;
use super::words::Words;

/// Before this day nothing was ever recorded by the protocol: who asks from before it
/// wants all there is, as clients do that count ninety-nine years back.
const FIRST_DAY: Date = date(1927, 12, 30);

/// What a chart is asked for.
#[derive(Debug)]
pub(super) struct Question {
    /// How long each bar is.
    pub(super) interval: Interval,
    /// Which stretch of time.
    pub(super) stretch: Stretch,
    /// Which actions are told.
    pub(super) events: Events,
    /// Whether trading before and after hours is asked for. There is none here, but the
    /// form of `tradingPeriods` depends on it.
    pub(super) around_hours: bool,
    /// Whether closes adjusted for dividends are told.
    pub(super) adjusted: bool,
}

/// Which kinds of action are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Events {
    pub(super) dividends: bool,
    pub(super) splits: bool,
    pub(super) gains: bool,
}

impl Events {
    /// Whether any is told.
    pub(super) fn any(self) -> bool {
        self.dividends || self.splits || self.gains
    }
}

impl Question {
    /// Reads the parameters of a chart, as of `now`.
    ///
    /// # Errors
    ///
    /// An interval, a range or an instant that is none, or an end before the beginning.
    pub(super) fn read(words: &Words, now: Timestamp) -> Result<Self, Refused> {
        let stretch = Stretch::read(words, now)?;
        let usual =
            if stretch == Stretch::Range(Period::Days(1)) { Interval::M1 } else { Interval::D1 };
        let interval = words.get("interval").map_or(Ok(usual), interval)?;
        Ok(Self {
            interval,
            stretch,
            events: words.get("events").map(Events::read).unwrap_or_default(),
            around_hours: words.is_true("includePrePost").unwrap_or(false),
            adjusted: words.is_true("includeAdjustedClose").unwrap_or(true),
        })
    }

    /// The range by its name; empty where instants were given.
    pub(super) fn range(&self) -> String {
        match self.stretch {
            Stretch::Range(period) => period.to_string(),
            Stretch::Between(..) => String::new(),
        }
    }

    /// Whether it is for the last day as one bar: what clients ask first of any
    /// instrument.
    pub(super) fn is_of_last_day(&self) -> bool {
        self.stretch == Stretch::Range(Period::Days(1)) && self.interval == Interval::D1
    }

    /// The question about one instrument. Where it trades has to be known
    /// ([`Question::locate`]).
    pub(super) fn about(&self, engine: &Engine, asked: &Asked) -> HistoryQuery {
        let symbol = asked.symbol.clone();
        let span = match self.stretch {
            Stretch::Range(period) => self.back(engine, asked, period),
            Stretch::Between(from, to) => {
                self.dates(engine, asked, from, to).unwrap_or(Span::Period(Period::Max))
            }
        };
        HistoryQuery { symbol, interval: self.interval, span, source: None }
    }

    /// What a range covers. Of longer bars than a day those that the range lies in are
    /// asked for whole, unless it is one of the protocol's own, whose source says what it
    /// covers; days of trading are then counted as five in a week.
    fn back(&self, engine: &Engine, asked: &Asked, period: Period) -> Span {
        let is_own = RANGES.contains(&period.to_string().as_str());
        let today = history::date(engine, &asked.symbol, engine.now());
        let first = match period {
            Period::Days(days) => today.checked_sub((i32::from(days) * 7 / 5).days()).ok(),
            period => period.first_day(today),
        };
        let first = first.filter(|_| !is_own && self.interval > Interval::D1);
        let whole = first.map(|first| Span::dates(self.interval.first_date(first), today));
        whole.and_then(Result::ok).unwrap_or(Span::Period(period))
    }

    /// The days between two instants, of which the second is not asked for; `None` for
    /// all there are.
    fn dates(
        &self,
        engine: &Engine,
        asked: &Asked,
        from: Timestamp,
        to: Timestamp,
    ) -> Option<Span> {
        let day = |at| history::date(engine, &asked.symbol, at);
        // Of a longer bar the first day is asked for as well, for the actions within it.
        let (from, to) = (self.interval.first_date(day(from)), day(before(to)));
        let today = day(engine.now());
        let first_trade = engine.instrument(&asked.symbol).first_trade;
        let is_all = from <= first_trade.map_or(FIRST_DAY, |first| first.max(FIRST_DAY));
        if is_all && to >= today && !self.interval.is_intraday() {
            return None;
        }
        let to = to.min(today.max(from));
        Span::dates(from, to).ok()
    }

    /// Other questions about the same instants, best first, for where the days between
    /// them are more than any source gives at once: so many days of trading back from now,
    /// as sources reach further back for those, and the days without the first, of which
    /// only a part is asked for. None where the second instant is past.
    pub(super) fn narrower(&self, engine: &Engine, about: &HistoryQuery) -> Vec<HistoryQuery> {
        let Span::Dates { from, to } = about.span else { return Vec::new() };
        let is_now = to >= history::date(engine, &about.symbol, engine.now());
        if !is_now || !self.interval.is_intraday() {
            return Vec::new();
        }
        let kind = engine.instrument(&about.symbol).kind;
        let back = days_of_trading(kind, from, to).map(|days| Span::Period(Period::Days(days)));
        let rest = from.tomorrow().ok().and_then(|from| Span::dates(from, to).ok());
        let spans = back.into_iter().chain(rest);
        spans.map(|span| HistoryQuery { span, ..about.clone() }).collect()
    }

    /// Has it known where an instrument trades, if the question needs it.
    pub(super) async fn locate(&self, engine: &Engine, asked: &Asked) {
        history::locate(engine, std::slice::from_ref(&asked.symbol), self.bounds()).await;
    }

    /// The instants between which shorter bars than a day are asked for.
    pub(super) fn bounds(&self) -> Bounds {
        match self.stretch {
            Stretch::Range(_) => (None, None),
            Stretch::Between(from, to) => {
                (Some(Bound::Instant(from)), Some(Bound::Instant(before(to))))
            }
        }
    }
}

/// As many days of trading as there can be between two dates, both included; of what
/// trades every day the first, which is begun, is not counted.
fn days_of_trading(kind: Kind, from: Date, to: Date) -> Option<u16> {
    let days = u16::try_from((to - from).get_days()).ok()?;
    if kind == Kind::Crypto {
        return Some(days.max(1));
    }
    let (weeks, rest) = ((days + 1) / 7, (days + 1) % 7);
    Some(weeks * 5 + rest.min(5))
}

impl Events {
    /// Reads `div,splits,capitalGains` and `capitalGain|div|split`; other words mean
    /// nothing here.
    fn read(text: &str) -> Self {
        let mut events = Self::default();
        for word in text.split([',', '|', ' ']) {
            match word.trim_end_matches('s') {
                "div" | "dividend" => events.dividends = true,
                "split" => events.splits = true,
                "capitalGain" => events.gains = true,
                _ => {}
            }
        }
        events
    }
}

fn interval(text: &str) -> Result<Interval, Refused> {
    text.to_ascii_lowercase().parse().map_err(|_| {
        let all: Vec<&str> = Interval::ALL.iter().map(|it| it.as_str()).collect();
        let (text, all) = (table::text::short(text), all.join(", "));
        Refused::unprocessable(format!(
            "Invalid input - interval={text} is not supported. Valid intervals: [{all}]"
        ))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(query: &str) -> Result<Question, Refused> {
        Question::read(&Words::of(query), "2025-10-29T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn what_clients_send_is_understood() {
        let question = read(
            "range=5d&interval=60m&includePrePost=True&events=div,splits,capitalGains&crumb=x",
        )
        .unwrap();
        assert_eq!(question.stretch, Stretch::Range(Period::Days(5)));
        assert_eq!((question.interval, question.around_hours), (Interval::H1, true));
        assert_eq!(question.events, Events { dividends: true, splits: true, gains: true });
        let question =
            read("period1=-1326085423&period2=1761739200&events=div|split|earn").unwrap();
        assert!(
            matches!(question.stretch, Stretch::Between(from, _) if from.as_second() == -1_326_085_423)
        );
        assert_eq!(question.events, Events { dividends: true, splits: true, gains: false });
        assert_eq!((question.interval, question.range().as_str()), (Interval::D1, ""));
        let question = read("").unwrap();
        assert_eq!((question.interval, question.range().as_str()), (Interval::M1, "1d"));
        assert_eq!(read("range=3Y&interval=1D").unwrap().stretch, Stretch::Range(Period::Years(3)));
    }

    #[test]
    fn what_cannot_be_used_is_refused_in_the_words_of_the_protocol() {
        for query in [
            "range=bogus",
            "range=0d",
            "interval=5d",
            "interval=1x",
            "period1=yesterday",
            "period1=10&period2=5",
            "period1=10&period2=10",
        ] {
            assert!(read(query).is_err(), "{query}");
        }
    }

    #[test]
    fn no_more_days_of_trading_are_asked_for_than_there_can_be() {
        let check = |kind, to: Date, expected| {
            assert_eq!(days_of_trading(kind, date(2025, 10, 1), to), Some(expected), "{to}");
        };
        check(Kind::Equity, date(2025, 10, 1), 1);
        check(Kind::Equity, date(2025, 10, 9), 7);
        check(Kind::Equity, date(2025, 11, 30), 45);
        check(Kind::Crypto, date(2025, 10, 1), 1);
        check(Kind::Crypto, date(2025, 11, 30), 60);
    }

    proptest! {
        #[test]
        fn no_query_makes_it_panic(query in "\\PC{0,60}|(period1|period2|range|interval|events)=[-0-9a-z.|,]{0,25}") {
            let _ = read(&query);
        }

        #[test]
        fn any_two_instants_in_order_are_a_stretch(from in any::<i64>(), to in any::<i64>()) {
            let found = read(&format!("period1={from}&period2={to}"));
            if from >= to {
                prop_assert!(found.is_err());
            }
        }
    }
}
