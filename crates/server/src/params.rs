use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use http::Problem;
use jiff::Timestamp;
use jiff::civil::Date;
use table::text::{date, nearest, short};

use crate::api::{Operation, Place};

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
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let given = url::form_urlencoded::parse(query.as_bytes());
        let mut given: Vec<_> =
            given.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        given.sort_unstable();
        if let Some([(name, _), _]) = given.array_windows().find(|[a, b]| a.0 == b.0) {
            return Err(Problem::parameter(&short(name), "given more than once; give it once"));
        }
        Ok(Self { given })
    }
}

impl Params {
    /// Refuses every name that an operation does not take, every value that its
    /// declaration does not allow, and the absence of what it needs.
    pub(crate) fn accept(&self, operation: &Operation) -> Result<(), Problem> {
        let taken = || operation.params.iter().filter(|param| param.place == Place::Query);
        for (name, value) in &self.given {
            let Some(param) = taken().find(|param| param.name == name) else {
                let names: Vec<&str> = taken().map(|param| param.name).collect();
                return Err(Problem::parameter(&short(name), explain(name, &names)));
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
    pub(crate) fn read<T>(&self, name: &str) -> Result<Option<T>, Problem>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        let read =
            |text: &str| text.parse().map_err(|error: T::Err| Problem::parameter(name, error));
        self.text(name).map(read).transpose()
    }

    /// The value of a parameter that is a date.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, Problem> {
        let read = |text: &str| date(text).map_err(|fault| Problem::parameter(name, fault));
        self.text(name).map(read).transpose()
    }

    /// Where the page before ended.
    pub(crate) fn cursor(&self) -> Result<Option<Timestamp>, Problem> {
        let read = |text: &str| {
            let fault = "is not one that this service gave; follow next as it is given";
            text.parse().map_err(|_| Problem::parameter("cursor", fault))
        };
        self.text("cursor").map(read).transpose()
    }

    /// The values of a parameter that holds several, separated by commas.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let listed = self.text(name).unwrap_or_default().split(',').map(str::trim);
        listed.filter(|text| !text.is_empty()).collect()
    }
}

fn explain(name: &str, accepted: &[&str]) -> String {
    match nearest(name, accepted.iter().copied()) {
        Some(near) => format!("no such parameter; did you mean {near}?"),
        None if accepted.is_empty() => "no such parameter; this address takes none".to_owned(),
        None => format!("no such parameter; this address takes {}", accepted.join(", ")),
    }
}
