use std::convert::Infallible;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use engine::Engine;
use http::kinds::Custom;
use http::{Caller, Given, Params, Problem};
use market::Adjust;
use query::PriceView;
use serde_json::json;

use crate::Served;
use crate::patient::{OTHER, patient};

/// A question as another service's client puts it. What its protocol does not name is
/// passed over, keys included: they are neither checked nor repeated.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) given: Given,
    pub(super) headers: HeaderMap,
    caller: Caller,
}

impl Asked {
    /// What it takes, as typed values.
    ///
    /// # Errors
    ///
    /// The first text that cannot be read, or that is needed and not given.
    pub(super) fn read<P: Params>(&self) -> Result<P, Problem> {
        P::values(&self.given)
    }

    /// The engine, asked on behalf of whoever made the request and waits for its turn.
    pub(super) fn engine(&self, served: &Served) -> Engine {
        patient(served, &self.caller, OTHER)
    }
}

/// Prices as they are known now, divided by the splits since, as these protocols give
/// them.
pub(super) fn view() -> PriceView {
    PriceView::of_all(Adjust::Splits, None)
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        // A path that is no text names nothing.
        let path = RawPathParams::from_request_parts(parts, state).await.ok();
        let path = path.iter().flat_map(|path| path.iter());
        let given = Given::of(parts.uri.query().unwrap_or_default(), path);
        let caller = Caller::named_in(&parts.extensions);
        Ok(Self { given, headers: parts.headers.clone(), caller })
    }
}

/// A kind of values that only a facade's parameters take. No document tells about these,
/// so it says of itself no more than that it is a text.
pub(super) const fn text<V>(read: fn(&str) -> Result<V, String>) -> Custom<V> {
    let in_words = || "a text".to_owned();
    Custom { in_words, schema: || json!({ "type": "string" }), read }
}
