use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use market::Clock;
use serde_json::Value;
use server::{App, Config, Front, router};
use simulator::{Market, Upstream};
use testkit::{SettableClock, soon, upstreams};
use tower::ServiceExt;

/// The service over fake upstreams, on a Wednesday at noon that the test moves.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    /// What the service remembers of its readers stays between two questions.
    front: Front,
    pub(crate) upstream: Upstream,
    clock: Arc<SettableClock>,
    settings: Vec<(String, String)>,
    pub(crate) data: tempfile::TempDir,
}

impl World {
    pub(crate) async fn production() -> Self {
        Self::start("production", &[]).await
    }

    pub(crate) async fn development() -> Self {
        Self::start("development", &[]).await
    }

    pub(crate) async fn start(environment: &str, settings: &[(&str, &str)]) -> Self {
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        let clock = SettableClock::new(now);
        let upstream = Upstream::start(Market::new(7), now).await;
        let data = tempfile::tempdir().unwrap();
        let mut vars = vec![
            ("APP_ENV".to_owned(), environment.to_owned()),
            ("MARKETPULSE_DATA_DIR".to_owned(), data.path().to_str().unwrap().to_owned()),
        ];
        vars.extend(settings.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        // Of two, the first counts.
        vars.extend(upstreams::simulated(&upstream));
        let app = app(&vars, &clock).await;
        let front = router(Arc::clone(&app));
        Self { app, front, upstream, clock, settings: vars, data }
    }

    /// The same store and settings in a new service, as after a restart.
    pub(crate) async fn restart(&mut self) {
        // Something else in its place until all that is under way has let the store go.
        let config = Config::read(&self.settings).unwrap();
        self.app = App::start(config.clone(), true, self.clock.clone()).await.unwrap();
        self.front = router(Arc::clone(&self.app));
        let let_go = async {
            while config.database.holder().is_some() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        soon(let_go).await;
        self.app = app(&self.settings, &self.clock).await;
        self.front = router(Arc::clone(&self.app));
        assert!(self.data.path().join("marketpulse.db").is_file());
    }

    pub(crate) async fn refresh(&self) {
        self.app.engine.refresh_due().await;
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.upstream.set_now(self.clock.advance(by));
    }

    /// Somebody sets the wall clock, here and at upstreams.
    pub(crate) fn set_clock(&self, instant: Timestamp) {
        let by = instant.duration_since(self.clock.now());
        self.upstream.set_now(self.clock.step(by));
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.ask(Request::get(target).body(Body::empty()).unwrap()).await
    }

    /// A page once all that it asks for has come: it is asked for again as long as
    /// it says that something is being asked, as a browser without scripts does.
    pub(crate) async fn page(&self, target: &str) -> Answer {
        loop {
            let answer = self.get(target).await;
            if !answer.body.contains("http-equiv=\"refresh\"") {
                return answer;
            }
        }
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        Answer::read(self.front.clone().oneshot(request).await.unwrap()).await
    }
}

async fn app(vars: &[(String, String)], clock: &Arc<SettableClock>) -> Arc<App> {
    let config = Config::read(vars).unwrap();
    App::start(config, false, clock.clone()).await.unwrap()
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Self { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The problem document, its status and the sentence in it.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.body);
        assert_eq!(self.header("cache-control"), "no-store");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        (self.status, problem["detail"].as_str().unwrap().to_owned())
    }
}
