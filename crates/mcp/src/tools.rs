use std::time::Duration;

use axum::http::request::Parts;
use engine::{Day, Engine};
use face::{Terms, engine_for};
use http::Caller;
use market::{Adjust, Bound, HistoryQuery, Interval, Period, Symbol, series_freshness};
use query::explain::explained;
use query::{LONGEST_SEARCH, Order, Page, PriceView, Retained, Retention, history, records};
use rmcp::handler::server::tool::ToolCallContext;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, tool, tool_handler, tool_router};
use serde_json::json;

use crate::Asking;
use crate::arguments::{Actions, Bars, Convert, Explain, Quotes, Search};
use crate::cautions;
use crate::failure::Failure;
use crate::reading::{currency, date, given, instant, read, read_any};
use crate::told::Told;

/// At most so many symbols in one question.
const MOST_SYMBOLS: usize = 100;

/// So many bars are given where nothing is said, and at most.
const USUAL_BARS: u32 = 200;
const MOST_BARS: u32 = 5_000;

/// How long a question waits for its turn at an upstream: clients give a tool a minute.
const PATIENCE: Duration = Duration::from_secs(20);

const INSTRUCTIONS: &str = "Market data with where each number came from and how old it is. \
    Every record has `source`, `received_at` and `freshness`; `caution` says what a reader has to know first. \
    Repeat it with the number. Look a symbol up with `search` where it is not known for sure.";

/// What can be asked here.
#[derive(Clone)]
pub(crate) struct Tools {
    engine: Engine,
    default_period: Period,
    retention: Retention,
}

type Context = RequestContext<RoleServer>;

impl Tools {
    pub(crate) fn new(engine: Engine, asking: &Asking) -> Self {
        let Asking { default_period, retention, .. } = *asking;
        Self { engine, default_period, retention }
    }

    /// The engine as this client asks it, and by which terms it is answered: over HTTP out of
    /// its own share of the upstreams' budgets, and by those of its key. An agent takes a
    /// refusal for the end of the matter, so it waits for its turn.
    fn asked(&self, context: &Context) -> (Engine, Option<Terms>) {
        let caller = context.extensions.get::<Parts>();
        let caller = caller.map(|request| Caller::named_in(&request.extensions));
        let caller = caller.unwrap_or_default();
        let engine = engine_for(&self.engine, &caller).waiting(PATIENCE);
        let terms = Terms::of(&engine, &caller);
        (engine, terms)
    }

    /// The engine that a call was given.
    fn engine(&self, context: &Context) -> Engine {
        context.extensions.get().cloned().unwrap_or_else(|| self.engine.clone())
    }

    /// How prices are to be seen, as of an instant that can be asked about.
    fn view(
        &self,
        adjust: Adjust,
        as_of: Option<&str>,
        retained: Retained,
    ) -> Result<PriceView, Failure> {
        let at = given(as_of).map(|text| instant("as_of", text)).transpose()?;
        let view = PriceView::of_all(adjust, at);
        if let Some(fault) = view.fault(&self.engine) {
            return Err(Failure::argument("as_of", fault));
        }
        let refused = self.retention.refusal(retained, at, self.engine.now());
        refused.map_or(Ok(view), |refusal| Err(refusal.into()))
    }

    async fn found(&self, engine: &Engine, asked: &Search) -> Result<Told, Failure> {
        if asked.text.trim().is_empty() || asked.text.chars().count() > LONGEST_SEARCH {
            let fault = format!("use 1 to {LONGEST_SEARCH} letters of a name, a symbol or an ISIN");
            return Err(Failure::argument("text", fault));
        }
        let found = engine.search(&asked.text).await;
        let caution = (!found.failures.is_empty()).then(|| {
            format!("Only what is known here was searched: {}.", explained(&found.failures))
        });
        let table = records::found(&asked.text, engine, &found)?;
        Told::of_table(caution.into_iter().collect(), &table)
    }

