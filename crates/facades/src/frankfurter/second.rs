//! The second version: rates as rows.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::header::ACCEPT;
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use market::{Currency, ReferenceRates};
use query::reference::{DatedRate, ReferenceTable};
use table::Number;
use tokio::sync::OwnedSemaphorePermit;

use super::group::Group;
use super::question::{
    CurrenciesParams, CurrencyParams, Days, RateParams, RatesParams, all, check_providers, key,
    read,
};
use super::refusal::{Refused, not_found};
use super::shape::{CurrencyRow, Provided, Provider, Row, csv, lines, rounded};
use super::{absent, beside, cache, facts};
use crate::Served;
use crate::asked::Asked;
use crate::lacking::refuse_lack;
use crate::reply;

/// The longest that rates are averaged over, in days.
const LONGEST_STRETCH: i32 = 31;

const CSV: &str = "text/csv";
const LINES: &str = "application/x-ndjson";

/// `GET /frankfurter/v2/rates`
pub(super) async fn rates(State(served): State<Served>, asked: Asked) -> Result<Response, Refused> {
    let found = Found::of(&served, &asked, read(&asked.given)?).await?;
    let accept = asked.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains(LINES)) {
        return Ok(found.text(&served, &asked, (LINES, lines(&found.rows))));
    }
    let (cache, beside) = (cache(&served, &found.table, found.last), beside(&found.table));
    Ok(reply::json(&served, &asked.headers, cache, &found.rows, &beside))
}

/// `GET /frankfurter/v2/rates.csv`
pub(super) async fn rates_csv(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let found = Found::of(&served, &asked, read(&asked.given)?).await?;
    Ok(found.text(&served, &asked, (CSV, csv(&found.rows))))
}

/// `GET /frankfurter/v2/rate/{base}/{quote}`
pub(super) async fn rate(State(served): State<Served>, asked: Asked) -> Result<Response, Refused> {
    let RateParams { base, quote, providers, date, expand } = read(&asked.given)?;
    let (base, quotes) = (Some(base), Some(vec![quote]));
    let (from, to, group) = (None, None, None);
    let params = RatesParams { base, quotes, providers, date, from, to, group, expand };
    let found = Found::of(&served, &asked, params).await?;
    let row = found.rows.first().ok_or_else(|| absent(&found.table))?;
    let (cache, beside) = (cache(&served, &found.table, found.last), beside(&found.table));
    Ok(reply::json(&served, &asked.headers, cache, row, &beside))
}

/// `GET /frankfurter/v2/currencies`: of providers that are not here there are none.
pub(super) async fn currencies(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let params: CurrenciesParams = asked.read()?;
    let facts = facts(&served)?;
    let lists_all = params.has_past || params.providers.is_some();
    let is_here = params.providers.is_none_or(|all| all.contains(&key(facts)));
    let (table, known) = known(&served, &asked, facts).await?;
    let is_now = |last: &Option<Date>, is_set: bool| is_set && last.is_some();
    let listed =
        known.iter().filter(|(_, last, is_set)| is_here && (lists_all || is_now(last, *is_set)));
    let rows: Vec<_> = listed.map(|(code, last, _)| CurrencyRow::of(code, *last)).collect();
    let cache = cache(&served, &table, served.engine.reference_day());
    Ok(reply::json(&served, &asked.headers, cache, &rows, &beside(&table)))
}

/// `GET /frankfurter/v2/currency/{code}`
pub(super) async fn currency(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let CurrencyParams { code } = asked.read()?;
    let facts = facts(&served)?;
    let (table, known) = known(&served, &asked, facts).await?;
    let found = known.iter().find(|(known, ..)| known.as_str() == code).ok_or_else(not_found)?;
    let row = CurrencyRow::of(&found.0, found.1).with_provider(key(facts));
    let cache = cache(&served, &table, served.engine.reference_day());
    Ok(reply::json(&served, &asked.headers, cache, &row, &beside(&table)))
}

/// `GET /frankfurter/v2/providers`
pub(super) async fn providers(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let facts = facts(&served)?;
    let (table, known) = known(&served, &asked, facts).await?;
    let source = providers::registry().iter().find(|it| it.facts.name == facts.source);
    let polled = source.and_then(|source| source.facts.polled.as_ref());
    let provider = Provider {
        key: key(facts),
        name: source.map_or_else(|| key(facts), |it| it.facts.credit.text.to_owned()),
        country_code: None,
        rate_type: None,
        pivot_currency: facts.base,
        data_url: polled.map(|polled| polled.upstream.address),
        terms_url: polled.map(|polled| polled.upstream.allowance.terms_url),
        start_date: facts.first.to_string(),
        end_date: table.day_before(served.engine.reference_day()).map(|day| day.to_string()),
        publish_cadence: "daily",
        publishes_missed: None,
        currencies: known.iter().map(|(code, ..)| code.to_string()).collect(),
    };
    let cache = cache(&served, &table, served.engine.reference_day());
    Ok(reply::json(&served, &asked.headers, cache, &[provider], &beside(&table)))
}

/// Every currency with the last day of its rates, and whether any are still set; and the
/// newest rates themselves.
async fn known(
    served: &Served,
    asked: &Asked,
    facts: &ReferenceRates,
) -> Result<(ReferenceTable, Vec<(Currency, Option<Date>, bool)>), Refused> {
    let (codes, today) = (all(facts), served.engine.reference_day());
    let table = ReferenceTable::between(&asked.engine(served), &codes, (today, today)).await?;
    let base: Currency = facts.base.parse().expect("a code of ours");
    let newest: Vec<DatedRate> = table.snapshot(today, &base, &codes).collect();
    let known = codes.into_iter().map(|code| {
        let set = newest.iter().find(|it| it.quote == code).map(|it| it.date);
        let ended = facts.ended_on(code.as_str());
        (code, set.or(ended), ended.is_none())
    });
    Ok((table, known.collect()))
}

