//! Parameters as the documents say them.

use http::{AnyParam, Place};
use serde_json::{Value, json};
use table::{Column, Form};

use crate::api::params;

/// A parameter in the OpenAPI document, once for each of its names. `columns` are
/// those that `fields` may name.
pub(super) fn parameters(param: &AnyParam, columns: &[Column]) -> Vec<Value> {
    param.names().map(|name| parameter(param, name, columns)).collect()
}

fn parameter(param: &AnyParam, name: &str, columns: &[Column]) -> Value {
    let schema = schema(param, columns);
    let mut parameter = json!({
        "name": name,
        "in": if param.place == Place::Path { "path" } else { "query" },
        "required": param.is_required() || param.place == Place::Path,
        "description": described(param, name),
        "example": example(param, &schema),
    });
    if param.place == Place::Query && !param.is_required() {
        // It counts as not given, as an HTML form leaves it.
        parameter["allowEmptyValue"] = true.into();
    }
    if schema["type"] == "array" {
        // Texts with commas between are one piece, which is read as well.
        parameter["style"] = "form".into();
        parameter["explode"] = true.into();
    }
    parameter["schema"] = schema;
    parameter
}

/// What a parameter means under one of its names.
pub(crate) fn about(param: &AnyParam, name: &str) -> String {
    if name == param.name {
        return param.about.to_owned();
    }
    format!("Another name of {}; give one of the two. {}", param.name, param.about)
}

/// The same in the document, in which other forms than JSON stand elsewhere.
fn described(param: &AnyParam, name: &str) -> String {
    if param.name != params::FORMAT.name {
        return about(param, name);
    }
    format!(
        "{} Described here is json. Other forms are described under the address that ends in theirs, \
         columns by the schema that is named InColumns, a figure alone at /marketpulse/v1/value/{{symbol}}.",
        param.about
    )
}

/// What a parameter may hold, and what stands for one that is not given.
pub(super) fn schema(param: &AnyParam, columns: &[Column]) -> Value {
    let mut schema = param.kind.schema();
    if param.name == params::FIELDS.name {
        let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
        schema["items"]["enum"] = names.into();
    } else if param.name == params::VALUE_FIELD.name && !columns.is_empty() {
        schema["enum"] = columns.iter().map(|column| &*column.name).collect();
    } else if param.name == params::FORMAT.name {
        // One description has one kind of answer: what has others stands for itself.
        schema["enum"] = json!([Form::JSON.name()]);
    }
    if let Some(default) = param.default {
        schema["default"] = typed(default, &schema);
    }
    schema
}

/// The forms that are no JSON document.
pub(super) const FILES: [Form; 5] =
    [Form::CSV, Form::NDJSON, Form::ARROW, Form::ARROW_FILE, Form::PARQUET];

/// The ending of an address in one of them.
pub(super) fn ending() -> Value {
    let endings = FILES.map(Form::ending);
    json!({
        "name": "ending",
        "in": "path",
        "required": true,
        "description": "The form of the answer, as a file in it ends: arrow is the IPC file, arrows the stream. A client made from this document asks for csv if none is given.",
        "example": Form::CSV.ending(),
        "schema": { "type": "string", "enum": endings, "default": Form::CSV.ending() },
    })
}

/// A value that works, as its schema has it.
fn example(param: &AnyParam, schema: &Value) -> Value {
    if param.name == params::FORMAT.name {
        return Form::JSON.name().into();
    }
    // Which fields there are depends on the route.
    if let Some(names) = schema["items"]["enum"].as_array() {
        return names[..2].into();
    }
    typed(param.example, schema)
}

/// A text as a value of its schema.
fn typed(text: &str, schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("array") => text.split(',').collect(),
        Some("integer" | "number") => text.parse().unwrap_or(Value::Null),
        _ => text.into(),
    }
}