    async fn shown(&self, engine: &Engine, asked: &Quotes) -> Result<Told, Failure> {
        if asked.symbols.is_empty() || asked.symbols.len() > MOST_SYMBOLS {
            let fault = format!("{} symbols; name 1 to {MOST_SYMBOLS}", asked.symbols.len());
            return Err(Failure::argument("symbols", fault));
        }
        let symbols = asked.symbols.iter().map(|text| read("symbols", text));
        let symbols = symbols.collect::<Result<Vec<Symbol>, _>>()?;
        let view = self.view(Adjust::Splits, asked.as_of.as_deref(), Retained::Quotes)?;
        let entries = view.quotes(engine, &symbols).await?;
        let now = view.now(engine);
        let cautions = entries.iter().filter_map(|entry| cautions::of_price(entry, now)).collect();
        Told::of_table(cautions, &records::quote::quotes(&entries, now)?)
    }

    async fn history(&self, engine: &Engine, asked: &Bars) -> Result<Told, Failure> {
        let (question, view) = self.question(engine, asked).await?;
        let bars = query::Bars::ask(engine, &question, view).await?;
        let series = bars.series(engine).await?;
        let limit = asked.limit.unwrap_or(USUAL_BARS);
        let page = Page::of(&series, Some(limit), None, Order::NewestFirst);
        let mut cautions = cautions::of_bars(&bars);
        if series.len() > limit as usize {
            let all = series.len();
            cautions.push(format!(
                "These are the newest {limit} of {all} bars; a larger `limit` gives more, up to \
                 {MOST_BARS}, and `from` and `to` give older ones."
            ));
        }
        Told::of_table(cautions, &bars.table(series, page, Vec::new(), None).await?)
    }

    /// Which bars are meant, and how their prices are to be seen.
    async fn question(
        &self,
        engine: &Engine,
        asked: &Bars,
    ) -> Result<(HistoryQuery, PriceView), Failure> {
        if asked.limit.is_some_and(|limit| !(1..=MOST_BARS).contains(&limit)) {
            return Err(Failure::argument("limit", format!("use 1 to {MOST_BARS}")));
        }
        let interval = read_any("interval", asked.interval.as_deref())?.unwrap_or(Interval::D1);
        let bounds: history::Bounds =
            (read_any("from", asked.from.as_deref())?, read_any("to", asked.to.as_deref())?);
        let period: Option<Period> = read_any("period", asked.period.as_deref())?;
        history::check(period, bounds)?;
        let adjust = read_any("adjust", asked.adjust.as_deref())?.unwrap_or(Adjust::Splits);
        let view = self.view(adjust, asked.as_of.as_deref(), Retained::Bars)?;
        let view = view.between(bounds, interval);
        let symbol = engine.canonical(&read("symbol", &asked.symbol)?);
        if view.known_at.is_none() {
            history::locate(engine, std::slice::from_ref(&symbol), bounds).await;
        }
        let span = view.span(engine, &symbol, (period, bounds), self.default_period)?;
        Ok((HistoryQuery { symbol, interval, span, source: None }, view))
    }

    async fn happened(&self, engine: &Engine, asked: &Actions) -> Result<Told, Failure> {
        let symbol = engine.canonical(&read("symbol", &asked.symbol)?);
        let (from, to) = (date("from", asked.from.as_deref())?, date("to", asked.to.as_deref())?);
        history::check_order((from.map(Bound::Date), to.map(Bound::Date)))?;
        let view = self.view(Adjust::Splits, None, Retained::Bars)?;
        let answer = view.actions(engine, &symbol).await?;
        let now = engine.now();
        let caution = cautions::of_history(&answer, series_freshness(&answer, now));
        let table = records::action::table(&answer, (from, to), now)?;
        Told::of_table(caution.into_iter().collect(), &table)
    }

    async fn converted(&self, engine: &Engine, asked: &Convert) -> Result<Told, Failure> {
        let (from, to) = (currency("from", &asked.from)?, currency("to", &asked.to)?);
        let day = date("date", asked.date.as_deref())?;
        let rate = match day {
            Some(date) => engine.rate_on(&from, &to, Day { date, at: None }, None).await,
            None => engine.rate(&from, &to).await,
        };
        let rate = rate.map_err(Failure::because)?;
        let result = asked.amount * rate.rate;
        if asked.amount <= 0.0 || !result.is_normal() {
            let fault = "use a positive number, such as 250 or 99.90, of which the result is one";
            return Err(Failure::argument("amount", fault));
        }
        let cautions = cautions::of_rate(&rate).into_iter().collect();
        let body = records::rate::conversion(&rate, (asked.amount, result), day, engine.now());
        Ok(Told::of_json(cautions, &body))
    }

