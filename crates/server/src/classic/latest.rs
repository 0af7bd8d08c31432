use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::CachePolicy;

use crate::app::App;
use crate::ask::Ask;

/// `GET /marketpulse/latest`
pub(crate) async fn latest(State(app): State<Arc<App>>, ask: Ask<()>) -> Response {
    app.latest.encoded(&app.engine).respond_to_all(CachePolicy::OneSecond, &ask.request.headers)
}
