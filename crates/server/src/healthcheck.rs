use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LONGEST: Duration = Duration::from_secs(3);

/// Asks the service that listens there whether it is alive.
///
/// # Errors
///
/// A sentence about what it said, or that it said nothing.
pub async fn healthcheck(listen: SocketAddr) -> Result<(), String> {
    let address = reachable(listen);
    match tokio::time::timeout(LONGEST, ask(address)).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(format!("the service on {address} does not say that it is well")),
        Ok(Err(error)) => Err(format!("no service on {address}: {error}")),
        Err(_) => Err(format!("the service on {address} gave no answer within {LONGEST:?}")),
    }
}

/// One plain request by hand: a whole HTTP client would be slower to start than
/// the question takes.
async fn ask(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(answer.starts_with(b"HTTP/1.1 200"))
}

/// A service that listens on every address is asked on the local one.
pub fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
