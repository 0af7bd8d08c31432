use super::*;

fn accepted(accept: &str) -> Option<Format> {
    Format::chosen(None, Some(accept)).ok()
}

#[test]
fn the_header_chooses_what_it_likes_best() {
    use Format::{Csv, Json, Ndjson};
    for (accept, format) in [
        ("", Some(Json)),
        ("*/*", Some(Json)),
        ("*; q=.2", Some(Json)),
        ("application/json", Some(Json)),
        ("text/csv", Some(Csv)),
        ("TEXT/CSV; header=present", Some(Csv)),
        ("text/*", Some(Csv)),
        ("application/*", Some(Json)),
        ("application/x-ndjson", Some(Ndjson)),
        ("application/ndjson", Some(Ndjson)),
        ("text/csv;q=0.5, application/json;q=0.9", Some(Json)),
        ("text/csv;q=0.9, application/json;q=0.5", Some(Csv)),
        ("text/csv; Q=0.9 , */*;q=0.1", Some(Csv)),
        ("text/csv, */*", Some(Csv)), // named, though both have the weight 1
        ("application/json, text/plain, */*", Some(Json)),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Json)),
        ("application/json;q=0, */*", Some(Csv)), // the more precise range decides
        ("application/*;q=0, */*;q=0.1", Some(Csv)),
        ("text/csv;q=0", None),
        ("text/html", None),
        ("image/*", None),
        ("nonsense", None),
        ("text/csv;q=high, application/json;q=0.1", Some(Json)),
        ("text/csv;q=NaN, application/json;q=0.1", Some(Json)),
    ] {
        assert_eq!(accepted(accept), format, "{accept:?}");
    }
}

#[test]
fn a_format_that_was_named_goes_before_the_header() {
    assert_eq!(Format::chosen(Some("csv"), Some("application/json")), Ok(Format::Csv));
    assert_eq!(Format::chosen(Some("json"), Some("text/html")), Ok(Format::Json));
    assert_eq!(Format::chosen(None, None), Ok(Format::Json));
}

#[test]
fn each_name_reads_back() {
    for format in Format::ALL {
        match format.as_str().parse::<Format>() {
            Ok(read) => assert_eq!(read, format),
            Err(error) => assert_eq!(error, FormatError::NotBuilt(format)),
        }
    }
}

#[test]
fn each_type_chooses_its_own_format() {
    for format in Format::ALL.into_iter().filter(|format| format.as_str().parse() == Ok(*format)) {
        let chosen = accepted(format.content_type()).unwrap();
        assert_eq!(chosen.content_type(), format.content_type());
    }
}

#[cfg(not(feature = "arrow"))]
#[test]
fn refusals_say_what_works() {
    let refusal = |asked, accept| Format::chosen(asked, accept).unwrap_err().to_string();
    insta::assert_snapshot!(refusal(Some("xlsx"), None), @r#"no such format "xlsx"; there are json, columns, csv, ndjson"#);
    insta::assert_snapshot!(refusal(Some("parquet"), None), @"this build does not write parquet: it was made without the feature `arrow`; it writes json, columns, csv, ndjson");
    insta::assert_snapshot!(refusal(None, Some("text/html")), @r#"no format has a type that Accept "text/html" takes; there are application/json, text/csv, application/x-ndjson; or choose with format=json|columns|csv|ndjson"#);
}

#[cfg(not(feature = "arrow"))]
#[test]
fn a_format_this_build_lacks_is_the_first_and_only_item() {
    for format in [Format::Arrow, Format::Parquet] {
        let mut pieces = encode(format, &head(), "history", sample(), &[]);
        let refused = FormatError::NotBuilt(format);
        assert!(matches!(pieces.next(), Some(Err(EncodeError::Format(error))) if error == refused));
        assert!(pieces.next().is_none());
    }
}
