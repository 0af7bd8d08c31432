//! The reference rates of many currencies on many days, side by side.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Day, Engine, NoRate};
use jiff::ToSpan;
use jiff::civil::Date;
use market::{Currency, Freshness, HistoryResult};

use crate::bars::lack_within;
use crate::refusal::Refusal;

/// For how many days the last rate of a currency stands, where no newer is set.
pub const CARRIED_DAYS: i32 = 14;

/// What one unit of the base costs in other currencies, on the days on which that was
/// set.
#[derive(Clone, Debug)]
pub struct ReferenceTable {
    base: Currency,
    days: BTreeMap<Date, BTreeMap<Currency, f64>>,
    /// Whether the newest rates may be taken for those of the last day asked for.
    pub freshness: Freshness,
    /// Whether they are made up by the simulator.
    pub simulated: bool,
    /// Whose they are, as far as there are any.
    pub source: Option<String>,
    /// What may be missing here of the rates in one of the currencies and be had elsewhere, if
    /// anything. What its bank did not set is not missing.
    pub lack: Option<String>,
}

/// One rate, and of which day.
#[derive(Clone, Debug, PartialEq)]
pub struct DatedRate {
    /// The day on which it was set.
    pub date: Date,
    /// The currency that is priced in.
    pub quote: Currency,
    /// Units of it for one of the base that was asked for.
    pub rate: f64,
}

impl ReferenceTable {
    /// The rates in some currencies between two days, both included, and what stood
    /// before the first. Those in which none are set are left out.
    ///
    /// # Errors
    ///
    /// Nobody sets reference rates, or those of one currency cannot be had: a part would
    /// look whole.
    pub async fn between(
        engine: &Engine,
        codes: &BTreeSet<Currency>,
        (from, to): (Date, Date),
    ) -> Result<Self, Refusal> {
        let nobody = || Refusal::invalid("source", "nobody sets reference rates here");
        let facts = engine.reference_rate_facts().ok_or_else(nobody)?;
        let mut table = Self::of(facts.base);
        let first = from.checked_sub(CARRIED_DAYS.days()).unwrap_or(Date::MIN);
        if from > to || to < facts.first {
            return Ok(table);
        }
        let is_over = |code: &Currency| facts.ended_on(code.as_str()).is_some_and(|it| it < first);
        for code in codes.iter().filter(|code| facts.has(code.as_str()) && !is_over(code)) {
            // The file that the first one brings serves all.
            for date in [first, to] {
                match engine.reference_rates_around(code, Day { date, at: None }).await {
                    Ok(answer) => table.add(engine, code, &answer, (first, to)),
                    // It began after, or ended before that was known here.
                    Err(NoRate::Unknown { .. }) => {}
                    Err(error) => return Err(Refusal::no_rate("base", error)),
                }
            }
        }
        Ok(table)
    }

    fn of(base: &str) -> Self {
        Self {
            base: base.parse().expect("a code of ours"),
            days: BTreeMap::new(),
            freshness: Freshness::Fresh,
            simulated: false,
            source: None,
            lack: None,
        }
    }

    fn add(
        &mut self,
        engine: &Engine,
        code: &Currency,
        answer: &HistoryResult,
        (first, to): (Date, Date),
    ) {
        let within = answer.series.bars().filter(|bar| first <= bar.date && bar.date <= to);
        for bar in within.filter(|bar| bar.close.get() > 0.0) {
            self.days.entry(bar.date).or_default().insert(code.clone(), bar.close.get());
        }
        self.lack = self.lack.take().or_else(|| lack_within(answer, (first, to)));
        self.simulated |= answer.simulated;
        self.source = Some(answer.series.head.source.as_str().to_owned());
        if self.freshness == Freshness::Fresh {
            self.freshness = engine.freshness_on(answer, Day { date: to, at: None });
        }
    }

