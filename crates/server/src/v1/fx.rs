use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::{Day, Engine, NoRate, Rate};
use http::{CachePolicy, Problem};
use jiff::SignedDuration;
use jiff::civil::Date;
use market::{Adjust, Currency, Freshness, Source};
use query::{PriceView, Refusal, Retained, records};
use table::in_fifteen_digits;

use super::figure::Answer;
use crate::api::params as p;
use crate::api::requests::{ConvertParams, RateParams};
use crate::app::App;
use crate::as_of::{is_for_all, settled, view};
use crate::ask::{Ask, Asked};
use face::ApiError;
use face::kinds::Shape;

/// How long a day's rate may be kept by others: it is set, but a source may
/// correct it.
const SETTLED_FOR: SignedDuration = SignedDuration::from_hours(1);

/// `GET /marketpulse/v1/fx/{base}/{to}`
pub(crate) async fn rate(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<RateParams>,
) -> Result<Response, ApiError> {
    let RateParams { base, quote, date, source, known_at, shape } = params;
    let view = view(&app, &request, Adjust::Splits, known_at, retained(date, source.as_ref()))?;
    let names = [p::BASE.name, p::QUOTE.name];
    let requested = Requested { names, base, quote, date, source, view };
    let rate = requested.rate(&app, &request.engine(&app)).await?;
    let answer = requested.answer(&app, &request, &rate);
    if shape == Some(Shape::Value) {
        return Ok(alone(&app, answer, &rate, rate.rate));
    }
    let body = records::rate::rate(&rate, requested.date, view.now(&app.engine));
    Ok(answer.record(&app, body))
}

/// `GET /marketpulse/v1/fx/convert?from=&to=&amount=`
pub(crate) async fn convert(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<ConvertParams>,
) -> Result<Response, ApiError> {
    let ConvertParams { from, to, amount, date, source, known_at, shape } = params;
    let view = view(&app, &request, Adjust::Splits, known_at, retained(date, source.as_ref()))?;
    let names = [p::CONVERT_FROM.name, p::CONVERT_TO.name];
    let requested = Requested { names, base: from, quote: to, date, source, view };
    let rate = requested.rate(&app, &request.engine(&app)).await?;
    let result = amount * rate.rate;
    if !result.is_normal() {
        let fault =
            format!("{amount:e} at {} is a number too large or too small to give", rate.rate);
        return Err(p::AMOUNT.refused(fault).into());
    }
    let answer = requested.answer(&app, &request, &rate);
    if shape == Some(Shape::Value) {
        return Ok(alone(&app, answer, &rate, result));
    }
    let body =
        records::rate::conversion(&rate, (amount, result), requested.date, view.now(&app.engine));
    Ok(answer.record(&app, body))
}

/// A rate, or what an amount comes to by it, as one figure.
fn alone(app: &App, answer: Answer<'_>, rate: &Rate, figure: f64) -> Response {
    let beside = [
        ("freshness", Some(rate.freshness().as_str().to_owned())),
        ("currency", Some(rate.quote.as_str().to_owned())),
        ("rate_date", rate.date().map(|date| date.to_string())),
        ("simulated", Some(rate.simulated.to_string())),
    ];
    answer.figure(app, in_fifteen_digits(figure).to_string(), &beside)
}

/// A day's rate is made of bars, the latest of quotes.
fn retained(date: Option<Date>, source: Option<&Source>) -> Retained {
    if date.is_some() || source.is_some() { Retained::Bars } else { Retained::Quotes }
}

/// Which rate is requested.
struct Requested {
    /// The parameters that name the currencies.
    names: [&'static str; 2],
    base: Currency,
    quote: Currency,
    date: Option<Date>,
    source: Option<Source>,
    view: PriceView,
}

impl Requested {
    /// A source that sets rates once a day is asked for those of today.
    async fn rate(&self, app: &App, engine: &Engine) -> Result<Rate, ApiError> {
        let source = self.source.as_ref();
        let (base, quote, at) = (&self.base, &self.quote, self.view.known_at);
        let today = || engine.reference_day_of(self.view.now(engine));
        let date = self.date.or_else(|| source.map(|_| today()));
        let rate = match (date, at) {
            (Some(date), at) => engine.rate_on(base, quote, Day { date, at }, source).await,
            (None, Some(at)) => engine.rate_as_known(base, quote, at).await,
            (None, None) => engine.rate(base, quote).await,
        };
        rate.map_err(|error| self.refusal(app, error))
    }

    fn refusal(&self, app: &App, error: NoRate) -> ApiError {
        let fault = error.to_string();
        let [base, quote] = self.names;
        match error {
            NoRate::Unknown { pair } | NoRate::Away { pair, .. }
                if let Some(at) = self.view.known_at =>
            {
                Refusal::NothingKnown { symbol: pair, at }.into()
            }
            NoRate::Unknown { pair } => {
                let near = app.engine.near(&pair);
                Refusal::Unknown { symbol: pair, near }.into()
            }
            NoRate::Away { pair, failures } => {
                Refusal::Unavailable { symbol: pair, failures }.into()
            }
            NoRate::Store { error, .. } => Refusal::from(error).into(),
            NoRate::MinorUnit { minor, .. } => {
                Problem::parameter(if minor == self.base { base } else { quote }, fault).into()
            }
            NoRate::Ended { ended } if self.date.is_none() => {
                let is_base = self.base.as_str() == ended.code;
                Problem::parameter(if is_base { base } else { quote }, fault).into()
            }
            NoRate::Ended { .. }
            | NoRate::Future { .. }
            | NoRate::BeforeFirst { .. }
            | NoRate::Gap { .. }
                if self.date.is_some() =>
            {
                p::RATE_DATE.refused(fault).into()
            }
            NoRate::Ended { .. }
            | NoRate::Unpublished { .. }
            | NoRate::Future { .. }
            | NoRate::BeforeFirst { .. }
            | NoRate::Gap { .. } => p::RATE_SOURCE.refused(fault).into(),
        }
    }

    fn answer<'a>(&self, app: &App, request: &'a Asked, rate: &Rate) -> Answer<'a> {
        let cache = self.cache(app, rate);
        Answer { request, cache, is_for_all: is_for_all(self.view, rate.freshness(), cache) }
    }

    /// The rate of a day that is over stays; what is stale is soon replaced.
    fn cache(&self, app: &App, rate: &Rate) -> CachePolicy {
        if let Some(settled) =
            settled(app, self.view.known_at, retained(self.date, self.source.as_ref()))
        {
            return settled;
        }
        let is_over = self.date.is_some_and(|date| date < app.engine.reference_day());
        if is_over && rate.freshness() == Freshness::Fresh {
            CachePolicy::For(SETTLED_FOR)
        } else {
            CachePolicy::OneSecond
        }
    }
}
