use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::fail;
use crate::config::Config;

const LONGEST: Duration = Duration::from_secs(3);

/// Asks the service on this machine whether it is alive.
pub(crate) async fn healthcheck(config: &Config) -> ExitCode {
    let address = reachable(config.listen);
    match tokio::time::timeout(LONGEST, ask(address)).await {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) => fail(1, &format!("the service on {address} does not say that it is well")),
        Ok(Err(error)) => fail(1, &format!("no service on {address}: {error}")),
        Err(_) => fail(1, &format!("the service on {address} gave no answer within {LONGEST:?}")),
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
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
