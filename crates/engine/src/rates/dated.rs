use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use market::{
    Currency, Freshness, HistoryQuery, HistoryResult, Interval, Period, ReferenceRates, Source,
    SourceError, Span, Symbol, end_freshness,
};

use super::day::Day;
use super::latest::{THROUGH, as_quoted, other_way_round};
use super::{NoRate, Rate, Step, currency, refuse_ended, refuse_minor_units, symbol};
use crate::engine::Engine;
use crate::history::HistoryError;

/// For how long the last rate stands: longer than any weekend with holidays.
const CARRIED_DAYS: i32 = 7;

/// Days so recent are read from a short stretch that is asked for often; it
/// reaches back two weeks more.
const RECENT_DAYS: i32 = 45;

impl Engine {
    /// The rate of a day between two currencies or crypto assets, by their codes
    /// in upper case: the reference rate, on days without one the last set
    /// before; where none is set, the close of the pair's daily bar likewise.
    ///
    /// With a source, only by what is its own. A rate stands for seven days at
    /// most, unless nobody could be asked whether there is a newer one: then it
    /// is stale.
    ///
    /// # Errors
    ///
    /// [`NoRate`] for a day that is no day of rates, or where nothing leads from
    /// one currency to the other.
    pub async fn rate_on(
        &self,
        base: &Currency,
        quote: &Currency,
        day: Day,
        source: Option<&Source>,
    ) -> Result<Rate, NoRate> {
        Ok(self.handed(self.unnoted().found_rate_on(base, quote, day, source).await?))
    }

    async fn found_rate_on(
        &self,
        base: &Currency,
        quote: &Currency,
        day: Day,
        source: Option<&Source>,
    ) -> Result<Rate, NoRate> {
        refuse_minor_units([base, quote])?;
        let [base, quote] = &[self.our_code(base), self.our_code(quote)];
        self.check_day(day)?;
        let found = match self.asked_rate_on(base, quote, day, source).await {
            // What nobody need be asked for may lead from one to the other another way.
            Err(away @ NoRate::Away { .. }) if day.at.is_none() => {
                let held = Day { at: Some(self.now()), ..day };
                self.asked_rate_on(base, quote, held, source).await.map_err(|_| away)
            }
            found => found,
        };
        found.map_err(|error| match (error, refuse_ended([base, quote], day.date)) {
            // Why nobody knows it.
            (NoRate::Unknown { .. }, Err(ended)) => ended,
            (error, _) => error,
        })
    }

    async fn asked_rate_on(
        &self,
        base: &Currency,
        quote: &Currency,
        day: Day,
        source: Option<&Source>,
    ) -> Result<Rate, NoRate> {
        if base == quote {
            return Ok(Rate::of_itself(base));
        }
        match (source, self.catalog().reference_rates()) {
            (Some(source), Some(rates)) if source.as_str() == rates.source => {
                self.reference_rate(rates, base, quote, day).await
            }
            (None, Some(rates)) => {
                let reference = self.reference_rate(rates, base, quote, day).await;
                if is_real(&reference) {
                    return reference;
                }
                better(reference, self.closing_rate(base, quote, day, None).await)
            }
            _ => self.closing_rate(base, quote, day, source).await,
        }
    }

    /// By the reference rates of one day, the last on which both were set.
    async fn reference_rate(
        &self,
        rates: &ReferenceRates,
        base: &Currency,
        quote: &Currency,
        asked: Day,
    ) -> Result<Rate, NoRate> {
        let legs: Vec<_> =
            [base, quote].into_iter().filter(|it| it.as_str() != rates.base).collect();
        if let Some(other) = legs.iter().find(|code| !rates.has(code.as_str())) {
            let ReferenceRates { source, set_by, .. } = *rates;
            return Err(NoRate::Unpublished { currency: (*other).clone(), source, set_by });
        }
        let mut received = Vec::new();
        // One after the other: the file that the first one brings serves both.
        for code in legs {
            let answer = self.reference_rates(rates, code, asked).await?;
            self.last_before(&answer, asked.date)?;
            received.push((answer, code == base));
        }
        self.of_one_day(&received, asked)
            .and_then(|steps| Rate::of(base, quote, steps))
            .ok_or_else(|| NoRate::Unknown { pair: symbol(base, quote) })
    }

    /// The steps on the last day on which every series has a bar, so that a rate is never
    /// made of two days.
    fn of_one_day(&self, legs: &[Leg], asked: Day) -> Option<Vec<Step>> {
        let day = common_day(legs, asked.date)?;
        let step = |(answer, inverted): &Leg| self.step_of(answer, day, asked, *inverted);
        Some(legs.iter().filter_map(step).collect())
    }

