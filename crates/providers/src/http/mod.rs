//! The one HTTP client all upstreams share, and its rules: short timeouts, a
//! limit on bodies, no redirects, no cookies but those a provider sends, one log line
//! for each call. A body is read by what it is: its content type may be wrong.

mod body;
mod retry_after;
mod room;
mod unreach;

use std::sync::Arc;
use std::time::Duration;

use body::Body;
use egress::Egress;
use jiff::Timestamp;
use market::{Clock, Moment, SourceError};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Method, Proxy, Response, StatusCode};
use room::{Room, Taken};
use url::Url;

/// The longest a whole call may take, unless settings say otherwise.
pub const WHOLE_TIMEOUT: Duration = Duration::from_secs(10);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Yahoo refuses clients that do not look like a browser at all; this name is
/// accepted and still says who asks.
const USER_AGENT: &str = "Mozilla/5.0 (compatible; MarketPulse/0.1)";

/// The most a body may hold, in bytes and after decompression.
pub(crate) const BODY_LIMIT: usize = 8 << 20;

/// Asks upstreams over HTTP. Cheap to clone: all clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    room: Room,
}

/// No client can be built; as a rule the machine has no certificates to trust.
#[derive(Debug, thiserror::Error)]
#[error("no HTTP client can be built; are CA certificates installed?")]
pub struct ClientError(#[source] reqwest::Error);

/// One question to an upstream.
pub(crate) struct Ask {
    /// Who is asked.
    pub(crate) source: &'static str,
    /// What for.
    pub(crate) url: Url,
    /// The most the body may hold, in bytes.
    pub(crate) limit: usize,
}

/// What goes along with a question and stands in no log: it opens doors, or is as long as
/// somebody wishes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Along<'a> {
    /// Headers, by their names in lower case.
    pub(crate) headers: &'a [(&'static str, &'a str)],
    /// One more parameter.
    pub(crate) parameter: Option<(&'static str, &'a str)>,
    /// JSON to be sent: then the question is posted.
    pub(crate) body: Option<&'a [u8]>,
    /// Whether a key is among the headers: a status of 403 may be about its plan then, and
    /// the body says so.
    pub(crate) is_keyed: bool,
}

/// An answer its provider has to read: a success, or a refusal that may mean
/// something particular there.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// Names and values of the cookies it sets, as they are sent back.
    pub(crate) cookies: Vec<String>,
    /// Given back when the reply is dropped, which is when it has been read.
    _room: Option<Taken>,
}

impl Reply {
    /// A reply that takes no room.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn of(status: u16, body: Vec<u8>) -> Self {
        Self { status, body, cookies: Vec::new(), _room: None }
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What a refusal means where the upstream gives it no meaning of its own.
    pub(crate) fn refusal(&self) -> SourceError {
        match self.status {
            status @ (401 | 403) => SourceError::Unauthorised { status },
            status => SourceError::Failing { status },
        }
    }
}

impl Client {
    /// A client whose calls take no longer than `whole`, body included.
    ///
    /// # Errors
    ///
    /// [`ClientError`] where the machine has no certificates to trust.
    pub fn new(
        clock: Arc<dyn Clock>,
        whole: Duration,
        egress: &Egress,
    ) -> Result<Self, ClientError> {
        // An error means that a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let accept = HeaderValue::from_static("application/json, text/xml, text/csv, */*;q=0.5");
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .default_headers(HeaderMap::from_iter([(ACCEPT, accept)]))
            .connect_timeout(CONNECT_TIMEOUT.min(whole))
            .timeout(whole)
            // None of these upstreams answers with one where all is well, and a
            // request that nobody allowed would not be counted.
            .redirect(Policy::none())
            .proxy(on_the_way(egress))
            .tls_certs_merge(trusted(egress).map_err(ClientError)?)
            .build()
            .map_err(ClientError)?;
        // Whoever waits longer would not be read in time.
        Ok(Self { http, clock, room: Room::new(whole / 2) })
    }

    /// The present instant, by the clock this client was given.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How far time has come, by the same clock.
    pub(crate) fn moment(&self) -> Moment {
        self.clock.moment()
    }

    /// Asks once. Retrying is decided elsewhere.
    ///
    /// Statuses that mean the same everywhere become errors here; any other
    /// comes back with its body for the provider to read.
    pub(crate) async fn get(&self, ask: Ask) -> Result<Reply, SourceError> {
        self.send(ask, Along::default()).await
    }

    /// As [`Client::get`], with more than the address.
    pub(crate) async fn send(&self, ask: Ask, along: Along<'_>) -> Result<Reply, SourceError> {
        let begun = self.clock.moment();
        let method = if along.body.is_some() { Method::POST } else { Method::GET };
        let answer = self.request(&method, &ask.url, along).send().await;
        let status = answer.as_ref().ok().map(|response| response.status().as_u16());
        let reply = match answer {
            Ok(response) => self.read(response, ask.limit, along.is_keyed).await,
            Err(error) => Err(unreach::explain(&error)),
        };
        log((&method, &ask), status, self.clock.moment().since(begun), &reply);
        reply
    }

