use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::extract::{FromRequest, FromRequestParts, MatchedPath, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use engine::Engine;
use http::{AnyParam, Caller, Clearance, Given, Params, Problem};
use table::Form;
use table::text::short;

use crate::api::params;
use crate::app::App;
use face::ApiError;
use face::engine_for;

/// A question to the data API: what it takes, as typed values, and the request
/// that it came in.
#[derive(Debug)]
pub(crate) struct Ask<P> {
    pub(crate) params: P,
    pub(crate) request: Asked,
}

/// The request that a question came in.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) headers: HeaderMap,
    pub(crate) uri: Uri,
    pub(crate) caller: Caller,
}

impl<S: Send + Sync, P: Params> FromRequest<S> for Ask<P> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut parts, _) = request.into_parts();
        let Taken(params) = Taken::from_request_parts(&mut parts, state).await?;
        let caller = Caller::named_in(&parts.extensions);
        Ok(Self { params, request: Asked { headers: parts.headers, uri: parts.uri, caller } })
    }
}

/// What a question takes, where nothing else of its request matters.
#[derive(Debug)]
pub(crate) struct Taken<P>(pub(crate) P);

impl<S: Send + Sync, P: Params> FromRequestParts<S> for Taken<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = RawPathParams::from_request_parts(parts, state).await;
        let path = path.map_err(|_| ApiError::no_such_page())?;
        let mut path: Vec<_> = path.iter().collect();
        let form = parts.extensions.get().and_then(|route| ending(route, &mut path));
        let given = Given::of(parts.uri.query().unwrap_or_default(), path);
        let given = match form {
            Some(form) => in_form(given, form, P::DECLARED)?,
            None => given,
        };
        Ok(Self(P::read(&given)?))
    }
}

/// The form that an address ends in as a file does: `…/bars/AAPL.csv`. It is taken
/// off the parameter that it stands behind, if it is one.
fn ending(route: &MatchedPath, path: &mut [(&str, &str)]) -> Option<Form> {
    let route = route.as_str();
    let last = path.last_mut().filter(|_| route.ends_with('}'));
    let Some((_, text)) = last else { return Some(Form::of_file(route)?.1) };
    let (stem, form) = Form::of_file(text)?;
    *text = stem;
    Some(form)
}

/// What is given, with the form that the address ends in.
fn in_form(given: Given, form: Form, declared: &[&AnyParam]) -> Result<Given, Problem> {
    let (name, ending) = (params::FORMAT.name, form.ending());
    if declared.iter().all(|param| param.name != name) {
        let fault = format!("there is no .{ending} of this; leave the ending out");
        return if form == Form::JSON { Ok(given) } else { Err(Problem::not_acceptable(fault)) };
    }
    match params::FORMAT.text(&given) {
        Some(named) if named != form.name() => {
            let named = short(named);
            let fault =
                format!("{named} contradicts the ending .{ending}; leave one of the two out");
            Err(params::FORMAT.refused(fault))
        }
        _ => Ok(given.with(name, form.name())),
    }
}

impl Asked {
    /// The engine, asked on behalf of whoever made the request.
    pub(crate) fn engine(&self, app: &App) -> Engine {
        engine_for(&app.engine, &self.caller)
    }

    /// The answer has no figures of any source, so that whoever asks may have it.
    pub(crate) fn has_no_figures(&self) {
        self.caller.clears(|| Clearance::Given);
    }

    /// The address as asked, with one parameter set to another value.
    pub(crate) fn with(&self, param: &AnyParam, value: &str) -> String {
        let query = self.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let kept = pairs.filter(|(name, _)| param.names().all(|known| known != name));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair(param.name, value);
        format!("{}?{}", self.uri.path(), query.finish())
    }

    /// That a parameter cannot be used, by the name under which it was given.
    pub(crate) fn refused(&self, param: &AnyParam, fault: impl Display) -> Problem {
        let query = self.uri.query().unwrap_or_default().as_bytes();
        let is_given = |name: &&str| {
            let mut pairs = url::form_urlencoded::parse(query);
            pairs.any(|(given, text)| given == *name && !text.is_empty())
        };
        Problem::parameter(param.names().find(is_given).unwrap_or(param.name), fault)
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
