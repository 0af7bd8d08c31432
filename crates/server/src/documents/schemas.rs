//! JSON Schemas (draft 2020-12, as OpenAPI 3.1 has them) of answers and events.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::fields;

/// The columns of indicators, by what their names are like. `figures` makes a
/// field of the schema of a cell.
pub(super) fn indicators_by_column(figures: fn(Value) -> Value) -> Value {
    let pattern = "^((sma|ema|rsi|roc)_[0-9]+|bollinger_[0-9]+_[0-9]+(_[0-9])?_(lower|middle|upper)\
        |macd(_[0-9]+){3}(_signal|_histogram)?)$";
    let cell = json!({
        "type": ["number", "null"],
        "format": "double",
        "description": "An indicator; null where there are not bars enough before, or its formula divides by nothing.",
    });
    json!({ pattern: figures(cell) })
}

/// The schema of a type as it is written, with all within it, in which every
/// object is closed and every field says what it means. `of` is the operation.
pub(super) fn given<T: JsonSchema>(of: &str) -> Value {
    shape::<T>(SchemaSettings::draft2020_12().for_serialize(), of)
}

/// The schema of a type as it is read.
pub(super) fn read<T: JsonSchema>(of: &str) -> Value {
    shape::<T>(SchemaSettings::draft2020_12().for_deserialize(), of)
}

fn shape<T: JsonSchema>(settings: SchemaSettings, of: &str) -> Value {
    let settings = settings.with(|settings| settings.inline_subschemas = true);
    let mut generator = SchemaGenerator::new(settings);
    let mut schema = T::json_schema(&mut generator).to_value();
    complete(&mut schema, of);
    schema
}

fn complete(schema: &mut Value, of: &str) {
    let Value::Object(schema) = schema else { return };
    // The name of a struct of ours. There is a field of that name as well.
    if schema.get("title").is_some_and(Value::is_string) {
        schema.remove("title");
    }
    let is_object = schema.get("type").is_some_and(|kind| kind == "object");
    if is_object && !schema.contains_key("additionalProperties") {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            fields::explain(property, of, name);
        }
    }
    for (_, inner) in schema.iter_mut() {
        match inner {
            Value::Array(all) => all.iter_mut().for_each(|one| complete(one, of)),
            other => complete(other, of),
        }
    }
}

#[cfg(test)]
mod tests {
    use market::Indicator;
    use proptest::prelude::*;

    use serde_json::Map;

    use super::*;

    proptest! {
        #[test]
        fn columns_of_indicators_are_declared(
            text in "(sma|ema|rsi|roc):[1-9][0-9]?|bollinger:20:[1-9](\\.[1-9])?|macd:[1-9]:20:[1-9]"
        ) {
            let schema = json!({
                "patternProperties": indicators_by_column(|cell| cell),
                "additionalProperties": false,
            });
            let columns = text.parse::<Indicator>().unwrap().columns().into_iter();
            let row: Map<String, Value> = columns.map(|name| (name, Value::Null)).collect();
            let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
            compiler.add_resource("schema.json", schema).unwrap();
            let index = compiler.compile("schema.json", &mut schemas).unwrap();
            prop_assert!(schemas.validate(&row.into(), index).is_ok());
        }
    }
}
