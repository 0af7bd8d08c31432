use table::text::short;

use crate::problem::Problem;

/// The parameters of a request as they were given, each at most once.
#[derive(Debug, Default)]
pub struct Given {
    /// Names and texts after the question mark, by name.
    query: Vec<(String, String)>,
    /// Names and texts of segments of the path.
    path: Vec<(String, String)>,
}

impl Given {
    /// Takes a query apart. `path` are the segments that have a name.
    ///
    /// # Errors
    ///
    /// A name that is given more than once: whichever was meant, the other would
    /// be passed over silently.
    pub fn of<'a>(
        query: &str,
        path: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Problem> {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let mut query: Vec<_> =
            pairs.map(|(name, text)| (name.into_owned(), text.into_owned())).collect();
        query.sort_unstable();
        if let Some([(name, _), _]) = query.array_windows().find(|[a, b]| a.0 == b.0) {
            return Err(Problem::parameter(&short(name), "given more than once; give it once"));
        }
        let path = path.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
        Ok(Self { query, path: path.collect() })
    }

    /// The names after the question mark, in the order of the alphabet.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|(name, _)| name.as_str())
    }

    /// The text of a name after the question mark. An empty one counts as not
    /// given.
    pub(crate) fn in_query(&self, name: &str) -> Option<&str> {
        text(&self.query, name)
    }

    /// The text of a segment of the path, likewise.
    pub(crate) fn in_path(&self, name: &str) -> Option<&str> {
        text(&self.path, name)
    }
}

fn text<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(given, _)| given == name);
    found.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
}