    /// The days between two, both included, on which any rate was set.
    pub fn days(&self, from: Date, to: Date) -> impl Iterator<Item = Date> + '_ {
        self.days.keys().copied().filter(move |day| from <= *day && *day <= to)
    }

    /// How many rates there are.
    pub fn len(&self) -> usize {
        self.days.values().map(BTreeMap::len).sum()
    }

    /// Whether there is no rate.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The newest day up to a date, within those for which its rates stand.
    pub fn day_before(&self, date: Date) -> Option<Date> {
        let earliest = date.checked_sub(CARRIED_DAYS.days()).unwrap_or(Date::MIN);
        self.days.range(earliest..=date).next_back().map(|(day, _)| *day)
    }

    /// What one unit of a currency cost in another on a day; `None` where not both were
    /// set then.
    pub fn on(&self, day: Date, base: &Currency, quote: &Currency) -> Option<f64> {
        let rates = self.days.get(&day)?;
        let of = |code: &Currency| {
            if *code == self.base { Some(1.0) } else { rates.get(code).copied() }
        };
        let (in_base, in_quote) = (of(base)?, of(quote)?);
        // As it was set, wherever it was set so.
        Some(if *base == self.base { in_quote } else { in_quote / in_base })
    }

    /// The newest rate in each currency up to a date, never made of two days.
    pub fn snapshot<'a>(
        &'a self,
        date: Date,
        base: &'a Currency,
        quotes: impl IntoIterator<Item = &'a Currency> + 'a,
    ) -> impl Iterator<Item = DatedRate> + 'a {
        let earliest = date.checked_sub(CARRIED_DAYS.days()).unwrap_or(Date::MIN);
        quotes.into_iter().filter_map(move |quote| {
            let days = self.days.range(earliest..=date).rev();
            days.map(|(day, _)| *day).find_map(|date| {
                let rate = self.on(date, base, quote)?;
                Some(DatedRate { date, quote: quote.clone(), rate })
            })
        })
    }

    /// The averages of stretches, each dated as `begins` says of a day within it.
    #[must_use]
    pub fn averaged(&self, begins: impl Fn(Date) -> Date) -> Self {
        let mut sums: BTreeMap<Date, BTreeMap<Currency, (f64, f64)>> = BTreeMap::new();
        for (day, rates) in &self.days {
            let stretch = sums.entry(begins(*day)).or_default();
            for (code, rate) in rates {
                let (sum, count) = stretch.entry(code.clone()).or_default();
                (*sum, *count) = (*sum + rate, *count + 1.0);
            }
        }
        let mean = |(code, (sum, count)): (Currency, (f64, f64))| (code, sum / count);
        let days = sums.into_iter().map(|(day, all)| (day, all.into_iter().map(mean).collect()));
        Self { days: days.collect(), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn table(rates: &[(Date, &str, f64)]) -> ReferenceTable {
        let mut table = ReferenceTable::of("EUR");
        for (day, code, rate) in rates {
            table.days.entry(*day).or_default().insert(currency(code), *rate);
        }
        table
    }

    const FRIDAY: Date = date(2024, 1, 5);
    const SUNDAY: Date = date(2024, 1, 7);

    #[test]
    fn a_rate_between_two_is_of_a_day_on_which_both_were_set() {
        let yen = (FRIDAY, "JPY", 158.0);
        let table = table(&[
            yen,
            (FRIDAY, "USD", 1.25),
            (date(2024, 1, 4), "LVL", 0.7),
            (date(2024, 1, 4), "USD", 1.4),
        ]);
        let [eur, usd] = [currency("EUR"), currency("USD")];
        let quotes = ["JPY", "EUR", "LVL", "GBP"].map(currency);
        let rates: Vec<(Date, f64)> =
            table.snapshot(SUNDAY, &usd, &quotes).map(|it| (it.date, it.rate)).collect();
        let expected = [(FRIDAY, 126.4), (FRIDAY, 0.8), (date(2024, 1, 4), 0.5)];
        assert_eq!(rates.len(), 3, "of pounds nothing is known: {rates:?}");
        for ((day, rate), (expected_day, expected)) in rates.into_iter().zip(expected) {
            assert!(day == expected_day && (rate - expected).abs() < 1e-12, "{day} {rate}");
        }
        assert_eq!(table.on(FRIDAY, &eur, &currency("JPY")), Some(158.0), "as it was set");
        assert_eq!(table.on(SUNDAY, &eur, &usd), None);
        assert_eq!(table.day_before(SUNDAY), Some(FRIDAY));
        assert_eq!(table.day_before(date(2024, 1, 20)), None, "too old to stand");
    }

    #[test]
    fn averages_are_dated_by_where_their_stretch_begins() {
        let table = table(&[
            (FRIDAY, "USD", 1.0),
            (date(2024, 1, 8), "USD", 2.0),
            (date(2024, 2, 1), "USD", 5.0),
        ]);
        let months = table.averaged(Date::first_of_month);
        let [eur, usd] = [currency("EUR"), currency("USD")];
        assert_eq!(months.on(date(2024, 1, 1), &eur, &usd), Some(1.5));
        assert_eq!(months.on(date(2024, 2, 1), &eur, &usd), Some(5.0));
        assert_eq!(months.days(date(2024, 1, 1), date(2024, 3, 1)).count(), 2);
    }
}
