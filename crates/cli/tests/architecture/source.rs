//! Source files as modules: which there are, and what each uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The path of a module from its crate's root: `["reply", "coding"]`.
pub(crate) type Module = Vec<String>;

/// The modules of one crate, without those that only tests have.
pub(crate) struct Source {
    /// The text of each, without its comments and tests.
    texts: BTreeMap<Module, String>,
}

impl Source {
    /// Reads the modules below a crate's `src`.
    pub(crate) fn read(src: &Path) -> Self {
        let mut texts = BTreeMap::new();
        for file in files_below(src) {
            let module = module_of(file.strip_prefix(src).unwrap());
            if module.iter().all(|name| name != "tests") {
                let text = without_tests(&fs::read_to_string(&file).unwrap());
                texts.entry(module).or_insert_with(String::new).push_str(&text);
            }
        }
        Self { texts }
    }

    /// A crate made up for a test.
    pub(crate) fn made_up(modules: &[(&str, &str)]) -> Self {
        let of = |path: &str| -> Module {
            path.split("::").filter(|it| !it.is_empty()).map(str::to_owned).collect()
        };
        let texts = modules.iter().map(|(path, text)| (of(path), without_tests(text)));
        Self { texts: texts.collect() }
    }

    /// How each module uses others: from, to.
    pub(crate) fn uses(&self) -> BTreeSet<(Module, Module)> {
        let all = self.texts.iter().flat_map(|(module, text)| {
            let paths = used_paths(module, text).into_iter();
            paths.filter_map(|path| Some((module.clone(), self.home(path)?)))
        });
        all.filter(|(from, to)| from != to).collect()
    }

    /// The module in which the item of a path is, where a parent only names it
    /// again.
    fn home(&self, mut path: Module) -> Option<Module> {
        for _ in 0..8 {
            if self.texts.contains_key(&path) {
                return Some(path);
            }
            let item = path.pop()?;
            let Some(again) = self.named_again(&path, &item) else { continue };
            path = again;
        }
        Some(path)
    }

    /// Where an item comes from that a module's `use` brings in for others.
    fn named_again(&self, module: &Module, item: &str) -> Option<Module> {
        let text = self.texts.get(module)?;
        let brought = used_paths(module, text).into_iter().chain(local_paths(module, text));
        brought.into_iter().find(|path| path.last().is_some_and(|last| last == item))
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "rs");
    let below = folders.iter().flat_map(|folder| files_below(folder));
    files.into_iter().filter(is_rust).chain(below).collect()
}

/// `reply/coding.rs` is `reply::coding`, `reply/mod.rs` is `reply`, `lib.rs` the root.
fn module_of(file: &Path) -> Module {
    let path = file.with_extension("");
    let names = path.iter().map(|name| name.to_str().unwrap().to_owned());
    let mut module: Module = names.collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// The text up to its tests, comments left out.
fn without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The paths that begin at the crate's root or at a parent.
fn used_paths(module: &Module, text: &str) -> Vec<Module> {
    let from_root = starts(text, "crate::").map(|rest| (Vec::new(), rest));
    let from_parent = starts(text, "super::").map(|mut rest| {
        let mut base = module[..module.len().saturating_sub(1)].to_vec();
        while let Some(further) = rest.strip_prefix("super::") {
            base.pop();
            rest = further;
        }
        (base, rest)
    });
    let all = from_root.chain(from_parent);
    all.flat_map(|(base, rest)| tree(rest).into_iter().map(move |path| [&base[..], &path].concat()))
        .collect()
}

/// What stands behind each place where a path begins so; not `super::super::` twice.
fn starts<'a>(text: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    let is_first = |at: usize| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != ':')
    };
    text.match_indices(begin)
        .filter(move |(at, _)| is_first(*at))
        .map(move |(at, _)| &text[at + begin.len()..])
}

/// The paths that `pub use child::{Item, Other}` brings in from a module's own
/// children.
fn local_paths(module: &Module, text: &str) -> Vec<Module> {
    let uses = text.lines().filter_map(|line| line.split_once("use ").map(|(_, rest)| rest));
    let mut all = Vec::new();
    for rest in uses.filter(|rest| !rest.starts_with("crate::") && !rest.starts_with("super::")) {
        let at = rest.as_ptr() as usize - text.as_ptr() as usize;
        let rest = text[at..].trim_start_matches("self::");
        all.extend(tree(rest).into_iter().map(|path| [&module[..], &path].concat()));
    }
    all
}

/// `a::{b, c::d}` is `a::b` and `a::c::d`.
fn tree(rest: &str) -> Vec<Module> {
    let end = |c: char| !c.is_alphanumeric() && c != '_';
    let name = &rest[..rest.find(end).unwrap_or(rest.len())];
    let after = &rest[name.len()..];
    if let Some(inside) = rest.strip_prefix('{') {
        return branches(inside).into_iter().flat_map(tree).collect();
    }
    if name.is_empty() {
        return vec![Vec::new()];
    }
    let further = after.strip_prefix("::").map_or_else(|| vec![Vec::new()], tree);
    further.into_iter().map(|path| [vec![name.to_owned()], path].concat()).collect()
}

/// The parts between commas, up to the closing brace.
fn branches(inside: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut all) = (0, 0, Vec::new());
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                all.push(inside[begin..at].trim());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(inside[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    all.retain(|part| !part.is_empty());
    all
}
