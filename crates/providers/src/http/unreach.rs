use std::error::Error;
use std::io;

use market::{SourceError, Unreach};

/// Says in our words at which step a request came to nothing.
pub(super) fn explain(error: &reqwest::Error) -> SourceError {
    if is_unpacking(error) {
        return SourceError::Unreadable("a body that cannot be unpacked".to_owned());
    }
    SourceError::Unreachable { why: step(error), detail: root(error) }
}

fn step(error: &reqwest::Error) -> Unreach {
    if error.is_timeout() {
        Unreach::Timeout
    } else if !error.is_connect() {
        Unreach::BrokenOff
    } else if chain(error).any(|cause| cause.to_string().starts_with("tunnel error")) {
        Unreach::Proxy
    } else if chain(error).any(|cause| cause.to_string() == "dns error") {
        Unreach::Dns
    } else if chain(error).any(is_tls) {
        Unreach::Tls
    } else {
        Unreach::Connect
    }
}

/// All causes, the error itself first. An [`io::Error`] shows what it wraps
/// only when asked for it, not as its source.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause: &&'a (dyn Error + 'static)| {
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    cause.is::<rustls::Error>()
}

/// Broken compression, as distinct from a connection that broke off inside a body.
fn is_unpacking(error: &reqwest::Error) -> bool {
    let broken = [io::ErrorKind::InvalidInput, io::ErrorKind::InvalidData];
    error.is_decode()
        && chain(error)
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|cause| broken.contains(&cause.kind()))
}

/// The innermost cause: the outer ones repeat the address, which may hold a key, and "error
/// sending request".
fn root(error: &reqwest::Error) -> String {
    let cause = chain(error).skip(1).last();
    cause.map_or_else(|| "the request came to nothing".to_owned(), ToString::to_string)
}
