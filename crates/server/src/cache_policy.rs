use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponseParts, ResponseParts};

/// What others may keep of an answer, and for how long. Handlers name one of
/// these; nobody writes header strings.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CachePolicy {
    /// Errors and health: not to be kept by anybody.
    Never,
    /// Ask again each time; a kept copy serves only to compare.
    Revalidate,
    /// Encoded at most once a second; a second more does no harm.
    OneSecond,
    /// The name contains a hash of the content: the content never changes.
    Forever,
}

impl IntoResponseParts for CachePolicy {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let value = match self {
            Self::Never => "no-store",
            Self::Revalidate => "no-cache",
            Self::OneSecond => "public, max-age=1",
            Self::Forever => "public, max-age=31536000, immutable",
        };
        parts.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(value));
        Ok(parts)
    }
}
