use access::Scope;
use http::Problem;
use serde_json::{Map, Value, json};
use table::{Column, Form};

use super::answers::{ROUTES, Route};
use super::examples;
use super::guide::GUIDE;
use super::keys;
use super::schemas::given;
use super::shared::{problem, refusal, shared, shared_headers};
use super::taken;
use crate::api::operation::{STREAM, WS};
use crate::api::{Operation, params};

/// Where the events of streams are described.
pub(super) const ASYNCAPI: &str = "/marketpulse/asyncapi.json";

/// The OpenAPI 3.1 document of the data API, as JSON.
pub(crate) fn document() -> Vec<u8> {
    serde_json::to_vec(&whole()).expect("texts and numbers are always JSON")
}

fn whole() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "MarketPulse",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Market prices, with their source and age",
            "description": description(),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "externalDocs": {
            "description": "The events of the streams, as an AsyncAPI document",
            "url": ASYNCAPI,
        },
        "paths": ROUTES.iter().flat_map(paths).chain(streams()).collect::<Map<_, _>>(),
        "components": {
            "schemas": schemas(),
            "headers": headers(),
            "responses": problems(),
            "securitySchemes": keys::schemes("apiKey"),
        },
    })
}

/// The guide in Markdown.
fn description() -> String {
    let parts = GUIDE.iter().map(|part| format!("## {}\n\n{}", part.title, part.text));
    parts.collect::<Vec<_>>().join("\n\n")
}

/// A route, and beside it the same as a file: a description that has several kinds
/// of answers is none that a typed client can be made from.
fn paths(route: &Route) -> Vec<(String, Value)> {
    let operation = route.operation;
    let responses = responses(route, &content(route));
    let get = get(operation, &route.columns(), Scope::Read, &responses);
    let mut paths = vec![(operation.path.to_owned(), json!({ "get": get }))];
    if operation.tabular {
        paths.push((format!("{}.{{ending}}", operation.path), json!({ "get": file(route) })));
    }
    paths
}

/// A route whose address ends as a file does.
fn file(route: &Route) -> Value {
    let operation = route.operation;
    let mut responses = responses(route, &files());
    let mut get = get(operation, &route.columns(), Scope::Read, &Value::Null);
    get["operationId"] = format!("{}_file", operation.id).into();
    get["summary"] = format!("{}, as a file", operation.summary).into();
    if let (Value::Array(params), Value::Object(responses)) =
        (&mut get["parameters"], &mut responses)
    {
        params.retain(|param| param["name"] != params::FORMAT.name);
        params.push(taken::ending());
        // The address has chosen already.
        responses.remove("406");
    }
    get["responses"] = responses;
    get
}

fn get(operation: &Operation, columns: &[Column], scope: Scope, responses: &Value) -> Value {
    let params = operation.params.iter().flat_map(|param| taken::parameters(param, columns));
    json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.about,
        "parameters": params.collect::<Vec<_>>(),
        "security": keys::wanted(scope),
        "responses": responses,
    })
}

/// What only begins with an answer over HTTP; the rest is described as `AsyncAPI`.
fn streams() -> [(String, Value); 2] {
    let events = json!({
        "description": "Events until one of both sides leaves.",
        "headers": shared_headers(&["Cache-Control", "X-Request-Id", "RateLimit", "RateLimit-Policy"]),
        "content": { "text/event-stream": { "schema": { "type": "string" } } },
    });
    let upgraded = json!({ "description": "WebSocket is spoken from here on." });
    [stream(&STREAM, "200", &events), stream(&WS, "101", &upgraded)]
}

fn stream(operation: &Operation, status: &str, begun: &Value) -> (String, Value) {
    let (refused, other) = (problem("Refused"), problem("Problem"));
    let mut responses = json!({ status: begun, "400": refused, "default": other });
    keys::add_refusals(&mut responses);
    let mut get = get(operation, &[], Scope::Stream, &responses);
    get["externalDocs"] = json!({ "description": "Its events", "url": ASYNCAPI });
    (operation.path.to_owned(), json!({ "get": get }))
}

fn responses(route: &Route, content: &Value) -> Value {
    let mut responses = json!({ "200": found(route, content), "400": problem("Refused") });
    if route.has_version {
        responses["304"] = shared("responses", "Unchanged");
    }
    if route.may_be_absent {
        responses["404"] = problem("Unknown");
        responses["503"] = problem("Away");
    }
    if route.asks_upstreams() {
        responses["429"] = problem("Spent");
    }
    if route.operation.params.iter().any(|param| param.name == params::AS_OF.name) {
        responses["410"] = problem("Gone");
    }
    if route.operation.tabular {
        responses["406"] = problem("NoSuchFormat");
    }
    responses["default"] = problem("Problem");
    keys::add_refusals(&mut responses);
    responses
}

fn found(route: &Route, content: &Value) -> Value {
    let mut headers = vec!["Cache-Control", "X-Request-Id", "RateLimit", "RateLimit-Policy"];
    if route.has_version {
        headers.extend(["ETag", "Last-Modified", "Vary"]);
    }
    if route.operation.params.iter().any(|param| param.name == params::CURSOR.name) {
        headers.push("Link");
    }
    json!({
        "description": route.operation.summary,
        "headers": shared_headers(&headers),
        "content": content,
    })
}

/// The answer as JSON, or as text where it is one figure.
fn content(route: &Route) -> Value {
    let id = route.operation.id;
    if route.schema().is_none() {
        return json!({ "text/plain": { "schema": { "type": "string" }, "example": "231.5" } });
    }
    let schema = shared("schemas", &answer_name(id));
    json!({ "application/json": { "schema": schema, "example": examples::parsed(id) } })
}

