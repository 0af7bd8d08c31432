use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use market::{
    BarSource, Clock, DocumentSource, Element, Ended, HistoryQuery, HistoryResult, Impossible,
    Instrument, Interval, Moment, Quote, QuoteSource, SetAside, Source, SourceError, Span, Store,
    StreamSource, Symbol,
};
use moka::sync::Cache;
use tracing::warn;

use crate::asker::Share;
use crate::client::Client;
use crate::clock_steps::ClockSteps;
use crate::interest::Interest;
use crate::now::Now;
use crate::set_asides::{ElementSetAside, SetAsides};
use crate::sources::{Simulator, Sources};
use crate::upstream::{About, OnBehalf, Upstream, UpstreamStatus};

/// How many unknown instruments are remembered, so that nonsense cannot fill memory.
const UNKNOWN_REMEMBERED: u64 = 10_000;

/// How long a healthy upstream's word that it knows no such instrument holds.
const UNKNOWN_FOR: Duration = Duration::from_mins(10);

/// How long a source is not asked again for what it does not have for us: plans change
/// seldom.
const LACKING_FOR: Duration = Duration::from_hours(24);

/// So many days back are an instrument's last ones: a month of them, and some.
const LAST_DAYS: i32 = 40;

/// For how many answers, and how long, what they lack may take to come: where a plan has a
/// few requests a day, the next one may be made hours later.
const HALVES: u64 = 16;
const HALVES_FOR: Duration = Duration::from_hours(6);

/// So many instruments that an answer about many left out are asked for one by one
/// before the next interval.
const ASKED_ALONE: usize = 4;

/// More bars than any question has: all days since 1850 are 64,000, and all minutes
/// that an upstream gives are 11,000.
const MOST_BARS: usize = 100_000;

/// What a source may not have: the price of an instrument, its last days, or what a query
/// asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Lacked {
    Price(Symbol),
    Days(Symbol),
    Bars(Box<HistoryQuery>),
}

/// A quote, or why there is none, of each instrument.
type Answered = Vec<(Instrument, Result<Quote, SourceError>)>;

/// The upstreams that can be asked, each through its gate, and which instruments
/// they do not know.
pub(crate) struct Upstreams {
    sources: Sources,
    gates: HashMap<Source, Upstream>,
    /// When a healthy source said that it knows no such instrument.
    unknown: Cache<(Source, Symbol), Moment>,
    /// What a source with a key said, asked about it, that it does not have for us: the
    /// key's plan lacks it, or there is more of it than it gives at once.
    lacking: Cache<(Source, Lacked), (Moment, SourceError)>,
    /// Answers that lack what another request brings, until that comes, each with how many
    /// brought it.
    halves: Cache<(Source, HistoryQuery), (HistoryResult, usize)>,
    /// What they said that cannot be.
    set_asides: SetAsides,
    interest: Arc<Interest>,
    clock: Arc<dyn Clock>,
    clock_steps: Arc<ClockSteps>,
}

impl Upstreams {
    /// With what the store remembers of their budgets and pauses.
    pub(crate) async fn start(
        sources: Sources,
        (clock, clock_steps): (Arc<dyn Clock>, Arc<ClockSteps>),
        interest: Arc<Interest>,
        store: &Arc<dyn Store>,
    ) -> Self {
        let gates = sources.upstreams(&clock, store);
        let unknown = Cache::builder().max_capacity(UNKNOWN_REMEMBERED);
        let unknown = unknown.time_to_live(UNKNOWN_FOR).build();
        let lacking = Cache::builder().max_capacity(UNKNOWN_REMEMBERED);
        let lacking = lacking.time_to_live(LACKING_FOR).build();
        let halves = Cache::builder().max_capacity(HALVES).time_to_live(HALVES_FOR).build();
        let upstreams = Self {
            sources,
            gates,
            unknown,
            lacking,
            halves,
            set_asides: SetAsides::default(),
            interest,
            clock,
            clock_steps,
        };
        if !upstreams.resume(&**store).await {
            warn!("what upstreams were asked cannot be stored; their budgets begin empty");
            upstreams.gates.values().for_each(Upstream::begin_empty);
        }
        upstreams
    }

    /// Whether the store remembers what was spent, and will.
    async fn resume(&self, store: &dyn Store) -> bool {
        let Ok(spendings) = store.spendings().await else { return false };
        for spending in spendings {
            if let Some(gate) = self.gates.get(&spending.upstream) {
                gate.resume(&spending);
            }
        }
        join_all(self.gates.values().map(Upstream::remember)).await.into_iter().all(|it| it)
    }

    /// Has the store remember what it does not yet.
    pub(crate) async fn remember(&self) {
        join_all(self.gates.values().map(Upstream::remember_in_passing)).await;
    }

