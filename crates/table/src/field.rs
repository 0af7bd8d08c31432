use std::borrow::{Borrow, Cow};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::Schema;
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

use crate::number::Number;
use crate::rows::{Column, ColumnKind, Values};

/// One field of a record `R`: its name, what it means, and how it is had from a
/// record.
///
/// Declared once; a column of a table, a member of a JSON object and what the
/// documents say of both are made from it.
pub struct Field<R> {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) words: &'static [&'static str],
    pub(crate) is_nullable: bool,
    pub(crate) is_optional: bool,
    pub(crate) get: Get<R>,
}

/// How a field is had, which also says what it is. `None` is a hole.
pub(crate) enum Get<R> {
    Date(fn(&R) -> Option<Date>),
    Instant(fn(&R) -> Option<Timestamp>),
    Number(fn(&R) -> Option<f64>),
    Text(fn(&R) -> Option<Cow<'_, str>>),
    Flag(fn(&R) -> Option<bool>),
    Whole(fn(&R) -> Option<i64>),
    Small(fn(&R) -> Option<u8>),
    Inner(fn(&R) -> Option<Box<RawValue>>, fn() -> Schema),
}

impl<R> Field<R> {
    /// A trading date.
    pub const fn date(
        name: &'static str,
        about: &'static str,
        get: fn(&R) -> Option<Date>,
    ) -> Self {
        Self::new(name, about, Get::Date(get))
    }

    /// A moment, UTC.
    pub const fn instant(
        name: &'static str,
        about: &'static str,
        get: fn(&R) -> Option<Timestamp>,
    ) -> Self {
        Self::new(name, about, Get::Instant(get))
    }

    /// A finite number.
    pub const fn number(
        name: &'static str,
        about: &'static str,
        get: fn(&R) -> Option<f64>,
    ) -> Self {
        Self::new(name, about, Get::Number(get))
    }

    /// Any text.
    pub const fn text(
        name: &'static str,
        about: &'static str,
        get: fn(&R) -> Option<Cow<'_, str>>,
    ) -> Self {
        Self::new(name, about, Get::Text(get))
    }

    /// Yes or no.
    pub const fn flag(
        name: &'static str,
        about: &'static str,
        get: fn(&R) -> Option<bool>,
    ) -> Self {
        Self::new(name, about, Get::Flag(get))
    }

    /// A whole number.
    pub const fn whole(
        name: &'static str,
        about: &'static str,
        get: fn(&R) -> Option<i64>,
    ) -> Self {
        Self::new(name, about, Get::Whole(get))
    }

    /// A whole number from 0 to 255.
    pub const fn small(name: &'static str, about: &'static str, get: fn(&R) -> Option<u8>) -> Self {
        Self::new(name, about, Get::Small(get))
    }

    /// A list or an object, as [`json`] writes it, and what [`schema_of`] says of
    /// it. A table has it as JSON in a text.
    ///
    /// [`json`]: crate::json
    /// [`schema_of`]: crate::schema_of
    pub const fn inner(
        name: &'static str,
        about: &'static str,
        get: fn(&R) -> Option<Box<RawValue>>,
        schema: fn() -> Schema,
    ) -> Self {
        // Whether it may be null is said by its own schema.
        Self::new(name, about, Get::Inner(get, schema))
    }

    const fn new(name: &'static str, about: &'static str, get: Get<R>) -> Self {
        Self { name, about, words: &[], is_nullable: true, is_optional: false, get }
    }

    /// The same, which no record lacks.
    #[must_use]
    pub const fn never_null(self) -> Self {
        Self { is_nullable: false, ..self }
    }

    /// The same, left out of objects that lack it instead of being null there.
    #[must_use]
    pub const fn or_absent(self) -> Self {
        Self { is_optional: true, ..self }
    }

    /// The same, which holds one of a few words.
    #[must_use]
    pub const fn one_of(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    /// The same, which means something else here than elsewhere.
    #[must_use]
    pub const fn meaning(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Its name, as it stands in every form.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The column that it is in a table.
    pub fn column(&self) -> Column {
        Column::new(self.name, self.kind())
    }

    fn kind(&self) -> ColumnKind {
        match self.get {
            Get::Date(_) => ColumnKind::Date,
            Get::Instant(_) => ColumnKind::Instant,
            Get::Number(_) => ColumnKind::Number,
            Get::Text(_) | Get::Inner(..) => ColumnKind::Text,
            Get::Flag(_) => ColumnKind::Flag,
            Get::Whole(_) | Get::Small(_) => ColumnKind::Whole,
        }
    }

    /// The cells of its column, one for each record.
    pub fn values<B: Borrow<R>>(&self, records: impl Iterator<Item = B>) -> Values {
        match self.get {
            Get::Date(get) => Values::Date(records.map(|it| get(it.borrow())).collect()),
            Get::Instant(get) => Values::Instant(records.map(|it| get(it.borrow())).collect()),
            Get::Number(get) => Values::Number(records.map(|it| get(it.borrow())).collect()),
            Get::Text(get) => {
                let text = |it: B| get(it.borrow()).map(|text| Arc::from(&*text));
                Values::Text(records.map(text).collect())
            }
            Get::Flag(get) => Values::Flag(records.map(|it| get(it.borrow())).collect()),
            Get::Whole(get) => Values::Whole(records.map(|it| get(it.borrow())).collect()),
            Get::Small(get) => {
                Values::Whole(records.map(|it| get(it.borrow()).map(i64::from)).collect())
            }
            Get::Inner(get, _) => {
                let text = |it: B| get(it.borrow()).map(|json| Arc::from(json.get()));
                Values::Text(records.map(text).collect())
            }
        }
    }

    /// The number that a record has in it, where it is a field of numbers.
    pub fn number_of(&self, record: &R) -> Option<f64> {
        let Get::Number(get) = self.get else { return None };
        get(record)
    }

    /// Writes it as a member of an object.
    pub(crate) fn write<M: SerializeMap>(&self, of: &R, to: &mut M) -> Result<(), M::Error> {
        match self.get {
            Get::Date(get) => self.member(get(of).as_ref(), to),
            Get::Instant(get) => self.member(get(of).as_ref(), to),
            Get::Number(get) => self.member(get(of).map(Number).as_ref(), to),
            Get::Text(get) => self.member(get(of).as_ref(), to),
            Get::Flag(get) => self.member(get(of).as_ref(), to),
            Get::Whole(get) => self.member(get(of).as_ref(), to),
            Get::Small(get) => self.member(get(of).as_ref(), to),
            Get::Inner(get, _) => self.member(get(of).as_ref(), to),
        }
    }

    fn member<M: SerializeMap>(
        &self,
        value: Option<&impl Serialize>,
        to: &mut M,
    ) -> Result<(), M::Error> {
        if value.is_none() && self.is_optional {
            return Ok(());
        }
        to.serialize_entry(self.name, &value)
    }
}