/// The answer in each form that is no JSON document, by its type.
fn files() -> Value {
    let described = |form| (media_type(form).to_owned(), json!({ "schema": bytes(form) }));
    Value::Object(taken::FILES.into_iter().map(described).collect())
}

/// Its type without how letters are encoded.
fn media_type(form: Form) -> &'static str {
    let whole = form.content_type();
    whole.split_once(';').map_or(whole, |(kind, _)| kind)
}

fn bytes(form: Form) -> Value {
    if form.is_binary() {
        json!({ "type": "string", "format": "binary" })
    } else {
        json!({ "type": "string" })
    }
}

/// `aligned_bars` as a schema is called: `AlignedBars`.
fn answer_name(id: &str) -> String {
    let words = id.split('_').filter_map(|word| word.split_at_checked(1));
    words.map(|(first, rest)| first.to_ascii_uppercase() + rest).collect()
}

fn schemas() -> Value {
    let mut schemas = Map::new();
    for route in &ROUTES {
        let name = answer_name(route.operation.id);
        if let Some(columns) = route.schema_of_columns() {
            schemas.insert(format!("{name}InColumns"), columns);
        }
        schemas.extend(route.schema().map(|schema| (name, schema)));
    }
    share_words(&mut schemas);
    schemas.insert("Problem".to_owned(), given::<Problem>("problem"));
    Value::Object(schemas)
}

/// Makes schemas of their own of words that a field must be one of. Generators name
/// them after what they stand in, and would give a field of `Bars` and a parameter of
/// `bars` one name.
fn share_words(schemas: &mut Map<String, Value>) {
    let mut words = Map::new();
    for (of, schema) in schemas.iter_mut() {
        share_words_in(schema, of, &mut words);
    }
    schemas.append(&mut words);
}

fn share_words_in(schema: &mut Value, of: &str, words: &mut Map<String, Value>) {
    let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, field) in fields.into_iter().flatten() {
        if field.get("enum").is_some_and(Value::is_array) {
            let of_all = answer_name(name);
            let is_other = words.get(&of_all).is_some_and(|all| all["enum"] != field["enum"]);
            let shared_name = if is_other { format!("{of}{of_all}") } else { of_all };
            let refers = json!({ "$ref": format!("#/components/schemas/{shared_name}"), "description": field["description"] });
            let mut shared = std::mem::replace(field, refers);
            shared.as_object_mut().map(|shared| shared.remove("description"));
            words.insert(shared_name, shared);
        }
    }
    let inner: Vec<&mut Value> = match schema {
        Value::Object(members) => members.values_mut().collect(),
        Value::Array(all) => all.iter_mut().collect(),
        _ => Vec::new(),
    };
    for inner in inner {
        share_words_in(inner, of, words);
    }
}

fn headers() -> Value {
    let header = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    json!({
        "Cache-Control": header("For how long a copy may be used without asking."),
        "ETag": header("This version of the answer; send it back in If-None-Match."),
        "Last-Modified": header("When this version came to be."),
        "Link": header("Where the rest is, as rel=\"next\", if there is more."),
        "RateLimit": header("How many requests (r) you may still cause to each upstream now, where this answer depended on it, and how often your key may still be used, as key, where that is limited; with the seconds until there is one more (t)."),
        "RateLimit-Policy": header("How many requests (q) a client may cause to each upstream at once, or make with its key, and in how many seconds (w) as many come in."),
        "Retry-After": header("Seconds until it is worth asking again."),
        "Vary": header("The request headers that this answer depends on."),
        "WWW-Authenticate": header("That a key is wanted, as a bearer token."),
        "X-Request-Id": header("The request's name in the log; the one sent, if one was."),
    })
}

fn problems() -> Value {
    let mut away = refusal("Nothing is held, and no source can be reached.");
    away["headers"]["Retry-After"] = shared("headers", "Retry-After");
    let mut spent = refusal(
        "Nothing is held, and you have had your share of what upstreams may be asked; or your key is used more often than it may be.",
    );
    for name in ["RateLimit", "RateLimit-Policy", "Retry-After"] {
        spent["headers"][name] = shared("headers", name);
    }
    let mut problems = json!({
        "Unchanged": { "description": "The version that was sent along is the newest." },
        "Refused": refusal("A parameter is unknown, missing or not accepted."),
        "Unknown": refusal("There is no such instrument, or nothing was known of it then."),
        "Gone": refusal("What was answered at that instant is not stored, or no longer."),
        "NoSuchFormat": refusal("No form of the answer suits the Accept header."),
        "Away": away,
        "Spent": spent,
        "Problem": refusal("Anything else that went wrong."),
    });
    problems.as_object_mut().expect("it is one").extend(keys::refusals());
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::operation::ALL;

    #[test]
    fn every_operation_is_in_it_once() {
        let described: Vec<&str> = ROUTES.iter().map(|route| route.operation.id).collect();
        let declared: Vec<&str> = ALL.iter().map(|operation| operation.id).collect();
        assert_eq!(described, declared);
    }

    #[test]
    fn every_field_says_what_it_means() {
        fn check(schema: &Value, path: &str) {
            for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                let path = format!("{path}.{name}");
                let says = |it: &Value| it["description"].is_string();
                assert!(says(field) || says(&field["items"]), "{path} says nothing: {field}");
            }
            let inner = schema.as_object().into_iter().flatten();
            let inner = inner.map(|(_, value)| value);
            for value in inner.chain(schema.as_array().into_iter().flatten()) {
                check(value, path);
            }
        }
        for (name, schema) in schemas().as_object().unwrap() {
            check(schema, name);
        }
    }
}
