use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

/// A number printed as the shortest decimal that reads back the same: `53953`,
/// not `53953.0`.
#[derive(Clone, Copy)]
pub struct Number(pub f64);

/// As that of any number: what a field means is said by the field.
impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        f64::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        f64::json_schema(generator)
    }
}

/// What is computed from decimals has binary noise at its end: 250 × 0.8868 is
/// 221.70000000000002. Fifteen digits keep all that was in them. The very largest
/// numbers stay as they are: rounded up they would be none.
pub fn in_fifteen_digits(computed: f64) -> f64 {
    let rounded = format!("{computed:.14e}").parse().ok();
    rounded.filter(|rounded: &f64| rounded.is_finite()).unwrap_or(computed)
}

/// Above this, not every whole number is a double.
const EXACT_WHOLE: f64 = 9_007_199_254_740_992.0;

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() < EXACT_WHOLE {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::*;

    #[test]
    fn numbers_are_short_and_exact() {
        for (number, text) in [(53953.0, "53953"), (1.0712, "1.0712"), (-0.5, "-0.5"), (0.0, "0")] {
            assert_eq!(serde_json::to_string(&Number(number)).unwrap(), text);
        }
    }

    #[test]
    fn its_schema_says_nothing_of_what_it_is_the_number_of() {
        let schema = schemars::generate::SchemaSettings::draft2020_12().into_generator();
        let schema = schema.into_root_schema_for::<Number>();
        assert_eq!(schema.get("type"), Some(&"number".into()));
        assert_eq!(schema.get("description"), None);
    }

    #[test]
    fn what_is_computed_stays_a_number() {
        assert_eq!(in_fifteen_digits(250.0 * 0.8868).to_string(), "221.7");
        for largest in [f64::MAX, f64::MIN] {
            assert_eq!(in_fifteen_digits(largest).to_bits(), largest.to_bits());
        }
    }
}
