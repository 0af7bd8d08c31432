use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use market::{
    BarSource, Basis, HistoryQuery, HistoryResult, Instrument, Kept, Moment, Period, Quote,
    QuoteSource, Series, SeriesHead, SetAside, Source, SourceError, Span,
};
use url::Url;

use super::facts::{INTERVALS, NAME};
use super::parse::{self, Day, Days};
use crate::cut;
use crate::http::{self, Ask, Client, Reply};
use crate::offered;

/// How many days back the short file is sure to reach; it holds 90, and is a
/// day or two behind over weekends and holidays.
const SHORT_FILE_DAYS: i32 = 85;

/// How long a file that was received serves further currencies. A stretch that
/// ended a week ago is in it whole; one that reaches to the present is asked for
/// anew as often as the present is.
const CACHED_FOR_THE_PAST: Duration = Duration::from_hours(1);
const CACHED_FOR_THE_PRESENT: Duration = Duration::from_mins(10);

/// The European Central Bank's reference rates.
pub struct Ecb {
    client: Client,
    base: Url,
    cache: Mutex<HashMap<File, Download>>,
}

/// A file of rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum File {
    LatestDay,
    NinetyDays,
    AllDays,
}

/// A file that could be read, as it was received: a tenth of what it takes up
/// when read.
#[derive(Clone)]
struct Download {
    body: Arc<[u8]>,
    received_at: Timestamp,
    /// The same by the clock that nobody sets.
    since: Moment,
}

impl File {
    /// The smallest that reaches back to a day.
    fn reaching(first: Option<Date>, today: Date) -> Self {
        let short = today - SHORT_FILE_DAYS.days();
        if first.is_some_and(|first| first >= short) { Self::NinetyDays } else { Self::AllDays }
    }

    fn name(self) -> &'static str {
        match self {
            Self::LatestDay => "eurofxref-daily.xml",
            Self::NinetyDays => "eurofxref-hist-90d.xml",
            Self::AllDays => "eurofxref-hist.zip",
        }
    }

    fn read(self, body: &[u8]) -> Result<Days, SourceError> {
        match self {
            Self::LatestDay | Self::NinetyDays => parse::xml(body),
            Self::AllDays => parse::table(body),
        }
    }
}

impl Ecb {
    /// Asks at `base`.
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base, cache: Mutex::default() }
    }

    async fn file(&self, name: &str) -> Result<Reply, SourceError> {
        let url = http::address(&self.base, &["stats", "eurofxref", name], &[]);
        let reply = self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await?;
        if reply.is_success() { Ok(reply) } else { Err(reply.refusal()) }
    }

    /// Downloads a file that can be read, and caches it.
    async fn download(&self, file: File) -> Result<Download, SourceError> {
        let reply = self.file(file.name()).await?;
        file.read(&reply.body)?;
        let body = reply.body.as_slice().into();
        let (received_at, since) = (self.client.now(), self.client.moment());
        let download = Download { body, received_at, since };
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).insert(file, download.clone());
        Ok(download)
    }

    fn today(&self) -> Date {
        self.client.now().to_zoned(parse::zone()).date()
    }

    /// A file that holds the question's stretch and is young enough to serve it.
    fn cached_for(&self, file: File, span: Span) -> Option<Download> {
        let today = self.today();
        let is_past = span.days(today).1 < today - 7.days();
        self.cached(file, if is_past { CACHED_FOR_THE_PAST } else { CACHED_FOR_THE_PRESENT })
    }

    /// One that was dated by a clock which has been set back since is of no use: what
    /// is read from it would come from the future.
    fn cached(&self, file: File, longest: Duration) -> Option<Download> {
        let download =
            self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&file).cloned()?;
        let is_young = self.client.moment().since(download.since) < longest;
        (is_young && download.received_at <= self.client.now()).then_some(download)
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
        if batch.iter().all(|instrument| parse::code(instrument).is_err()) {
            return Ok(batch
                .iter()
                .map(|it| quote(it, &Days::default(), self.client.now()))
                .collect());
        }
        let download = self.download(File::LatestDay).await?;
        let days = File::LatestDay.read(&download.body)?;
        Ok(batch.iter().map(|it| quote(it, &days, download.received_at)).collect())
    }

    /// One file serves all currencies.
    fn at_hand(&self, instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        if let Err(refusal) = parse::code(instrument) {
            return Some(Err(refusal));
        }
        let download = self.cached(File::LatestDay, CACHED_FOR_THE_PRESENT)?;
        let days = File::LatestDay.read(&download.body);
        Some(days.and_then(|days| quote(instrument, &days, download.received_at)))
    }
}

#[async_trait]
impl BarSource for Ecb {
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
        let today = self.today();
        let file = File::reaching(question.span.days(today).0, today);
        let download = self.download(file).await?;
        answer(question, instrument, &download, file, today)
    }

    fn offers(&self, question: &HistoryQuery, instrument: &Instrument) -> Result<(), SourceError> {
        offered(question, instrument).map(|_| ())
    }

    /// One file serves all currencies.
    fn at_hand(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Option<Result<HistoryResult, SourceError>> {
        if let Err(refusal) = self.offers(question, instrument) {
            return Some(Err(refusal));
        }
        let today = self.today();
        let file = File::reaching(question.span.days(today).0, today);
        let download = self.cached_for(file, question.span)?;
        Some(answer(question, instrument, &download, file, today))
    }
}

fn quote(
    instrument: &Instrument,
    days: &Days,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    parse::code(instrument)?;
    parse::quote(days, instrument, received_at)
}

/// The currency asked for, in days.
fn offered<'a>(
    question: &HistoryQuery,
    instrument: &'a Instrument,
) -> Result<&'a str, SourceError> {
    let code = parse::code(instrument)?;
    offered::check(question.interval, INTERVALS).map(|()| code)
}

fn answer(
    question: &HistoryQuery,
    instrument: &Instrument,
    download: &Download,
    file: File,
    today: Date,
) -> Result<HistoryResult, SourceError> {
    let code = offered(question, instrument)?;
    let days = file.read(&download.body)?;
    let (bars, set_aside) = parse::bars(&days, code)?;
    let series = Series::new(head(question, code), bars);
    let asked =
        |it: &SetAside| it.date.is_none_or(|date| cut::is_asked(date, question.span, today));
    Ok(HistoryResult {
        query: question.clone(),
        series: within(&series, &days, question.span, today)?,
        actions: Vec::new(),
        instrument: parse::described(instrument),
        session: None,
        received_at: download.received_at,
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: set_aside.into_iter().filter(asked).collect(),
    })
}

/// The rates of a stretch. A file that has days of it is about the right time,
/// even if the currency had ended by then.
fn within(series: &Series, days: &Days, span: Span, today: Date) -> Result<Series, SourceError> {
    let (first, last) = span.days(today);
    let inside = |day: &Day| cut::is_asked(day.date, span, today);
    let counts_days = matches!(span, Span::Period(Period::Days(_)));
    if !counts_days && days.iter().any(inside) {
        return Ok(series.between(first, last));
    }
    cut::to_span(series, Vec::new(), span, today).map(|(series, _)| series)
}

fn head(question: &HistoryQuery, code: &str) -> SeriesHead {
    SeriesHead {
        symbol: question.symbol.clone(),
        interval: question.interval,
        source: Source::new(NAME),
        currency: code.parse().ok(),
        basis: Basis::Unadjusted,
    }
}
