//! The proxy as programs meet it. All are on this machine: the service, the other hosts,
//! and the proxy on the way to them.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, UPGRADE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use reqwest::{Body, Certificate, Client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use egress::Route;

use crate::{Authority, Hosts, Proxy, Service, Token, crypto};

const HOSTS: Hosts = Hosts::new(&["*.data.example", "www.example"]);

/// A running proxy.
struct World {
    address: SocketAddr,
    token: Token,
    authority: Certificate,
    roots: rustls::RootCertStore,
    _folder: tempfile::TempDir,
}

fn refusal(path: &str, why: &str) -> String {
    format!("{{\"path\":{path:?},\"why\":{why:?}}}")
}

fn url(address: SocketAddr, path: &str) -> url::Url {
    format!("http://{address}/{path}").parse().unwrap()
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

impl World {
    /// In front of a service, with these variables around it.
    async fn start(service: SocketAddr, variables: &'static [(&'static str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        #[expect(
            clippy::disallowed_methods,
            reason = "clients date certificates by their own clock"
        )]
        let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let authority = Authority::open(folder.path(), HOSTS, day).unwrap();
        let der = authority.certificate().clone();
        let (listener, address) = listener().await;
        let token = Token::random();
        let variable = |name: &str| {
            variables.iter().find(|(it, _)| *it == name).map(|(_, value)| value.clone())
        };
        let proxy = Proxy {
            hosts: HOSTS,
            authority,
            service: Service::at(url(service, "behind"), refusal).unwrap(),
            route: Route::of(variable).unwrap(),
            token: token.clone(),
            today: Arc::new(move || day),
        };
        tokio::spawn(proxy.serve(listener));
        let mut roots = rustls::RootCertStore::empty();
        roots.add(der.clone()).unwrap();
        let authority = Certificate::from_der(&der).unwrap();
        Self { address, token, authority, roots, _folder: folder }
    }

    /// A client that goes through it and trusts its authority alone.
    fn client(&self, token: &Token) -> Client {
        let through = reqwest::Proxy::all(token.address(&self.address.to_string())).unwrap();
        let trusting = Client::builder().tls_certs_only([self.authority.clone()]);
        trusting.proxy(through).build().unwrap()
    }

    /// What is said to somebody who asks for a tunnel, and the connection.
    async fn tunnel(&self, to: &str) -> (String, TcpStream) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let credentials = self.token.credentials();
        let asked = format!(
            "CONNECT {to} HTTP/1.1\r\nHost: {to}\r\nProxy-Authorization: {credentials}\r\n\r\n"
        );
        stream.write_all(asked.as_bytes()).await.unwrap();
        let head = head(&mut stream).await;
        (head.lines().next().unwrap_or_default().to_owned(), stream)
    }
}

async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// A service that is well, and repeats what it is asked. Asked for another protocol, it
/// repeats what is said in that.
async fn service() -> SocketAddr {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let http = http1::Builder::new();
            let answering = http.serve_connection(TokioIo::new(stream), service_fn(repeat));
            tokio::spawn(answering.with_upgrades());
        }
    });
    address
}

async fn repeat(mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let header = |name| {
        let value = request.headers().get(name);
        value.map_or("-", |it: &hyper::header::HeaderValue| it.to_str().unwrap()).to_owned()
    };
    if request.uri().path() == "/behind/healthz" {
        return Ok(Response::new(Body::from("{\"status\":\"ok\"}")));
    }
    let own = header("host") == "-" || header("host").contains("example");
    let said = format!(
        "{} {} for {} own {own} key {}",
        request.method(),
        request.uri(),
        header("x-forwarded-host"),
        header("proxy-authorization"),
    );
    let mut response = Response::new(Body::from(said));
    if request.headers().contains_key(UPGRADE) {
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        *response.body_mut() = Body::default();
        response.headers_mut().insert(CONNECTION, "upgrade".parse().unwrap());
        response.headers_mut().insert(UPGRADE, "websocket".parse().unwrap());
        let upgraded = hyper::upgrade::on(&mut request);
        tokio::spawn(async move { echo(TokioIo::new(upgraded.await.unwrap())).await });
    }
    Ok(response)
}

async fn echo(stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite) {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let _ = tokio::io::copy(&mut reading, &mut writing).await;
}

/// Another host, which repeats whatever is said to it.
async fn elsewhere() -> SocketAddr {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(echo(stream));
        }
    });
    address
}

async fn is_repeated(stream: &mut TcpStream, what: &[u8]) {
    stream.write_all(what).await.unwrap();
    let mut repeated = vec![0; what.len()];
    stream.read_exact(&mut repeated).await.unwrap();
    assert_eq!(repeated, what);
}

#[tokio::test]
async fn hosts_of_the_protocol_are_answered_from_the_service() {
    let world = World::start(service().await, &[]).await;
    let client = world.client(&world.token);
    let asked = client.get("https://query1.data.example/v8/chart/EURUSD%3DX?range=5d&a=%26");
    let said = asked.send().await.unwrap().text().await.unwrap();
    let expected =
        "GET /behind/v8/chart/EURUSD%3DX?range=5d&a=%26 for query1.data.example own false key -";
    assert_eq!(said, expected);
    let posted = client.post("https://www.example/xhr").body("{}").send().await.unwrap();
    assert!(posted.text().await.unwrap().starts_with("POST /behind/xhr for www.example"));
    let plain = client.get("http://www.example/quote").send().await.unwrap().text().await.unwrap();
    assert_eq!(plain, "GET /behind/quote for www.example own false key -");
}

