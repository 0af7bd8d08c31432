//! Parameters as the documents say them.

use http::{AnyParam, Place};
use serde_json::{Value, json};
use table::Column;

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
        "required": param.is_required(),
        "description": about(param, name),
        "example": example(param, &schema),
    });
    if param.place == Place::Query && !param.is_required() {
        // It counts as not given, as an HTML form leaves it.
        parameter["allowEmptyValue"] = true.into();
    }
    if schema["type"] == "array" {
        parameter["style"] = "form".into();
        parameter["explode"] = false.into();
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

/// What a parameter may hold, and what stands for one that is not given.
pub(super) fn schema(param: &AnyParam, columns: &[Column]) -> Value {
    let mut schema = param.kind.schema();
    if param.name == params::FIELDS.name {
        let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
        schema["items"]["enum"] = names.into();
    }
    if let Some(default) = param.default {
        schema["default"] = typed(default, &schema);
    }
    schema
}

/// A value that works, as its schema has it.
fn example(param: &AnyParam, schema: &Value) -> Value {
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
