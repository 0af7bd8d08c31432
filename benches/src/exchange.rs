use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One answer, read whole, as it came: still compressed where it was.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut named = pairs.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        named.next().map_or("", |(_, value)| value.trim())
    }
}

/// What an agent's client accepts, and every other that sends a question as a body.
const ACCEPTED: &str = "Accept: application/json, text/event-stream\r\n";

/// What is asked.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    /// In JSON; empty where there is none.
    pub(crate) body: &'a str,
}

/// Asks once over HTTP/1.0, where an answer ends with its connection and is
/// never cut into chunks: so the bytes can be compared as they are.
pub(crate) fn ask(
    server: SocketAddr,
    asked: &Asked<'_>,
    headers: &[(&str, String)],
) -> io::Result<Answer> {
    let Asked { method, target, body } = *asked;
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut request = format!("{method} {target} HTTP/1.0\r\nHost: {server}\r\n");
    for (name, value) in headers {
        request.extend([*name, ": ", value, "\r\n"]);
    }
    if !body.is_empty() {
        request.extend(["Content-Type: application/json\r\n", ACCEPTED]);
        request.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
    }
    request.extend(["\r\n", body]);
    stream.write_all(request.as_bytes())?;
    let mut read = Vec::new();
    stream.read_to_end(&mut read)?;
    parse(&read).ok_or_else(|| io::Error::other(format!("{server}{target} did not answer HTTP")))
}

fn parse(read: &[u8]) -> Option<Answer> {
    let end = read.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = String::from_utf8(read[..end].to_vec()).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head, body: read[end + 4..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_status_headers_and_the_bytes_after_them() {
        let answer = parse(b"HTTP/1.1 200 OK\r\nETag: \"a:b\"\r\n\r\n\x1f\r\n\r\n\xff").unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("etag"), "\"a:b\"");
        assert_eq!(answer.header("age"), "");
        assert_eq!(answer.body, b"\x1f\r\n\r\n\xff");
        assert!(parse(b"220 mail\r\n").is_none());
    }
}
