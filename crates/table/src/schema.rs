//! JSON Schemas (draft 2020-12) of fields and of objects made of them.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

use crate::field::{Field, Get};
use crate::rows::Column;

/// The schema of a type as it is written, with all within it.
pub fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut generator =
        settings.with(|settings| settings.inline_subschemas = true).into_generator();
    T::json_schema(&mut generator)
}

/// A column as the documents describe it.
pub struct Described {
    /// The column.
    pub column: Column,
    /// The JSON Schema of its cells.
    pub schema: Schema,
}

/// The columns that fields are, as the documents describe them.
pub fn described<R>(fields: &[Field<R>]) -> Vec<Described> {
    let one = |field: &Field<R>| Described { column: field.column(), schema: of_cell(field) };
    fields.iter().map(one).collect()
}

/// A field as the cell of a table.
fn of_cell<R>(field: &Field<R>) -> Schema {
    let schema = match field.get {
        // A column of whole numbers has all of one size.
        Get::Small(_) => typed(field, "integer", Some("int64")),
        Get::Inner(..) => typed(field, "string", None),
        _ => plain(field),
    };
    complete(field, schema)
}

/// A field as the member of an object.
pub(crate) fn of_member<R>(field: &Field<R>) -> Schema {
    let schema = match field.get {
        Get::Inner(_, schema) => schema(),
        _ => plain(field),
    };
    complete(field, schema)
}

fn plain<R>(field: &Field<R>) -> Schema {
    match field.get {
        Get::Date(_) => typed(field, "string", Some("date")),
        Get::Instant(_) => typed(field, "string", Some("date-time")),
        Get::Number(_) => typed(field, "number", Some("double")),
        Get::Text(_) | Get::Inner(..) => typed(field, "string", None),
        Get::Flag(_) => typed(field, "boolean", None),
        Get::Whole(_) => typed(field, "integer", Some("int64")),
        Get::Small(_) => {
            let mut schema = typed(field, "integer", Some("uint8"));
            schema.insert("minimum".to_owned(), u8::MIN.into());
            schema.insert("maximum".to_owned(), u8::MAX.into());
            schema
        }
    }
}

fn typed<R>(field: &Field<R>, name: &str, format: Option<&str>) -> Schema {
    let kind = if field.is_nullable { json!([name, "null"]) } else { name.into() };
    let mut schema = json_schema!({ "type": kind });
    if let Some(format) = format {
        schema.insert("format".to_owned(), format.into());
    }
    schema
}

/// Adds what it means, and the words it may hold.
fn complete<R>(field: &Field<R>, mut schema: Schema) -> Schema {
    schema.insert("description".to_owned(), field.about.into());
    if !field.words.is_empty() {
        let words = field.words.iter().copied().map(Value::from);
        let null = field.is_nullable.then_some(Value::Null);
        schema.insert("enum".to_owned(), words.chain(null).collect());
    }
    schema
}
