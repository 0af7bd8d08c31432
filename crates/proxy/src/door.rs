use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use egress::Route;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue, PROXY_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::civil::Date;
use reqwest::Body;
use rustls::ServerConfig;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::hosts::plain;
use crate::{Authority, Hosts, Service, Token};

/// Where secure addresses are, and alone are answered in the place of a host.
const SECURE: u16 = 443;

/// A program that asks nothing for so long has left.
const LONGEST_SILENCE: Duration = Duration::from_mins(2);

/// Where no connection can be taken, as when there are too many files open.
const NEXT_TRY: Duration = Duration::from_secs(1);

/// Which day it is, in UTC.
pub type Today = Arc<dyn Fn() -> Date + Send + Sync>;

/// A proxy, and what it goes by.
pub struct Proxy {
    /// Answered from the service.
    pub hosts: Hosts,
    /// Speaks for them.
    pub authority: Authority,
    /// Answers them.
    pub service: Service,
    /// How all others are reached.
    pub route: Route,
    /// Who does not name it gets nothing.
    pub token: Token,
    /// By which certificates are dated.
    pub today: Today,
}

impl Proxy {
    /// Takes whoever names the token, for ever. What goes on ends where this is dropped,
    /// but for tunnels, which end with the program.
    pub async fn serve(self, listener: TcpListener) -> Infallible {
        let (proxy, mut open) = (Arc::new(self), JoinSet::new());
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    open.spawn(Arc::clone(&proxy).answer(stream));
                }
                // One that has left already is none to wait for; the others will not be
                // over at once.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(_) => tokio::time::sleep(NEXT_TRY).await,
            }
            while open.try_join_next().is_some() {}
        }
    }

    async fn answer(self: Arc<Self>, stream: TcpStream) {
        // A small packet must not wait for the next one.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request| {
            let proxy = Arc::clone(&self);
            async move { Ok::<_, Infallible>(proxy.take(request).await) }
        });
        // An error is a program that left, or speaks no HTTP.
        let _ = http().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
    }

    async fn take(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        if !self.token.is_named_in(request.headers()) {
            return stranger();
        }
        let host = request.uri().host().map(str::to_owned);
        match host {
            Some(host) if request.method() == Method::CONNECT => self.connect(host, request).await,
            Some(host) if self.hosts.contain(&host) => self.service.ask(&host, request).await,
            Some(host) => {
                let why = format!("{host} is not reached in plain HTTP through this proxy");
                said(StatusCode::FORBIDDEN, why)
            }
            // Asked for itself, it tells which service it is for.
            None => said(StatusCode::OK, self.service.address().to_string()),
        }
    }

    async fn connect(
        self: Arc<Self>,
        host: String,
        mut request: Request<Incoming>,
    ) -> Response<Body> {
        let Some(port) = request.uri().port_u16() else {
            return said(StatusCode::BAD_REQUEST, "name a port as well".to_owned());
        };
        let client_side = hyper::upgrade::on(&mut request);
        if self.hosts.contain(&host) {
            return self.stand_in(plain(&host), port, client_side);
        }
        match egress::connect(&self.route, &host, port).await {
            Ok(stream) => {
                tokio::spawn(untouched(client_side, stream));
                Response::default()
            }
            Err(error) => {
                said(StatusCode::BAD_GATEWAY, format!("{host} cannot be reached: {error}"))
            }
        }
    }

    fn stand_in(
        self: Arc<Self>,
        host: String,
        port: u16,
        client_side: OnUpgrade,
    ) -> Response<Body> {
        if port != SECURE {
            let why = format!("{host} is answered on port {SECURE}, by marketpulse");
            return said(StatusCode::FORBIDDEN, why);
        }
        match self.authority.speak_for(&host, (self.today)()) {
            Ok(tls) => {
                tokio::spawn(self.speak(host, tls, client_side));
                Response::default()
            }
            Err(error) => {
                let why = format!("no certificate can be made for {host}: {error}");
                said(StatusCode::BAD_GATEWAY, why)
            }
        }
    }

    /// Answers in the place of a host, until the client leaves.
    async fn speak(self: Arc<Self>, host: String, tls: ServerConfig, client_side: OnUpgrade) {
        let Ok(stream) = client_side.await else { return };
        let accepted = TlsAcceptor::from(Arc::new(tls)).accept(TokioIo::new(stream)).await;
        // A client that does not trust our authority leaves here, and says so itself.
        let Ok(stream) = accepted else { return };
        let service = service_fn(|request| {
            let (proxy, host) = (Arc::clone(&self), host.clone());
            async move { Ok::<_, Infallible>(proxy.service.ask(&host, request).await) }
        });
        let _ = http().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
    }
}

/// How connections of programs are read.
fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(LONGEST_SILENCE);
    http
}

async fn untouched(client_side: OnUpgrade, mut stream: TcpStream) {
    if let Ok(client) = client_side.await {
        let _ = copy_bidirectional(&mut TokioIo::new(client), &mut stream).await;
    }
}

fn stranger() -> Response<Body> {
    let why = "this proxy is for the programs that know its token";
    let mut response = said(StatusCode::PROXY_AUTHENTICATION_REQUIRED, why.to_owned());
    let how = HeaderValue::from_static("Basic realm=\"marketpulse\"");
    response.headers_mut().insert(PROXY_AUTHENTICATE, how);
    response
}

fn said(status: StatusCode, what: String) -> Response<Body> {
    let mut response = Response::new(Body::from(what));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
