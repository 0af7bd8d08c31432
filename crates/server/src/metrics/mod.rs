//! `GET /metrics`: the service in figures, as Prometheus reads them.
//!
//! What the engine and the faces know anyway is read at each scrape; what has to be counted
//! as it happens is counted where it does. Labels are routes as declared, upstreams,
//! watched instruments and reasons for refusing somebody, so that no reader can make more of them.
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

mod figures;
mod prices;
mod process;
mod readers;
mod upstreams;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use http::{CachePolicy, Problem};
use prometheus::TextEncoder;

use crate::app::App;
use crate::ask::Taken;
use figures::Figures;

/// What Prometheus takes the text for.
const KIND: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `GET /metrics`
pub(crate) async fn metrics(State(app): State<Arc<App>>, _: Taken<()>) -> Response {
    // A disk that does not answer holds up no other reader.
    let text = tokio::task::spawn_blocking(move || text(&app)).await;
    match text {
        Ok(text) => (CachePolicy::Never, [(CONTENT_TYPE, KIND)], text).into_response(),
        Err(_) => Problem::internal().into_response(),
    }
}

fn text(app: &App) -> String {
    let figures = Figures::default();
    upstreams::tell(&figures, &app.engine);
    prices::tell(&figures, app);
    readers::tell(&figures, app);
    process::tell(&figures, app);
    let mut families = figures.families();
    families.extend(app.answers.families());
    families.extend(app.gate.refusals());
    // What there is one of in a process: its log, its connections, the store's writer.
    families.extend(prometheus::gather());
    families.sort_by(|a, b| a.name().cmp(b.name()));
    TextEncoder::new().encode_to_string(&families).expect("each family has a name and figures")
}
