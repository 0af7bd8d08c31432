use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponseParts, ResponseParts};
use jiff::SignedDuration;

/// What others may keep of an answer, and for how long. Handlers name one of
/// these; nobody writes header strings.
#[derive(Clone, Copy, Debug)]
pub enum CachePolicy {
    /// Errors and health: not to be stored by anybody.
    Never,
    /// Ask again each time; a stored copy serves only to compare.
    Revalidate,
    /// Encoded at most once a second; a second more does no harm.
    OneSecond,
    /// Good until the service would ask anew itself.
    For(SignedDuration),
    /// Will not change for so long, so that not even a reload needs to ask.
    Settled(SignedDuration),
    /// The name contains a hash of the content: the content never changes.
    Forever,
}

impl CachePolicy {
    /// For how long a copy may be used without asking, in seconds.
    pub fn seconds(&self) -> i64 {
        match self {
            Self::Never | Self::Revalidate => 0,
            Self::OneSecond => 1,
            Self::For(rest) | Self::Settled(rest) => seconds(*rest),
            Self::Forever => 31_536_000,
        }
    }
}

impl IntoResponseParts for CachePolicy {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let value = match self {
            Self::Never => HeaderValue::from_static("no-store"),
            Self::Revalidate => HeaderValue::from_static("no-cache"),
            Self::OneSecond => HeaderValue::from_static("public, max-age=1"),
            Self::For(rest) => header(format!("public, max-age={}", seconds(rest))),
            Self::Settled(rest) => header(format!("public, max-age={}, immutable", seconds(rest))),
            Self::Forever => HeaderValue::from_static("public, max-age=31536000, immutable"),
        };
        parts.headers_mut().insert(CACHE_CONTROL, value);
        Ok(parts)
    }
}

fn header(value: String) -> HeaderValue {
    HeaderValue::try_from(value).expect("words and digits are a header's value")
}

fn seconds(rest: SignedDuration) -> i64 {
    rest.as_secs().max(0)
}
