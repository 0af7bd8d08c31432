use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::civil::Date;

use crate::api::{Operation, Place};
use crate::error::ApiError;

/// The parameters of a question, each at most once and every one known.
///
/// A name that no handler reads is refused with the nearest that one does: a
/// misspelt parameter must not silently get another answer.
#[derive(Debug, Default)]
pub(crate) struct Params {
    /// Names and values, by name.
    given: Vec<(String, String)>,
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let given = url::form_urlencoded::parse(query.as_bytes());
        let mut given: Vec<_> =
            given.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        given.sort_unstable();
        if let Some([(name, _), _]) = given.array_windows().find(|[a, b]| a.0 == b.0) {
            return Err(ApiError::parameter(&short(name), "given more than once; give it once"));
        }
        Ok(Self { given })
    }
}

impl Params {
    /// Refuses every name that an operation does not take, every value that its
    /// declaration does not allow, and the absence of what it needs.
    pub(crate) fn accept(&self, operation: &Operation) -> Result<(), ApiError> {
        let taken = || operation.params.iter().filter(|param| param.place == Place::Query);
        for (name, value) in &self.given {
            let Some(param) = taken().find(|param| param.name == name) else {
                let names: Vec<&str> = taken().map(|param| param.name).collect();
                return Err(ApiError::parameter(&short(name), explain(name, &names)));
            };
            if !value.is_empty() {
                param.check(value)?;
            }
        }
        let missing = taken().find(|param| param.required && self.text(param.name).is_none());
        missing.map_or(Ok(()), |param| Err(param.missing()))
    }

    /// The value of a parameter, as text. An empty one counts as not given, as
    /// an HTML form leaves it.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self.given.iter().find(|(given, _)| given == name);
        found.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }

    /// The value of a parameter, read as what it stands for.
    pub(crate) fn read<T>(&self, name: &str) -> Result<Option<T>, ApiError>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        let read = |text: &str| {
            text.parse().map_err(|error: T::Err| ApiError::parameter(name, error.to_string()))
        };
        self.text(name).map(read).transpose()
    }

    /// The value of a parameter that is a date.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, ApiError> {
        let read = |text: &str| date(text).map_err(|fault| ApiError::parameter(name, fault));
        self.text(name).map(read).transpose()
    }

    /// The values of a parameter that holds several, separated by commas.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let listed = self.text(name).unwrap_or_default().split(',').map(str::trim);
        listed.filter(|text| !text.is_empty()).collect()
    }
}

/// Reads a date. Strict: `2024-1-5` or a date with a time would be read in ways
/// the asker may not have meant.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    let strict = Date::strptime("%Y-%m-%d", text).ok().filter(|_| text.len() == 10);
    strict.ok_or_else(|| {
        format!("{:?} is not a date; use YYYY-MM-DD, such as 2024-01-31", short(text))
    })
}

fn explain(name: &str, accepted: &[&str]) -> String {
    match nearest(name, accepted.iter().copied()) {
        Some(near) => format!("no such parameter; did you mean {near}?"),
        None if accepted.is_empty() => "no such parameter; this address takes none".to_owned(),
        None => format!("no such parameter; this address takes {}", accepted.join(", ")),
    }
}

/// The name that looks most like another, if one does.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness =
        |known: &&str| (strsim::normalized_damerau_levenshtein(name, known) * 1000.0) as u32;
    known.max_by_key(likeness).filter(|near| likeness(near) > 500)
}

/// The beginning of a text, so that an error does not repeat ten kilobytes.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