    async fn explained(&self, engine: &Engine, asked: &Explain) -> Result<Told, Failure> {
        let symbol = engine.canonical(&read("symbol", &asked.symbol)?);
        let view = self.view(Adjust::Splits, None, Retained::Quotes)?;
        let entry = view.quote(engine, &symbol).await?;
        let now = engine.now();
        let instrument = records::instrument(engine, &entry);
        let instrument = Told::of_json(Vec::new(), &instrument);
        let quote = Told::of_table(
            Vec::new(),
            &records::quote::quotes(std::slice::from_ref(&entry), now)?,
        )?;
        let cautions = cautions::of_price(&entry, now).into_iter().collect();
        Ok(Told::new(
            cautions,
            json!({ "quote": quote.record(), "instrument": instrument.record() }),
        ))
    }
}

#[tool_router]
impl Tools {
    /// Looks instruments up by name, symbol or ISIN.
    #[tool(annotations(read_only_hint = true))]
    async fn search(
        &self,
        Parameters(asked): Parameters<Search>,
        context: Context,
    ) -> CallToolResult {
        answer(self.found(&self.engine(&context), &asked).await)
    }

    /// The latest prices of instruments, or those that were shown at an instant.
    #[tool(annotations(read_only_hint = true))]
    async fn quotes(
        &self,
        Parameters(asked): Parameters<Quotes>,
        context: Context,
    ) -> CallToolResult {
        answer(self.shown(&self.engine(&context), &asked).await)
    }

    /// Prices of the past: open, high, low, close and volume of each day, hour or minute.
    #[tool(annotations(read_only_hint = true))]
    async fn bars(&self, Parameters(asked): Parameters<Bars>, context: Context) -> CallToolResult {
        answer(self.history(&self.engine(&context), &asked).await)
    }

    /// Dividends and splits of an instrument by their ex-dates.
    #[tool(annotations(read_only_hint = true))]
    async fn actions(
        &self,
        Parameters(asked): Parameters<Actions>,
        context: Context,
    ) -> CallToolResult {
        answer(self.happened(&self.engine(&context), &asked).await)
    }

    /// An amount of one currency in another, by the latest rate or that of a day.
    #[tool(annotations(read_only_hint = true))]
    async fn convert(
        &self,
        Parameters(asked): Parameters<Convert>,
        context: Context,
    ) -> CallToolResult {
        answer(self.converted(&self.engine(&context), &asked).await)
    }

    /// Where a price comes from, how old it is, and what speaks against it; with all that is
    /// known of its instrument.
    #[tool(annotations(read_only_hint = true))]
    async fn explain(
        &self,
        Parameters(asked): Parameters<Explain>,
        context: Context,
    ) -> CallToolResult {
        answer(self.explained(&self.engine(&context), &asked).await)
    }

    /// The services that prices come from: whether each answers, and what is left of what it
    /// may be asked.
    #[tool(annotations(read_only_hint = true))]
    async fn sources(&self, context: Context) -> CallToolResult {
        Told::of_json(Vec::new(), &records::sources(&self.engine(&context))).result()
    }
}

#[tool_handler]
impl ServerHandler for Tools {
    /// A call that its client gives up is not carried on with, and what it may not show to
    /// those whom it does is kept from it, whichever tool was called.
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        mut context: Context,
    ) -> Result<CallToolResponse, ErrorData> {
        let (engine, terms) = self.asked(&context);
        context.extensions.insert(engine.clone());
        let (tools, given_up) = (Self::tool_router(), context.ct.clone());
        let call = ToolCallContext::new(self, request, context);
        tokio::select! {
            answered = tools.call(call) => {
                let withheld = terms.and_then(|terms| terms.withheld(&engine));
                Ok(withheld.map_or(answered?, |why| Failure::because(why).result().into()))
            }
            () = given_up.cancelled() => Err(ErrorData::internal_error("the call was given up", None)),
        }
    }

    fn get_info(&self) -> ServerConfig {
        let mut config = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        config.server_info = Implementation::new("marketpulse", env!("CARGO_PKG_VERSION"));
        config.instructions = Some(INSTRUCTIONS.to_owned());
        config
    }
}

fn answer(told: Result<Told, Failure>) -> CallToolResult {
    told.map_or_else(Failure::result, Told::result)
}
