use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::CachePolicy;
use http::reply::json;

use crate::app::App;
use crate::ask::Taken;

/// `GET /marketpulse/v1/sources`
pub(crate) async fn sources(State(app): State<Arc<App>>, _: Taken<()>) -> Response {
    let engine = &app.engine;
    let (upstreams, streams) = (engine.upstreams(), engine.streams());
    let (doubted, set_aside) = (engine.rejected_histories(), engine.set_aside());
    let (asked, doubts) = ((&*upstreams, &*streams), (&*doubted, &*set_aside));
    let failure = engine.store_failure();
    let (board, now) = (engine.board(), engine.now());
    let body = query::records::sources(asked, &board, doubts, failure.as_ref(), now);
    json(CachePolicy::OneSecond, body)
}
