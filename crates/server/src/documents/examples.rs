use std::collections::HashMap;
use std::sync::LazyLock;

use http::Place;
use serde_json::Value;

use super::answers::Route;

/// Answers of the service over the simulator, by operation, as a test records
/// them and checks that they are what the service says today.
static RECORDED: LazyLock<HashMap<&str, String>> = LazyLock::new(|| {
    let all = include_str!("examples.txt").split("\n\n").filter_map(|one| one.split_once('\n'));
    let current = |answer: &str| answer.replace("{version}", env!("CARGO_PKG_VERSION"));
    all.map(|(id, answer)| (id, current(answer.trim_end()))).collect()
});

/// What a route's example answers, indented for people.
pub(crate) fn text(id: &str) -> &'static str {
    RECORDED.get(id).map_or("", String::as_str)
}

/// The same as a value.
pub(super) fn parsed(id: &str) -> Value {
    serde_json::from_str(text(id)).unwrap_or_default()
}

impl Route {
    /// The address of the example.
    pub(crate) fn example(&self) -> String {
        let in_path = self.operation.params.iter().filter(|param| param.place == Place::Path);
        let path = in_path.fold(self.operation.path.to_owned(), |path, param| {
            path.replace(&format!("{{{}}}", param.name), param.example)
        });
        if self.query.is_empty() { path } else { format!("{path}?{}", self.query) }
    }

    /// The same with one more parameter.
    pub(crate) fn example_with(&self, name: &str, value: &str) -> String {
        let address = self.example();
        let mark = if self.query.is_empty() { '?' } else { '&' };
        format!("{address}{mark}{name}={value}")
    }
}
