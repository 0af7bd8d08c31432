use async_trait::async_trait;
use jiff::Unit;
use jiff::civil::Date;
use market::{
    Answer, BarSource, Basis, Instrument, Interval, Question, Quote, QuoteSource, Series,
    SeriesHead, Source, SourceError,
};
use url::Url;

use super::parse::{self, Day};
use crate::cut;
use crate::http::{self, Ask, Client};

const NAME: &str = "ecb";

/// How many days back the short file is sure to reach; it holds 90, and is a
/// day or two behind over weekends and holidays.
const SHORT_FILE_DAYS: i32 = 85;

/// Nothing the bank publishes comes near this, in bytes.
const BODY_LIMIT: usize = 32 << 20;

/// The European Central Bank's reference rates.
pub struct Ecb {
    client: Client,
    base: Url,
}

impl Ecb {
    /// Asks at `base`, by default [`super::BASE_URL`].
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }

    async fn file(&self, name: &str) -> Result<Vec<u8>, SourceError> {
        let url = http::address(&self.base, &["stats", "eurofxref", name], &[]);
        let reply = self.client.get(Ask { source: NAME, url, limit: BODY_LIMIT }).await?;
        if reply.is_success() { Ok(reply.body) } else { Err(reply.refusal()) }
    }

    async fn latest(&self) -> Result<Vec<Day>, SourceError> {
        parse::xml(&self.file("eurofxref-daily.xml").await?)
    }

    async fn days(&self, question: &Question, today: Date) -> Result<Vec<Day>, SourceError> {
        let (first, _) = question.span.days(today);
        let back = first.and_then(|first| first.until((Unit::Day, today)).ok());
        if back.is_some_and(|back| back.get_days() <= SHORT_FILE_DAYS) {
            parse::xml(&self.file("eurofxref-hist-90d.xml").await?)
        } else {
            parse::table(&self.file("eurofxref-hist.zip").await?)
        }
    }
}

#[async_trait]
impl QuoteSource for Ecb {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    /// One file serves all currencies.
    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        let has_any = batch.iter().any(|instrument| parse::code(instrument).is_ok());
        let days = if has_any { self.latest().await? } else { Vec::new() };
        let received_at = self.client.now();
        let quote = |instrument: &Instrument| {
            parse::code(instrument)?;
            parse::quote(&days, instrument, received_at)
        };
        Ok(batch.iter().map(quote).collect())
    }
}

#[async_trait]
impl BarSource for Ecb {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &Question,
        instrument: &Instrument,
    ) -> Result<Answer, SourceError> {
        let code = parse::code(instrument)?;
        if question.interval != Interval::D1 {
            let text = format!("{} bars are not, only interval=1d", question.interval);
            return Err(SourceError::NotOffered(text));
        }
        let today = self.client.now().to_zoned(parse::zone()).date();
        let bars = parse::bars(&self.days(question, today).await?, code)?;
        let series = Series::new(head(question, code), bars);
        let (series, actions) = cut::to_span(&series, Vec::new(), question.span, today)?;
        Ok(Answer {
            question: question.clone(),
            series,
            actions,
            instrument: parse::described(instrument),
            session: None,
            received_at: self.client.now(),
            simulated: false,
            superseded: false,
        })
    }
}

fn head(question: &Question, code: &str) -> SeriesHead {
    SeriesHead {
        symbol: question.symbol.clone(),
        interval: question.interval,
        source: Source::new(NAME),
        currency: code.parse().ok(),
        basis: Basis::Unadjusted,
    }
}
