use std::collections::HashMap;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// What stands after the question mark, by name. Clients of this protocol send
/// parameters that mean nothing here, which are passed over; of one that is given
/// twice the last counts.
#[derive(Debug, Default)]
pub(super) struct Words(HashMap<String, String>);

impl Words {
    /// Takes a query apart.
    pub(super) fn of(query: &str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The text of a parameter. An empty one counts as not given.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// Whether a parameter says yes, as Python and JavaScript write it.
    pub(super) fn is_true(&self, name: &str) -> Option<bool> {
        self.get(name).map(|text| text == "1" || text.eq_ignore_ascii_case("true"))
    }

    /// A whole number in a parameter, if it is one.
    pub(super) fn whole(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Words {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_python_and_of_javascript_mean_the_same() {
        let words = Words::of("a=True&b=false&c=&d=1&e=%20x%20&n=25&n=50");
        let said = ["a", "b", "c", "d", "z"].map(|name| words.is_true(name));
        assert_eq!(said, [Some(true), Some(false), None, Some(true), None]);
        assert_eq!((words.get("e"), words.whole("n")), (Some("x"), Some(50)));
        assert_eq!(words.whole("e"), None);
    }
}
