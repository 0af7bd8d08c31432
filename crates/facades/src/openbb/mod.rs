//! What `OpenBB` Workspace asks of a backend: which widgets there are, how they may be laid
//! out, and their rows.

mod answers;
mod metric;
mod question;
mod refusal;
mod rows;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{any, get};
use http::reply::JSON;
use http::{CachePolicy, Problem, Routes};

use super::asked::Asked;
use super::beside::Beside;
use super::reply;
use crate::Served;
use face::ApiError;

pub(crate) use self::refusal::Refused;

/// Where the addresses of its widgets begin. The two lists stand at the root, where it
/// looks for them.
pub(crate) const AT: &str = "/openbb";

/// The origins of its pages, add-in and desktop program. They ask with credentials, since
/// a backend may want a key.
pub const ORIGINS: [&str; 3] =
    ["https://pro.openbb.co", "https://excel.openbb.co", "http://localhost:1420"];

/// The widgets, by what each is called. The chart is drawn from the feed of charts, and
/// sources are those of the data API.
const WIDGETS: &str = include_str!("widgets.json");

/// How they may be laid out.
const APPS: &str = include_str!("apps.json");

/// Its routes.
pub(crate) fn routes() -> Routes<Served> {
    let rows = Routes::new()
        .route("/bars", get(answers::bars))
        .route("/quotes", get(answers::quotes))
        .route("/actions", get(answers::actions))
        .route("/price", get(answers::price))
        .fallback(no_such_address)
        .method_not_allowed_fallback(async || Refused::from(Problem::method()));
    Routes::new()
        .nest(AT, rows)
        .route(&format!("{AT}/"), any(no_such_address))
        .route("/widgets.json", get(widgets))
        .route("/apps.json", get(apps))
}

async fn no_such_address() -> Refused {
    ApiError::no_such_page().into()
}

/// `GET /widgets.json`
async fn widgets(State(served): State<Served>, asked: Asked) -> Response {
    list(&served, &asked, WIDGETS)
}

/// `GET /apps.json`
async fn apps(State(served): State<Served>, asked: Asked) -> Response {
    list(&served, &asked, APPS)
}

fn list(served: &Served, asked: &Asked, list: &str) -> Response {
    let body = (JSON, list.as_bytes().to_vec());
    reply::text(served, &asked.headers, CachePolicy::Revalidate, body, &Beside::default())
}
