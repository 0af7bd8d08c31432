//! The service over an upstream that has one recording to tell.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{Request, Uri};
use jiff::Timestamp;
use serde_json::Value;
use server::{App, Config, router};
use testkit::{SettableClock, upstreams};
use tokio::net::TcpListener;
use tower::ServiceExt;

/// Answers whatever it is asked with the same body.
struct Upstream {
    body: Bytes,
    asked: Mutex<Vec<String>>,
}

async fn tell(State(upstream): State<Arc<Upstream>>, uri: Uri) -> Bytes {
    upstream.asked.lock().unwrap().push(uri.to_string());
    upstream.body.clone()
}

async fn serve(upstream: &Arc<Upstream>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().fallback(tell).with_state(Arc::clone(upstream));
    tokio::spawn(async { axum::serve(listener, routes).await });
    format!("http://{address}")
}

/// A service in production, with an empty store, at one instant.
pub(super) struct Service {
    app: Arc<App>,
    upstream: Arc<Upstream>,
    _data: tempfile::TempDir,
}

impl Service {
    pub(super) async fn over(body: &[u8], now: Timestamp) -> Self {
        let asked = Mutex::default();
        let upstream = Arc::new(Upstream { body: Bytes::copy_from_slice(body), asked });
        let address = serve(&upstream).await;
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().to_str().unwrap().to_owned();
        let mut settings = vec![("MARKETPULSE_DATA_DIR".to_owned(), folder)];
        settings.extend(upstreams::at(&address));
        let config = Config::read(&settings).unwrap();
        let app = App::start(config, false, SettableClock::new(now)).await.unwrap();
        Self { app, upstream, _data: data }
    }

    /// Status and document of an answer under `/v1`.
    pub(super) async fn get(&self, target: &str) -> (u16, Value) {
        let target = format!("/marketpulse/v1/{target}");
        let request = Request::get(target).body(Body::empty()).unwrap();
        let response = router(Arc::clone(&self.app)).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// What the upstream has been asked.
    pub(super) fn asked(&self) -> Vec<String> {
        self.upstream.asked.lock().unwrap().clone()
    }
}
