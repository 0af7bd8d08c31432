use std::net::SocketAddr;

use tokio::net::TcpSocket;

/// An address of this machine at which nobody listens, and nobody else can begin to
/// while this lives.
#[derive(Debug)]
pub struct Nobody {
    /// Connections to it are refused.
    pub address: SocketAddr,
    _bound: TcpSocket,
}

impl Nobody {
    /// Takes a port that is free.
    pub fn listens() -> Self {
        let bound = TcpSocket::new_v4().unwrap();
        bound.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        Self { address: bound.local_addr().unwrap(), _bound: bound }
    }
}
