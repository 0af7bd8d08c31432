use std::io::{self, ErrorKind};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};

use crate::reached::ReachError;
use crate::route::{Route, Via};

/// The most that a proxy on the way may say before it lets us through, in bytes.
const LONGEST_HEAD: usize = 16 << 10;

/// A connection to a host, straight or through the proxy on the way. The host is a name or
/// an address, in brackets where it is one of version 6.
///
/// # Errors
///
/// [`ReachError`] with the step that failed.
pub async fn connect(route: &Route, host: &str, port: u16) -> Result<TcpStream, ReachError> {
    match route.proxy_for(host) {
        None => straight(host, port).await,
        Some(via) => through(via, host, port).await,
    }
}

async fn straight(host: &str, port: u16) -> Result<TcpStream, ReachError> {
    let found = lookup_host((bare(host), port)).await.map_err(ReachError::Name)?;
    let addresses: Vec<_> = found.collect();
    TcpStream::connect(&*addresses).await.map_err(ReachError::Connect)
}

/// The address of a machine is in brackets where a port follows.
fn bare(host: &str) -> &str {
    host.trim_matches(['[', ']'])
}

async fn through(via: &Via, host: &str, port: u16) -> Result<TcpStream, ReachError> {
    let failed = |said: String| ReachError::Proxy { proxy: via.to_string(), said };
    let asked = ask(via, host, port).await;
    let (stream, head) = asked.map_err(|error| failed(format!("is not reached: {error}")))?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status.len() == 3 && status.starts_with('2') {
        return Ok(stream);
    }
    Err(failed(format!("says {:?}", head.lines().next().unwrap_or_default())))
}

/// Asks a proxy for a tunnel (RFC 9110, section 9.3.6): the connection, and what it says.
async fn ask(via: &Via, host: &str, port: u16) -> io::Result<(TcpStream, String)> {
    let mut stream = TcpStream::connect((via.host.as_str(), via.port)).await?;
    let credentials = via.credentials.as_ref();
    let credentials = credentials.map(|it| format!("Proxy-Authorization: {it}\r\n"));
    let credentials = credentials.unwrap_or_default();
    let asked =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{credentials}\r\n");
    stream.write_all(asked.as_bytes()).await?;
    let head = read_head(&mut stream).await?;
    Ok((stream, head))
}

/// Reads byte by byte: what follows the head belongs to who asked for the tunnel.
async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Err(ErrorKind::InvalidData.into());
        }
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