    fn request(&self, method: &Method, url: &Url, along: Along<'_>) -> reqwest::RequestBuilder {
        let mut url = url.clone();
        if let Some((name, value)) = along.parameter {
            url.query_pairs_mut().append_pair(name, value);
        }
        let mut request = self.http.request(method.clone(), url);
        for (name, value) in along.headers {
            request = request.header(*name, *value);
        }
        match along.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.to_vec()),
            None => request,
        }
    }

    async fn read(
        &self,
        response: Response,
        limit: usize,
        is_keyed: bool,
    ) -> Result<Reply, SourceError> {
        if let Some(refusal) = self.refusal(&response, is_keyed) {
            return Err(refusal);
        }
        let (status, cookies) = (response.status().as_u16(), cookies(response.headers()));
        let Body { bytes, room } = body::read(response, limit, &self.room).await?;
        Ok(Reply { status, body: bytes, cookies, _room: Some(room) })
    }

    fn refusal(&self, response: &Response, is_keyed: bool) -> Option<SourceError> {
        let status = response.status();
        let retry_after = retry_after::read(response.headers(), self.now());
        match status {
            StatusCode::TOO_MANY_REQUESTS => Some(SourceError::Throttled { retry_after }),
            // "Unavailable, come back in a minute" asks for a pause just as well.
            StatusCode::SERVICE_UNAVAILABLE if retry_after.is_some() => {
                Some(SourceError::Throttled { retry_after })
            }
            StatusCode::FORBIDDEN if !is_keyed => Some(SourceError::Unauthorised { status: 403 }),
            _ if status.is_redirection() => Some(redirected(response)),
            _ if status.is_server_error() => Some(SourceError::Failing { status: status.as_u16() }),
            _ => None,
        }
    }
}

/// The proxy between us and an upstream. An address that is not secure is on this machine
/// or beside it, and is reached straight.
fn on_the_way(egress: &Egress) -> Proxy {
    let (credentials, egress) = (egress.credentials(), egress.clone());
    let proxy = Proxy::custom(move |url| {
        let via = egress.proxy_for(url.host_str().filter(|_| url.scheme() == "https")?)?;
        Some(format!("http://{via}"))
    });
    match credentials {
        Some(credentials) => proxy.custom_http_auth(credentials),
        None => proxy,
    }
}

fn trusted(egress: &Egress) -> Result<Vec<Certificate>, reqwest::Error> {
    egress.trusted().iter().map(|it| Certificate::from_der(it)).collect()
}

/// Without what says where and for how long they are sent back.
fn cookies(headers: &HeaderMap) -> Vec<String> {
    let set = headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).map(|pair| pair.trim().to_owned()).collect()
}

/// Names where a refused redirect leads, without its query: consent pages
/// carry tokens there.
fn redirected(response: &Response) -> SourceError {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let target = location.and_then(|text| response.url().join(text).ok());
    let place = target.map_or_else(
        || "nowhere".to_owned(),
        |url| format!("{}{}", url.origin().ascii_serialization(), url.path()),
    );
    SourceError::Unreadable(format!("a redirect to {place}, which is not followed"))
}

fn log(
    (method, ask): (&Method, &Ask),
    status: Option<u16>,
    took: Duration,
    reply: &Result<Reply, SourceError>,
) {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (source, method) = (ask.source, method.as_str());
    let path = path_and_query(&ask.url);
    match reply {
        Ok(Reply { body, .. }) => tracing::info!(
            target: "upstream", source, method, path, status, duration_ms,
            bytes = body.len(), "{source} answered {method} {path}"
        ),
        // That it fails is told once, by whoever decides when to ask again.
        Err(reason) => tracing::info!(
            target: "upstream", source, method, path, status, duration_ms,
            reason = reason.reason(), "{source} {reason}: {method} {path}"
        ),
    }
}

fn path_and_query(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// Puts an address together from a base and data. Data is escaped: it can
/// neither add a segment nor a parameter.
pub(crate) fn address(base: &Url, segments: &[&str], query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    // A base that cannot have a path is refused when it is asked.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    // A caret has no place in a path (RFC 3986), and the library leaves it.
    url.set_path(&url.path().replace('^', "%5E"));
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn base() -> Url {
        "http://127.0.0.1:1/mirror/".parse().unwrap()
    }

    #[test]
    fn names_are_data_and_come_out_escaped() {
        let check = |name: &str, escaped: &str| {
            let url = address(&base(), &["v8", "chart", name], &[("ids", name)]);
            assert_eq!(url.path(), format!("/mirror/v8/chart/{escaped}"), "{name}");
            assert_eq!(url.query_pairs().collect::<Vec<_>>(), [("ids".into(), name.into())]);
        };
        check("^FCHI", "%5EFCHI");
        check("M&M.NS", "M&M.NS");
        check("EURUSD=X", "EURUSD=X");
        check("A/B", "A%2FB");
        check("A?range=10y", "A%3Frange=10y");
        check("A#b", "A%23b");
        check("..%2F..", "..%252F..");
        check("A B", "A%20B");
    }

    #[test]
    fn line_breaks_vanish_from_a_path() {
        let url = address(&base(), &["A\r\nHost: x"], &[]);
        assert_eq!(url.path(), "/mirror/AHost:%20x");
    }

    proptest! {
        #[test]
        fn no_text_adds_a_segment_or_a_parameter(name in "\\PC{1,40}[A-Z]") {
            let url = address(&base(), &["chart", &name], &[("q", &name)]);
            prop_assert_eq!(url.path_segments().unwrap().count(), 3);
            prop_assert_eq!(url.query_pairs().count(), 1);
            prop_assert_eq!(url.fragment(), None);
        }
    }
}
