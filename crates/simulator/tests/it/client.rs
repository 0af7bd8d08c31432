use jiff::Timestamp;
use reqwest::redirect::Policy;
use serde_json::Value;
use simulator::{Market, Upstream};
use testkit::PATIENCE;

pub(crate) fn utc(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An upstream whose clock stands at `now`.
pub(crate) async fn upstream(now: &str) -> Upstream {
    Upstream::start(Market::new(7), utc(now)).await
}

/// A client that follows no redirect and has all the patience a busy machine needs.
pub(crate) fn client() -> reqwest::Client {
    // An error means that another test was quicker.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(PATIENCE).redirect(Policy::none()).build().unwrap()
}

pub(crate) async fn get(upstream: &Upstream, target: &str) -> reqwest::Result<reqwest::Response> {
    client().get(format!("{}{target}", upstream.url())).send().await
}

pub(crate) async fn text(upstream: &Upstream, target: &str) -> (u16, String) {
    let response = get(upstream, target).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

pub(crate) async fn json(upstream: &Upstream, target: &str) -> (u16, Value) {
    let (status, text) = text(upstream, target).await;
    (status, serde_json::from_str(&text).unwrap())
}
