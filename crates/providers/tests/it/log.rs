//! One line for each call, and never a word of the answer.

use std::io;
use std::sync::{Arc, Mutex};

use market::QuoteSource;
use providers::er_api::ErApi;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::fmt::MakeWriter;

use crate::upstream::{Upstream, asked, client, response};

#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// All that was written so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn logged(status: u16) -> String {
    let upstream = Upstream::start(move |_| response(status, &[], "secret")).await;
    let source = ErApi::new(client(), upstream.base.clone());
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(lines.clone())
        .with_max_level(tracing::Level::INFO)
        .finish();
    let _ = source.quotes(&[asked("EUR/USD")]).with_subscriber(subscriber).await;
    let text = lines.text();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(!text.contains("secret"), "{text}");
    text
}

#[tokio::test]
async fn an_answer_is_logged_with_its_size_and_duration() {
    let line = logged(200).await;
    for part in [
        " INFO upstream: er_api answered GET /v6/latest/EUR ",
        "source=\"er_api\"",
        "method=\"GET\"",
        "path=\"/v6/latest/EUR\"",
        "status=200",
        "duration_ms=",
        "bytes=6",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
}

#[tokio::test]
async fn a_failure_is_logged_with_its_reason() {
    let line = logged(429).await;
    // Whoever asked decides whether that is news, and warns once.
    let expected = " INFO upstream: er_api asks for a pause: GET /v6/latest/EUR ";
    assert!(line.contains(expected), "{line}");
    assert!(line.contains("status=429") && line.contains("reason=\"throttled\""), "{line}");
}