    /// Whether a source answers for these in fewer requests than there are of them:
    /// asked about one alone, it may say more.
    pub(crate) fn asks_together(&self, source: &Source, instruments: &[Instrument]) -> bool {
        let batches = self.sources.quotes(source).map(|it| it.batches(instruments.to_vec()));
        batches.is_ok_and(|batches| batches.iter().any(|batch| batch.len() > 1))
    }

    /// Asks one source for latest prices, in as few requests as it allows, one
    /// after another. What an answer about many leaves out is asked for by itself:
    /// then it is there, or its source says that it is unknown.
    pub(crate) async fn quotes(&self, source: &Source, instruments: Vec<Instrument>) -> Answered {
        let (mut answered, mut worth_asking) = (Answered::new(), Vec::new());
        for instrument in instruments {
            match self.without_asking(source, &instrument) {
                Some(result) => answered.push((instrument, result)),
                None => worth_asking.push(instrument),
            }
        }
        // What needs no answer was told already; nothing else can fail here.
        let Ok(asked) = self.sources.quotes(source) else { return answered };
        let mut left_out = Vec::new();
        for batch in asked.batches(worth_asking) {
            let is_of_many = batch.len() > 1;
            for (instrument, result) in self.batch(source, &**asked, batch).await {
                let is_left_out = matches!(result, Err(SourceError::LeftOut(_)));
                if is_of_many && is_left_out && left_out.len() < ASKED_ALONE {
                    left_out.push(instrument);
                } else {
                    answered.push((instrument, result));
                }
            }
        }
        for instrument in left_out {
            answered.extend(self.batch(source, &**asked, vec![instrument]).await);
        }
        answered
    }

    /// The latest price of an instrument where it costs no request: what is known
    /// of it, or what a source has at hand.
    fn without_asking(
        &self,
        source: &Source,
        instrument: &Instrument,
    ) -> Option<Result<Quote, SourceError>> {
        if self.is_known_unknown(source, &instrument.symbol) {
            return Some(Err(SourceError::UnknownSymbol(instrument.symbol.clone())));
        }
        if let Some(lacks) =
            self.is_known_lacking(source, &Lacked::Price(instrument.symbol.clone()))
        {
            return Some(Err(lacks));
        }
        let asked = match self.sources.quotes(source) {
            Ok(asked) => asked,
            Err(error) => return Some(Err(error)),
        };
        if let Some(ended) = self.has_ended(&instrument.symbol) {
            return Some(Err(ended));
        }
        let result = asked.at_hand(instrument)?;
        self.remember_unknown(source, &instrument.symbol, result.as_ref().err());
        Some(result)
    }

    /// Of a pair whose currency has ended nobody is asked: some go on quoting it.
    fn has_ended(&self, symbol: &Symbol) -> Option<SourceError> {
        let ended = Ended::of_pair(symbol).filter(|ended| ended.is_over(self.clock.now()))?;
        Some(SourceError::NotOffered(ended.to_string()))
    }

    /// Asks for the latest prices of one batch.
    async fn batch(
        &self,
        source: &Source,
        asked: &dyn QuoteSource,
        batch: Vec<Instrument>,
    ) -> Answered {
        if batch.is_empty() {
            return Vec::new();
        }
        let on_behalf = self.interest.in_prices(&batch);
        let about = About::these(batch.iter().map(|it| it.symbol.as_str()));
        let results = self.gate(source).ask(&on_behalf, &about, || asked.quotes(&batch)).await;
        let is_answered = results.is_ok();
        let results = results.unwrap_or_else(|error| vec![Err(error); batch.len()]);
        let answered: Answered = batch.into_iter().zip(results).collect();
        for (instrument, result) in &answered {
            let lacked = || Lacked::Price(instrument.symbol.clone());
            self.remember_lacking(source, lacked, result.as_ref().err());
        }
        for (instrument, result) in answered.iter().filter(|_| is_answered) {
            self.remember_unknown(source, &instrument.symbol, result.as_ref().err());
            self.note_quote(source, &instrument.symbol, result);
        }
        answered
    }

    /// Takes note of a quote that cannot be. That it is not shown is seen to where
    /// it would be.
    fn note_quote(&self, source: &Source, symbol: &Symbol, result: &Result<Quote, SourceError>) {
        let now = self.clock_steps.with_latest(Now::by(&*self.clock));
        let reason = match result {
            Ok(quote) => quote.impossible(now.latest),
            Err(SourceError::Unreadable(_)) => Some(Impossible::NoNumber),
            Err(_) => None,
        };
        if let Some(reason) = reason {
            let what = SetAside { element: Element::Quote, date: None, reason };
            self.set_asides.note((source, symbol, None), &[what], now.wall);
        }
    }

