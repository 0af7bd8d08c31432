use askama::Template;
use market::Interval;
use serde_json::Value;

use super::{Shell, assets};
use crate::api::{GUIDE, Param, ROUTES, Route, Shape, TASKS, example_answer};
use crate::format::Format;
use crate::indicators::MOST_INDICATORS;

/// What the page about the API needs to know.
pub(crate) struct DocsView {
    /// Where this service is, such as `http://127.0.0.1:5000`.
    pub(crate) base: String,
}

#[derive(Template)]
#[template(path = "docs.html")]
struct Docs<'a> {
    shell: &'a Shell,
    tasks: Vec<TaskText>,
    guide: Vec<PartText>,
    routes: Vec<RouteText>,
}

struct TaskText {
    want: &'static str,
    address: &'static str,
}

/// A part of the guide.
struct PartText {
    id: &'static str,
    title: &'static str,
    paragraphs: Vec<Vec<Piece>>,
}

/// A stretch of text, or of code in it.
struct Piece {
    is_code: bool,
    text: &'static str,
}

/// A route in words.
struct RouteText {
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    about: Vec<Vec<Piece>>,
    params: Vec<ParamText>,
    fields: Vec<FieldText>,
    formats: String,
    example: String,
    curl: String,
    python: String,
    sheet: Option<String>,
    answer: &'static str,
}

struct ParamText {
    name: &'static str,
    is_required: bool,
    takes: String,
    about: &'static str,
    example: &'static str,
}

struct FieldText {
    name: String,
    kind: String,
    about: String,
}

/// The page about the API: what is asked where, and what is answered.
pub(crate) fn docs(shell: &Shell, view: &DocsView) -> Result<String, askama::Error> {
    let tasks = TASKS.iter().map(|task| TaskText { want: task.want, address: task.address });
    let part = |part: &crate::api::Part| PartText {
        id: part.id,
        title: part.title,
        paragraphs: paragraphs(part.text),
    };
    Docs {
        shell,
        tasks: tasks.collect(),
        guide: GUIDE.iter().map(part).collect(),
        routes: ROUTES.iter().map(|route| route_text(route, &view.base)).collect(),
    }
    .render()
}

/// Paragraphs are parted by an empty line, code stands between backticks.
fn paragraphs(text: &'static str) -> Vec<Vec<Piece>> {
    let piece = |(i, text)| Piece { is_code: i % 2 == 1, text };
    let pieces = |text: &'static str| text.split('`').enumerate().map(piece).collect();
    text.split("\n\n").filter(|text| !text.is_empty()).map(pieces).collect()
}

fn route_text(route: &Route, base: &str) -> RouteText {
    let operation = route.operation;
    let url = format!("{base}{}", route.example());
    let csv = operation.tabular.then(|| format!("{base}{}", route.example_with("format", "csv")));
    RouteText {
        id: operation.id,
        path: operation.path,
        summary: operation.summary,
        about: paragraphs(operation.about),
        params: operation.params.iter().map(|param| param_text(param)).collect(),
        fields: fields(&route.schema()),
        formats: formats(operation.tabular),
        example: route.example(),
        curl: format!("curl '{url}'"),
        python: csv.as_ref().map_or_else(|| python_json(&url), |csv| python_csv(route, csv)),
        sheet: csv.map(|csv| format!("=IMPORTDATA(\"{csv}\")")),
        answer: example_answer(operation.id),
    }
}

fn python_csv(route: &Route, url: &str) -> String {
    let is_dated = route.columns().iter().any(|column| column.name == "date");
    let dates = if is_dated { ", parse_dates=[\"date\"]" } else { "" };
    format!("import pandas as pd\n\ntable = pd.read_csv(\"{url}\"{dates})")
}

fn python_json(url: &str) -> String {
    format!(
        "import json\nfrom urllib.request import urlopen\n\nanswer = json.load(urlopen(\"{url}\"))"
    )
}

fn formats(tabular: bool) -> String {
    let written = Format::ALL.map(Format::as_str).into_iter();
    let written = written.filter(|name| tabular && name.parse::<Format>().is_ok());
    let names: Vec<&str> = written.collect();
    if names.is_empty() { "json".to_owned() } else { names.join(", ") }
}

fn param_text(param: &'static Param) -> ParamText {
    ParamText {
        name: param.name,
        is_required: param.required,
        takes: takes(param),
        about: param.about,
        example: param.example,
    }
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
        Shape::OneOf(_) if param.name == "format" => formats(true),
        Shape::OneOf(words) => words.join(", "),
        Shape::Fields => "names of fields with commas between".to_owned(),
        Shape::Indicators => format!("1 to {MOST_INDICATORS} indicators with commas between"),
        Shape::Currency => "a currency's code".to_owned(),
    }
}

/// All fields of an answer, those within others after their names.
fn fields(schema: &Value) -> Vec<FieldText> {
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
