//! Tests the sizes of files, and the places of `unsafe`.

use std::fs;

use crate::{code, named, page, sources};

#[test]
fn a_file_holds_one_idea() {
    for file in sources() {
        let source = fs::read_to_string(&file).unwrap();
        let lines = code(&source).count();
        assert!(lines <= 300, "{} has {lines} lines of code", named(&file));
        if named(&file).contains("/lessons/") && file.ends_with("src/main.rs") {
            let all = source.lines().count();
            assert!(all <= 60, "{} has {all} lines", named(&file));
        }
    }
}

#[test]
fn unsafe_code_is_only_where_the_architecture_page_lists_it() {
    let has_unsafe = |source: &str| {
        let mut code = code(source).filter(|line| !line.contains("forbid(unsafe_code)"));
        code.any(|line| line.contains("unsafe ") || line.contains("unsafe("))
    };
    let page = page();
    let lines = page
        .lines()
        .filter_map(|line| line.strip_prefix("- `")?.strip_suffix("`"));
    let listed: Vec<_> = lines.filter(|line| line.ends_with(".rs")).collect();
    assert!(listed.is_sorted(), "the list is in the order of the names");
    let mut found = Vec::new();
    for file in sources() {
        let name = named(&file).replacen("crates/", "", 1);
        let source = fs::read_to_string(&file).unwrap();
        if has_unsafe(&source) && !name.contains("/bin/") {
            found.push(name);
        }
    }
    found.sort();
    assert_eq!(
        found, listed,
        "the files with unsafe, and those of the page"
    );
}
