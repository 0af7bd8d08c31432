//! In which form an answer is written.

use std::cmp::Ordering;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use table::Form;
use table::text::short;

/// Whether a browser asks, which would rather see a page than JSON.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Nothing that the `Accept` header names can be written: status 406.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no format has a type that Accept {accept:?} takes; there are {}; or choose with \
     format={}", Form::types(), Form::names().replace(", ", "|")
)]
pub struct NotAcceptable {
    /// The beginning of the header.
    pub accept: String,
}

/// The form to write: the one that was named, else what the `Accept` header likes
/// best, else JSON.
///
/// # Errors
///
/// An `Accept` that leaves no form.
pub fn form(named: Option<Form>, accept: Option<&str>) -> Result<Form, NotAcceptable> {
    if let Some(named) = named {
        return Ok(named);
    }
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return Ok(Form::JSON);
    };
    let best = Accepted::read(accept).best(Form::ALL.into_iter());
    best.ok_or_else(|| NotAcceptable { accept: short(accept) })
}

/// The media types of an `Accept` header, with how much each is liked.
struct Accepted<'a> {
    ranges: Vec<Range<'a>>,
}

struct Range<'a> {
    /// `text/csv`, `text/*` or `*/*`.
    types: &'a str,
    /// 0 (not at all) to 1.
    quality: f32,
}

/// How well a format fits a header.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Fit {
    quality: f32,
    /// A type that was named goes before one that is merely not excluded.
    precision: u8,
}

impl<'a> Accepted<'a> {
    /// Reads a header. What is no media range, or has no usable weight, is
    /// passed over, as servers do.
    fn read(header: &'a str) -> Self {
        Self { ranges: header.split(',').filter_map(range).collect() }
    }

    /// The format that is liked best; of equals the first. `None` where none is
    /// acceptable.
    fn best(&self, formats: impl Iterator<Item = Form>) -> Option<Form> {
        let fits = formats.filter_map(|format| Some((self.fit(format)?, format)));
        let better = |best: (Fit, Form), next: (Fit, Form)| {
            if next.0.partial_cmp(&best.0) == Some(Ordering::Greater) { next } else { best }
        };
        fits.reduce(better).map(|(_, format)| format)
    }

    fn fit(&self, format: Form) -> Option<Fit> {
        let fits = format.media_types().iter().filter_map(|name| self.quality_of(name));
        let best = fits.reduce(|best, next| if next > best { next } else { best })?;
        (best.quality > 0.0).then_some(best)
    }

    /// The most precise range that covers a type decides, also against it.
    fn quality_of(&self, name: &str) -> Option<Fit> {
        let covering = self.ranges.iter().filter_map(|range| {
            Some(Fit { precision: range.precision(name)?, quality: range.quality })
        });
        covering.reduce(|best, next| if next.precision > best.precision { next } else { best })
    }
}

impl Range<'_> {
    /// How precisely it names a type; `None` where it does not cover it.
    fn precision(&self, name: &str) -> Option<u8> {
        if self.types.eq_ignore_ascii_case(name) {
            return Some(2);
        }
        let (group, any) = self.types.split_once('/')?;
        match (group, any) {
            ("*", "*") => Some(0),
            (group, "*") => name.split('/').next()?.eq_ignore_ascii_case(group).then_some(1),
            _ => None,
        }
    }
}

/// `text/csv; header=present; q=0.5`: a type, and parameters of which the
/// weight alone matters here.
fn range(text: &str) -> Option<Range<'_>> {
    let mut parts = text.split(';').map(str::trim);
    let types = parts.next().filter(|types| !types.is_empty())?;
    let weight = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    let quality = weight.map_or(Some(1.0), |(_, weight)| weight.trim().parse().ok())?;
    // Some old clients write `*` for `*/*`.
    let types = if types == "*" { "*/*" } else { types };
    (0.0..=1.0).contains(&quality).then_some(Range { types, quality })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &str) -> Option<Form> {
        form(None, Some(accept)).ok()
    }

    #[test]
    fn the_header_chooses_what_it_likes_best() {
        let (csv, json, ndjson) = (Form::CSV, Form::JSON, Form::NDJSON);
        for (accept, expected) in [
            ("", Some(json)),
            ("*/*", Some(json)),
            ("*; q=.2", Some(json)),
            ("application/json", Some(json)),
            ("text/csv", Some(csv)),
            ("TEXT/CSV; header=present", Some(csv)),
            ("text/*", Some(csv)),
            ("application/*", Some(json)),
            ("application/x-ndjson", Some(ndjson)),
            ("application/ndjson", Some(ndjson)),
            ("text/csv;q=0.5, application/json;q=0.9", Some(json)),
            ("text/csv;q=0.9, application/json;q=0.5", Some(csv)),
            ("text/csv; Q=0.9 , */*;q=0.1", Some(csv)),
            ("text/csv, */*", Some(csv)), // named, though both have the weight 1
            ("application/json, text/plain, */*", Some(json)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(json)),
            ("application/json;q=0, */*", Some(csv)), // the more precise range decides
            ("application/*;q=0, */*;q=0.1", Some(csv)),
            ("text/csv;q=0", None),
            ("text/html", None),
            ("image/*", None),
            ("nonsense", None),
            ("text/csv;q=high, application/json;q=0.1", Some(json)),
            ("text/csv;q=NaN, application/json;q=0.1", Some(json)),
        ] {
            assert_eq!(accepted(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn a_format_that_was_named_goes_before_the_header() {
        assert_eq!(form(Some(Form::CSV), Some("application/json")), Ok(Form::CSV));
        assert_eq!(form(Some(Form::JSON), Some("text/html")), Ok(Form::JSON));
        assert_eq!(form(None, None), Ok(Form::JSON));
    }

    #[test]
    fn each_type_chooses_its_own_form() {
        for asked in Form::ALL {
            let chosen = accepted(asked.content_type()).unwrap();
            assert_eq!(chosen.content_type(), asked.content_type());
        }
    }

    #[test]
    fn refusals_say_what_works() {
        insta::assert_snapshot!(form(None, Some("text/html")).unwrap_err(), @r#"no format has a type that Accept "text/html" takes; there are application/json, text/csv, application/x-ndjson, application/vnd.apache.arrow.stream, application/vnd.apache.arrow.file, application/vnd.apache.parquet; or choose with format=json|columns|csv|ndjson|arrow|arrow_file|parquet"#);
    }
}
