use std::hash::{DefaultHasher, Hash, Hasher};

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, Uri};
use http::Problem;
use http::accept;
use market::Symbol;
use table::Form;

use crate::api::{Operation, Place};
use crate::error::ApiError;
use crate::params::Params;

/// A question to the data API as it arrived: its parameters, and what says in
/// which form the answer is wanted.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) params: Params,
    pub(crate) headers: HeaderMap,
    pub(crate) uri: Uri,
    path: RawPathParams,
}

impl<S: Send + Sync> FromRequest<S> for Ask {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut parts, _) = request.into_parts();
        let params = Params::from_request_parts(&mut parts, state).await?;
        let path = RawPathParams::from_request_parts(&mut parts, state).await;
        let path = path.map_err(|_| ApiError::no_such_page())?;
        Ok(Self { params, headers: parts.headers, uri: parts.uri, path })
    }
}

impl Ask {
    /// Refuses what an operation does not take.
    pub(crate) fn accept(&self, operation: &Operation) -> Result<(), Problem> {
        let in_path = operation.params.iter().filter(|param| param.place == Place::Path);
        for param in in_path {
            param.check(self.segment(param.name))?;
        }
        self.params.accept(operation)
    }

    /// A parameter that is a segment of the path.
    pub(crate) fn segment(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The symbol in the path.
    pub(crate) fn symbol(&self) -> Result<Symbol, Problem> {
        let parsed = self.segment("symbol").parse();
        parsed.map_err(|error: market::SymbolError| Problem::parameter("symbol", error))
    }

    /// In which form the answer is wanted.
    pub(crate) fn form(&self) -> Result<Form, ApiError> {
        let accept = self.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        Ok(accept::form(self.params.text("format"), accept)?)
    }

    /// The address as asked, with one parameter set to another value.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let query = self.uri.query().unwrap_or_default();
        let kept = url::form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known != name);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair(name, value);
        format!("{}?{}", self.uri.path(), query.finish())
    }

    /// What the answer is cached under: the address, and the form.
    pub(crate) fn key(&self, form: Form) -> String {
        format!("{form} {}", self.uri)
    }
}

/// One number for all that an answer's bytes depend on.
pub(crate) fn version(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
