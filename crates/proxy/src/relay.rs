use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use reqwest::redirect::Policy;
use reqwest::{Body, Client};
use tokio::io::copy_bidirectional;
use url::Url;

use crate::{crypto, headers};

/// A service that does not answer within this is not there, to those who ask first.
const FIRST_ANSWER: Duration = Duration::from_secs(5);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// In seconds.
const TRY_AGAIN_IN: HeaderValue = HeaderValue::from_static("5");

/// The host that a client meant: the service's own name stands in `Host`, as it may be
/// found by that among others.
const MEANT: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Where a key is shown to the service.
const KEY: HeaderName = HeaderName::from_static("x-api-key");

/// An address that is answered to those alone who may use the service, and costs little.
const LOCKED: &str = "/marketpulse/config";

/// What clients are told where the service is away: a body in JSON, by the path that was
/// asked and the reason.
pub type Refusal = fn(path: &str, why: &str) -> String;

/// The service that answers.
#[derive(Clone, Debug)]
pub struct Service {
    base: Url,
    client: Client,
    refusal: Refusal,
    key: Option<HeaderValue>,
}

/// Why a service is none to ask.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// No client can be built; as a rule the machine has no certificates to trust.
    #[error("no HTTP client can be built; are CA certificates installed?")]
    Client(#[source] reqwest::Error),
    /// Nobody answers there, or somebody else does.
    #[error("no service answers at {at}: {why}")]
    Away {
        /// Where, without a password.
        at: Url,
        /// What is wrong.
        why: String,
    },
    /// It lets nobody in who shows this key, or none.
    #[error("the service at {at} wants a key: {why}; MARKETPULSE_KEY says which to show")]
    Locked {
        /// Where, without a password.
        at: Url,
        /// What it said.
        why: String,
    },
}

impl Service {
    /// The service at an address, with or without a path before its own. Nobody is asked
    /// yet.
    pub fn at(base: Url, refusal: Refusal) -> Result<Self, ServiceError> {
        crypto::install();
        let client = client(&base).map_err(ServiceError::Client)?;
        Ok(Self { base, client, refusal, key: None })
    }

    /// The same, shown a key with all that it is asked, where there is one.
    #[must_use]
    pub fn shown_key(self, key: Option<&str>) -> Self {
        let mut key = key.and_then(|key| HeaderValue::try_from(key).ok());
        if let Some(key) = &mut key {
            key.set_sensitive(true);
        }
        Self { key, ..self }
    }

    /// Where it is, with a password where there is one.
    pub fn address(&self) -> &Url {
        &self.base
    }

    /// Where it is, for people: its password is not theirs to see.
    pub fn shown(&self) -> Url {
        let mut shown = self.base.clone();
        // An address that cannot have a password has none.
        let _ = shown.set_password(None);
        shown
    }

    /// Asks whether it is there.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Away`], with what came instead.
    pub async fn greet(&self) -> Result<(), ServiceError> {
        let away = |why| ServiceError::Away { at: self.shown(), why };
        let asked = self.client.get(self.url("/healthz", None)).timeout(FIRST_ANSWER);
        let answer = asked.send().await.map_err(|error| away(root(&error)))?;
        let status = answer.status();
        let body = answer.text().await.map_err(|error| away(root(&error)))?;
        if status == StatusCode::OK && body.contains("\"status\":\"ok\"") {
            return self.try_key().await;
        }
        Err(away(format!("something else does, with status {}", status.as_u16())))
    }

    /// Whether it answers more than that it is there.
    async fn try_key(&self) -> Result<(), ServiceError> {
        let asked = self.client.get(self.url(LOCKED, None)).timeout(FIRST_ANSWER);
        let asked = self.key.iter().fold(asked, |asked, key| asked.header(KEY, key.clone()));
        let Ok(answer) = asked.send().await else { return Ok(()) };
        let status = answer.status();
        if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Ok(());
        }
        let why = match self.key {
            Some(_) => {
                format!("it refuses the one that was shown, with status {}", status.as_u16())
            }
            None => "none was shown".to_owned(),
        };
        Err(ServiceError::Locked { at: self.shown(), why })
    }

    /// Has the service answer what was asked of a host.
    pub(crate) async fn ask(&self, host: &str, mut request: Request<Incoming>) -> Response<Body> {
        let client_side = hyper::upgrade::on(&mut request);
        let path = request.uri().path().to_owned();
        let url = self.url(&path, request.uri().query());
        let (mut parts, body) = request.into_parts();
        headers::strip(&mut parts.headers);
        parts.headers.remove(HOST);
        if let Ok(host) = HeaderValue::from_str(host) {
            parts.headers.insert(MEANT, host);
        }
        if let Some(key) = &self.key {
            parts.headers.insert(KEY, key.clone());
        }
        let mut asked = self.client.request(parts.method, url).headers(parts.headers);
        if !body.is_end_stream() {
            asked = asked.body(Body::wrap(body));
        }
        match asked.send().await {
            Ok(answer) => handed_on(answer, client_side),
            Err(error) => self.away(&path, &error),
        }
    }

    fn url(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }

    fn away(&self, path: &str, error: &reqwest::Error) -> Response<Body> {
        let why = format!("marketpulse at {} does not answer: {}", self.shown(), root(error));
        let mut response = Response::new(Body::from((self.refusal)(path, &why)));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(RETRY_AFTER, TRY_AGAIN_IN);
        response
    }
}

/// Bodies pass as they are. A service on this machine is never behind a proxy.
fn client(base: &Url) -> Result<Client, reqwest::Error> {
    let client = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::none())
        .no_gzip()
        .no_brotli();
    if is_here(base) { client.no_proxy().build() } else { client.build() }
}

fn is_here(base: &Url) -> bool {
    let host = base.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// The service's answer as the client gets it; where both speak another protocol from now
/// on, what either says to the other.
fn handed_on(answer: reqwest::Response, client_side: OnUpgrade) -> Response<Body> {
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let mut response = Response::new(Body::default());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        tokio::spawn(join(answer, client_side));
        return response;
    }
    let (mut parts, body) = Response::from(answer).into_parts();
    headers::strip(&mut parts.headers);
    Response::from_parts(parts, body)
}

/// Ends when either side does.
async fn join(answer: reqwest::Response, client_side: OnUpgrade) {
    if let (Ok(mut service), Ok(client)) = tokio::join!(answer.upgrade(), client_side) {
        let _ = copy_bidirectional(&mut service, &mut TokioIo::new(client)).await;
    }
}

/// What is behind an error, in a word of the system's: the layers above only repeat the
/// address.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause.to_string()
}
