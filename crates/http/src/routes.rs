use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use tower::{Layer, Service};

/// Routes, and the addresses that they are at: what is counted of each, or tried on each, is
/// of all of them, as none can be added past this list.
#[derive(Clone)]
pub struct Routes<S = ()> {
    router: Router<S>,
    addresses: Vec<String>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::new(), addresses: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The address of each, as it was declared: `/v1/bars/{symbol}`.
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// One more.
    ///
    /// # Panics
    ///
    /// Where another is at the same address.
    #[must_use]
    pub fn route(mut self, address: &str, methods: MethodRouter<S>) -> Self {
        self.addresses.push(address.to_owned());
        Self { router: self.router.route(address, methods), ..self }
    }

    /// Those of another as well.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.addresses.extend(other.addresses);
        Self { router: self.router.merge(other.router), ..self }
    }

    /// Those of another below an address. Its `/` is at that address itself.
    #[must_use]
    pub fn nest(mut self, address: &str, other: Self) -> Self {
        let below = |inner: &String| format!("{address}{}", inner.trim_end_matches('/'));
        self.addresses.extend(other.addresses.iter().map(below));
        Self { router: self.router.nest(address, other.router), ..self }
    }

    /// What answers at all other addresses.
    #[must_use]
    pub fn fallback<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self {
        Self { router: self.router.fallback(handler), ..self }
    }

    /// What answers where a route takes no such method.
    #[must_use]
    pub fn method_not_allowed_fallback<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self {
        Self { router: self.router.method_not_allowed_fallback(handler), ..self }
    }

    /// What all of them pass.
    #[must_use]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { router: self.router.layer(layer), ..self }
    }

    /// The same, with what their handlers reach.
    pub fn with_state<T>(self, state: S) -> Routes<T> {
        Routes { router: self.router.with_state(state), addresses: self.addresses }
    }
}

impl Routes {
    /// Takes them apart: what answers, and the addresses.
    pub(crate) fn into_parts(self) -> (Router, Vec<String>) {
        (self.router, self.addresses)
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::*;

    #[test]
    fn each_is_listed_under_its_whole_address() {
        let inner = Routes::<()>::new().route("/", get(())).route("/rates/{base}", get(()));
        let routes = Routes::<()>::new().route("/healthz", get(()));
        let routes = routes.merge(Routes::new().nest("/frankfurter", inner));
        assert_eq!(routes.addresses(), ["/healthz", "/frankfurter", "/frankfurter/rates/{base}"]);
    }
}
