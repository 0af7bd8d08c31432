use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::{NoRate, Rate};
use http::reply::json;
use http::{CachePolicy, Problem};
use jiff::SignedDuration;
use jiff::civil::Date;
use market::{Currency, CurrencyError, Freshness, Source};
use query::{Refusal, records};

use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::error::ApiError;

/// How long a day's rate may be kept by others: it is set, but a source may
/// correct it.
const SETTLED_FOR: SignedDuration = SignedDuration::from_hours(1);

/// `GET /marketpulse/v1/fx/{base}/{quote}`
pub(crate) async fn rate(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::RATE)?;
    let requested =
        Requested::read(&ask, [("base", ask.segment("base")), ("quote", ask.segment("quote"))])?;
    let rate = requested.rate(&app).await?;
    let body = records::rate::rate(&rate, requested.date, app.engine.now());
    Ok(json(requested.cache(&app, &rate), body))
}

/// `GET /marketpulse/v1/fx/convert?from=&to=&amount=`
pub(crate) async fn convert(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::CONVERT)?;
    let code = |name| (name, ask.params.text(name).unwrap_or_default());
    let requested = Requested::read(&ask, [code("from"), code("to")])?;
    let amount: f64 = ask.params.read("amount")?.unwrap_or(1.0);
    let rate = requested.rate(&app).await?;
    let result = amount * rate.rate;
    if !result.is_normal() {
        let fault = format!("{amount} at {} is a number too large or too small to give", rate.rate);
        return Err(Problem::parameter("amount", fault).into());
    }
    let body = records::rate::conversion(&rate, (amount, result), requested.date, app.engine.now());
    Ok(json(requested.cache(&app, &rate), body))
}

/// Which rate is requested.
struct Requested {
    /// The parameters that name the currencies.
    names: [&'static str; 2],
    base: Currency,
    quote: Currency,
    date: Option<Date>,
    source: Option<Source>,
}

impl Requested {
    fn read(ask: &Ask, [base, quote]: [(&'static str, &str); 2]) -> Result<Self, ApiError> {
        Ok(Self {
            names: [base.0, quote.0],
            base: currency(base)?,
            quote: currency(quote)?,
            date: ask.params.date("date")?,
            source: ask.params.text("source").map(Source::new),
        })
    }

    /// A source that sets rates once a day is asked for those of today.
    async fn rate(&self, app: &App) -> Result<Rate, ApiError> {
        let (engine, source) = (&app.engine, self.source.as_ref());
        let date = self.date.or_else(|| source.map(|_| engine.reference_day()));
        let rate = match date {
            Some(date) => engine.rate_on(&self.base, &self.quote, date, source).await,
            None => engine.rate(&self.base, &self.quote).await,
        };
        rate.map_err(|error| self.refusal(app, error))
    }

    fn refusal(&self, app: &App, error: NoRate) -> ApiError {
        let fault = error.to_string();
        let [base, quote] = self.names;
        match error {
            NoRate::Unknown { pair } => {
                let near = app.engine.near(&pair);
                Refusal::Unknown { symbol: pair, near }.into()
            }
            NoRate::Away { pair, failures } => {
                Refusal::Unavailable { symbol: pair, failures }.into()
            }
            NoRate::Store { error, .. } => Refusal::Store(error).into(),
            NoRate::MinorUnit { minor, .. } => {
                Problem::parameter(if minor == self.base { base } else { quote }, fault).into()
            }
            NoRate::Unpublished { .. } => Problem::parameter("source", fault).into(),
            NoRate::Future { .. } | NoRate::BeforeFirst { .. } | NoRate::Gap { .. } => {
                Problem::parameter(if self.date.is_some() { "date" } else { "source" }, fault)
                    .into()
            }
        }
    }

    /// The rate of a day that is over stays; what is stale is soon replaced.
    fn cache(&self, app: &App, rate: &Rate) -> CachePolicy {
        let is_over = self.date.is_some_and(|date| date < app.engine.reference_day());
        if is_over && rate.freshness() == Freshness::Fresh {
            CachePolicy::For(SETTLED_FOR)
        } else {
            CachePolicy::OneSecond
        }
    }
}

/// Reads a code in any case. One that names pence or the like as written stays
/// so: in capitals `GBp` would be pounds.
fn currency((name, text): (&str, &str)) -> Result<Currency, Problem> {
    let read =
        |text: &str| text.parse().map_err(|error: CurrencyError| Problem::parameter(name, error));
    let as_written: Currency = read(text)?;
    if as_written.major().is_some() { Ok(as_written) } else { read(&text.to_ascii_uppercase()) }
}
