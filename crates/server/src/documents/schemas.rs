//! JSON Schemas (draft 2020-12, as OpenAPI 3.1 has them) of what is taken and given.

use market::Interval;
use query::MOST_INDICATORS;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use table::{Column, ColumnKind};

use super::fields;
use crate::api::{Param, Shape};

/// A part of a symbol: something in it is a letter or a digit.
const CODE: &str = "[-.=^&_]*[A-Za-z0-9][-.=^&_A-Za-z0-9]*";

/// Up to a hundred years in each unit.
const PERIOD: &str = "^(ytd|max\
    |([1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|365[01][0-9]|3652[0-5])d\
    |([1-9][0-9]{0,2}|[1-4][0-9]{3}|5[01][0-9]{2}|520[0-9]|521[0-8])wk\
    |([1-9][0-9]{0,2}|1[01][0-9]{2}|1200)mo\
    |([1-9][0-9]?|100)y)$";

/// What a parameter may hold. `columns` are those that `fields` may name. A list
/// that need not be given may be empty: then it is not.
pub(super) fn taken(param: &Param, columns: &[Column]) -> Value {
    match param.shape {
        Shape::Symbol => symbol(),
        Shape::Symbols(most) => {
            let least = u8::from(param.required);
            json!({ "type": "array", "items": symbol(), "minItems": least, "maxItems": most })
        }
        Shape::Text(longest) => {
            json!({ "type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S" })
        }
        Shape::Interval => one_of(&Interval::ALL.map(Interval::as_str)),
        Shape::Period => json!({ "type": "string", "pattern": PERIOD }),
        Shape::Date => json!({ "type": "string", "format": "date" }),
        Shape::Instant => json!({ "type": "string", "format": "date-time" }),
        Shape::Whole(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Shape::Amount => json!({ "type": "number", "exclusiveMinimum": 0 }),
        Shape::OneOf(words) => one_of(words),
        Shape::Fields => picked(columns),
        Shape::Indicators => indicators(),
        Shape::Currency => json!({ "type": "string", "pattern": "^[A-Za-z0-9]{2,6}$" }),
    }
}

/// Whether a parameter holds several values, separated by commas.
pub(super) fn is_list(shape: Shape) -> bool {
    matches!(shape, Shape::Symbols(_) | Shape::Fields | Shape::Indicators)
}

pub(super) fn symbol() -> Value {
    let pattern = format!("^{CODE}(/{CODE})?$");
    json!({ "type": "string", "maxLength": 32, "pattern": pattern })
}

fn one_of(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

fn picked(columns: &[Column]) -> Value {
    let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
    json!({ "type": "array", "items": one_of(&names), "uniqueItems": true })
}

/// That the quick average of a MACD is the quicker one cannot be said here.
fn indicators() -> Value {
    let (bars, deviations) = ("([1-9][0-9]?|[1-4][0-9]{2}|500)", r"([1-9]|10|[0-9]\.[1-9])");
    let pattern = format!(
        "^((sma|ema|rsi|roc):{bars}|bollinger:{bars}:{deviations}|macd:{bars}:{bars}:{bars})$"
    );
    let item = json!({ "type": "string", "pattern": pattern });
    json!({ "type": "array", "items": item, "maxItems": MOST_INDICATORS, "uniqueItems": true })
}

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

/// Rows as objects. Which keys they have depends on `fields`, so none is required.
pub(super) fn row(columns: &[Column], always: &[&str], of: &str) -> Map<String, Value> {
    let cell = |column: &Column| {
        let mut cell = cell(column.kind, always.contains(&&*column.name));
        fields::explain(&mut cell, of, &column.name);
        (column.name.to_string(), cell)
    };
    columns.iter().map(cell).collect()
}

fn cell(kind: ColumnKind, always: bool) -> Value {
    let (name, format) = match kind {
        ColumnKind::Date => ("string", Some("date")),
        ColumnKind::Instant => ("string", Some("date-time")),
        ColumnKind::Number => ("number", Some("double")),
        ColumnKind::Text => ("string", None),
        ColumnKind::Flag => ("boolean", None),
        ColumnKind::Whole => ("integer", Some("int64")),
    };
    let mut cell = if always { json!({ "type": name }) } else { json!({ "type": [name, "null"] }) };
    if let Some(format) = format {
        cell["format"] = format.into();
    }
    cell
}

#[cfg(test)]
mod tests {
    use market::{Indicator, Period, Symbol};
    use proptest::prelude::*;

    use super::*;
    use crate::api::param;

    fn matches(param: &Param, text: &str) -> bool {
        fits(taken(param, &[]), &text.into())
    }

    fn fits(schema: Value, value: &Value) -> bool {
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("schema.json", schema).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        schemas.validate(value, index).is_ok()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn an_indicator_fits_its_schema_exactly_where_it_can_be_read(
            text in "(sma|ema|rsi|roc|smma):[0-9]{0,3}|bollinger:20:[0-9]{0,2}(\\.[0-9])?\
                |macd:[1-9]?:1[0-9]{1,2}:[0-9]"
        ) {
            let schema = taken(&param::INDICATORS, &[]);
            prop_assert_eq!(fits(schema, &json!([text])), text.parse::<Indicator>().is_ok());
        }

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
            prop_assert!(fits(schema, &row.into()));
        }

        #[test]
        fn a_period_fits_its_schema_exactly_where_it_can_be_read(
            text in "(max|ytd|[0-9]{1,6}(d|wk|mo|y|s)?)"
        ) {
            prop_assert_eq!(matches(&param::PERIOD, &text), text.parse::<Period>().is_ok());
        }

        #[test]
        fn a_symbol_fits_its_schema_exactly_where_it_can_be_read(
            text in "[A-Ca-c0-9/=^&_.é*-]{0,6}|[A-Z]{30,34}"
        ) {
            prop_assert_eq!(matches(&param::SYMBOL, &text), text.parse::<Symbol>().is_ok());
        }
    }

    #[test]
    fn the_longest_periods_fit() {
        for (text, fits) in [
            ("36525d", true),
            ("36526d", false),
            ("5218wk", true),
            ("5219wk", false),
            ("1200mo", true),
            ("1201mo", false),
            ("100y", true),
            ("101y", false),
        ] {
            assert_eq!(matches(&param::PERIOD, text), fits, "{text}");
            assert_eq!(text.parse::<Period>().is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn every_example_fits_its_schema() {
        let all = crate::api::ALL.iter().flat_map(|operation| operation.params);
        for param in
            all.filter(|param| matches!(taken(param, &[])["type"].as_str(), Some("string")))
        {
            assert!(matches(param, param.example), "{}={}", param.name, param.example);
            assert!(param.check(param.example).is_ok(), "{}={}", param.name, param.example);
        }
    }
}
