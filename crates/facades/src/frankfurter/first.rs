//! The first version: rates of one day or of several, keyed by currency.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use market::{Currency, ReferenceRates};
use query::reference::ReferenceTable;
use table::{Number, in_fifteen_digits};

use super::question::{FirstParams, WhenParams, all};
use super::refusal::{FirstRefused, not_found};
use super::shape::{OnDay, OnDays, name, rounded};
use super::{absent, beside, cache, facts};
use crate::Served;
use crate::asked::Asked;
use crate::reply;

/// `GET /frankfurter/v1/latest`
pub(super) async fn latest(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, FirstRefused> {
    on_day(&served, &asked, served.engine.reference_day()).await
}

/// `GET /frankfurter/v1/{date}`, `…/{date}..` and `…/{date}..{date}`
pub(super) async fn when(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, FirstRefused> {
    let WhenParams { when } = asked.read().map_err(|_| not_found())?;
    let date = |text: &str| table::text::date(text).map_err(|_| not_found());
    match when.split_once("..") {
        None => on_day(&served, &asked, date(&when)?).await,
        Some((from, "")) => {
            on_days(&served, &asked, date(from)?, served.engine.reference_day()).await
        }
        Some((from, to)) => on_days(&served, &asked, date(from)?, date(to)?).await,
    }
}

/// `GET /frankfurter/v1/currencies`
pub(super) async fn currencies(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, FirstRefused> {
    let (facts, today) = (facts(&served)?, served.engine.reference_day());
    let codes = all(facts);
    let table = ReferenceTable::between(&asked.engine(&served), &codes, (today, today)).await?;
    let base = currency(facts.base);
    let set = table.snapshot(today, &base, &codes).map(|it| it.quote);
    let names: BTreeMap<String, String> = set.map(|it| (it.to_string(), name(&it))).collect();
    let cache = cache(&served, &table, today);
    Ok(reply::json(&served, &asked.headers, cache, &names, &beside(&table)))
}

async fn on_day(served: &Served, asked: &Asked, date: Date) -> Result<Response, FirstRefused> {
    let question = Question::read(asked, facts(served)?)?;
    let today = served.engine.reference_day();
    let table = question.table(served, asked, (date.min(today), date.min(today))).await?;
    let rows = table.snapshot(date.min(today), &question.base, &question.quotes);
    let rows: Vec<_> = rows.filter(|row| row.quote != question.base).collect();
    let day = rows.iter().map(|row| row.date).max().ok_or_else(|| absent(&table))?;
    let answer = OnDay {
        amount: question.amount,
        base: question.base.to_string(),
        date: day.to_string(),
        rates: question.rates(&table, day),
    };
    Ok(reply::json(served, &asked.headers, cache(served, &table, date), &answer, &beside(&table)))
}

async fn on_days(
    served: &Served,
    asked: &Asked,
    from: Date,
    to: Date,
) -> Result<Response, FirstRefused> {
    let question = Question::read(asked, facts(served)?)?;
    let to = to.min(served.engine.reference_day());
    let table = question.table(served, asked, (from, to)).await?;
    // Twenty-five years of all currencies are large.
    let _room = served.long_answers.room(table.len())?;
    let rates = table.days(from, to).map(|day| (day.to_string(), question.rates(&table, day)));
    let rates: BTreeMap<_, _> = rates.filter(|(_, rates)| !rates.is_empty()).collect();
    let ends = rates.keys().next().zip(rates.keys().next_back());
    let (start_date, end_date) =
        ends.map(|(a, b)| (a.clone(), b.clone())).ok_or_else(|| absent(&table))?;
    let (amount, base) = (question.amount, question.base.to_string());
    let answer = OnDays { amount, base, start_date, end_date, rates };
    Ok(reply::json(served, &asked.headers, cache(served, &table, to), &answer, &beside(&table)))
}

/// Which rates are asked for.
struct Question {
    amount: f64,
    base: Currency,
    quotes: BTreeSet<Currency>,
    is_as_set: bool,
}

impl Question {
    /// A currency that is none has no rates, as one in which none were set.
    fn read(asked: &Asked, facts: &ReferenceRates) -> Result<Self, FirstRefused> {
        let FirstParams { base, symbols, amount } = asked.read()?;
        if let (Some(base), Some(symbols)) = (&base, &symbols)
            && symbols == std::slice::from_ref(base)
        {
            return Err(http::Problem::parameter("to", "bad currency pair").into());
        }
        let known = all(facts);
        let base = base.unwrap_or_else(|| facts.base.to_owned());
        let base = known.iter().find(|it| it.as_str() == base).ok_or_else(not_found)?.clone();
        let is_asked = |it: &&Currency| {
            symbols.as_ref().is_none_or(|all| all.iter().any(|code| code == it.as_str()))
        };
        let quotes = known.iter().filter(is_asked).cloned().collect();
        // What is computed is rounded, what was set is not.
        let is_as_set = base.as_str() == facts.base && amount.to_bits() == 1.0_f64.to_bits();
        Ok(Self { amount, base, quotes, is_as_set })
    }

    async fn table(
        &self,
        served: &Served,
        asked: &Asked,
        days: (Date, Date),
    ) -> Result<ReferenceTable, FirstRefused> {
        let mut codes = self.quotes.clone();
        codes.insert(self.base.clone());
        Ok(ReferenceTable::between(&asked.engine(served), &codes, days).await?)
    }

    fn rates(&self, table: &ReferenceTable, day: Date) -> BTreeMap<String, Number> {
        let quotes = self.quotes.iter().filter(|quote| **quote != self.base);
        let rate =
            |quote: &Currency| table.on(day, &self.base, quote).map(|rate| self.result(rate));
        quotes.filter_map(|quote| Some((quote.to_string(), Number(rate(quote)?)))).collect()
    }

    fn result(&self, rate: f64) -> f64 {
        if self.is_as_set { in_fifteen_digits(rate) } else { rounded(self.amount * rate) }
    }
}

fn currency(code: &str) -> Currency {
    code.parse().expect("a code of ours")
}
