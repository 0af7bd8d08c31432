use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::field::Field;
use crate::schema::of_member;

/// What is written as a JSON object made of fields. A record that is written in
/// several ways names each by a type of its own, `As`.
pub trait Record<As = ()>: Sized {
    /// What an object of it is, in a sentence.
    const ABOUT: &'static str;

    /// Its members, in the order they are written.
    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f;
}

/// A record as a JSON object.
pub struct Object<R, As = ()>(R, PhantomData<As>);

impl<R: Record<As>, As> Object<R, As> {
    /// The object that is made of a record.
    pub fn of(record: R) -> Self {
        Self(record, PhantomData)
    }
}

impl<R: Record<As>, As> Serialize for Object<R, As> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        for field in R::members() {
            field.write(&self.0, &mut members)?;
        }
        members.end()
    }
}

impl<R: Record<As>, As> JsonSchema for Object<R, As> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        R::ABOUT.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let member = |field: &Field<R>| (field.name.to_owned(), of_member(field).to_value());
        let properties: Map<String, Value> = R::members().iter().map(member).collect();
        let required = R::members().iter().filter(|field| !field.is_optional);
        json_schema!({
            "type": "object",
            "description": R::ABOUT,
            "properties": properties,
            "required": required.map(|field| field.name).collect::<Vec<_>>(),
            "additionalProperties": false,
        })
    }
}

/// A list or an object as it stands within another.
pub fn json(value: &impl Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("texts and finite numbers are always JSON")
}
