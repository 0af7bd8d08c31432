use hyper::HeaderMap;
use hyper::header::{CONNECTION, HeaderName, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};

/// What concerns one connection, and is never handed on (RFC 9110, section 7.6.1).
const OF_CONNECTION: [HeaderName; 8] = [
    CONNECTION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    hyper::header::PROXY_AUTHORIZATION,
];

/// Takes away what concerns one connection alone, but for what asks for another protocol.
pub(crate) fn strip(headers: &mut HeaderMap) {
    let upgrade = headers.get(UPGRADE).cloned();
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&OF_CONNECTION) {
        headers.remove(name);
    }
    if let Some(protocol) = upgrade {
        headers.insert(CONNECTION, hyper::header::HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, protocol);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_meant_for_the_service_is_handed_on() {
        let given = |pairs: &[(&'static str, &str)]| {
            let pairs = pairs.iter();
            let pairs = pairs.map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    value.parse::<hyper::header::HeaderValue>().unwrap(),
                )
            });
            let mut headers: HeaderMap = pairs.collect();
            strip(&mut headers);
            let mut left: Vec<_> = headers.keys().map(|it| it.as_str().to_owned()).collect();
            left.sort();
            left
        };
        let plain = [
            ("accept", "*/*"),
            ("connection", "keep-alive, x-own"),
            ("x-own", "1"),
            ("proxy-authorization", "Basic eDp5"),
            ("proxy-connection", "keep-alive"),
        ];
        assert_eq!(given(&plain), ["accept"]);
        let socket = [("connection", "Upgrade"), ("upgrade", "websocket")];
        assert_eq!(given(&socket), ["connection", "upgrade"]);
    }
}
