//! The OpenAPI document and the page about the API: whether they tell the truth.

use std::env;
use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;
use simulator::Fault;

use crate::keys::{asked, printed};
use crate::world::{Answer, World};

const DOCUMENT: &str = "/marketpulse/openapi.json";
const PAGE: &str = "/marketpulse/docs";
const RENEW: &str = "MARKETPULSE_RENEW_EXAMPLES";

/// The document, ready to hold answers against.
struct Contract {
    document: Value,
    schemas: Schemas,
    compiler: Compiler,
}

impl Contract {
    async fn of(world: &World) -> Self {
        let document = world.get(DOCUMENT).await.json();
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("openapi.json", document.clone()).unwrap();
        Self { document, schemas: Schemas::new(), compiler }
    }

    /// The path of each operation that answers with JSON, and what is said of it.
    fn operations(&self) -> Vec<(String, Value)> {
        let paths = self.document["paths"].as_object().unwrap();
        let all = paths.iter().map(|(path, item)| (path.clone(), item["get"].clone()));
        all.filter(|(_, operation)| answers_with_json(operation)).collect()
    }

    /// Whether a route has rows, and so is there as a file as well.
    fn has_rows(&self, path: &str) -> bool {
        self.document["paths"].get(format!("{path}.{{ending}}")).is_some()
    }

    fn schema(&mut self, pointer: &str) -> SchemaIndex {
        self.compiler.compile(&format!("openapi.json#{pointer}"), &mut self.schemas).unwrap()
    }

    #[track_caller]
    fn check(&mut self, pointer: &str, answer: &Answer) {
        let schema = self.schema(pointer);
        if let Err(error) = self.schemas.validate(&answer.json(), schema) {
            panic!("{error:#}\n{}", answer.body);
        }
    }

    /// An answer's status, type and headers are declared, and its body fits.
    #[track_caller]
    fn check_answer(&mut self, path: &str, operation: &Value, answer: &Answer) {
        let status = answer.status.to_string();
        let mut told = &operation["responses"][&status];
        let mut pointer = format!("/paths/{}/get/responses/{status}", path.replace('/', "~1"));
        if let Some(shared) = told["$ref"].as_str() {
            pointer = shared.trim_start_matches('#').to_owned();
            told = self.document.pointer(&pointer).unwrap();
        }
        assert!(told.is_object(), "{path} does not declare {status}");
        // These come only where there is something to tell.
        let is_always = |name: &&String| *name != "Link" && !name.starts_with("RateLimit");
        for name in told["headers"].as_object().unwrap().keys().filter(is_always) {
            assert!(!answer.header(name).is_empty(), "{path} {status} has no {name}");
        }
        let kind = answer.header("content-type");
        assert!(told["content"][kind].is_object(), "{path} does not declare {kind}");
        self.check(&format!("{pointer}/content/{}/schema", kind.replace('/', "~1")), answer);
    }
}

/// The address of an operation's example on its page.
async fn example(world: &World, id: &str) -> String {
    let page = world.get(&format!("{PAGE}/{id}")).await;
    assert_eq!(page.status, 200, "{id}");
    let address = page.body.split_once("id=\"try\" href=\"").unwrap().1;
    address.split_once('"').unwrap().0.replace("&#38;", "&")
}

fn id(operation: &Value) -> &str {
    operation["operationId"].as_str().unwrap()
}

/// All but the streams do, whose events have a document of their own.
fn answers_with_json(operation: &Value) -> bool {
    operation["responses"]["200"]["content"]["application/json"].is_object()
}

/// Where it is said what an operation answers in columns.
fn in_columns(operation: &Value) -> String {
    let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    format!("{}InColumns", answer.as_str().unwrap().trim_start_matches('#'))
}

/// Routes with rows are described a second time, as files.
fn is_file(operation: &Value) -> bool {
    id(operation).ends_with("_file")
}

fn with(address: &str, more: &str) -> String {
    format!("{address}{}{more}", if address.contains('?') { '&' } else { '?' })
}

async fn asked_once() -> World {
    let world = World::production().await;
    world.refresh().await;
    world
}

