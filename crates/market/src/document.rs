use std::sync::Arc;
use std::time::Duration;

/// A question to an upstream whose answer is passed on as it is.
///
/// Equal questions have one answer, whoever asks: the path without escapes, the
/// parameters in the order of their names, and the body byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentQuery {
    path: Vec<String>,
    parameters: Vec<(String, String)>,
    body: Option<Arc<[u8]>>,
}

/// A question as its source takes it, and what may be done with the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentOffer {
    /// The question without what means nothing there.
    pub query: DocumentQuery,
    /// For how long an answer is current.
    pub lifetime: Duration,
}

/// What an upstream answered: JSON, not read any further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The HTTP status: a success, or one by which the upstream says that the question
    /// itself has no answer.
    pub status: u16,
    /// A text in JSON.
    pub body: Arc<[u8]>,
}

impl DocumentQuery {
    /// A question about what stands at a path. Of a parameter that is given twice the
    /// last counts.
    pub fn new<P, Q>(path: P, parameters: Q) -> Self
    where
        P: IntoIterator<Item: Into<String>>,
        Q: IntoIterator<Item = (String, String)>,
    {
        let path = path.into_iter().map(Into::into).collect();
        let parameters: std::collections::BTreeMap<_, _> = parameters.into_iter().collect();
        Self { path, parameters: parameters.into_iter().collect(), body: None }
    }

    /// The same, put by sending a body.
    #[must_use]
    pub fn with_body(self, body: impl Into<Arc<[u8]>>) -> Self {
        Self { body: Some(body.into()), ..self }
    }

    /// The segments of the path, without escapes.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Names and values, in the order of the names.
    pub fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// What is sent along, if the question is put that way.
    pub fn body(&self) -> Option<&Arc<[u8]>> {
        self.body.as_ref()
    }

    /// So many bytes it holds.
    pub fn len(&self) -> usize {
        let path: usize = self.path.iter().map(String::len).sum();
        let parameters = self.parameters.iter().map(|(name, value)| name.len() + value.len());
        path + parameters.sum::<usize>() + self.body.as_ref().map_or(0, |body| body.len())
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Document {
    /// Whether it is what was asked for, and not why there is none.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(parameters: &[(&str, &str)]) -> DocumentQuery {
        let parameters = parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        DocumentQuery::new(["v7", "finance"], parameters)
    }

    #[test]
    fn the_order_of_parameters_makes_no_other_question() {
        let one = query(&[("b", "2"), ("a", "1")]);
        assert_eq!(one, query(&[("a", "0"), ("a", "1"), ("b", "2")]));
        assert_eq!(one.parameter("b"), Some("2"));
        assert_ne!(one, query(&[("a", "1")]));
    }

    #[test]
    fn another_body_is_another_question() {
        let one = query(&[]).with_body(*b"{}");
        assert_ne!(one, query(&[]));
        assert_ne!(one, query(&[]).with_body(*b"{ }"));
        assert_eq!(one.len(), "v7finance{}".len());
    }
}