/// The rows asked for.
struct Found {
    rows: Vec<Row>,
    table: ReferenceTable,
    /// The last day asked for.
    last: Date,
    /// Held until the answer is written: twenty-five years of all currencies are large.
    _room: OwnedSemaphorePermit,
}

impl Found {
    async fn of(served: &Served, asked: &Asked, params: RatesParams) -> Result<Self, Refused> {
        let facts = facts(served)?;
        check_providers(params.providers.as_ref(), facts)?;
        let days = params.days(served.engine.reference_day())?;
        let question = Question::of(params, facts);
        let table = question.table(served, asked, days).await?;
        let room = served.long_answers.room(table.len())?;
        let (rows, last) = match days {
            Days::On(date) => (question.on(&table, date), date),
            Days::Between(from, to) => (question.between(&table, (from, to)), to),
        };
        if rows.is_empty() {
            refuse_lack(table.lack.clone())?;
        }
        Ok(Self { rows, table, last, _room: room })
    }

    fn text(&self, served: &Served, asked: &Asked, body: (&'static str, Vec<u8>)) -> Response {
        let (cache, beside) = (cache(served, &self.table, self.last), beside(&self.table));
        reply::text(served, &asked.headers, cache, body, &beside)
    }
}

/// Which rates are asked for.
struct Question {
    base: Currency,
    /// Those asked for, or all.
    quotes: BTreeSet<Currency>,
    /// In which any rates are set: what is asked for, and enough to know the day.
    codes: BTreeSet<Currency>,
    group: Option<Group>,
    /// Named beside each rate where that is asked for.
    key: Option<String>,
    is_as_set: bool,
}

impl Question {
    fn of(params: RatesParams, facts: &ReferenceRates) -> Self {
        let pivot: Currency = facts.base.parse().expect("a code of ours");
        let base = params.base.unwrap_or_else(|| pivot.clone());
        let quotes =
            params.quotes.map_or_else(|| all(facts), |quotes| quotes.into_iter().collect());
        let mut codes: BTreeSet<Currency> = quotes.iter().chain([&base]).cloned().collect();
        if codes.iter().all(|code| *code == pivot) {
            codes.extend(facts.currencies.first().and_then(|code| code.parse().ok()));
        }
        let key = params.expand.map(|_| key(facts));
        let is_as_set = base == pivot && params.group.is_none();
        Self { base, quotes, codes, group: params.group, key, is_as_set }
    }

    async fn table(
        &self,
        served: &Served,
        asked: &Asked,
        days: Days,
    ) -> Result<ReferenceTable, Refused> {
        let engine = asked.engine(served);
        let (from, to) = match (days, self.group) {
            (Days::On(date), _) => (date, date),
            (Days::Between(from, to), None) => (from, to),
            // Averages are of whole stretches, and the first may have begun a year before.
            (Days::Between(from, to), Some(_)) => {
                let whole = |date: Date, days: i32| date.saturating_add(days.days());
                let to = whole(to, LONGEST_STRETCH).min(served.engine.reference_day());
                (whole(from, -LONGEST_STRETCH).first_of_year(), to)
            }
        };
        let table = ReferenceTable::between(&engine, &self.codes, (from, to)).await?;
        Ok(match (days, self.group) {
            (Days::Between(..), Some(group)) => table.averaged(|day| group.begins(day)),
            _ => table,
        })
    }

    /// The rates that stand on a day, by currency.
    fn on(&self, table: &ReferenceTable, date: Date) -> Vec<Row> {
        let rates: Vec<DatedRate> = table.snapshot(date, &self.base, &self.codes).collect();
        let others = rates.iter().filter(|it| it.quote != self.base);
        // The currency itself is as old as the newest that is shown.
        let shown = others.clone().filter(|it| self.quotes.contains(&it.quote));
        let newest = shown.map(|it| it.date).max().or(others.map(|it| it.date).max());
        let asked = rates.into_iter().filter(|it| self.quotes.contains(&it.quote));
        let rows = asked.map(|it| {
            let date = newest.filter(|_| it.quote == self.base).unwrap_or(it.date);
            self.row(&DatedRate { date, ..it })
        });
        rows.collect()
    }

    /// The rates of every day of a stretch, by day and currency, opened by those that
    /// stood when it began.
    fn between(&self, table: &ReferenceTable, (from, to): (Date, Date)) -> Vec<Row> {
        if from > to {
            return Vec::new();
        }
        let first = self.group.map_or(from, |group| group.begins(from).min(from));
        let anchors = std::iter::once(first).chain(table.days(first, to));
        let rows = anchors.flat_map(|day| self.on(table, day));
        let mut rows: Vec<Row> = rows.collect();
        rows.sort_by(|a, b| (&a.date, &a.quote).cmp(&(&b.date, &b.quote)));
        rows.dedup_by(|a, b| (&a.date, &a.quote) == (&b.date, &b.quote));
        rows
    }

    fn row(&self, it: &DatedRate) -> Row {
        let rate = Number(if self.is_as_set { it.rate } else { rounded(it.rate) });
        let (date, base, quote) =
            (it.date.to_string(), self.base.to_string(), it.quote.to_string());
        let provided = |key: &String| [Provided { key: key.clone(), date: date.clone(), rate }];
        let providers = self.key.as_ref().map(provided);
        Row { date, base, quote, rate, providers }
    }
}