#[tokio::test]
async fn every_example_is_answered_as_the_document_says() {
    let world = asked_once().await;
    let mut contract = Contract::of(&world).await;
    for (path, operation) in contract.operations() {
        let address = example(&world, id(&operation)).await;
        let answer = world.get(&address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        contract.check_answer(&path, &operation, &answer);
        if contract.has_rows(&path) {
            let columns = world.get(&with(&address, "format=columns")).await;
            contract.check(&in_columns(&operation), &columns);
        }
    }
}

#[tokio::test]
async fn answers_with_every_hole_there_can_be_fit_as_well() {
    let world = World::production().await;
    let mut contract = Contract::of(&world).await;
    world.upstream.fail("", Fault::Status { code: 500, retry_after: None }, None);
    world.refresh().await;
    for address in [
        "/marketpulse/latest",
        "/marketpulse/v1/sources",
        "/marketpulse/v1/quotes?symbols=AAPL,EUR/USD,NOSUCH",
        "/marketpulse/v1/bars?symbols=AAPL,NOSUCH",
        "/marketpulse/v1/search?q=nothing+like+it",
    ] {
        let path = address.split('?').next().unwrap();
        let answer = world.get(address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        let operation = contract.document["paths"][path]["get"].clone();
        contract.check_answer(path, &operation, &answer);
    }
    let bars = "/marketpulse/v1/bars/{symbol}";
    let operation = contract.document["paths"][bars]["get"].clone();
    let away = world.get("/marketpulse/v1/bars/AAPL").await;
    assert_eq!(away.status, 503, "{}", away.body);
    contract.check_answer(bars, &operation, &away);
}

#[tokio::test]
async fn bars_with_indicators_fit_as_well() {
    let world = World::production().await;
    let mut contract = Contract::of(&world).await;
    let path = "/marketpulse/v1/bars/{symbol}";
    let operation = contract.document["paths"][path]["get"].clone();
    let all = "sma:20,ema:50,bollinger:20:2,bollinger:5:2.5,rsi:14,macd:12:26:9,roc:12";
    let answer = world.get(&format!("/marketpulse/v1/bars/AAPL?indicators={all}")).await;
    assert!(answer.body.contains("\"bollinger_5_2_5_upper\""), "{}", answer.body);
    contract.check_answer(path, &operation, &answer);
    let columns = format!("/marketpulse/v1/bars/AAPL.columns.json?indicators={all}");
    contract.check(&in_columns(&operation), &world.get(&columns).await);
}

#[tokio::test]
async fn refusals_are_answered_as_the_document_says() {
    let world = asked_once().await;
    let mut contract = Contract::of(&world).await;
    for (path, operation) in contract.operations() {
        let address = example(&world, id(&operation)).await;
        let refused = world.get(&with(&address, "nonsense=1")).await;
        assert_eq!(refused.status, 400, "{address}: {}", refused.body);
        contract.check_answer(&path, &operation, &refused);
        if contract.has_rows(&path) {
            let request = Request::get(&address).header("accept", "image/png");
            let refused = world.ask(request.body(Body::empty()).unwrap()).await;
            assert_eq!(refused.status, 406, "{address}: {}", refused.body);
            contract.check_answer(&path, &operation, &refused);
        }
    }
    let bars = "/marketpulse/v1/bars/{symbol}";
    let operation = contract.document["paths"][bars]["get"].clone();
    world.upstream.unknown("NOSUCH");
    let unknown = world.get("/marketpulse/v1/bars/NOSUCH").await;
    assert_eq!(unknown.status, 404, "{}", unknown.body);
    contract.check_answer(bars, &operation, &unknown);
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_so_as_the_document_says() {
    let mut contract = Contract::of(&World::production().await).await;
    let folder = tempfile::tempdir().unwrap();
    let limited = printed(folder.path(), &["create", "once", "--rate", "1/day"]);
    let streaming = printed(folder.path(), &["create", "streaming", "--scopes", "stream"]);
    let reading = printed(folder.path(), &["create", "reading", "--scopes", "read"]);
    let file = folder.path().join("keys.json");
    let world = World::start("production", &[("MARKETPULSE_KEYS", file.to_str().unwrap())]).await;
    asked(&world, "GET", "/marketpulse/v1/sources", &[("x-api-key", &limited)], "").await;
    let paths = contract.document["paths"].as_object().unwrap().clone();
    assert_eq!(contract.document["components"]["securitySchemes"].as_object().unwrap().len(), 3);
    for (path, item) in &paths {
        let operation = &item["get"];
        let wanted = &operation["security"];
        let scope = wanted[1]["bearer"][0].as_str().unwrap();
        assert!(
            wanted[0].as_object().unwrap().is_empty(),
            "{path} wants a key where there are none"
        );
        let without_scope = if scope == "read" { &streaming } else { &reading };
        let address = path.replace("{ending}", "csv").replace(['{', '}'], "");
        for (shown, status) in [(None, 401), (Some(without_scope), 403), (Some(&limited), 429)] {
            let key = shown.map(|key| ("x-api-key", key.as_str()));
            let socket = path.ends_with("/ws").then_some(("upgrade", "websocket"));
            let headers: Vec<_> = key.into_iter().chain(socket).collect();
            let refused = asked(&world, "GET", &address, &headers, "").await;
            assert_eq!(refused.status, status, "{address}: {}", refused.body);
            contract.check_answer(path, operation, &refused);
        }
    }
}

/// Spreadsheets and forms put addresses together from cells, some of them empty.
#[tokio::test]
async fn an_optional_parameter_left_empty_counts_as_not_given_and_the_document_says_so() {
    let world = asked_once().await;
    let contract = Contract::of(&world).await;
    for (path, operation) in contract.operations() {
        let address = example(&world, id(&operation)).await;
        for param in operation["parameters"].as_array().unwrap() {
            let name = param["name"].as_str().unwrap();
            if param["in"] != "query" || address.contains(&format!("{name}=")) {
                continue;
            }
            assert_eq!(
                (&param["required"], &param["allowEmptyValue"]),
                (&false.into(), &true.into())
            );
            assert!(param["schema"]["minItems"].as_u64().unwrap_or(0) == 0, "{path} {name}");
            let answer = world.get(&with(&address, &format!("{name}="))).await;
            assert_eq!(answer.status, 200, "{address} {name}: {}", answer.body);
        }
    }
    let refused = world.get("/marketpulse/v1/quotes?symbols=").await;
    assert_eq!(refused.status, 400, "{}", refused.body);
}

#[tokio::test]
async fn who_has_the_newest_version_is_told_so_where_the_document_says_so() {
    let world = asked_once().await;
    let contract = Contract::of(&world).await;
    for (path, operation) in contract.operations() {
        let address = example(&world, id(&operation)).await;
        let tag = world.get(&address).await.header("etag").to_owned();
        let declared = operation["responses"]["304"].is_object();
        assert_eq!(!tag.is_empty(), declared, "{path}");
        if declared {
            let request = Request::get(&address).header("if-none-match", tag);
            let answer = world.ask(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, 304, "{path}");
        }
    }
}

/// As releases have it, with all forms.
#[tokio::test]
async fn the_contract() {
    let world = World::production().await;
    let mut document = world.get(DOCUMENT).await.json();
    document["info"]["version"] = "as in Cargo.toml".into();
    for item in document["paths"].as_object_mut().unwrap().values_mut() {
        // Examples have a test of their own.
        let get = &mut item["get"];
        if answers_with_json(get) {
            let body = &mut get["responses"]["200"]["content"]["application/json"];
            let example = body.as_object_mut().unwrap().remove("example");
            assert!(example.is_some_and(|it| it.is_object()));
        }
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

/// What a typed client makes of an answer of several types is none of them.
#[tokio::test]
async fn what_is_answered_with_json_is_answered_with_nothing_else_and_has_one_shape() {
    let world = World::production().await;
    let contract = Contract::of(&world).await;
    for (path, operation) in contract.operations() {
        let content = operation["responses"]["200"]["content"].as_object().unwrap();
        assert_eq!(content.len(), 1, "{path}");
        assert!(content["application/json"]["schema"]["$ref"].is_string(), "{path}");
    }
}

#[tokio::test]
async fn lists_are_declared_as_generated_clients_send_them() {
    let world = World::production().await;
    let document = world.get(DOCUMENT).await.json();
    let paths = document["paths"].as_object().unwrap().values();
    let mut lists = 0;
    for param in paths.flat_map(|item| item["get"]["parameters"].as_array().unwrap()) {
        if param["schema"]["type"] == "array" {
            lists += 1;
            assert_eq!((&param["style"], &param["explode"]), (&"form".into(), &true.into()));
        }
    }
    assert!(lists > 10);
}

#[tokio::test]
async fn formats_that_this_build_writes_are_declared() {
    let world = World::production().await;
    let document = world.get(DOCUMENT).await.json();
    let file = &document["paths"]["/marketpulse/v1/quotes.{ending}"]["get"];
    let content = &file["responses"]["200"]["content"];
    for kind in ["application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"] {
        assert_eq!(content[kind]["schema"]["format"], "binary");
    }
}

#[tokio::test]
async fn recorded_examples_are_what_the_service_answers() {
    let world = World::production().await;
    let contract = Contract::of(&world).await;
    let mut all = String::new();
    for (_, operation) in contract.operations() {
        let name = id(&operation);
        // What was asked before would be seen in some answers.
        let answer = asked_once().await.get(&example(&world, name).await).await;
        let version = env!("CARGO_PKG_VERSION");
        let body = indented(&answer.body).replace(version, "{version}");
        all += &[name, &body, "\n"].join("\n");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/documents/examples.txt");
    if env::var_os(RENEW).is_some() {
        fs::write(&file, &all).unwrap();
    }
    let recorded = fs::read_to_string(&file).unwrap();
    assert!(recorded == all, "run this test with {RENEW}=1 and build again: {all}");
}

/// JSON with line breaks, its keys in the order in which they came.
fn indented(json: &str) -> String {
    let (mut out, mut depth, mut in_text, mut escaped) = (String::new(), 0, false, false);
    let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
    for c in json.chars() {
        match c {
            _ if in_text => {}
            '}' | ']' => {
                depth -= 1;
                out += &line(depth);
            }
            _ => {}
        }
        out.push(c);
        match c {
            _ if in_text => {}
            '{' | '[' => {
                depth += 1;
                out += &line(depth);
            }
            ',' => out += &line(depth),
            ':' => out.push(' '),
            _ => {}
        }
        in_text ^= c == '"' && !escaped;
        escaped = in_text && c == '\\' && !escaped;
    }
    out.lines().map(str::trim_end).fold(String::new(), |text, line| match line.trim_start() {
        "" => text,
        end @ ("]" | "}" | "]," | "},") if text.ends_with(['[', '{']) => text + end,
        _ if text.is_empty() => line.to_owned(),
        _ => text + "\n" + line,
    })
}

/// The addresses to which a page leads.
fn links(page: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0);
    links.map(|link| link.replace("&#38;", "&")).collect()
}

/// The reference's own pages, by address, the first one first.
async fn pages(world: &World) -> Vec<(String, String)> {
    let first = world.get(PAGE).await.body;
    let mut addresses = links(&first);
    addresses.retain(|link| link.starts_with(&format!("{PAGE}/")));
    addresses.sort();
    addresses.dedup();
    let mut pages = vec![(PAGE.to_owned(), first)];
    for address in addresses {
        let page = world.get(&address).await;
        assert_eq!(page.status, 200, "{address}");
        pages.push((address, page.body));
    }
    pages
}

#[tokio::test]
async fn every_route_of_the_document_has_a_page_and_a_place_in_the_list() {
    let world = World::production().await;
    let contract = Contract::of(&world).await;
    let pages = pages(&world).await;
    let paths = contract.document["paths"].as_object().unwrap();
    // A file's page is that of its route.
    let paths: Vec<_> = paths.iter().filter(|(_, item)| !is_file(&item["get"])).collect();
    assert_eq!(pages.len(), 1 + paths.len());
    for (path, item) in paths {
        let id = id(&item["get"]);
        let (_, page) = pages.iter().find(|(at, _)| *at == format!("{PAGE}/{id}")).unwrap();
        assert!(page.contains(&format!("<code>GET {path}</code>")), "{id}");
        for param in item["get"]["parameters"].as_array().unwrap() {
            let name = format!("<code>{}</code>", param["name"].as_str().unwrap());
            assert!(page.contains(&name), "{id} {name}");
        }
        // Under this name it was told when all of it was one page. That of the search
        // belongs to every page's dialog.
        assert!(pages[0].1.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[tokio::test]
async fn pages_lead_only_to_what_is_there() {
    let world = asked_once().await;
    let pages = pages(&world).await;
    for (address, page) in &pages {
        for link in links(page).into_iter().filter(|link| !link.starts_with("http")) {
            let (to, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let to = if to.is_empty() { address } else { to };
            if let Some((_, body)) = pages.iter().find(|(at, _)| at == to) {
                let mark = format!("id=\"{anchor}\"");
                assert!(anchor.is_empty() || body.contains(&mark), "{address} {link}");
            } else {
                let answer = world.get(to).await;
                assert_eq!(answer.status, 200, "{address} {link}: {}", answer.body);
            }
        }
    }
}

#[tokio::test]
async fn nothing_on_a_page_has_the_name_of_something_else_there() {
    let world = World::production().await;
    for (address, page) in pages(&world).await {
        let ids = page.split(" id=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0);
        let mut ids: Vec<&str> = ids.collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "{address}: {ids:?}");
    }
}

#[tokio::test]
async fn examples_name_the_address_at_which_the_reader_is() {
    let world = World::start("production", &[("MARKETPULSE_HOSTS", "*")]).await;
    let ask = |page: &str, host: &str| {
        let address = format!("{PAGE}/{page}");
        let request = Request::get(address).header("host", host);
        world.ask(request.header("x-forwarded-proto", "https").body(Body::empty()).unwrap())
    };
    let page = ask("quote", "prices.example:8443").await.body;
    assert!(page.contains("https://prices.example:8443/marketpulse/v1/quotes/AAPL"));
    let page = ask("ws", "prices.example:8443").await.body;
    assert!(page.contains("wss://prices.example:8443/marketpulse/ws"));
    let page = ask("quote", "\"><script>").await.body;
    assert!(!page.contains("<script>"));
}

#[tokio::test]
async fn under_another_name_there_is_a_page_that_leads_on() {
    let world = World::production().await;
    let check = async |id: &str, said: &str| {
        let page = world.get(&format!("{PAGE}/{id}")).await;
        assert_eq!(page.status, 404, "{id}");
        assert!(page.header("content-type").starts_with("text/html"), "{id}");
        assert!(page.body.contains(said), "{id}: {}", page.body);
        assert!(page.body.contains("<a href=\"/marketpulse/docs#routes\">"), "{id}");
    };
    check("bar", "<a href=\"/marketpulse/docs/bars\">Price history of one instrument</a>").await;
    check("Symbols", "<a href=\"/marketpulse/docs#symbols\">Symbols</a>").await;
    check("%3Cscript%3E", "called “&#60;script&#62;”").await;
    check("%FF", "no route that is called “”").await;
}

#[tokio::test]
async fn bars_can_be_had_of_every_source_that_the_document_names_and_of_no_other() {
    let keys = testkit::upstreams::keys();
    let keys: Vec<_> = keys.iter().map(|(name, key)| (name.as_str(), key.as_str())).collect();
    let world = World::start("production", &keys).await;
    world.refresh().await;
    let contract = Contract::of(&world).await;
    let params = &contract.document["paths"]["/marketpulse/v1/bars/{symbol}"]["get"]["parameters"];
    let param = params.as_array().unwrap().iter().find(|param| param["name"] == "source").unwrap();
    let declared = param["schema"]["enum"].as_array().unwrap();
    let sources = world.get("/marketpulse/v1/sources").await.json();
    let known = sources["sources"].as_array().unwrap().iter().map(|one| &one["source"]);
    for source in known.chain(declared).chain([&Value::from("demo")]) {
        let source = source.as_str().unwrap();
        let mut had = false;
        for symbol in ["AAPL", "BTC_EUR", "EUR_USD"] {
            let address = format!("/marketpulse/v1/bars/{symbol}?period=1mo&source={source}");
            let answer = world.get(&address).await;
            // Nothing was imported; there would be something to ask for.
            had |= answer.status == 200 || source == "import" && answer.status == 404;
        }
        assert_eq!(had, declared.iter().any(|it| it == source), "{source}");
    }
}
