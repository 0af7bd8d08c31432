//! Modules that use each other in a circle cannot be understood one at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::source::{Module, Source};
use crate::workspace;

/// Who uses whom among the modules of one folder.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The arrows between siblings, by the folder they are in: `a::b` that uses
/// `a::c` is an arrow from `b` to `c` in `a`.
fn arrows(source: &Source) -> BTreeMap<Module, Arrows> {
    let mut folders: BTreeMap<Module, Arrows> = BTreeMap::new();
    for (from, to) in source.uses() {
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        if let (Some(one), Some(other)) = (from.get(shared), to.get(shared)) {
            let folder = folders.entry(from[..shared].to_vec()).or_default();
            folder.entry(one.clone()).or_default().insert(other.clone());
        }
    }
    folders
}

/// A way that ends where it began, if there is one.
fn circle(arrows: &Arrows) -> Option<Vec<String>> {
    arrows.keys().find_map(|start| way_back(arrows, start, &mut vec![start.clone()]))
}

fn way_back(arrows: &Arrows, start: &str, way: &mut Vec<String>) -> Option<Vec<String>> {
    for next in arrows.get(way.last()?).into_iter().flatten() {
        if next == start {
            return Some(way.clone());
        }
        // Names before the first have been tried as a start.
        if next.as_str() > start && !way.contains(next) {
            way.push(next.clone());
            let found = way_back(arrows, start, way);
            if found.is_some() {
                return found;
            }
            way.pop();
        }
    }
    None
}

fn circles(name: &str, source: &Source) -> Vec<String> {
    let all = arrows(source).into_iter().filter_map(|(folder, arrows)| {
        let found = circle(&arrows)?.join(" -> ");
        Some(format!("{}: {found}", [&[name.to_owned()], &folder[..]].concat().join("::")))
    });
    all.collect()
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let sources = workspace::packages().into_iter().map(|package| {
        let src = PathBuf::from(&package.folder).join("src");
        (package.name, src)
    });
    let found: Vec<String> =
        sources.flat_map(|(name, src)| circles(&name, &Source::read(&src))).collect();
    assert!(found.is_empty(), "modules use each other in a circle:\n{}", found.join("\n"));
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let found = |modules: &[(&str, &str)]| circles("it", &Source::made_up(modules));
    let pair = found(&[("a", "use crate::b::B;"), ("b", "use super::a::A;")]);
    assert_eq!(pair, ["it: a -> b"]);
    let long = found(&[
        ("a", "use crate::{b::B, other::{self, O}};"),
        ("b", "fn f() { crate::c::f() }"),
        ("c", "use crate::A;"),
        ("", "pub use a::{A, Z};"),
        ("other", ""),
    ]);
    assert_eq!(long, ["it: a -> b -> c"]);
    let inner = found(&[("a::x", "use super::y::Y;"), ("a::y", "use crate::a::x::X;"), ("a", "")]);
    assert_eq!(inner, ["it::a: x -> y"]);
    let none = found(&[
        ("a", "use crate::b::B;\n#[cfg(test)]\nmod tests { use crate::c::C; }"),
        ("b", "// use crate::a::A;"),
        ("c", "use crate::a::A;"),
    ]);
    assert!(none.is_empty(), "{none:?}");
}
