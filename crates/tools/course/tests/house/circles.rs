//! Tests that no files of a crate import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::{code, crates, named, rust_files};

/// The path of a module in its crate; empty for the root.
type Module = Vec<String>;

/// The modules of a crate, by file: `src/ring/side.rs` is `ring::side`.
fn modules(folder: &Path) -> BTreeMap<Module, String> {
    let src = folder.join("src");
    let has_library = src.join("lib.rs").exists();
    let mut modules = BTreeMap::new();
    for file in rust_files(&src) {
        let place = file.strip_prefix(&src).unwrap().with_extension("");
        let mut module: Module = place
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        match module[0].as_str() {
            "bin" => continue, // Each is a crate of its own.
            "main" if has_library => continue,
            "main" | "lib" => module.clear(),
            _ => {}
        }
        let source = fs::read_to_string(&file).unwrap();
        modules.insert(module, code(&source).collect::<Vec<_>>().join("\n"));
    }
    modules
}

/// The names, `::` and single signs of a source, without comments at the ends of lines.
fn words(source: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for line in source.lines() {
        let line = line.split(" //").next().unwrap_or_default();
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let is_name = |char: char| char.is_alphanumeric() || char == '_';
            let length = match first {
                ':' if rest.starts_with("::") => 2,
                _ if is_name(first) => rest.find(|char| !is_name(char)).unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            if !first.is_whitespace() {
                words.push(rest[..length].to_owned());
            }
            rest = &rest[length..];
        }
    }
    words
}

/// The paths that begin at the front of `words`, with the braces of a `use` opened:
/// `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(words: &[String], before: &[String], found: &mut Vec<Module>) -> usize {
    let mut path = before.to_vec();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word == "{" {
            at += 1;
            while let Some(word) = words.get(at).filter(|word| *word != "}") {
                // Otherwise a comma would count as a name that every file re-exports.
                at += match word.as_str() {
                    "," => 1,
                    _ => paths(&words[at..], &path, found).max(1),
                };
            }
            return at + 1;
        }
        path.push(word.clone());
        at += 1;
        if words.get(at).is_none_or(|word| word != "::") {
            break;
        }
        at += 1;
    }
    found.push(path);
    at
}

/// The imports of a module, and the names that it re-exports, each as a path from the root.
struct Names {
    imports: Vec<Module>,
    hands_on: Vec<Module>,
}

fn names(module: &Module, modules: &BTreeMap<Module, String>) -> Names {
    let words = words(&modules[module]);
    let (mut imports, mut hands_on) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        let previous = |back: usize| at.checked_sub(back).map_or("", |it| words[it].as_str());
        let child = [module.as_slice(), &words[at..=at]].concat();
        let is_path = words.get(at + 1).is_some_and(|next| next == "::");
        let begins = is_path
            && !["::", "$"].contains(&previous(1))
            && (["crate", "super", "self"].contains(&words[at].as_str())
                || modules.contains_key(&child));
        if !begins {
            at += 1;
            continue;
        }
        let is_handed_on = previous(1) == "use" && ["pub", ")"].contains(&previous(2));
        let mut found = Vec::new();
        at += paths(&words[at..], &[], &mut found);
        let whole = found.into_iter().map(|path| from_root(module, &path));
        if is_handed_on {
            hands_on.extend(whole);
        } else {
            imports.extend(whole);
        }
    }
    Names { imports, hands_on }
}

fn from_root(module: &Module, path: &[String]) -> Module {
    let mut whole = module.clone();
    for (place, word) in path.iter().enumerate() {
        match word.as_str() {
            "crate" if place == 0 => whole.clear(),
            "super" => drop(whole.pop()),
            "self" => {}
            _ => whole.push(word.clone()),
        }
    }
    whole
}

/// The file in which a path ends. A re-exported name belongs to the file that defines it.
fn file_of(path: &Module, all: &BTreeMap<Module, Names>) -> Module {
    let is_module = |length: &usize| all.contains_key(&path[..*length]);
    let length = (0..=path.len()).rev().find(is_module).unwrap_or_default();
    let (module, rest) = path.split_at(length);
    let Some(name) = rest.first() else {
        return module.to_vec();
    };
    let mut handed = all[module].hands_on.iter();
    match handed.find(|it| it.last() == Some(name) && *it != path) {
        Some(from) => file_of(from, all),
        None => module.to_vec(),
    }
}

/// The imports among the files of a crate.
fn arrows(folder: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let modules = modules(folder);
    let all: BTreeMap<_, _> = modules
        .keys()
        .map(|module| (module.clone(), names(module, &modules)))
        .collect();
    let arrows = |module: &Module| {
        let files = all[module].imports.iter().map(|path| file_of(path, &all));
        files.filter(|file| file != module).collect()
    };
    all.keys()
        .map(|module| (module.clone(), arrows(module)))
        .collect()
}

/// The files that reach each other, and the names by which they do.
fn circles(folder: &Path) -> Vec<String> {
    let arrows = arrows(folder);
    let reached = |from: &Module| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<_> = arrows[from].iter().collect();
        while let Some(module) = open.pop() {
            if reached.insert(module) {
                open.extend(&arrows[module]);
            }
        }
        reached
    };
    let mut lines = Vec::new();
    for (module, direct) in &arrows {
        let name = |module: &Module| match module.is_empty() {
            true => "the root".to_owned(),
            false => module.join("::"),
        };
        let back = direct.iter().filter(|file| reached(file).contains(module));
        lines.extend(back.map(|file| format!("{} -> {}", name(module), name(file))));
    }
    lines
}

#[test]
fn no_two_files_import_each_other_in_a_circle() {
    let mut all = Vec::new();
    for folder in ["lessons", "engine", "tools"].into_iter().flat_map(crates) {
        let circles = circles(&folder);
        if !circles.is_empty() {
            all.push(format!("{}: {}", named(&folder), circles.join(", ")));
        }
    }
    assert!(all.is_empty(), "{all:#?}");
}