    /// Asks one source for history, on somebody's behalf. What in it cannot be is set
    /// aside.
    ///
    /// # Errors
    ///
    /// Also [`SourceError::Suspect`] where no bar of a period can be: that must not
    /// look like a stretch in which there was nothing.
    pub(crate) async fn bars(
        &self,
        source: &Source,
        query: &HistoryQuery,
        instrument: &Instrument,
        on_behalf: &OnBehalf,
    ) -> Result<HistoryResult, SourceError> {
        if self.is_known_unknown(source, &query.symbol) {
            return Err(SourceError::UnknownSymbol(query.symbol.clone()));
        }
        let asked = self.sources.bars(source)?;
        let ended = Ended::of_pair(&query.symbol);
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        let first = query.span.days(today).0;
        if let Some(ended) = ended.filter(|ended| first.is_some_and(|first| first > ended.last)) {
            return Err(SourceError::NotOffered(ended.to_string()));
        }
        let lacked = || Lacked::Bars(Box::new(query.clone()));
        let result = if let Some(result) = asked.at_hand(query, instrument) {
            result
        } else if let Some(lacks) = self.is_known_lacking(source, &lacked()) {
            Err(lacks)
        } else {
            let result = self.whole(source, &**asked, (query, instrument), on_behalf).await;
            let error = result.as_ref().err();
            self.remember_lacking(source, lacked, error);
            if is_of_last_days(query, first, today) {
                self.remember_lacking(source, || Lacked::Days(query.symbol.clone()), error);
            }
            result
        };
        self.remember_unknown(source, &query.symbol, result.as_ref().err());
        let result = result.map(|answer| match ended {
            Some(ended) => up_to_the_end(answer, ended),
            None => answer,
        });
        self.sifted(source, result?)
    }

    /// Asks for bars, and for what the answer lacks. Where that cannot be asked for yet, it
    /// is gone on with later: what was brought was paid for.
    async fn whole(
        &self,
        source: &Source,
        asked: &dyn BarSource,
        (query, instrument): (&HistoryQuery, &Instrument),
        on_behalf: &OnBehalf,
    ) -> Result<HistoryResult, SourceError> {
        let (gate, about) = (self.gate(source), About::these([query.symbol.as_str()]));
        let key = (source.clone(), query.clone());
        let half = self.halves.remove(&key).filter(|(answer, _)| self.is_of_today(answer));
        let (mut answer, mut requests) = match half {
            Some(half) => half,
            None => (gate.ask(on_behalf, &about, || asked.bars(query, instrument)).await?, 1),
        };
        while asked.lacks_more(&answer, requests) {
            let more = gate.ask(on_behalf, &about, || asked.more(answer.clone(), requests)).await;
            answer =
                more.inspect_err(|_| self.halves.insert(key.clone(), (answer.clone(), requests)))?;
            requests += 1;
        }
        Ok(answer)
    }

    /// Whether an answer was brought on this day where its instrument trades: on another
    /// something may have been paid or split since.
    fn is_of_today(&self, answer: &HistoryResult) -> bool {
        let date = |at: Timestamp| at.to_zoned(answer.instrument.zone()).date();
        date(answer.received_at) == date(self.clock.now())
    }

    fn sifted(&self, source: &Source, result: HistoryResult) -> Result<HistoryResult, SourceError> {
        let bars = result.series.len();
        if bars > MOST_BARS {
            return Err(SourceError::Unreadable(format!(
                "{bars} bars, where no question has more than {MOST_BARS}"
            )));
        }
        let result = result.sifted();
        let of = (source, &result.query.symbol, Some(result.query.interval));
        self.set_asides.note(of, &result.set_aside, self.clock.now());
        let is_period = matches!(result.query.span, Span::Period(_));
        match result.first_bar_set_aside() {
            Some(reason) if is_period && result.series.is_empty() => {
                Err(SourceError::Suspect(format!("no bar of it can be, of the first {reason}")))
            }
            _ => Ok(result),
        }
    }

    /// What sources said that cannot be, as far as it is remembered.
    pub(crate) fn set_aside(&self) -> Vec<ElementSetAside> {
        self.set_asides.all()
    }

    /// Looks instruments up, where there is an upstream for that and it may be
    /// asked; also says which one it is.
    pub(crate) async fn search(
        &self,
        text: &str,
    ) -> Option<(Source, Result<Vec<Instrument>, SourceError>)> {
        let search = self.sources.search()?;
        let source = search.source();
        let on_behalf = self.interest.in_search(text);
        let about = About::these([text]);
        let found = self.gate(&source).ask(&on_behalf, &about, || search.search(text)).await;
        Some((source, found))
    }

    /// The upstream in which instruments are looked up, where there is one and it may
    /// be asked.
    pub(crate) fn searched(&self) -> Option<Source> {
        self.sources.search().map(|search| search.source())
    }

