use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use market::{Action, Adjust, Answer, Basis, Freshness, Question, Source, Span, Symbol};
use market::{series_freshness, series_lifetime};

use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::format::Head;
use crate::json::bars::BarsHead;
use crate::paging::Page;
use crate::params::Params;
use crate::routes::history::{answer, span, today};
use crate::rows::bars::BarRows;
use crate::tabular::{Table, kept, respond};

/// `GET /marketpulse/v1/bars/{symbol}`
pub(crate) async fn bars(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::BARS)?;
    let wanted = Wanted::read(&ask.params)?;
    let question = question(&app, &ask.params, &ask.symbol()?)?;
    let told = wanted.told(&app, &question).await?;
    let now = wanted.now(&app);
    let freshness = series_freshness(&told, now);
    let depends_on = (told.received_at, freshness.as_str(), told.series.len());
    let cache = wanted.cache(&told, freshness, now);
    if let Some(response) = kept(&app, &ask, depends_on, cache)? {
        return Ok(response);
    }
    let series = Arc::new(wanted.adjusted(&app, &told).await?);
    let page = Page::read(&ask.params, &series)?;
    let next = page.next(&series).map(|at| ask.with("cursor", &at.to_string()));
    let head = BarsHead::new(&told, wanted.adjust, wanted.as_of, freshness, next.clone());
    let table = Table {
        constants: head.constants(),
        next,
        head: Head::of(&head),
        name: "bars",
        rows: Arc::new(BarRows::new(series, page)),
    };
    respond(&app, &ask, depends_on, cache, table)
}

/// How bars are wanted, whichever they are.
pub(super) struct Wanted {
    pub(super) adjust: Adjust,
    pub(super) as_of: Option<Timestamp>,
}

impl Wanted {
    pub(super) fn read(params: &Params) -> Result<Self, ApiError> {
        let adjust = params.read("adjust")?.unwrap_or(Adjust::Splits);
        Ok(Self { adjust, as_of: params.read("as_of")? })
    }

    /// The present instant, or the one that is asked about.
    pub(super) fn now(&self, app: &App) -> Timestamp {
        self.as_of.unwrap_or_else(|| app.engine.now())
    }

    /// What is known, or was known at the instant asked about.
    pub(super) async fn told(
        &self,
        app: &App,
        question: &Question,
    ) -> Result<Arc<Answer>, ApiError> {
        let Some(at) = self.as_of else { return answer(&app.engine, question).await };
        if at > app.engine.now() {
            return Err(ApiError::parameter(
                "as_of",
                "is in the future; what will be known then is not known",
            ));
        }
        let known = app.engine.history_as_known(question, at).await;
        let known = known.map_err(|_| ApiError::Internal)?;
        known
            .map(Arc::new)
            .ok_or_else(|| ApiError::NothingKnown { symbol: question.symbol.clone(), at })
    }

    /// The bars, adjusted as wanted.
    pub(super) async fn adjusted(
        &self,
        app: &App,
        told: &Answer,
    ) -> Result<market::Series, ApiError> {
        let all = self.all_actions(app, told).await?;
        let actions = all.as_ref().map_or(&told.actions, |all| &all.actions);
        // A split since the bars were received is not in their prices yet.
        let received = told.received_at.to_zoned(told.instrument.zone()).date();
        let actions: Vec<Action> =
            actions.iter().filter(|action| action.ex_date <= received).cloned().collect();
        told.series
            .adjusted(self.adjust, &actions)
            .map_err(|error| ApiError::parameter("adjust", error.to_string()))
    }

    /// All actions, where adjusting needs those after the stretch as well.
    async fn all_actions(&self, app: &App, told: &Answer) -> Result<Option<Arc<Answer>>, ApiError> {
        let Span::Dates { to, .. } = told.question.span else { return Ok(None) };
        let is_past = to < today(&app.engine, &told.question.symbol);
        let states_it = || told.series.bars().any(|bar| bar.adj_close.is_some());
        let depends_on_later = match self.adjust {
            Adjust::None => told.series.head.basis == Basis::Splits,
            Adjust::Splits => false,
            Adjust::All => !states_it(),
        };
        if self.as_of.is_some() || !is_past || !depends_on_later {
            return Ok(None);
        }
        let all = app.engine.actions(&told.question.symbol).await;
        all.map(Some).map_err(|misses| {
            ApiError::no_history(told.question.symbol.clone(), misses, Vec::new())
        })
    }

    /// What was known at an instant does not change. What is known now is good
    /// until it would be asked for anew.
    pub(super) fn cache(&self, told: &Answer, freshness: Freshness, now: Timestamp) -> CachePolicy {
        if self.as_of.is_some() {
            return CachePolicy::Settled(SignedDuration::from_hours(365 * 24));
        }
        let rest = series_lifetime(told, now) - now.duration_since(told.received_at);
        match (freshness, told.question.span) {
            (Freshness::Fresh, Span::Dates { .. }) if rest > SignedDuration::from_hours(1) => {
                CachePolicy::Settled(rest)
            }
            (Freshness::Fresh, _) => CachePolicy::For(rest),
            _ => CachePolicy::OneSecond,
        }
    }
}

/// The question about one symbol that the parameters ask.
pub(super) fn question(app: &App, params: &Params, symbol: &Symbol) -> Result<Question, ApiError> {
    let symbol = app.engine.canonical(symbol);
    let interval = params.read("interval")?.unwrap_or(market::Interval::D1);
    let span = span(params, app.config.default_period, || today(&app.engine, &symbol))?;
    let source = params.text("source").map(Source::new);
    let is_none = |source: &&Source| !app.engine.sources_of(&symbol).contains(source);
    if let Some(source) = source.as_ref().filter(is_none) {
        return Err(not_a_source(app, &symbol, source));
    }
    Ok(Question { symbol, interval, span, source })
}

fn not_a_source(app: &App, symbol: &Symbol, source: &Source) -> ApiError {
    let sources = app.engine.sources_of(symbol);
    let names: Vec<&str> = sources.iter().map(Source::as_str).collect();
    let fault =
        format!("{source} is not a source of {symbol}; its sources are {}", names.join(", "));
    ApiError::parameter("source", fault)
}