#[tokio::test]
async fn who_does_not_name_the_token_gets_nothing() {
    let world = World::start(service().await, &[]).await;
    let stranger = world.client(&Token::random());
    assert!(stranger.get("https://www.example/").send().await.is_err());
    let refused = stranger.get("http://www.example/").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::PROXY_AUTHENTICATION_REQUIRED);
    assert!(refused.headers()["proxy-authenticate"].to_str().unwrap().starts_with("Basic"));
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let asked = b"CONNECT www.example:443 HTTP/1.1\r\nHost: www.example:443\r\n\r\n";
    stream.write_all(asked).await.unwrap();
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 407 "));
}

#[tokio::test]
async fn other_hosts_are_reached_untouched() {
    let world = World::start(service().await, &[]).await;
    let (said, mut stream) = world.tunnel(&elsewhere().await.to_string()).await;
    assert_eq!(said, "HTTP/1.1 200 OK");
    is_repeated(&mut stream, b"\x16\x03\x01 as it is \x00\xff").await;
    let (gone, address) = listener().await;
    drop(gone);
    let (said, _) = world.tunnel(&address.to_string()).await;
    assert_eq!(said, "HTTP/1.1 502 Bad Gateway");
}

#[tokio::test]
async fn what_is_no_tunnel_is_no_way_to_other_hosts() {
    let world = World::start(service().await, &[]).await;
    let address = elsewhere().await;
    let client = world.client(&world.token);
    let refused = client.get(format!("http://{address}/")).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let (said, _) = world.tunnel("www.example:80").await;
    assert_eq!(said, "HTTP/1.1 403 Forbidden");
}

/// A proxy on the way that says `status` and then what it was told.
async fn on_the_way(status: &'static str) -> SocketAddr {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let told = head(&mut stream).await;
            let said = format!("HTTP/1.1 {status}\r\n\r\n{told}");
            stream.write_all(said.as_bytes()).await.unwrap();
        }
    });
    address
}

/// Lives as long as the test.
fn variables(proxy: SocketAddr, except: &str) -> &'static [(&'static str, String)] {
    let proxy = format!("http://me:secret@{proxy}");
    vec![("HTTPS_PROXY", proxy), ("NO_PROXY", except.to_owned())].leak()
}

#[tokio::test]
async fn the_proxy_that_was_named_before_is_on_the_way_to_other_hosts() {
    let proxy = on_the_way("200 fine").await;
    let world = World::start(service().await, variables(proxy, "127.0.0.1")).await;
    let (said, mut stream) = world.tunnel("far.example:8443").await;
    assert_eq!(said, "HTTP/1.1 200 OK");
    let told = head(&mut stream).await;
    assert!(told.starts_with("CONNECT far.example:8443 HTTP/1.1\r\n"), "{told}");
    assert!(told.contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"), "{told}");
    assert!(!told.contains(&world.token.credentials()), "{told}");
    // But for those that are excepted.
    let (_, mut stream) = world.tunnel(&elsewhere().await.to_string()).await;
    is_repeated(&mut stream, b"straight").await;
    // And what is answered here goes nowhere.
    let client = world.client(&world.token);
    let answered = client.get("https://www.example/").send().await.unwrap();
    assert!(answered.text().await.unwrap().starts_with("GET /behind/ for www.example"));
}

#[tokio::test]
async fn what_the_proxy_on_the_way_refuses_is_said() {
    let proxy = on_the_way("407 who are you").await;
    let world = World::start(service().await, variables(proxy, "")).await;
    let (said, _) = world.tunnel("far.example:443").await;
    assert_eq!(said, "HTTP/1.1 502 Bad Gateway");
}

#[tokio::test]
async fn another_protocol_is_spoken_with_the_service() {
    let world = World::start(service().await, &[]).await;
    let (_, stream) = world.tunnel("streamer.data.example:443").await;
    let tls = rustls::ClientConfig::builder_with_provider(crypto::provider());
    let tls = tls.with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(world.roots.clone()).with_no_client_auth();
    let name = "streamer.data.example".try_into().unwrap();
    let mut stream = TlsConnector::from(Arc::new(tls)).connect(name, stream).await.unwrap();
    let asked = b"GET /?version=2 HTTP/1.1\r\nHost: streamer.data.example\r\n\
        Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    stream.write_all(asked).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    stream.write_all(b"subscribe").await.unwrap();
    let mut repeated = [0; 9];
    stream.read_exact(&mut repeated).await.unwrap();
    assert_eq!(&repeated, b"subscribe");
}

#[tokio::test]
async fn a_service_that_went_away_is_said_in_the_words_of_the_protocol() {
    let (gone, address) = listener().await;
    let world = World::start(address, &[]).await;
    drop(gone);
    let client = world.client(&world.token);
    let answer = client.get("https://www.example/v8/chart").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(answer.headers().contains_key("retry-after"));
    let body = answer.text().await.unwrap();
    assert!(body.starts_with("{\"path\":\"/v8/chart\",\"why\":\"marketpulse at "), "{body}");
}

#[tokio::test]
async fn a_service_is_greeted_before_it_is_used() {
    let at = |address, path| Service::at(url(address, path), refusal).unwrap();
    at(service().await, "behind/").greet().await.unwrap();
    let (gone, address) = listener().await;
    drop(gone);
    let guarded = format!("http://me:secret@{address}").parse().unwrap();
    let said = Service::at(guarded, refusal).unwrap().greet().await.unwrap_err().to_string();
    assert!(said.starts_with("no service answers at http://me@127.0.0.1:"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    let said = at(service().await, "").greet().await.unwrap_err().to_string();
    assert!(said.contains("something else does, with status 200"), "{said}");
}
