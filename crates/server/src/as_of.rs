//! Questions as of an instant: how far back they reach, and how long others may
//! keep their answers.

use http::CachePolicy;
use jiff::{SignedDuration, Timestamp};
use market::Adjust;
use query::{PriceView, Refusal};

use crate::api::params;
use crate::app::App;
use crate::ask::Asked;
use crate::error::ApiError;

/// Until then after an instant, what was shown at it may not be stored yet.
const STORED_WITHIN: SignedDuration = SignedDuration::from_secs(5);

/// What is retained for a time of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Retained {
    /// What was told of history: bars, actions, and rates of a day.
    Bars,
    /// What was shown: quotes, and latest rates.
    Quotes,
}

/// How the prices are to be seen.
///
/// # Errors
///
/// An instant that is still to come, or of which no more is promised.
pub(crate) fn view(
    app: &App,
    request: &Asked,
    adjust: Adjust,
    known_at: Option<Timestamp>,
    retained: Retained,
) -> Result<PriceView, ApiError> {
    let view = PriceView { adjust, known_at };
    if let Some(fault) = view.fault(&app.engine) {
        return Err(request.refused(&params::AS_OF, fault).into());
    }
    let horizon = horizon(app, retained).filter(|horizon| known_at.is_some_and(|at| at < *horizon));
    horizon.map_or(Ok(view), |horizon| {
        let what = match retained {
            Retained::Bars => "price history",
            Retained::Quotes => "quotes",
        };
        Err(Refusal::BeforeHorizon { what, horizon }.into())
    })
}

/// The first instant of which may be asked.
fn horizon(app: &App, retained: Retained) -> Option<Timestamp> {
    let days = match retained {
        Retained::Bars => app.config.retain_bars_days,
        Retained::Quotes => app.config.retain_quotes_days,
    };
    let length = SignedDuration::from_hours(24 * i64::from(days?));
    app.engine.now().checked_sub(length).ok()
}

/// For how long an answer as of an instant may be kept: what was told then never
/// changes, once all of it is stored, until it lies before the horizon. `None` for
/// the present.
pub(crate) fn settled(
    app: &App,
    known_at: Option<Timestamp>,
    retained: Retained,
) -> Option<CachePolicy> {
    let known_at = known_at?;
    if app.engine.now().duration_since(known_at) <= STORED_WITHIN {
        return Some(CachePolicy::OneSecond);
    }
    let year = SignedDuration::from_hours(365 * 24);
    let rest = horizon(app, retained).map(|horizon| known_at.duration_since(horizon));
    Some(CachePolicy::Settled(rest.map_or(year, |rest| rest.min(year))))
}
