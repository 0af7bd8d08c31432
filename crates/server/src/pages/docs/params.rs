//! What a route takes, in words.

use market::Interval;
use query::MOST_INDICATORS;
use table::Form;

use crate::api::{Param, Shape};

/// A parameter in words.
pub(super) struct ParamText {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    pub(super) takes: String,
    pub(super) about: &'static str,
    /// A value, where not all of them are listed already.
    pub(super) example: Option<&'static str>,
}

pub(super) fn param_text(param: &'static Param) -> ParamText {
    let are_listed = matches!(param.shape, Shape::Interval | Shape::OneOf(_));
    ParamText {
        name: param.name,
        is_required: param.required,
        takes: takes(param),
        about: param.about,
        example: (!are_listed).then_some(param.example),
    }
}

/// The forms in which an answer can be had.
pub(super) fn formats(tabular: bool) -> String {
    if tabular { Form::names() } else { Form::JSON.name().to_owned() }
}

fn takes(param: &Param) -> String {
    match param.shape {
        Shape::Symbol => "a symbol".to_owned(),
        Shape::Symbols(most) => format!("1 to {most} symbols with commas between"),
        Shape::Text(longest) => format!("up to {longest} characters"),
        Shape::Interval => Interval::ALL.map(Interval::as_str).join(", "),
        Shape::Period => "ytd, max, or a number with d, wk, mo or y".to_owned(),
        Shape::Date => "a date, YYYY-MM-DD".to_owned(),
        Shape::Instant => "an instant, RFC 3339".to_owned(),
        Shape::Whole(least, most) => format!("a whole number from {least} to {most}"),
        Shape::Amount => "a number above zero".to_owned(),
        Shape::OneOf(words) => words.join(", "),
        Shape::Fields => "names of fields with commas between".to_owned(),
        Shape::Indicators => format!("1 to {MOST_INDICATORS} indicators with commas between"),
        Shape::Currency => "a currency's code".to_owned(),
    }
}
