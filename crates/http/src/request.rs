use std::borrow::Cow;

use table::text::short;

use crate::problem::Problem;

/// The parameters of a request as they were given.
#[derive(Debug, Default)]
pub struct Given {
    /// Names and texts after the question mark, by name. The texts of one that was
    /// given several times are joined by commas, in their order.
    query: Vec<(String, String)>,
    /// The names that were given several times, or as `name[]`.
    repeated: Vec<String>,
    /// Names and texts of segments of the path.
    path: Vec<(String, String)>,
}

impl Given {
    /// Takes a query apart. `path` are the segments that have a name.
    ///
    /// A list may be given piece by piece, as many clients do: `symbols=A&symbols=B`,
    /// or `symbols[]=A&symbols[]=B`.
    pub fn of<'a>(query: &str, path: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        // The texts of one name stay in their order.
        pairs.sort_by(|(a, _), (b, _)| plain(a).cmp(plain(b)));
        let mut given = Self::default();
        for pieces in pairs.chunk_by(|(a, _), (b, _)| plain(a) == plain(b)) {
            given.add(pieces);
        }
        let path = path.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self { path: path.collect(), ..given }
    }

    /// Takes what was given for one name.
    fn add(&mut self, pieces: &[(Cow<'_, str>, Cow<'_, str>)]) {
        let [(first, _), rest @ ..] = pieces else { return };
        if !rest.is_empty() || plain(first) != first {
            self.repeated.push(plain(first).to_owned());
        }
        let texts = pieces.iter().map(|(_, text)| &**text).filter(|text| !text.is_empty());
        let text = texts.collect::<Vec<_>>().join(",");
        self.query.push((plain(first).to_owned(), text));
    }

    /// The same, with another text for a name.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.query.retain(|(known, _)| known != name);
        self.query.push((name.to_owned(), text.to_owned()));
        self
    }

    /// The names after the question mark.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|(name, _)| name.as_str())
    }

    /// That a name was given more than once and is none of `lists`: whichever text
    /// was meant, the others would be passed over silently.
    pub(crate) fn repeated_but(&self, lists: impl Fn(&str) -> bool) -> Option<Problem> {
        let name = self.repeated.iter().find(|name| !lists(name))?;
        Some(Problem::parameter(&short(name), "given more than once; give it once"))
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

/// A name without the mark of one piece of a list.
fn plain(name: &str) -> &str {
    name.strip_suffix("[]").unwrap_or(name)
}

fn text<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(given, _)| given == name);
    found.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
}
