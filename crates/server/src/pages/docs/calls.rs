//! Examples to copy.

use crate::api::Operation;
use crate::api::operation::WS;
use crate::documents::Route;

/// A question, in a language.
pub(super) struct Call {
    pub(super) language: &'static str,
    pub(super) code: String,
}

const fn call(language: &'static str, code: String) -> Call {
    Call { language, code }
}

/// How an operation of the service at `base` is called.
pub(super) fn calls(operation: &Operation, route: Option<&Route>, base: &str) -> Vec<Call> {
    match route {
        Some(route) => calls_of_route(route, base),
        None if operation.id == WS.id => calls_of_ws(operation, base),
        None => calls_of_stream(operation, base),
    }
}

fn calls_of_route(route: &Route, base: &str) -> Vec<Call> {
    let url = format!("{base}{}", route.example());
    let shell = call("Shell", format!("curl '{url}'"));
    if route.schema().is_none() {
        return vec![
            shell,
            call("Excel, LibreOffice", format!("=VALUE(WEBSERVICE(\"{url}\"))")),
            call("Google Sheets", format!("=IMPORTDATA(\"{url}\")")),
        ];
    }
    if !route.operation.tabular {
        return vec![shell, call("Python", python_json(&url))];
    }
    let csv = format!("{base}{}", route.example_with("format", "csv"));
    let sheet = call("Google Sheets", format!("=IMPORTDATA(\"{csv}\")"));
    vec![shell, call("Python", python_csv(route, &csv)), sheet]
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

const HEARD: &str = ".onmessage = (event) => console.log(JSON.parse(event.data));";

fn calls_of_stream(operation: &Operation, base: &str) -> Vec<Call> {
    let url = format!("{base}{}?symbols=AAPL,EUR/USD", operation.path);
    let shell = format!("curl -N '{url}'");
    let script = format!("const events = new EventSource(\"{url}\");\nevents{HEARD}");
    vec![call("Shell", shell), call("JavaScript", script)]
}

fn calls_of_ws(operation: &Operation, base: &str) -> Vec<Call> {
    let order = r#"{"type":"subscribe","symbols":["AAPL","EUR/USD"]}"#;
    let script = format!(
        "const socket = new WebSocket(\"{}{}\");\nsocket.onopen = () => socket.send('{order}');\nsocket{HEARD}",
        base.replacen("http", "ws", 1),
        operation.path,
    );
    vec![call("JavaScript", script)]
}
