use std::io;

/// Why a host is not reached: the step that failed.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// Its name is not resolved.
    #[error("{0}")]
    Name(#[source] io::Error),
    /// No connection to it.
    #[error("{0}")]
    Connect(#[source] io::Error),
    /// The proxy on the way is not reached, or does not let us through.
    #[error("the proxy {proxy} {said}")]
    Proxy {
        /// Its host and port.
        proxy: String,
        /// What it does, as the rest of a sentence.
        said: String,
    },
}
