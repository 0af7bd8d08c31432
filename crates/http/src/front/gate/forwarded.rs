use std::net::{IpAddr, SocketAddr};

use access::Networks;
use axum::http::{HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// For whom a proxy asks: the last address on the way that no trusted proxy has. What
/// stands before that, anybody may have written.
pub(super) fn asker(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    let values = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let way: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    let mut asker = peer;
    for step in way.into_iter().rev() {
        match address(step.trim()) {
            Some(address) if trusted.contain(asker) => asker = address,
            _ => break,
        }
    }
    asker
}

/// An address as proxies write it, with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let within = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let with_port = || text.parse::<SocketAddr>().ok().map(|it| it.ip());
    within.unwrap_or(text).parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_whom_no_trusted_proxy_speaks_for_is_the_asker() {
        let trusted: Networks = "10.0.0.0/8".parse().unwrap();
        let asker = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(FORWARDED_FOR, value.parse().unwrap());
            }
            asker("10.0.0.1".parse().unwrap(), &headers, &trusted).to_string()
        };
        assert_eq!(asker(&[]), "10.0.0.1");
        assert_eq!(asker(&["192.0.2.7"]), "192.0.2.7");
        assert_eq!(asker(&["6.6.6.6, 192.0.2.7"]), "192.0.2.7", "the first may be made up");
        assert_eq!(asker(&["6.6.6.6", "192.0.2.7, 10.0.0.9"]), "192.0.2.7");
        assert_eq!(asker(&["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(asker(&["192.0.2.7:4711"]), "192.0.2.7");
        assert_eq!(asker(&["10.0.0.2, 10.0.0.3"]), "10.0.0.2");
        assert_eq!(asker(&["192.0.2.7, unknown"]), "10.0.0.1");
    }
}
