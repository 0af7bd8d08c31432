use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Client, Method, Response};
use serde_json::Value;
use testkit::PATIENCE;

/// A stream that says nothing at all for so long is dead: a heartbeat is due every few
/// seconds.
const SILENCE: Duration = Duration::from_mins(1);

/// Somebody who asks the service from an address of his own.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    http: Client,
    service: SocketAddr,
    /// Keeps its connection, and says which version of an answer it has seen.
    pub(crate) remembers: bool,
}

/// What a reader was told.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reader {
    /// The one with a number; every other one has a new connection for each question.
    pub(crate) fn at(number: u8, service: SocketAddr) -> Self {
        let address = IpAddr::from(Ipv4Addr::new(127, 0, 0, number));
        let remembers = number.is_multiple_of(2);
        let http = Client::builder()
            .local_address(address)
            .pool_max_idle_per_host(usize::from(remembers))
            .connect_timeout(PATIENCE)
            .read_timeout(PATIENCE)
            .no_proxy();
        Self { http: http.build().unwrap(), service, remembers }
    }

    pub(crate) async fn get(&self, target: &str) -> Result<Answer, String> {
        self.ask(Method::GET, target, &[]).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        target: &str,
        headers: &[(HeaderName, String)],
    ) -> Result<Answer, String> {
        let mut request = self.http.request(method, self.address(target));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| whole(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| whole(&error))?;
        Ok(Answer { status, headers, body: body.to_vec() })
    }

    /// An answer that does not end.
    pub(crate) async fn listen(&self, target: &str) -> Result<Response, String> {
        let response = self.http.get(self.address(target)).send().await;
        let response = response.map_err(|error| whole(&error))?;
        if response.status() == 200 { Ok(response) } else { Err(response.status().to_string()) }
    }

    fn address(&self, target: &str) -> String {
        format!("http://{}{target}", self.service)
    }
}

/// The next piece of an answer that does not end.
pub(crate) async fn piece(stream: &mut Response) -> Result<usize, String> {
    match tokio::time::timeout(SILENCE, stream.chunk()).await {
        Ok(Ok(Some(piece))) => Ok(piece.len()),
        Ok(Ok(None)) => Err("the service ended it".to_owned()),
        Ok(Err(error)) => Err(whole(&error)),
        Err(_) => Err(format!("nothing came for {SILENCE:?}")),
    }
}

/// An error with all that caused it.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl Answer {
    /// `null` where it is no JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
