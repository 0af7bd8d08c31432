use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use face::ApiError;
use http::CachePolicy;
use market::RepairsQuery;
use query::{Refusal, records};

use super::columns;
use super::respond::{Writing, cut, respond};
use crate::api::params::{self, InForce};
use crate::api::requests::RepairsParams;
use crate::app::App;
use crate::ask::Ask;

/// Repairs in one answer, unless another number is asked for.
const MOST: u32 = 1_000;

/// `GET /marketpulse/v1/repairs`
pub(crate) async fn repairs(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<RepairsParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::REPAIRS)?;
    let most = params.limit.unwrap_or(MOST) as usize;
    let query = RepairsQuery {
        symbol: params.symbol.map(|symbol| app.engine.canonical(&symbol)),
        in_force: params.in_force == InForce::Alone,
        before: params.cursor.map_or(u64::MAX, u64::from),
        most: most + 1,
    };
    let mut found = request.engine(&app).repairs(&query).await.map_err(Refusal::from)?;
    let next = cut(&mut found, most, |it| it.number);
    let next = next.map(|last| request.with(&params::REPAIRS_CURSOR, &last.to_string()));
    let table = records::repair::table(&found, next.clone())?;
    let depends_on: Vec<_> = found.iter().map(|it| (it.number, it.ended.map(|it| it.0))).collect();
    let depends_on = (depends_on, next.is_some());
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, next.as_deref())
}
