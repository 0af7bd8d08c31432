//! Requests read by declarations.

use proptest::prelude::*;

use crate::kinds::{DATE, Optional, Text, Whole, one_of};
use crate::{Given, Param, Params, Problem};

const ID: Param<Whole> = Param::in_path("id", Whole(1, 9), "7", "Which one.");
const TITLE: Param<Text> = Param::query("title", Text(5), "tea", "What it is called.");
const COLOUR: Param<crate::kinds::OneOf<&str>> = Param {
    default: Some("red"),
    also: Some("color"),
    ..Param::query("colour", one_of(&["red", "blue"]), "blue", "Its colour.")
};
const SINCE: Param<Optional<crate::kinds::Custom<jiff::civil::Date>>> =
    Param::query("since", Optional(DATE), "2024-01-02", "From when on.");

const TAGS: Param<Optional<crate::kinds::Custom<String>>> =
    Param::query("tags", Optional(WORDS), "old,blue", "Words for it.");
const WORDS: crate::kinds::Custom<String> = crate::kinds::Custom {
    in_words: || "words with commas between".to_owned(),
    schema: || serde_json::json!({ "type": "array", "items": { "type": "string" } }),
    read: |text| Ok(text.to_owned()),
};

crate::params! {
    /// A thing on a shelf.
    struct Thing {
        id: u32 = ID,
        title: String = TITLE,
        colour: &'static str = COLOUR,
        since: Option<jiff::civil::Date> = SINCE,
        tags: Option<String> = TAGS,
    }
}

fn read(query: &str) -> Result<Thing, Problem> {
    Thing::read(&Given::of(query, [("id", "7")]))
}

#[test]
fn what_is_given_is_read_and_defaults_stand_for_the_rest() {
    let thing = read("title=tea&since=").unwrap();
    let expected = (7, "tea", "red", None);
    assert_eq!((thing.id, &*thing.title, thing.colour, thing.since), expected);
    assert_eq!(read("title=tea&color=blue").unwrap().colour, "blue");
}

#[test]
fn a_list_is_read_from_one_text_or_from_many_in_their_order() {
    for query in [
        "tags=b,c,a",
        "tags=b&tags=c&tags=a",
        "tags=b,c&&tags=a",
        "tags%5B%5D=b&tags[]=c&tags[]=a",
        "tags=&tags=b,c&tags=&tags=a",
    ] {
        let thing = read(&format!("title=tea&{query}")).unwrap();
        assert_eq!(thing.tags.as_deref(), Some("b,c,a"), "{query}");
    }
    assert_eq!(read("title=tea&tags=&tags=").unwrap().tags, None);
}

#[test]
fn what_is_not_accepted_is_named_with_what_is() {
    for (query, expected) in [
        ("", "title: is needed, such as title=tea"),
        ("title=", "title: is needed, such as title=tea"),
        ("title=%20", "title: nothing but blanks"),
        ("title=coffee", "title: 6 characters; at most 5"),
        ("title=tea&title=tea", "title: given more than once; give it once"),
        ("title[]=tea", "title: given more than once; give it once"),
        ("titel=tea", "titel: no such parameter; did you mean title?"),
        ("x=1", "x: no such parameter; this address takes title, colour, color, since, tags"),
        (
            "id=7&title=tea",
            "id: no such parameter; this address takes title, colour, color, since, tags",
        ),
        ("title=tea&color=green", "color: \"green\" is not one of red, blue"),
        ("title=tea&color=red&colour=red", "color: is another name of colour; give one of the two"),
        ("title=tea&since=now", "since: \"now\" is not a date; use YYYY-MM-DD, such as 2024-01-31"),
    ] {
        assert_eq!(read(query).unwrap_err().detail(), expected, "{query}");
    }
    let fault = Thing::read(&Given::of("title=tea", [("id", "10")])).unwrap_err();
    assert_eq!(fault.detail(), "id: \"10\" is not a whole number from 1 to 9");
    let fault = <()>::read(&Given::of("x=1", [])).unwrap_err();
    assert_eq!(fault.detail(), "x: no such parameter; this address takes none");
}

proptest! {
    #[test]
    fn any_request_is_read_or_refused_with_a_short_sentence(
        query in "\\PC{0,200}|((title|colou?r|since|id|[a-z]{0,9})=[^&]{0,9}&?){0,6}",
        id in "\\PC{0,9}",
    ) {
        if let Err(problem) = Thing::read(&Given::of(&query, [("id", &*id)])) {
            prop_assert!(problem.detail().len() < 400, "{}", problem.detail());
        }
    }
}
