use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use face::ApiError;
use http::CachePolicy;
use market::DisputesQuery;
use query::{Refusal, records};

use super::columns;
use super::respond::{Writing, cut, respond};
use crate::api::params::{self, Standing};
use crate::api::requests::DisputesParams;
use crate::app::App;
use crate::ask::Ask;

/// Disputes in one answer, unless another number is asked for.
const MOST: u32 = 1_000;

/// `GET /marketpulse/v1/disputes`
pub(crate) async fn disputes(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<DisputesParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::DISPUTES)?;
    let most = params.limit.unwrap_or(MOST) as usize;
    let query = DisputesQuery {
        symbol: params.symbol.map(|symbol| app.engine.canonical(&symbol)),
        since: params.since,
        is_open: params.standing == Standing::Open,
        before: params.cursor.map_or(u64::MAX, u64::from),
        most: most + 1,
    };
    let mut found = request.engine(&app).disputed(&query).await.map_err(Refusal::from)?;
    let next = cut(&mut found, most, |it| it.number);
    let next = next.map(|last| request.with(&params::DISPUTES_CURSOR, &last.to_string()));
    let table = records::dispute::table(&found, next.clone())?;
    let depends_on: Vec<_> = found.iter().map(|it| (it.number, it.until)).collect();
    let depends_on = (depends_on, next.is_some());
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, next.as_deref())
}
