//! Kinds of values that parameters take, whatever they are about.

use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use table::text::{date, short};

use crate::declared::{Described, Kind};

/// Values that a function reads.
pub struct Custom<V> {
    /// What is taken, in words.
    pub in_words: fn() -> String,
    /// The same as a JSON Schema.
    pub schema: fn() -> Value,
    /// Reads a text, or says what is wrong with it.
    pub read: fn(&str) -> Result<V, String>,
}

/// A date, `YYYY-MM-DD`.
pub const DATE: Custom<Date> = Custom {
    in_words: || "a date, YYYY-MM-DD".to_owned(),
    schema: || json!({ "type": "string", "format": "date" }),
    read: date,
};

/// An instant, RFC 3339 with `Z` or an offset.
pub const INSTANT: Custom<Timestamp> = Custom {
    in_words: || "an instant, RFC 3339".to_owned(),
    schema: || json!({ "type": "string", "format": "date-time" }),
    read: |text| {
        text.parse().map_err(|_| {
            let shown = short(text);
            format!("{shown:?} is not an instant; use RFC 3339, such as 2025-10-29T12:00:00Z")
        })
    },
};

/// A finite number above zero.
pub const AMOUNT: Custom<f64> = Custom {
    in_words: || "a number above zero".to_owned(),
    schema: || json!({ "type": "number", "exclusiveMinimum": 0 }),
    read: |text| {
        let number = text.parse::<f64>().ok().filter(|it| it.is_finite() && *it > 0.0);
        let fault = || format!("{:?} is not a positive number, such as 250 or 99.90", short(text));
        number.ok_or_else(fault)
    },
};

/// Reads a text as its type does.
///
/// # Errors
///
/// What the type says is wrong with it.
pub fn parsed<V: FromStr<Err: Display>>(text: &str) -> Result<V, String> {
    text.parse().map_err(|error: V::Err| error.to_string())
}

impl<V> Described for Custom<V> {
    fn in_words(&self) -> String {
        (self.in_words)()
    }

    fn schema(&self) -> Value {
        (self.schema)()
    }
}

impl<V> Kind for Custom<V> {
    type Value = V;

    fn read(&self, text: &str) -> Result<V, String> {
        (self.read)(text)
    }
}

/// A text of so many characters at most, not all of them blanks.
#[derive(Clone, Copy, Debug)]
pub struct Text(pub usize);

impl Described for Text {
    fn in_words(&self) -> String {
        format!("up to {} characters", self.0)
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "minLength": 1, "maxLength": self.0, "pattern": r"\S" })
    }
}

impl Kind for Text {
    type Value = String;

    fn read(&self, text: &str) -> Result<String, String> {
        if text.trim().is_empty() {
            return Err("nothing but blanks".to_owned());
        }
        within(text, self.0).map(str::to_owned)
    }
}

/// A text, unless it is longer than so many characters.
///
/// # Errors
///
/// How long it is, and how long it may be.
pub fn within(text: &str, longest: usize) -> Result<&str, String> {
    let length = text.chars().count();
    let fault = || format!("{length} characters; at most {longest}");
    if length > longest { Err(fault()) } else { Ok(text) }
}

/// A whole number between two others, both included.
#[derive(Clone, Copy, Debug)]
pub struct Whole(pub u32, pub u32);

impl Described for Whole {
    fn in_words(&self) -> String {
        format!("a whole number from {} to {}", self.0, self.1)
    }

    fn schema(&self) -> Value {
        json!({ "type": "integer", "minimum": self.0, "maximum": self.1 })
    }
}

impl Kind for Whole {
    type Value = u32;

    fn read(&self, text: &str) -> Result<u32, String> {
        let &Self(least, most) = self;
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        let fault = || format!("{:?} is not a whole number from {least} to {most}", short(text));
        number.ok_or_else(fault)
    }
}

/// One of a few values, each by its name.
#[derive(Clone, Copy)]
pub struct OneOf<V: 'static> {
    /// All of them, in the order in which they are listed.
    pub all: &'static [V],
    /// The name of one.
    pub name: fn(V) -> &'static str,
}

/// One of a few words.
pub const fn one_of(words: &'static [&'static str]) -> OneOf<&'static str> {
    OneOf { all: words, name: |word| word }
}

impl<V: Copy> OneOf<V> {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().map(|&one| (self.name)(one))
    }

    fn listed(&self) -> String {
        self.names().collect::<Vec<_>>().join(", ")
    }
}

impl<V: Copy + Sync> Described for OneOf<V> {
    fn in_words(&self) -> String {
        self.listed()
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "enum": self.names().collect::<Vec<_>>() })
    }
}

impl<V: Copy + Sync> Kind for OneOf<V> {
    type Value = V;

    fn read(&self, text: &str) -> Result<V, String> {
        let found = self.all.iter().find(|&&one| (self.name)(one) == text);
        let fault = || format!("{:?} is not one of {}", short(text), self.listed());
        found.copied().ok_or_else(fault)
    }
}

/// What may be left out: then there is no value.
#[derive(Clone, Copy)]
pub struct Optional<K>(pub K);

impl<K: Described> Described for Optional<K> {
    fn in_words(&self) -> String {
        self.0.in_words()
    }

    /// A list that need not be given may be empty: then it is not.
    fn schema(&self) -> Value {
        let mut schema = self.0.schema();
        if let Some(least) = schema.get_mut("minItems") {
            *least = 0.into();
        }
        schema
    }

    fn is_optional(&self) -> bool {
        true
    }
}

impl<K: Kind> Kind for Optional<K> {
    type Value = Option<K::Value>;

    fn read(&self, text: &str) -> Result<Self::Value, String> {
        self.0.read(text).map(Some)
    }

    fn absent(&self) -> Option<Self::Value> {
        Some(None)
    }
}

/// What one kind takes, made into something else.
pub struct Then<K: Kind, V>(pub K, pub fn(K::Value) -> Result<V, String>);

impl<K: Kind, V> Described for Then<K, V> {
    fn in_words(&self) -> String {
        self.0.in_words()
    }

    fn schema(&self) -> Value {
        self.0.schema()
    }
}

impl<K: Kind, V> Kind for Then<K, V> {
    type Value = V;

    fn read(&self, text: &str) -> Result<V, String> {
        self.0.read(text).and_then(self.1)
    }
}
