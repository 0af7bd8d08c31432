use axum::http::header::HeaderValue;

/// The pages in browsers that may read answers, by the origins they are of. They send no
/// key of their user's along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// Those of all read answers, which are no secret; those of this service and of this
    /// machine alone open sockets.
    #[default]
    Usual,
    /// Those of all read answers and open sockets.
    All,
    /// Beside those of this service and of this machine, those of these origins alone.
    These(Vec<String>),
}

impl Origins {
    /// What an answer says to a page: `*`, its origin, or nothing.
    pub(super) fn told(&self, origin: Option<&HeaderValue>) -> Option<HeaderValue> {
        match self {
            Self::Usual | Self::All => Some(HeaderValue::from_static("*")),
            Self::These(_) => origin.filter(|origin| self.names(origin)).cloned(),
        }
    }

    /// Whether a page of another service may open a socket.
    pub(super) fn opens_sockets(&self, origin: &HeaderValue) -> bool {
        *self == Self::All || self.names(origin)
    }

    fn names(&self, origin: &HeaderValue) -> bool {
        let Self::These(these) = self else { return false };
        these.iter().any(|it| it.as_bytes().eq_ignore_ascii_case(origin.as_bytes()))
    }
}
