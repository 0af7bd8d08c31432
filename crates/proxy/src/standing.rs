use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::PROXY_AUTHORIZATION;
use reqwest::Client;

use crate::crypto;
use crate::token::Token;

/// How its file begins.
const OURS: &str = "Proxy of marketpulse at ";

/// One that says nothing for so long is not there.
const LONGEST: Duration = Duration::from_secs(5);

/// A proxy that stands on this machine for whoever is told where: its folder keeps that,
/// and its token, so that a program which knew it before still does after a new start.
#[derive(Debug)]
pub struct Standing {
    /// Where it listens.
    pub listen: SocketAddr,
    token: Token,
}

/// Why nothing is known of a standing proxy.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// The file cannot be read or written.
    #[error("{} cannot be used", .path.display())]
    File {
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        #[source]
        why: io::Error,
    },
    /// Something else stands there.
    #[error("{} is no file of ours and was left as it is; move it away, and a new one is made", .0.display())]
    NotOurs(PathBuf),
}

impl Standing {
    /// One that listens there, with the token that the folder keeps, or a new one; it is
    /// noted down.
    pub fn begin(folder: &Path, listen: SocketAddr) -> Result<Self, StandingError> {
        let before = Self::noted(folder)?;
        let standing =
            Self { listen, token: before.map_or_else(Token::random, |before| before.token) };
        let path = place(folder);
        let written = kept::replace(&path, &standing.text(), kept::PRIVATE);
        written.map_err(|why| StandingError::File { path, why })?;
        Ok(standing)
    }

    /// The one that the folder tells of, whether or not it stands still.
    pub fn noted(folder: &Path) -> Result<Option<Self>, StandingError> {
        let path = place(folder);
        match fs::read_to_string(&path) {
            Ok(text) => Self::read(&text).map(Some).ok_or(StandingError::NotOurs(path)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) if why.kind() == io::ErrorKind::InvalidData => {
                Err(StandingError::NotOurs(path))
            }
            Err(why) => Err(StandingError::File { path, why }),
        }
    }

    /// Its token.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Its address for programs that reach it under a name; for those of this machine
    /// where none is given.
    pub fn address(&self, name: Option<&str>) -> String {
        match name {
            Some(name) => self.token.address(&format!("{name}:{}", self.listen.port())),
            None => self.token.address(&self.here().to_string()),
        }
    }

    /// Asks whether it stands; the address of the service that it is for.
    ///
    /// # Errors
    ///
    /// What came instead.
    pub async fn greet(&self) -> Result<String, String> {
        crypto::install();
        let client = Client::builder().no_proxy().timeout(LONGEST).build();
        let client = client.map_err(|error| error.to_string())?;
        let asked = client.get(format!("http://{}/", self.here()));
        let answer = asked.header(PROXY_AUTHORIZATION, self.token.credentials()).send().await;
        let answer = answer.map_err(|_| "nobody answers there".to_owned())?;
        if answer.status() != StatusCode::OK {
            return Err(format!("something else answers there, with status {}", answer.status()));
        }
        answer.text().await.map_err(|error| error.to_string())
    }

    /// One that listens on every address is reached on the local one.
    fn here(&self) -> SocketAddr {
        let ip = match self.listen.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        SocketAddr::new(ip, self.listen.port())
    }

    fn read(text: &str) -> Option<Self> {
        let (listen, token) = text.strip_prefix(OURS)?.split_once('\n')?;
        Some(Self { listen: listen.parse().ok()?, token: Token::read(token.trim_end())? })
    }

    fn text(&self) -> String {
        format!("{OURS}{}\n{}\n", self.listen, self.token.written())
    }
}

fn place(folder: &Path) -> PathBuf {
    folder.join("standing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_token_outlives_a_new_start_and_its_place_does_not() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Standing::noted(folder.path()).unwrap().is_none());
        let first = Standing::begin(folder.path(), "127.0.0.1:5001".parse().unwrap()).unwrap();
        let next = Standing::begin(folder.path(), "0.0.0.0:5002".parse().unwrap()).unwrap();
        assert_eq!(first.token(), next.token());
        let noted = Standing::noted(folder.path()).unwrap().unwrap();
        assert_eq!(noted.listen.port(), 5002);
        assert!(noted.address(None).ends_with("@127.0.0.1:5002"));
        assert!(noted.address(Some("host.example")).ends_with("@host.example:5002"));
    }

    #[test]
    fn a_file_that_is_not_ours_is_said_and_left() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(place(folder.path()), "Proxy of marketpulse at home\nsecret\n").unwrap();
        let said = Standing::begin(folder.path(), "127.0.0.1:1".parse().unwrap()).unwrap_err();
        assert!(matches!(said, StandingError::NotOurs(_)));
        assert!(fs::read_to_string(place(folder.path())).unwrap().ends_with("secret\n"));
    }

    #[tokio::test]
    async fn one_that_has_ended_is_not_greeted() {
        let folder = tempfile::tempdir().unwrap();
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let standing = Standing::begin(folder.path(), gone).unwrap();
        assert_eq!(standing.greet().await, Err("nobody answers there".to_owned()));
    }
}
