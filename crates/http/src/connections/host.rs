use axum::extract::Request;
use axum::http::header::{HOST, HeaderValue};
use axum::http::uri::Authority;
use axum::http::{StatusCode, Version};

use crate::problem::Problem;

/// Why a request does not say to whom it is (RFC 9112, section 3.2): one of
/// HTTP/1.1 names one host, one of HTTP/1.0 at most one. What stands between us and
/// whoever asks may otherwise take it for another request than we do.
pub(super) fn fault(request: &Request) -> Option<Problem> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    let is_needed = request.version() == Version::HTTP_11;
    let detail = match (first, second) {
        (None, _) if is_needed => "a request of HTTP/1.1 says in one header Host to whom it is",
        (_, Some(_)) => "there is more than one header Host; leave one",
        (Some(host), None) if !is_host(host) => "the header Host is a name and perhaps a port",
        _ => return None,
    };
    Some(Problem::plain(StatusCode::BAD_REQUEST, "Host not accepted", detail))
}

fn is_host(host: &HeaderValue) -> bool {
    let host = host.as_bytes();
    host.is_empty() || (!host.contains(&b'@') && Authority::try_from(host).is_ok())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_request_says_once_to_whom_it_is() {
        let check = |version, hosts: &[&str], is_right: bool| {
            let mut request = Request::new(Body::empty());
            *request.version_mut() = version;
            for host in hosts {
                request.headers_mut().append(HOST, host.parse().unwrap());
            }
            assert_eq!(fault(&request).is_none(), is_right, "{version:?} {hosts:?}");
        };
        check(Version::HTTP_11, &["localhost:5000"], true);
        check(Version::HTTP_11, &["[::1]:5000"], true);
        check(Version::HTTP_11, &[""], true);
        check(Version::HTTP_11, &[], false);
        check(Version::HTTP_11, &["a", "a"], false);
        check(Version::HTTP_11, &["a", "b"], false);
        check(Version::HTTP_11, &["a b"], false);
        check(Version::HTTP_11, &["a/b"], false);
        check(Version::HTTP_11, &["me@a"], false);
        check(Version::HTTP_10, &[], true);
        check(Version::HTTP_10, &["a"], true);
        check(Version::HTTP_10, &["a", "b"], false);
    }
}
