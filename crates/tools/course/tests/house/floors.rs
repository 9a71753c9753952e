//! Tests which crate may use which, as the folders and the order of the map determine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::{cargo, code, crates, named, page, rust_files};

/// A crate of the workspace.
struct Crate {
    /// `lessons`, `engine` or `tools`.
    floor: String,
    /// The crates of the workspace that it depends on, without those for tests.
    uses: Vec<String>,
}

fn packages() -> Vec<Value> {
    let metadata = cargo("metadata --no-deps --format-version 1 --offline");
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn workspace() -> BTreeMap<String, Crate> {
    let read = |package: &Value| {
        let manifest = text(&package["manifest_path"]);
        let floor = manifest.rsplit('/').nth(2).unwrap_or_default().to_owned();
        let all = package["dependencies"].as_array().unwrap().iter();
        let inside = all.filter(|edge| edge["kind"].is_null() && !edge["path"].is_null());
        let uses = inside.map(|edge| text(&edge["name"])).collect();
        (text(&package["name"]), Crate { floor, uses })
    };
    packages().iter().map(read).collect()
}

/// The page's table of dependencies: for each, the text on where it is used.
fn table() -> BTreeMap<String, String> {
    let page = page();
    let (_, table) = page.split_once("| crate | where | why |").unwrap();
    let rows = table.lines().filter_map(|row| {
        let mut cells = row.split('|').skip(1).map(str::trim);
        Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
    });
    let split = |(names, place): (String, String)| {
        let names: Vec<_> = names.split(", ").map(str::to_owned).collect();
        names.into_iter().map(move |name| (name, place.clone()))
    };
    rows.flat_map(split).collect()
}

/// The table has crates in backticks; "tests" and "benches" may stand for those of any crate.
#[test]
fn the_page_names_each_dependency_with_the_crates_that_have_it() {
    let table = table();
    let mut used = BTreeSet::new();
    for package in packages() {
        let user = text(&package["name"]);
        for edge in package["dependencies"].as_array().unwrap() {
            if !edge["path"].is_null() {
                continue;
            }
            let name = text(&edge["name"]);
            let place = table.get(&name).map_or("", String::as_str);
            let is_named = place.contains(&format!("`{user}`"));
            let of_tests = ["tests", "benches"].iter().any(|it| place.contains(it));
            let is_for_tests = edge["kind"] == "dev" || user == "lesson-test";
            assert!(
                is_named || is_for_tests && of_tests,
                "{user} uses {name}, and the page says of it: {place}"
            );
            let _new = used.insert((name, user.clone()));
        }
    }
    let crates = workspace();
    for (name, place) in &table {
        let named = place.split('`').filter(|word| crates.contains_key(*word));
        for user in named {
            let is_used = used.contains(&(name.clone(), user.to_owned()));
            assert!(is_used, "the page says that {user} uses {name}");
        }
    }
}

/// The crates in the page's map, `crates/FLOOR/NAME`, in its order.
fn map() -> Vec<String> {
    let page = page();
    let places = page
        .lines()
        .filter_map(|line| line.strip_prefix("    crates/"));
    let places = places.map(|line| line.split_whitespace().next().unwrap_or_default());
    places.map(str::to_owned).collect()
}

#[test]
fn every_crate_stands_in_the_map() {
    let map = map();
    for floor in ["lessons", "engine", "tools"] {
        for folder in crates(floor) {
            let place = named(&folder).replacen("crates/", "", 1);
            assert!(map.contains(&place), "{place} is not in the map");
        }
    }
    for place in map {
        let manifest = crate::root().join("crates").join(&place).join("Cargo.toml");
        assert!(manifest.exists(), "the map names {place}, which is gone");
    }
}

#[test]
fn arrows_point_down() {
    let workspace = workspace();
    let map = map();
    let height = |name: &str| {
        let place = format!("lessons/{name}");
        map.iter().position(|it| *it == place).unwrap()
    };
    for (name, it) in &workspace {
        for used in &it.uses {
            let may = match (it.floor.as_str(), workspace[used].floor.as_str()) {
                ("tools", _) | ("engine" | "lessons", "engine") => true,
                ("lessons", "lessons") => height(used) < height(name),
                ("lessons", "tools") => used == "lesson",
                _ => false,
            };
            assert!(may, "{name} uses {used}, which is not below it");
        }
    }
}

#[test]
fn only_programs_use_the_crate_lesson() {
    for folder in crates("lessons") {
        for file in rust_files(&folder.join("src")) {
            let is_program = file.ends_with("src/main.rs") || named(&file).contains("/bin/");
            let source = fs::read_to_string(&file).unwrap();
            let uses = code(&source).any(|line| line.contains("lesson::"));
            assert!(is_program || !uses, "{} uses lesson", named(&file));
        }
    }
}

#[test]
fn a_lessons_tree_is_short() {
    let tree = cargo("tree -p ipc-pipe -e normal --prefix none --offline");
    let mut crates: Vec<_> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    crates.sort_unstable();
    crates.dedup();
    assert!(crates.len() <= 25, "{crates:#?}");
}
