use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use jiff::Timestamp;

use super::kraken::Kraken;
use super::pace::once_each;

const TOLD_WITHIN: Duration = Duration::from_secs(10);
const MEMBER: &str = "\"as_of\":\"";

/// An event as the service sent it, to be sent again with another instant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    before: String,
    after: String,
}

impl Sample {
    fn new(event: &str) -> Option<Self> {
        let (before, rest) = event.split_once(MEMBER)?;
        let (_, after) = rest.split_once('"')?;
        Some(Self { before: format!("{before}{MEMBER}"), after: format!("\"{after}") })
    }

    /// The event of a change made then.
    pub(crate) fn at(&self, made_at: Timestamp) -> String {
        format!("{}{made_at}{}", self.before, self.after)
    }
}

/// Has each symbol change once, and takes what the service tells of it.
pub(crate) fn capture(
    service: SocketAddr,
    target: &str,
    kraken: &Kraken,
    symbols: usize,
) -> Result<Vec<Sample>, String> {
    let failed = |error: std::io::Error| format!("the service's stream: {error}");
    let mut stream = TcpStream::connect(service).map_err(failed)?;
    stream.set_read_timeout(Some(TOLD_WITHIN)).map_err(failed)?;
    let request = format!("GET {target} HTTP/1.1\r\nHost: {service}\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(failed)?;
    kraken.wait_for_subscription()?;
    let mut lines = BufReader::new(stream).lines();
    next(&mut lines, "snapshot").map_err(failed)?;
    once_each(kraken, symbols)?;
    let told = (0..symbols).map(|_| next(&mut lines, "quote").map_err(failed));
    let sample = |event: String| Sample::new(&event).ok_or(format!("{event} has no as_of"));
    told.map(|event| sample(event?)).collect()
}

/// The next event of this type.
fn next(
    lines: &mut impl Iterator<Item = std::io::Result<String>>,
    kind: &str,
) -> std::io::Result<String> {
    let beginning = format!("{{\"type\":\"{kind}\"");
    for line in lines {
        match line?.strip_prefix("data: ") {
            Some(event) if event.starts_with(&beginning) => return Ok(event.to_owned()),
            _ => {}
        }
    }
    Err(std::io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_instant_is_another() {
        let sample = Sample::new(r#"{"price":1.5,"as_of":"2026-11-22T10:00:00Z","x":[]}"#);
        let again = sample.unwrap().at("2027-01-01T00:00:00.25Z".parse().unwrap());
        assert_eq!(again, r#"{"price":1.5,"as_of":"2027-01-01T00:00:00.25Z","x":[]}"#);
        assert_eq!(Sample::new(r#"{"as_of":null}"#), None);
    }
}
