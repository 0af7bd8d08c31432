//! What those members of answers and events mean that are no record's field.

use serde_json::Value;

/// Says of a member what it means, unless its record has said so. `of` is the
/// operation or the event.
pub(super) fn explain(schema: &mut Value, of: &str, name: &str) {
    let Value::Object(schema) = schema else { return };
    if !schema.contains_key("description")
        && let Some(meaning) = meaning(of, name)
    {
        schema.insert("description".to_owned(), meaning.into());
    }
}

/// What a member of an operation's answer means: its own meaning there, else the
/// one it has everywhere.
fn meaning(of: &str, name: &str) -> Option<&'static str> {
    let own = format!("{of}.{name}");
    let find = |wanted: &str| MEANINGS.iter().find(|(known, _)| *known == wanted);
    find(&own).or_else(|| find(name)).map(|(_, meaning)| *meaning)
}

const MEANINGS: &[(&str, &str)] = &[
    ("actions", "The actions, oldest first."),
    ("bars", "The bars, in the order asked for."),
    ("calendars", "The calendars."),
    ("changes", "What holds no more, oldest first."),
    ("disputes", "The disputes, newest first."),
    ("repairs", "The repairs, newest first."),
    ("versions", "The versions, by date, and of each the oldest first."),
    ("columns", "An array for each field of the rows, all of one length."),
    ("instruments", "The instruments."),
    ("sessions", "The days of trading, oldest first."),
    ("quotes", "The quotes, in the order asked for."),
    (
        "id",
        "Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows.",
    ),
    ("pong.timestamp", "When the ping was received."),
    ("snapshot.timestamp", "When the snapshot was made."),
    ("snapshot.quotes", "What is known of each symbol, as in the event quote."),
    ("snapshot.sources", "How each upstream is, as in the event source."),
    (
        "snapshot.bars",
        "The bar of each symbol that is forming, as in the event bar; only where bars were asked for.",
    ),
];
