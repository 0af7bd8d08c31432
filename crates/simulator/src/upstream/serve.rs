mod odd;
mod spoil;

use std::future::pending;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::UPGRADE;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::fault::{Fault, Holes};
use super::shared::Shared;

/// Accepts until dropped; connections end with it.
pub(super) async fn serve(listener: TcpListener, routes: Router, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(stream, routes.clone(), Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, routes: Router, shared: Arc<Shared>) {
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        answer(request.map(Body::new), routes.clone(), Arc::clone(&shared))
    });
    // An error here is a client that went away, or a fault doing its work.
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = connection.with_upgrades().await;
}

/// The routes' answer, or what a fault makes of it. An error closes the
/// connection without an answer.
async fn answer(
    mut request: Request<Body>,
    routes: Router,
    shared: Arc<Shared>,
) -> io::Result<Response> {
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    // From before the fault is known, so that none is missed.
    let mut healed = shared.healed();
    let fault = shared.arrived(target, request.headers().contains_key(UPGRADE));
    let holes = match fault {
        Some(Fault::NullRows) => Holes::EveryThird,
        Some(Fault::AllNull) => Holes::All,
        _ => Holes::None,
    };
    request.extensions_mut().insert(holes);
    if let Some(Fault::Stream(fault)) = fault {
        request.extensions_mut().insert(fault);
    }
    if fault == Some(Fault::Months) {
        odd::in_months(&mut request);
    }
    let proper = async { routes.oneshot(request).await.map_err(io::Error::other) };
    match fault {
        None | Some(Fault::NullRows | Fault::AllNull | Fault::Months | Fault::Stream(_)) => {
            proper.await
        }
        Some(Fault::Close) => Err(io::ErrorKind::ConnectionAborted.into()),
        Some(Fault::Hang) => pending().await,
        Some(Fault::Held) => {
            healed.changed().await.map_err(io::Error::other)?;
            proper.await
        }
        Some(Fault::Slow(delay)) => {
            tokio::time::sleep(delay).await;
            proper.await
        }
        Some(Fault::Truncate) => spoil::truncated(proper.await?).await,
        Some(Fault::Drip) => spoil::dripping(proper.await?).await,
        Some(Fault::Status { code, retry_after }) => Ok(spoil::status(code, retry_after)),
        Some(Fault::Refused) => Ok(odd::refused()),
        Some(Fault::LeftOut) => odd::left_out(proper.await?).await,
        Some(Fault::Odd(element)) => odd::odd(proper.await?, element).await,
        Some(Fault::Tale(tale)) => odd::tale(proper.await?, tale, shared.now()).await,
        Some(Fault::Html) => Ok(spoil::html()),
        Some(Fault::Garbage) => Ok(spoil::garbage()),
        Some(Fault::Empty) => Ok(spoil::empty()),
        Some(Fault::Redirect(location)) => Ok(spoil::redirect(&location)),
        Some(Fault::Huge(bytes)) => Ok(spoil::huge(bytes)),
        Some(Fault::GzipBomb) => Ok(spoil::gzip_bomb()),
        Some(Fault::WrongShape) => Ok(spoil::wrong_shape()),
    }
}
