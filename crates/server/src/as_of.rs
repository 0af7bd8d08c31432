//! Questions as of an instant: how far back they reach, and how long others may
//! keep their answers.

use http::CachePolicy;
use jiff::{SignedDuration, Timestamp};
use market::{Adjust, Freshness};
use query::{PriceView, Retained};

use crate::api::params;
use crate::app::App;
use crate::ask::Asked;
use face::ApiError;

/// Until then after an instant, what was shown at it may not be stored yet.
const STORED_WITHIN: SignedDuration = SignedDuration::from_secs(5);

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
    let view = PriceView::of_all(adjust, known_at);
    if let Some(fault) = view.fault(&app.engine) {
        return Err(request.refused(&params::AS_OF, fault).into());
    }
    let refusal = app.config.retention().refusal(retained, known_at, app.engine.now());
    refusal.map_or(Ok(view), |refusal| Err(refusal.into()))
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
    let horizon = app.config.retention().horizon(retained, app.engine.now());
    let rest = horizon.map(|horizon| known_at.duration_since(horizon));
    Some(CachePolicy::Settled(rest.map_or(year, |rest| rest.min(year))))
}

/// Whether an answer is the same for all who ask for it at a time; one of the past that is
/// settled, for good. Where it is old, or a part of what was asked, each who asks may have an
/// upstream asked, out of a share of its own.
pub(crate) fn is_for_all(view: PriceView, freshness: Freshness, cache: CachePolicy) -> bool {
    match view.known_at {
        None => freshness == Freshness::Fresh,
        Some(_) => matches!(cache, CachePolicy::Settled(_)),
    }
}
