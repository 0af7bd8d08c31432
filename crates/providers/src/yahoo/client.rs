use async_trait::async_trait;
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, Quote, QuoteSource, SearchSource,
    Source, SourceError, Span,
};
use url::Url;

use super::facts::NAME;
use super::native::Stretch;
use super::{native, parse, spelling, window};
use crate::cut;
use crate::http::{self, Ask, Client, Reply};

/// So few quotes are asked for one by one: a chart says more than a spark, the
/// day's range and its volume.
const FEW: usize = 4;

/// So many symbols a spark may be asked for.
const SPARK_SYMBOLS: usize = 20;

/// How far back a quote is asked for, so that the close before its own day can
/// be read.
const QUOTE_RANGE: &str = "5d";

/// So many instruments a search may find.
const SEARCH_HITS: &str = "20";

/// Yahoo Finance's chart, spark and search endpoints.
pub struct Yahoo {
    client: Client,
    base: Url,
}

impl Yahoo {
    /// Asks at `base`.
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }

    async fn quote(
        &self,
        instrument: &Instrument,
    ) -> Result<Result<Quote, SourceError>, SourceError> {
        let range = Stretch::Range(QUOTE_RANGE.to_owned());
        let reply = self.chart(instrument, Interval::D1, &range).await?;
        parse::quote(&reply, instrument, self.client.now())
    }

    /// One request for many symbols.
    async fn spark(&self, instruments: &[Instrument]) -> Result<Reply, SourceError> {
        let names = instruments.iter().map(|asked| spelling::name_of(&asked.symbol));
        let symbols = names.collect::<Vec<_>>().join(",");
        let interval = Interval::D1.as_str();
        let query = [("symbols", symbols.as_str()), ("range", QUOTE_RANGE), ("interval", interval)];
        let url = http::address(&self.base, &["v7", "finance", "spark"], &query);
        self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await
    }

    async fn chart(
        &self,
        instrument: &Instrument,
        interval: Interval,
        stretch: &Stretch,
    ) -> Result<Reply, SourceError> {
        let name = spelling::name_of(&instrument.symbol);
        let mut query = match stretch {
            Stretch::Range(range) => vec![("range", range.clone())],
            Stretch::Between(from, to) => {
                vec![
                    ("period1", from.as_second().to_string()),
                    ("period2", to.as_second().to_string()),
                ]
            }
        };
        query.push(("interval", interval.as_str().to_owned()));
        query.push(("events", "div,splits,capitalGains".to_owned()));
        query.push(("includePrePost", "false".to_owned()));
        let query: Vec<_> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let url = http::address(&self.base, &["v8", "finance", "chart", &name], &query);
        self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await
    }
}

#[async_trait]
impl QuoteSource for Yahoo {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    /// A few one by one, through the chart; more by the score, through the spark.
    fn batches(&self, instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        let size = if instruments.len() <= FEW { 1 } else { SPARK_SYMBOLS };
        instruments.chunks(size).map(<[Instrument]>::to_vec).collect()
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        match batch {
            [] => Ok(Vec::new()),
            [one] => Ok(vec![self.quote(one).await?]),
            many => parse::quotes(&self.spark(many).await?, many, self.client.now()),
        }
    }
}

#[async_trait]
impl BarSource for Yahoo {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        if let Some(answer) = BarSource::at_hand(self, question, instrument) {
            return answer;
        }
        let zone = instrument.zone();
        let today = self.client.now().to_zoned(zone.clone()).date();
        let stretch = native::stretch(question.span, question.interval, instrument, &zone, today);
        let reply = self.chart(instrument, question.interval, &stretch).await?;
        let received_at = self.client.now();
        if parse::is_truly_empty(&reply) {
            return Ok(parse::nothing(question, instrument, received_at));
        }
        if !reply.is_success() {
            return Err(parse::refusal(&reply, instrument, question.interval));
        }
        parse::answer(&reply.body, question, instrument, received_at).and_then(cut_to_span)
    }

    /// What Yahoo would refuse.
    fn offers(&self, question: &HistoryQuery, instrument: &Instrument) -> Result<(), SourceError> {
        let today = self.client.now().to_zoned(instrument.zone()).date();
        window::check(question.interval, question.span, today)
    }
}

#[async_trait]
impl SearchSource for Yahoo {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn search(&self, text: &str) -> Result<Vec<Instrument>, SourceError> {
        let text = text.trim();
        if text.is_empty() {
            // Yahoo would call it a bad request.
            return Ok(Vec::new());
        }
        let query = [("q", text), ("quotesCount", SEARCH_HITS), ("newsCount", "0")];
        let url = http::address(&self.base, &["v1", "finance", "search"], &query);
        let reply = self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await?;
        parse::instruments(&reply)
    }
}

/// Cuts to what was asked, except for ranges of Yahoo's own: it decides what
/// those mean, and our clock must not argue with it.
fn cut_to_span(answer: HistoryResult) -> Result<HistoryResult, SourceError> {
    if native::is_own_range(answer.query.span) {
        return Ok(answer);
    }
    // The zone to date by is the one Yahoo named, not the one assumed before.
    let zone = answer.instrument.zone();
    let today = answer.received_at.to_zoned(zone).date();
    let span: Span = answer.query.span;
    let (series, actions) = cut::to_span(&answer.series, answer.actions, span, today)?;
    Ok(HistoryResult { series, actions, ..answer })
}
