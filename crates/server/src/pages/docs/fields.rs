//! What a route answers, in words.

use serde_json::Value;

/// A field in words.
pub(super) struct FieldText {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) about: String,
}

/// All fields of an answer, those within others after their names.
pub(super) fn fields(schema: &Value) -> Vec<FieldText> {
    let mut found = Vec::new();
    gather(schema, "", &mut found);
    found
}

fn gather(schema: &Value, before: &str, found: &mut Vec<FieldText>) {
    let required = schema["required"].as_array();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let about = field["description"].as_str().unwrap_or_default().to_owned();
        let is_absent = required.is_some_and(|all| all.iter().all(|it| it != name));
        let kind = kind(field) + if is_absent { ", or absent" } else { "" };
        let name = format!("{before}{name}");
        found.push(FieldText { kind, about, name: name.clone() });
        gather(field, &format!("{name}."), found);
        gather(&field["items"], &format!("{name}[]."), found);
        gather(&field["additionalProperties"], &format!("{name}.*."), found);
        for one in field["anyOf"].as_array().into_iter().flatten() {
            gather(one, &format!("{name}."), found);
        }
    }
}

/// `number or null`, and dates and instants by what they are.
fn kind(field: &Value) -> String {
    let names: Vec<&str> = match (&field["type"], &field["anyOf"]) {
        (Value::String(name), _) => vec![name],
        (Value::Array(names), _) => names.iter().filter_map(Value::as_str).collect(),
        (_, Value::Array(all)) => all.iter().filter_map(|one| one["type"].as_str()).collect(),
        _ => Vec::new(),
    };
    let exact = match field["format"].as_str() {
        Some("date") => "date",
        Some("date-time") => "instant",
        _ => "text",
    };
    let said = names.into_iter().map(|name| match name {
        "string" => exact,
        "array" => "list",
        "boolean" => "true or false",
        other => other,
    });
    said.collect::<Vec<_>>().join(" or ")
}