    /// The reference rates of a currency around a day, from two weeks before it at least:
    /// a stretch that is asked for anyway, so that many share it.
    ///
    /// # Errors
    ///
    /// Nobody sets such rates, or they cannot be had.
    pub async fn reference_rates_around(
        &self,
        code: &Currency,
        day: Day,
    ) -> Result<Arc<HistoryResult>, NoRate> {
        let unknown = || NoRate::Unknown { pair: symbol(code, code) };
        let rates = self.catalog().reference_rates().ok_or_else(unknown)?;
        self.reference_rates(rates, code, day).await
    }

    /// Reference rates of a currency around a day, and from before it.
    async fn reference_rates(
        &self,
        rates: &ReferenceRates,
        code: &Currency,
        asked: Day,
    ) -> Result<Arc<HistoryResult>, NoRate> {
        let pair = symbol(&currency(rates.base), code);
        let ask = async |span| {
            let (interval, source) = (Interval::D1, Some(Source::new(rates.source)));
            let query = HistoryQuery { symbol: pair.clone(), interval, span, source };
            self.history_at(&query, asked.at).await
        };
        let settled = self.reference_day_at(asked.at) - (RECENT_DAYS + 1).days();
        let all = Span::Dates { from: rates.first, to: settled.last_of_month() };
        let has_ended = rates.ended_on(code.as_str()).is_some_and(|last| last <= settled);
        let received = if asked.date <= settled || has_ended {
            ask(all).await
        } else {
            match ask(Span::Period(Period::Months(2))).await {
                // It must have ended of late.
                Err(error) if asked.at.is_some() || is_not_offered(&error) => ask(all).await,
                received => received,
            }
        };
        received.map_err(|error| no_bars(&pair, asked, error))
    }

    /// By daily bars of the pair itself, or else by those of two pairs with a third
    /// between them.
    async fn closing_rate(
        &self,
        base: &Currency,
        quote: &Currency,
        asked: Day,
        source: Option<&Source>,
    ) -> Result<Rate, NoRate> {
        let mut best = self.rate_by_closes(&[base, quote], asked, source).await;
        // One that had ended is quoted with nothing.
        let has_ended = refuse_ended([base, quote], asked.date).is_err();
        let others = THROUGH.map(currency).into_iter().filter(|it| it != base && it != quote);
        for third in others.filter(|_| !has_ended) {
            if is_real(&best) || !is_unknown(&best) && best.is_err() {
                break;
            }
            let crossed = self.rate_by_closes(&[base, &third, quote], asked, source).await;
            if is_real(&crossed) || is_unknown(&best) {
                best = crossed;
            }
        }
        best.map_err(|error| match error {
            NoRate::Unknown { .. } => NoRate::Unknown { pair: symbol(base, quote) },
            error => error,
        })
    }

    /// By daily bars of pairs, each from one to the next, all of one day.
    async fn rate_by_closes(
        &self,
        way: &[&Currency],
        asked: Day,
        source: Option<&Source>,
    ) -> Result<Rate, NoRate> {
        let (base, quote) = (way[0], way[way.len() - 1]);
        let unknown = || NoRate::Unknown { pair: symbol(base, quote) };
        let mut legs = Vec::new();
        for pair in way.windows(2) {
            let leg = self.closes_between(pair[0], pair[1], asked, source).await?;
            self.last_before(&leg.0, asked.date)?;
            legs.push(leg);
        }
        let steps = self.of_one_day(&legs, asked).ok_or_else(unknown)?;
        Rate::of(base, quote, steps).ok_or_else(unknown)
    }

    /// Daily bars of a pair, whichever way round it is quoted.
    async fn closes_between(
        &self,
        base: &Currency,
        quote: &Currency,
        asked: Day,
        source: Option<&Source>,
    ) -> Result<Leg, NoRate> {
        let direct = as_quoted(base, quote);
        let found = match self.closes(&direct, asked, source).await {
            Err(NoRate::Unknown { .. }) => {
                self.closes(&other_way_round(&direct), asked, source).await
            }
            found => found,
        };
        found.map(|answer| {
            let is_inverted = answer.query.symbol != symbol(base, quote);
            (answer, is_inverted)
        })
    }

    async fn closes(
        &self,
        pair: &Symbol,
        asked: Day,
        source: Option<&Source>,
    ) -> Result<Arc<HistoryResult>, NoRate> {
        let span = stretch(asked.date, self.reference_day_at(asked.at));
        let (interval, source) = (Interval::D1, source.cloned());
        let question = HistoryQuery { symbol: pair.clone(), interval, span, source };
        self.history_at(&question, asked.at).await.map_err(|error| no_bars(pair, asked, error))
    }

