use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::CachePolicy;
use http::reply::{Encoded, JSON};

use crate::api::operation;
use crate::app::App;
use crate::ask::{Ask, version};
use face::ApiError;

/// `GET /marketpulse/latest`
///
/// Its `timestamp` and ages are whole seconds.
pub(crate) async fn latest(
    State(app): State<Arc<App>>,
    ask: Ask<()>,
) -> Result<Response, ApiError> {
    let (board, now) = (ask.request.engine(&app).watched(), app.engine.now());
    let version = version((board.version, now.as_second()));
    let encoded = app.replies.get(operation::LATEST.path, version, || {
        let body = query::records::quote::latest(&board.entries, now);
        Ok::<_, ApiError>(Encoded::new(JSON, body, now))
    })?;
    Ok(encoded.respond_to_all(CachePolicy::OneSecond, &ask.request.headers))
}
