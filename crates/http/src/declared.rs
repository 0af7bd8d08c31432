//! What a route takes, declared once. Requests are read by these declarations,
//! and documents and pages about a route are made from them.

use std::fmt;

use serde_json::Value;

use crate::problem::Problem;
use crate::request::Given;

/// One route of a data API.
pub struct Operation {
    /// Stable name in the OpenAPI document.
    pub id: &'static str,
    /// Its path, parameters in braces.
    pub path: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// What else one needs to know, in Markdown without headings.
    pub about: &'static str,
    /// What it takes; anything else is refused.
    pub params: &'static [&'static AnyParam],
    /// Whether rows can be had in every form, or JSON is all there is.
    pub tabular: bool,
}

/// One parameter of a route. `K` is the [`Kind`] of its values.
pub struct Param<K: ?Sized> {
    /// As it stands in an address.
    pub name: &'static str,
    /// Another name for the same thing. Both at once are refused.
    pub also: Option<&'static str>,
    /// Where it stands.
    pub place: Place,
    /// The text that stands for one that is not given.
    pub default: Option<&'static str>,
    /// A value that works.
    pub example: &'static str,
    /// What it means, in a sentence or two.
    pub about: &'static str,
    /// What it takes.
    pub kind: K,
}

/// A parameter of any kind, for whoever tells about it.
pub type AnyParam = Param<dyn Described>;

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// After the question mark.
    Query,
}

/// What is said about the values of a parameter.
pub trait Described: Sync {
    /// What it takes, in words.
    fn in_words(&self) -> String;

    /// The same as a JSON Schema (draft 2020-12). An array stands for texts
    /// separated by commas.
    fn schema(&self) -> Value;

    /// Whether it takes several texts, with commas between or one by one under the
    /// same name.
    fn is_list(&self) -> bool {
        self.schema()["type"] == "array"
    }

    /// Whether it may be left out where there is no default.
    fn is_optional(&self) -> bool {
        false
    }
}

/// A kind of values, and how a text is read into one.
pub trait Kind: Described {
    /// What a text is read into.
    type Value;

    /// Reads a text.
    ///
    /// # Errors
    ///
    /// What is wrong with it and what is accepted, to follow the parameter's name.
    fn read(&self, text: &str) -> Result<Self::Value, String>;

    /// The value where none is given and there is no default; `None` where one is
    /// needed.
    fn absent(&self) -> Option<Self::Value> {
        None
    }
}

impl<K> Param<K> {
    /// A parameter after the question mark.
    pub const fn query(
        name: &'static str,
        kind: K,
        example: &'static str,
        about: &'static str,
    ) -> Self {
        let (also, default) = (None, None);
        Self { name, also, place: Place::Query, default, example, about, kind }
    }

    /// A parameter that is a segment of the path.
    pub const fn in_path(
        name: &'static str,
        kind: K,
        example: &'static str,
        about: &'static str,
    ) -> Self {
        let (also, default) = (None, None);
        Self { name, also, place: Place::Path, default, example, about, kind }
    }
}

impl<K: ?Sized> Param<K> {
    /// The names by which it can be given.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<K> {
        [self.name].into_iter().chain(self.also)
    }

    /// Its text as it was given. An empty one counts as not given, as an HTML
    /// form leaves it.
    pub fn text<'a>(&self, given: &'a Given) -> Option<&'a str> {
        self.texts(given).next().map(|(_, text)| text)
    }

    /// That its value cannot be used: what is wrong with it and what is accepted.
    pub fn refused(&self, fault: impl fmt::Display) -> Problem {
        Problem::parameter(self.name, fault)
    }

    /// The texts given for it, each with the name by which it was given.
    fn texts<'a>(&self, given: &'a Given) -> impl Iterator<Item = (&'static str, &'a str)> {
        let place = self.place;
        self.names().filter_map(move |name| {
            let text = match place {
                Place::Path => given.in_path(name),
                Place::Query => given.in_query(name),
            };
            Some((name, text?))
        })
    }

    /// The one text given for it.
    fn found<'a>(&self, given: &'a Given) -> Result<Option<(&'static str, &'a str)>, Problem> {
        let mut texts = self.texts(given);
        match (texts.next(), texts.next()) {
            (Some((first, _)), Some((second, _))) => {
                let fault = format!("is another name of {first}; give one of the two");
                Err(Problem::parameter(second, fault))
            }
            (found, _) => Ok(found),
        }
    }
}

impl<K: Described + ?Sized> Param<K> {
    /// Whether a request without it is refused.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && !self.kind.is_optional()
    }
}

impl<K: Kind> Param<K> {
    /// Its value in a request.
    ///
    /// # Errors
    ///
    /// A text that cannot be read, none where one is needed, and both names at once.
    pub fn read(&self, given: &Given) -> Result<K::Value, Problem> {
        match (self.found(given)?, self.default) {
            (Some((name, text)), _) => {
                self.kind.read(text).map_err(|fault| Problem::parameter(name, fault))
            }
            (None, Some(text)) => self.kind.read(text).map_err(|fault| self.refused(fault)),
            (None, None) => self.kind.absent().ok_or_else(|| self.missing()),
        }
    }

    fn missing(&self) -> Problem {
        self.refused(format_args!("is needed, such as {}={}", self.name, self.example))
    }
}
