use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::Response;
use engine::Engine;
use face::engine_for;
use http::Caller;
use market::{Disputed, DisputesQuery, Instrument, StoreError};
use query::Refusal;

use super::{page, refused, shows_simulated};
use crate::app::App;
use crate::pages::{self, DisputesView};

/// Of each kind, open and ended, no more are shown; the data API has them all.
const MOST: usize = 200;

/// `GET /marketpulse/disputes`
pub(crate) async fn disputes(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Response {
    let view = match view(&engine_for(&app.engine, &caller)).await {
        Ok(view) => view,
        Err(error) => return refused(&app, &headers, Refusal::from(error).into()),
    };
    let simulated = shows_simulated(&app.engine.board());
    page(&app, &headers, StatusCode::OK, simulated, |shell| pages::disputes(shell, &view))
}

async fn view(engine: &Engine) -> Result<DisputesView, StoreError> {
    let all =
        DisputesQuery { symbol: None, since: None, is_open: false, before: u64::MAX, most: MOST };
    let open = engine.disputed(&DisputesQuery { is_open: true, ..all.clone() }).await?;
    let mut ended = engine.disputed(&all).await?;
    ended.retain(|it| it.until.is_some());
    let of = |it: Disputed| -> (Instrument, Disputed) { (engine.instrument(&it.symbol), it) };
    let of_each = |all: Vec<Disputed>| all.into_iter().map(of).collect();
    Ok(DisputesView { open: of_each(open), ended: of_each(ended), now: engine.now() })
}