    /// What a client may still have of an upstream's budget, for what is known to
    /// exist or is not. `None` where it had nothing of late.
    pub(crate) fn share(&self, client: &Client, upstream: Source, is_known: bool) -> Option<Share> {
        let allotment = self.gates.get(&upstream)?.allotment(client, is_known)?;
        Some(Share::of(upstream, allotment))
    }

    /// Who says what of a source can be passed on.
    pub(crate) fn offering(&self, source: &Source) -> Option<&Arc<dyn DocumentSource>> {
        self.sources.offering(source)
    }

    /// Who is asked for what is passed on of a source.
    ///
    /// # Errors
    ///
    /// Nobody may be asked.
    pub(crate) fn documents(
        &self,
        source: &Source,
    ) -> Result<&Arc<dyn DocumentSource>, SourceError> {
        self.sources.documents(source)
    }

    pub(crate) fn has_quotes(&self, source: &Source) -> bool {
        self.sources.has_quotes(source)
    }

    /// Whether there is such a source of bars.
    pub(crate) fn has_bars(&self, source: &Source) -> bool {
        self.sources.bars(source).is_ok()
    }

    /// Whether a source may have the last days of an instrument, as far as is known without a
    /// request. `query` asks for them.
    pub(crate) fn offers(
        &self,
        query: &HistoryQuery,
        source: &Source,
        instrument: &Instrument,
    ) -> bool {
        let days = Lacked::Days(query.symbol.clone());
        !self.is_known_unknown(source, &query.symbol)
            && self.is_known_lacking(source, &days).is_none()
            && self.sources.bars(source).is_ok_and(|it| it.offers(query, instrument).is_ok())
    }

    /// Requests that a source may be asked in an hour. Expects one that can be asked.
    pub(crate) fn per_hour(&self, source: &Source) -> f64 {
        self.gate(source).status(Now::by(&*self.clock)).per_hour
    }

    /// The simulator, where it may be used instead of upstreams.
    pub(crate) fn simulator(&self) -> Option<&Simulator> {
        self.sources.simulator()
    }

    /// The streams that may be opened.
    pub(crate) fn streams(&self) -> Vec<Arc<dyn StreamSource>> {
        self.sources.streams()
    }

    /// How each upstream is, in no order.
    pub(crate) fn statuses(&self) -> Vec<UpstreamStatus> {
        let now = Now::by(&*self.clock);
        let status = |gate: &Upstream| {
            let status = gate.status(now);
            UpstreamStatus { set_aside: self.set_asides.total(&status.source), ..status }
        };
        self.gates.values().map(status).collect()
    }

    /// What every call of an upstream must pass. Expects one that can be asked.
    pub(crate) fn gate(&self, source: &Source) -> &Upstream {
        self.gates.get(source).expect("there is one for every source that can be asked")
    }

    pub(crate) fn is_known_unknown(&self, source: &Source, symbol: &Symbol) -> bool {
        let since = self.unknown.get(&(source.clone(), symbol.clone()));
        since.is_some_and(|at| self.clock.moment().since(at) < UNKNOWN_FOR)
    }

    fn is_known_lacking(&self, source: &Source, lacked: &Lacked) -> Option<SourceError> {
        let (said, error) = self.lacking.get(&(source.clone(), lacked.clone()))?;
        (self.clock.moment().since(said) < LACKING_FOR).then_some(error)
    }

    fn remember_lacking(
        &self,
        source: &Source,
        lacked: impl Fn() -> Lacked,
        error: Option<&SourceError>,
    ) {
        let upstream = self.sources.catalog().upstream(source.as_str());
        let has_plan = upstream.is_some_and(|upstream| upstream.key.is_some());
        if let Some(error @ SourceError::NotOffered(_)) = error.filter(|_| has_plan) {
            let said = (self.clock.moment(), error.clone());
            self.lacking.insert((source.clone(), lacked()), said);
        }
    }

    /// A failure is never remembered, only the word of a source that is well.
    pub(crate) fn remember_unknown(
        &self,
        source: &Source,
        symbol: &Symbol,
        error: Option<&SourceError>,
    ) {
        if matches!(error, Some(SourceError::UnknownSymbol(_) | SourceError::Delisted(_))) {
            self.unknown.insert((source.clone(), symbol.clone()), self.clock.moment());
        }
    }
}

/// Whether a query is for so few days that who does not have them has none, rather than not
/// so many.
fn is_of_last_days(query: &HistoryQuery, first: Option<Date>, today: Date) -> bool {
    let recent = today.saturating_sub(LAST_DAYS.days());
    query.interval == Interval::D1 && first.is_some_and(|first| recent <= first)
}

/// Without what a source goes on quoting after a currency has ended.
fn up_to_the_end(answer: HistoryResult, ended: &Ended) -> HistoryResult {
    HistoryResult { series: answer.series.between(None, ended.last), ..answer }
}