    /// The close of one day as a step to a rate of another, the same or later.
    fn step_of(
        &self,
        answer: &HistoryResult,
        day: Date,
        asked: Day,
        inverted: bool,
    ) -> Option<Step> {
        let place = answer.series.dates().iter().rposition(|date| *date == day)?;
        Some(Step {
            symbol: answer.query.symbol.clone(),
            price: answer.series.closes()[place],
            inverted,
            source: answer.series.head.source.clone(),
            as_of: None,
            date: Some(day),
            received_at: answer.received_at,
            freshness: self.freshness_on(answer, asked),
            simulated: answer.simulated,
        })
    }

    /// Whether what an answer says of a day may be taken for it. What was received when
    /// the day was over will not change as the present does.
    pub fn freshness_on(&self, answer: &HistoryResult, asked: Day) -> Freshness {
        let was_over = self.day_of(answer.received_at) > asked.date;
        if was_over && !answer.simulated && !answer.superseded {
            return Freshness::Fresh;
        }
        end_freshness(answer, asked.at.unwrap_or_else(|| self.now()))
    }

    /// The last day with a bar up to a date, if it can stand for it.
    fn last_before(&self, answer: &HistoryResult, date: Date) -> Result<Date, NoRate> {
        let dates = answer.series.dates();
        let after = dates.partition_point(|day| *day <= date);
        let last = after.checked_sub(1).map(|place| dates[place]);
        let next = dates.get(after).copied();
        let stands = |last: Date| (date - last).get_days() <= CARRIED_DAYS;
        // Whoever could not be asked since may have newer ones.
        let received = self.day_of(answer.received_at);
        let is_behind = |last: Date| next.is_none() && (received - last).get_days() <= CARRIED_DAYS;
        let pair = answer.query.symbol.clone();
        last.filter(|last| stands(*last) || is_behind(*last)).ok_or(NoRate::Gap {
            pair,
            date,
            last,
            next,
        })
    }
}

/// A stretch of daily bars that serves as many days as one request can.
fn stretch(date: Date, today: Date) -> Span {
    const ENOUGH_BEFORE: i32 = 350;
    if (today - date).get_days() <= ENOUGH_BEFORE {
        return Span::Period(Period::Years(1));
    }
    let from = date.first_of_year() - 12.days();
    Span::Dates { from, to: date.last_of_year() }
}

/// A series that leads from one currency to the next, and whether it is quoted the other
/// way round.
type Leg = (Arc<HistoryResult>, bool);

/// The last day up to a date on which every series has a bar.
fn common_day(received: &[Leg], date: Date) -> Option<Date> {
    let (first, others) = received.split_first()?;
    let has = |answer: &HistoryResult, day: &Date| answer.series.close_on(*day).is_some();
    let mut days = first.0.series.dates().iter().rev().filter(|day| **day <= date);
    days.find(|day| others.iter().all(|(answer, _)| has(answer, day))).copied()
}

fn is_real(rate: &Result<Rate, NoRate>) -> bool {
    rate.as_ref().is_ok_and(|rate| !rate.simulated)
}

fn is_unknown(rate: &Result<Rate, NoRate>) -> bool {
    matches!(rate, Err(NoRate::Unknown { .. }))
}

/// What is real first; of two reasons the one that may pass, or says most.
fn better(reference: Result<Rate, NoRate>, closing: Result<Rate, NoRate>) -> Result<Rate, NoRate> {
    match (&reference, &closing) {
        (Ok(_), _) if !is_real(&closing) => reference,
        (_, Ok(_) | Err(NoRate::Away { .. } | NoRate::Store { .. }))
        | (Err(NoRate::Unpublished { .. }), _) => closing,
        _ => reference,
    }
}

fn is_not_offered(error: &HistoryError) -> bool {
    let HistoryError::Sources(failures) = error else { return false };
    let not_offered = |error: &SourceError| matches!(error, SourceError::NotOffered(_));
    failures.most_telling().is_some_and(|failure| not_offered(&failure.error))
}

/// Why there are none. As of an instant nobody is asked, so nobody is away.
fn no_bars(pair: &Symbol, asked: Day, error: HistoryError) -> NoRate {
    let pair = pair.clone();
    match error {
        HistoryError::Store { error, .. } => NoRate::Store { pair, error },
        HistoryError::Sources(failures) if asked.at.is_none() && failures.is_passing() => {
            NoRate::Away { pair, failures: failures.passing() }
        }
        HistoryError::Sources(_) => NoRate::Unknown { pair },
    }
}
