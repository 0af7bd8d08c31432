use std::sync::Arc;

use axum::handler::Handler;
use axum::routing::{get, post};
use engine::Engine;
use http::{Front, Operation, Problem, Routes, Standing};
use table::Form;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::admission::{LOGIN, LOGOUT, admission};
use crate::api::operation;
use crate::app::App;
use crate::pages::handlers as pages;
use crate::{classic, health, metrics, v1};

/// Below this, compressing costs more than it saves.
const COMPRESS_ABOVE: u64 = 860;

/// Where a question is sent as a body. Each route bounds it.
static READING: [&str; 6] = {
    let [screener, visualization, news] = facades::READING;
    [mcp::AT, screener, visualization, news, LOGIN, LOGOUT]
};

/// Every route of the service, behind its front.
pub fn router(app: Arc<App>) -> Front {
    Front::new(routes(&app), app.answers.clone())
        .admitting(admission(&app.config))
        .behind(Arc::clone(&app.gate))
        .repeating(Arc::new(move || standing(&app.engine)))
        .wording(facades::refused)
        .reading_bodies_at(&READING)
}

/// Every route of the service.
pub fn routes(app: &Arc<App>) -> Routes {
    Routes::new()
        .route("/marketpulse/latest", get(classic::latest))
        .route("/marketpulse/history", get(classic::history))
        .merge(data_api())
        .route(operation::STREAM.path, get(v1::stream))
        .route(operation::WS.path, get(v1::ws))
        .route("/marketpulse/openapi.json", get(pages::openapi))
        .route("/marketpulse/asyncapi.json", get(pages::asyncapi))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(facades::routes(app.served()))
        .merge(mcp::routes(app.engine.clone(), &app.config.asking()))
        .merge(made_anew())
        .method_not_allowed_fallback(async || Problem::method())
        .with_state(Arc::clone(app))
}

/// What answers depend on which are the same for everybody ([`Encoded::respond_to_all`]).
///
/// [`Encoded::respond_to_all`]: http::reply::Encoded::respond_to_all
fn standing(engine: &Engine) -> Standing {
    let [quotes, history] = engine.versions();
    [engine.now().as_second().cast_unsigned(), quotes, history]
}

/// What is made anew for each request, and compressed on its way. All else is
/// kept as it is sent.
fn made_anew() -> Routes<Arc<App>> {
    let compression =
        CompressionLayer::new().gzip(true).br(true).compress_when(SizeAbove::new(COMPRESS_ABOVE));
    Routes::new()
        .route("/marketpulse", get(pages::home))
        .route("/marketpulse/", get(pages::home))
        .route("/marketpulse/dashboard", get(pages::dashboard))
        .route("/marketpulse/history/view", get(pages::history))
        .route("/marketpulse/status", get(pages::status))
        .route("/marketpulse/disputes", get(pages::disputes))
        .route(LOGIN, get(pages::login).post(pages::log_in))
        .route(LOGOUT, post(pages::log_out))
        .route("/marketpulse/docs", get(pages::docs))
        .route("/marketpulse/docs/", get(pages::docs))
        .route("/marketpulse/docs/{id}", get(pages::chapter))
        .route("/marketpulse/assets/{file}", get(pages::asset_file))
        .route("/marketpulse/config", get(classic::config))
        .route("/marketpulse/v1/sources", get(v1::sources))
        .route("/metrics", get(metrics::metrics))
        .fallback(pages::no_such_page)
        .layer(compression)
}

fn data_api() -> Routes<Arc<App>> {
    let routes = Routes::new()
        .route(operation::INSTRUMENT.path, get(v1::instrument))
        .route(operation::VALUE.path, get(v1::value))
        .route(operation::RATE.path, get(v1::rate))
        .route(operation::CONVERT.path, get(v1::convert));
    let routes = rows(routes, &operation::INSTRUMENTS, &v1::instruments);
    let routes = rows(routes, &operation::SEARCH, &v1::search);
    let routes = rows(routes, &operation::QUOTES, &v1::quotes);
    let routes = rows(routes, &operation::QUOTE, &v1::quote);
    let routes = rows(routes, &operation::QUOTE_VERSIONS, &v1::quote_versions);
    let routes = rows(routes, &operation::BARS, &v1::bars);
    let routes = rows(routes, &operation::ALIGNED_BARS, &v1::aligned);
    let routes = rows(routes, &operation::BAR_VERSIONS, &v1::bar_versions);
    let routes = rows(routes, &operation::ACTIONS, &v1::actions);
    let routes = rows(routes, &operation::ACTION_VERSIONS, &v1::action_versions);
    let routes = rows(routes, &operation::CHANGES, &v1::changes);
    let routes = rows(routes, &operation::DISPUTES, &v1::disputes);
    let routes = rows(routes, &operation::REPAIRS, &v1::repairs);
    let routes = rows(routes, &operation::CALENDARS, &v1::calendars);
    rows(routes, &operation::CALENDAR, &v1::calendar)
}

/// A route with rows, whose address may end as the name of a file does. Where a
/// parameter stands last, the ending is read with it.
fn rows<H: Handler<T, Arc<App>>, T: 'static>(
    routes: Routes<Arc<App>>,
    operation: &Operation,
    handler: &H,
) -> Routes<Arc<App>> {
    let routes = routes.route(operation.path, get(handler.clone()));
    if operation.path.ends_with('}') {
        return routes;
    }
    Form::ALL.into_iter().fold(routes, |routes, form| {
        routes.route(&format!("{}.{}", operation.path, form.ending()), get(handler.clone()))
    })
}
