use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::CachePolicy;
use http::reply::json;

use crate::app::App;
use crate::ask::Ask;

/// `GET /marketpulse/v1/sources`
pub(crate) async fn sources(State(app): State<Arc<App>>, ask: Ask<()>) -> Response {
    json(CachePolicy::OneSecond, query::records::sources(&ask.request.engine(&app)))
}
