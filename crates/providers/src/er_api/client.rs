use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use market::{Instrument, Moment, Quote, QuoteSource, Source, SourceError};
use url::Url;

use super::facts::NAME;
use super::parse::{self, Rates};
use crate::http::{self, Ask, Client};

/// How long a table serves at least, were the next one due at once or overdue.
const AT_LEAST: Duration = Duration::from_mins(10);

/// And at most, whatever it says of the next: they come once a day.
const AT_MOST: Duration = Duration::from_hours(24);

/// ExchangeRate-API's open access.
pub struct ErApi {
    client: Client,
    base: Url,
    tables: Mutex<HashMap<String, Table>>,
}

/// One answer: it holds every currency, and serves until the next is published.
#[derive(Clone)]
struct Table {
    rates: Arc<Rates>,
    received_at: Timestamp,
    until: Moment,
}

impl Table {
    /// As long as it serves is known when it comes: the next is said as an instant, and
    /// clocks are set.
    fn received(rates: Rates, at: Timestamp, moment: Moment) -> Self {
        let next = rates.next_at.and_then(|next| Duration::try_from(next.duration_since(at)).ok());
        let longest = next.unwrap_or(AT_LEAST).clamp(AT_LEAST, AT_MOST);
        Self { rates: Arc::new(rates), received_at: at, until: moment + longest }
    }

    fn quote(&self, asked: &Instrument) -> Result<Quote, SourceError> {
        parse::quote(&self.rates, asked, self.received_at)
    }

    /// One that was dated by a clock which has been set back since serves no longer:
    /// its quotes would come from the future.
    fn serves_at(&self, now: Timestamp, moment: Moment) -> bool {
        self.received_at <= now && moment < self.until
    }
}

impl ErApi {
    /// Asks at `base`.
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base, tables: Mutex::default() }
    }

    fn tables(&self) -> MutexGuard<'_, HashMap<String, Table>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the rates of a base, and keeps them.
    async fn table(&self, base: &str) -> Result<Table, SourceError> {
        let rates = self.rates(base).await?;
        let (now, moment) = (self.client.now(), self.client.moment());
        let table = Table::received(rates, now, moment);
        let mut tables = self.tables();
        tables.retain(|_, it| it.serves_at(now, moment));
        tables.insert(base.to_owned(), table.clone());
        Ok(table)
    }

    async fn rates(&self, base: &str) -> Result<Rates, SourceError> {
        let url = http::address(&self.base, &["v6", "latest", base], &[]);
        let reply = self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await?;
        parse::rates(&reply, base)
    }
}

#[async_trait]
impl QuoteSource for ErApi {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    /// One request for each base currency serves all its pairs. What cannot be
    /// asked for costs none: it goes along with the first that can.
    fn batches(&self, mut instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        instruments.sort_by(|a, b| base(a).cmp(&base(b)));
        let together = |a: &Instrument, b: &Instrument| base(a).is_none() || base(a) == base(b);
        instruments.chunk_by(together).map(<[Instrument]>::to_vec).collect()
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        let table = match batch.iter().find_map(base) {
            Some(base) => self.table(base).await?,
            None => Table::received(Rates::default(), self.client.now(), self.client.moment()),
        };
        Ok(batch.iter().map(|asked| table.quote(asked)).collect())
    }

    /// A table that was received serves all its pairs.
    fn at_hand(&self, asked: &Instrument) -> Option<Result<Quote, SourceError>> {
        let base = match parse::codes(asked) {
            Ok((base, _)) => base,
            Err(refusal) => return Some(Err(refusal)),
        };
        let table = self.tables().get(base).cloned()?;
        let (now, moment) = (self.client.now(), self.client.moment());
        table.serves_at(now, moment).then(|| table.quote(asked))
    }
}

/// The currency to ask about; `None` for what cannot be asked for.
fn base(instrument: &Instrument) -> Option<&str> {
    parse::codes(instrument).ok().map(|(base, _)| base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_serves_until_the_next_and_for_a_day_at_most() {
        let at = |minutes: i64| Timestamp::from_second(1_755_043_200 + 60 * minutes).unwrap();
        let after = |minutes: u64| Moment::after_beginning(Duration::from_mins(minutes));
        let table = |next: Option<i64>| {
            let mut rates = Rates::default();
            rates.next_at = next.map(at);
            Table::received(rates, at(0), after(0))
        };
        for (next, longest) in [
            (Some(300), 300),
            // Overdue, not said, and beyond belief.
            (Some(-5), 10),
            (None, 10),
            (Some(100_000), 1_440),
        ] {
            let (table, now) = (table(next), at(30_000));
            assert!(table.serves_at(now, after(longest - 1)), "{next:?}");
            assert!(!table.serves_at(now, after(longest)), "{next:?}");
            assert!(!table.serves_at(at(-60), after(1)), "a clock was set back");
        }
    }
}
