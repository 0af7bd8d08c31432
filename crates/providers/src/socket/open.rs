use egress::{Egress, ReachError};
use market::{SourceError, Unreach};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::header::{HeaderValue, USER_AGENT};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use url::Url;

use super::{MESSAGE_LIMIT, unreach};

/// The name the HTTP client gives, too.
const AGENT: HeaderValue = HeaderValue::from_static("Mozilla/5.0 (compatible; MarketPulse/0.1)");

/// Step by step, so that the error can say which one failed.
pub(super) async fn open(
    url: &Url,
    egress: &Egress,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, SourceError> {
    // An error means that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let request = request(url)?;
    let stream = reach(url, egress).await?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_LIMIT))
        .max_frame_size(Some(MESSAGE_LIMIT));
    let tls = egress.tls().map(Connector::Rustls);
    let opened = client_async_tls_with_config(request, stream, Some(limits), tls).await;
    opened.map(|(frames, _)| frames).map_err(|error| unreach::refused(&error))
}

fn request(url: &Url) -> Result<Request, SourceError> {
    if !matches!(url.scheme(), "ws" | "wss") {
        let detail = format!("{}: is no scheme of a stream; use ws: or wss:", url.scheme());
        return Err(SourceError::Unreachable { why: Unreach::Connect, detail });
    }
    let mut request = url.as_str().into_client_request().map_err(|e| unreach::refused(&e))?;
    request.headers_mut().insert(USER_AGENT, AGENT);
    Ok(request)
}

async fn reach(url: &Url, egress: &Egress) -> Result<TcpStream, SourceError> {
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default());
    let port = port.unwrap_or(443);
    let reached = match url.scheme() {
        "wss" => egress.connect(host, port).await,
        // An address that is not secure is on this machine or beside it.
        _ => Egress::default().connect(host, port).await,
    };
    reached.map_err(|error| {
        let why = match error {
            ReachError::Name(_) => Unreach::Dns,
            ReachError::Connect(_) => Unreach::Connect,
            ReachError::Proxy { .. } => Unreach::Proxy,
        };
        SourceError::Unreachable { why, detail: error.to_string() }
    })
}
