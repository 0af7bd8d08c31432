use serde_json::json;

use super::*;

/// A sighting of a bird, of which not all is known.
struct Sighting {
    bird: &'static str,
    seen_at: Option<Timestamp>,
    weight: Option<f64>,
    flock: Option<u8>,
    ring: Option<Ring>,
}

struct Ring(i64);

impl Sighting {
    const BIRD: Field<Self> =
        Field::text("bird", "What it was.", |it: &Self| Some(it.bird.into())).never_null();
    const SEEN_AT: Field<Self> = Field::instant("seen_at", "When.", |it| it.seen_at);
    const WEIGHT: Field<Self> = Field::number("weight", "In grams.", |it| it.weight);
    const FLOCK: Field<Self> = Field::small("flock", "How many.", |it| it.flock);
    const RING: Field<Self> = Field::inner(
        "ring",
        Ring::ABOUT,
        |it| Some(json(&it.ring.as_ref().map(|ring| Object::of(Ring(ring.0))))),
        schema_of::<Option<Object<Ring>>>,
    );
    const STATE: Field<Self> =
        Field::text("state", "Whether it flew.", |_| None).one_of(&["flying", "sitting"]);
}

impl Record for Ring {
    const ABOUT: &'static str = "What it wore.";

    fn members<'f>() -> &'f [Field<Self>] {
        const { &[Field::whole("number", "As engraved.", |it: &Self| Some(it.0)).never_null()] }
    }
}

impl Record for Sighting {
    const ABOUT: &'static str = "A sighting.";

    fn members<'f>() -> &'f [Field<Self>] {
        const {
            &[
                Self::WEIGHT.or_absent(),
                Self::BIRD.meaning("Which bird it was."),
                Self::SEEN_AT,
                Self::FLOCK.never_null(),
                Self::RING,
                Self::STATE.or_absent(),
            ]
        }
    }
}

fn seen() -> Sighting {
    let seen_at = Some(instant("2024-05-04T05:40:00Z"));
    Sighting { bird: "wren", seen_at, weight: Some(9.0), flock: Some(2), ring: Some(Ring(7)) }
}

fn guessed() -> Sighting {
    Sighting { bird: "owl", seen_at: None, weight: None, flock: Some(1), ring: None }
}

#[test]
fn an_object_has_its_members_in_order_and_leaves_out_what_may_be_absent() {
    let written = |record| serde_json::to_string(&Object::of(record)).unwrap();
    assert_eq!(
        written(seen()),
        r#"{"weight":9,"bird":"wren","seen_at":"2024-05-04T05:40:00Z","flock":2,"ring":{"number":7}}"#
    );
    assert_eq!(written(guessed()), r#"{"bird":"owl","seen_at":null,"flock":1,"ring":null}"#);
}

#[test]
fn a_table_has_a_column_for_each_field_and_a_hole_where_there_is_nothing() {
    let fields = [Sighting::BIRD, Sighting::FLOCK, Sighting::SEEN_AT, Sighting::RING];
    let rows = Built::of(&fields, &[seen(), guessed()]);
    let expected = "\
bird,flock,seen_at,ring
wren,2,2024-05-04T05:40:00Z,\"{\"\"number\"\":7}\"
owl,1,,null
";
    let pieces = bare(Arc::new(rows)).pieces(Form::CSV).flat_map(Result::unwrap);
    assert_eq!(String::from_utf8(pieces.collect()).unwrap(), expected);
}

#[test]
fn the_schema_of_an_object_says_what_each_member_is_and_means() {
    let schema = schema_of::<Object<Sighting>>().to_value();
    assert_eq!(schema["required"], json!(["bird", "seen_at", "flock", "ring"]));
    assert_eq!(schema["additionalProperties"], false);
    let member = |name: &str| schema["properties"][name].clone();
    assert_eq!(member("bird"), json!({ "type": "string", "description": "Which bird it was." }));
    assert_eq!(member("weight")["type"], json!(["number", "null"]));
    assert_eq!(
        member("flock"),
        json!({ "type": "integer", "format": "uint8", "minimum": 0, "maximum": 255, "description": "How many." })
    );
    assert_eq!(member("ring")["type"], json!(["object", "null"]));
    assert_eq!(member("ring")["description"], "What it wore.");
    assert_eq!(member("state")["enum"], json!(["flying", "sitting", null]));
}

#[test]
fn the_schema_of_a_cell_is_that_of_its_column() {
    let cell = |field: Field<Sighting>| described(&[field]).remove(0).schema.to_value();
    assert_eq!(
        cell(Sighting::FLOCK),
        json!({ "type": ["integer", "null"], "format": "int64", "description": "How many." })
    );
    assert_eq!(cell(Sighting::RING)["type"], json!(["string", "null"]));
}
